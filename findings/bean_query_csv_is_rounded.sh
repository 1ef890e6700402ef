#!/usr/bin/env bash
# beanquery 0.2.0, beancount 3.2.3 (PyPI), Python 3; seen on 2026-12-01.
#
# `bean-query -f csv` rounds positions and balances to the number of decimals that amounts of the currency have most often
# in the ledger, as the table on the screen does. In a ledger of USDT where two of three amounts were written with two
# decimals, the third and every sum lose the other six. Columns of plain numbers (`number`, `sum(number)`) are exact in
# the same file, and so is the check of balances.
#
# Export numbers and currency as columns of their own, or say the decimals in the ledger:
# `option "display_precision" "USDT:0.00000001"`. An exporter does well to write all decimals of every amount.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check beanquery==0.2.0 beancount==3.2.3

cat > ledger.beancount <<'BEAN'
2026-01-01 open Assets:Funding
2026-01-01 open Equity:External

2026-11-01 * "deposit"
  Assets:Funding   1.50000001 USDT
  Equity:External

2026-11-02 * "deposit"
  Assets:Funding   10.25 USDT
  Equity:External  -10.25 USDT
BEAN
(echo 'option "display_precision" "USDT:0.00000001"'; cat ledger.beancount) > declared.beancount
venv/bin/bean-check ledger.beancount
query='SELECT sum(position) AS position, sum(number) AS number WHERE account ~ "Assets"'
for ledger in ledger declared; do
  echo "$ledger:"
  venv/bin/bean-query -f csv "$ledger.beancount" "$query" | tr -d '\r '
done | tee seen
diff - seen <<'SEEN' || { echo "the behaviour has changed" >&2; exit 1; }
ledger:
position,number
11.75USDT,11.75000001
declared:
position,number
11.75000001USDT,11.75000001
SEEN
