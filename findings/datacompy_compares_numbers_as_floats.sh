#!/usr/bin/env bash
# datacompy 1.1.0 with pandas 3.0.6 and polars 1.44.2 (PyPI), Python 3; seen on 2026-12-01.
#
# datacompy, which tells how two tables differ, compares every numeric column by numpy.isclose after a cast to a double,
# also with its tolerances of 0 and also where both sides are 64-bit integers or Decimals of one scale. So two reports of
# which every line has another 18-digit id are the same to it: `matches()` is True and the report counts no unequal
# value. Amounts of more than 15 digits that differ in the last decimals are equal too. (The columns that tables are
# joined on are exact.)
#
# Compare ids and amounts as text: read both sides as strings, and give amounts the same number of decimals first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check datacompy==1.1.0 pandas==3.0.6 polars==1.44.2

cat > compare.py <<'PY'
import warnings
from decimal import Decimal

import pandas
import polars
from datacompy import PandasCompare, PolarsCompare

warnings.simplefilter("ignore")
lines = ["a", "b"]
columns = {
    "ids": ([197430692664688640, 197430692664688642], [197430692664688641, 197430692664688643]),
    "amounts": tuple([Decimal(f"92233720368.5477580{last}"), Decimal(1)] for last in (6, 7)),
}
columns |= {f"{name} as text": tuple(list(map(str, side)) for side in sides) for name, sides in columns.items()}
kind = {"ids": polars.Int64, "amounts": polars.Decimal(19, 8)}
for name, sides in columns.items():
    assert sides[0] != sides[1]
    tables = [pandas.DataFrame({"line": lines, name: side}) for side in sides]
    by_pandas = PandasCompare(*tables, join_columns="line", abs_tol=0, rel_tol=0)
    schema = {"line": polars.String, name: kind.get(name, polars.String)}
    tables = [polars.DataFrame({"line": lines, name: side}, schema=schema) for side in sides]
    by_polars = PolarsCompare(*tables, join_columns="line", abs_tol=0, rel_tol=0)
    print(f"{name}: pandas {by_pandas.matches()}, polars {by_polars.matches()}")
PY
venv/bin/python compare.py | tee seen
diff - seen <<'SEEN' || { echo "the behaviour has changed" >&2; exit 1; }
ids: pandas True, polars True
amounts: pandas True, polars True
ids as text: pandas False, polars False
amounts as text: pandas False, polars False
SEEN
