#!/usr/bin/env bash
# mt-940 5.1.1, camt053-loader-mt940 0.0.23, bankfile 0.2.0, bankstatementparser 0.0.29 (PyPI), Python 3; seen on
# 2026-12-01.
#
# A line of an MT940 statement is marked C, D, or as a reversal RC, RD. RC takes a credit back, so money leaves; RD gives
# a debit back. Readers of the same file disagree on the sign, and none of these raises when lines and balances differ:
#
# - mt-940 gives an RC a positive amount: a payment and its recall count twice instead of not at all. It has a switch,
#   off in all of 5.x: `mt940.parse(text, options=mt940.Options(reversal_sign=True))`.
# - camt053-loader-mt940 makes CRDT of RC and DBIT of RD, beside a reversal indicator of true. In ISO 20022 that is the
#   other way round: the credit/debit indicator says which way this entry goes, so both signs are wrong. (It also refuses
#   a file that ends in the line `-`, as most do.)
# - bankfile and bankstatementparser have both signs right.
#
# Whichever reader it is, check that opening balance and lines make the closing balance.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mt-940==5.1.1 camt053-loader-mt940==0.0.23 camt053==0.0.23 \
  bankfile==0.2.0 bankstatementparser==0.0.29

cat > statement.mt940 <<'MT940'
:20:STATEMENT1
:25:NL00BANK0123456789
:28C:1/1
:60F:C260105USD100,00
:61:2601050105D10,50NTRFORDER1//BANK1
:61:2601050105RD10,50NTRFORDER1//BANK2
:61:2601060106C20,00NTRFORDER2//BANK3
:61:2601060106RC20,00NTRFORDER2//BANK4
:62F:C260106USD100,00
MT940
cat > read.py <<'PY'
import bankfile
import bankstatementparser
import mt940
from camt053_loader_mt940 import parse_mt940

path = "statement.mt940"
text = open(path).read()
signed = mt940.parse(text, options=mt940.Options(reversal_sign=True))
sign = {"CRDT": 1, "DBIT": -1}
readers = {
    "mt-940": [line.data["amount"].amount for line in mt940.parse(text)],
    "mt-940, reversal_sign": [line.data["amount"].amount for line in signed],
    "camt053-loader-mt940": [
        sign[entry.credit_debit_indicator] * entry.amount_decimal for entry in parse_mt940(text).statements[0].entries
    ],
    "bankfile": [line.amount for line in bankfile.parse(path).transactions],
    "bankstatementparser": bankstatementparser.Mt940Parser(path).parse()["amount"].tolist(),
}
for name, amounts in readers.items():
    print(f"{name}: 100.00 and {' '.join(map(str, amounts))} make {100 + sum(amounts)}")
PY
venv/bin/python read.py | tee seen
diff - seen <<'SEEN' || { echo "the behaviour has changed" >&2; exit 1; }
mt-940: 100.00 and -10.50 10.50 20.00 20.00 make 140.00
mt-940, reversal_sign: 100.00 and -10.50 10.50 20.00 -20.00 make 100.00
camt053-loader-mt940: 100.00 and -10.50 -10.50 20.00 20.00 make 119.00
bankfile: 100.00 and -10.50 10.50 20.00 -20.00 make 100.00
bankstatementparser: 100.00 and -10.50 10.50 20.00 -20.00 make 100.00
SEEN
