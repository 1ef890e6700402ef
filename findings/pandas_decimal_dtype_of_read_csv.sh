#!/usr/bin/env bash
# pandas 3.1.1 and 2.3.3, pyarrow 26.0.1 (PyPI), Python 3; seen on 2026-12-01.
#
# pandas.read_csv takes pandas.ArrowDtype(pyarrow.decimal128(19, 8)) as the type of a column of amounts, but the text goes
# through a double on its way there. With engine="pyarrow" (3.1.1), and with any engine (2.3.3), amounts of more than 15
# digits come out as other amounts with eight decimals that look exact. With its other engines 3.1.1 raises "Got
# bytestring of length 8 (expected 16)".
#
# Read the column as `str` and then `.astype(...)` the same type, which is exact; pyarrow.csv.read_csv with column_types
# is exact too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > amounts.csv <<'CSV'
change
92233720368.54775807
-12345678901.00000001
0.1
CSV
cat > read.py <<'PY'
import pandas
import pyarrow
import pyarrow.csv

amount = pandas.ArrowDtype(pyarrow.decimal128(19, 8))
for engine in ("c", "python", "pyarrow"):
    try:
        seen = pandas.read_csv("amounts.csv", dtype={"change": amount}, engine=engine)["change"].tolist()
        print(pandas.__version__, engine, *seen)
    except Exception as error:
        print(pandas.__version__, engine, f"{type(error).__name__}: {error}")
print(pandas.__version__, "str, then astype", *pandas.read_csv("amounts.csv", dtype=str)["change"].astype(amount))
options = pyarrow.csv.ConvertOptions(column_types={"change": pyarrow.decimal128(19, 8)})
print("pyarrow.csv", *pyarrow.csv.read_csv("amounts.csv", convert_options=options)["change"].to_pylist())
PY
for version in 3.1.1 2.3.3; do
  python3 -m venv "$version"
  "$version/bin/pip" install --quiet --disable-pip-version-check "pandas==$version" pyarrow==26.0.1
  "$version/bin/python" read.py
done | tee seen
diff - seen <<'SEEN' || { echo "the behaviour has changed" >&2; exit 1; }
3.1.1 c ArrowInvalid: Got bytestring of length 8 (expected 16)
3.1.1 python ArrowInvalid: Got bytestring of length 8 (expected 16)
3.1.1 pyarrow 92233720368.54776001 -12345678901.00000000 0.10000000
3.1.1 str, then astype 92233720368.54775807 -12345678901.00000001 0.10000000
pyarrow.csv 92233720368.54775807 -12345678901.00000001 0.10000000
2.3.3 c 92233720368.54777527 -12345678901.00000000 0.10000000
2.3.3 python 92233720368.54777527 -12345678901.00000000 0.10000000
2.3.3 pyarrow 92233720368.54776001 -12345678901.00000000 0.10000000
2.3.3 str, then astype 92233720368.54775807 -12345678901.00000001 0.10000000
pyarrow.csv 92233720368.54775807 -12345678901.00000001 0.10000000
SEEN
