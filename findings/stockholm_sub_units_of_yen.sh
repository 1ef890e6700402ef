#!/usr/bin/env bash
# stockholm 0.5.7 (PyPI), Python 3; seen on 2026-12-01.
#
# stockholm's Money knows how many decimals a currency has only when it is handed its class. With the code as a string,
# a hundredth is the sub unit of every currency: from_sub_units(1500, "JPY") is 15 yen, and 1.234 KWD are 123.4 sub units.
# The two kinds compare as equal, so no test of equality tells them apart, and an operation keeps the currency of its
# left side: yen + nothing and nothing + yen have other sub units. What as_json wrote, from_json reads with the string.
#
# Where minor units go over a wire, hand over `stockholm.currency.get_currency(code)`, also after reading JSON.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check stockholm==0.5.7

cat > yen.py <<'PY'
from stockholm import Money
from stockholm.currency import get_currency

by_code, by_class = Money(1500, "JPY"), Money(1500, get_currency("JPY"))
print("from_sub_units(1500):", Money.from_sub_units(1500, "JPY"), "or", Money.from_sub_units(1500, get_currency("JPY")))
print("from_sub_units(1234):", Money.from_sub_units(1234, "KWD"), "or", Money.from_sub_units(1234, get_currency("KWD")))
print("equal:", by_code == by_class)
print("sub units:", by_code.sub_units, "or", by_class.sub_units)
print("class + code:", (by_class + Money(0, "JPY")).sub_units, "code + class:", (Money(0, "JPY") + by_class).sub_units)
print("class through JSON:", Money.from_json(by_class.as_json()).sub_units)
PY
venv/bin/python yen.py | tee seen
diff - seen <<'SEEN' || { echo "the behaviour has changed" >&2; exit 1; }
from_sub_units(1500): 15.00 JPY or 1500 JPY
from_sub_units(1234): 12.34 KWD or 1.234 KWD
equal: True
sub units: 150000 or 1500
class + code: 1500 code + class: 150000
class through JSON: 150000
SEEN
