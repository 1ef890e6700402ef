#!/usr/bin/env bash
# duckdb 2.0.1, pandas 3.1.1, pyarrow 26.0.1, polars 2.1.0 (PyPI), Python 3; seen on 2026-12-01.
#
# pandas writes a column of Decimal to Parquet with as many decimals as that file's own values need: a month of whole and
# half USDT is DECIMAL(2,1), the next one DECIMAL(9,8). DuckDB reads `*.parquet` with the types of the first file, and
# rounds the amounts of the others to its decimals without a word: 2.75000001 becomes 2.8. (Too few digits before the
# point are an error.) pandas and polars refuse the same folder.
#
# Write every file with the schema of the asset, as `to_parquet(..., schema=pyarrow.schema([("change",
# pyarrow.decimal128(19, 8))]))`, or read with `union_by_name = true`, which takes the widest type.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check duckdb==2.0.1 pandas==3.1.1 pyarrow==26.0.1 polars==2.1.0

cat > read.py <<'PY'
import os
from decimal import Decimal

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.parquet

os.makedirs("inferred")
os.makedirs("declared")
schema = pyarrow.schema([("change", pyarrow.decimal128(19, 8))])
for month, changes in (("2026-10", ["1.5", "1"]), ("2026-11", ["2.75000001", "0.00000001"])):
    table = pandas.DataFrame({"change": [Decimal(change) for change in changes]})
    table.to_parquet(f"inferred/{month}.parquet")
    table.to_parquet(f"declared/{month}.parquet", schema=schema)
    print(f"{month}:", *pyarrow.parquet.read_schema(f"inferred/{month}.parquet").types)


def total(files):
    return duckdb.sql(f"SELECT sum(change) FROM read_parquet({files})").fetchall()[0][0]


print("duckdb:", total("'inferred/*.parquet'"))
print("duckdb, union_by_name:", total("'inferred/*.parquet', union_by_name = true"))
print("duckdb, declared schema:", total("'declared/*.parquet'"))
for name, read in (("pandas", pandas.read_parquet), ("polars", polars.read_parquet)):
    try:
        print(f"{name}:", read("inferred")["change"].sum())
    except Exception as error:
        print(f"{name}:", type(error).__name__)
PY
venv/bin/python read.py | tee seen
diff - seen <<'SEEN' || { echo "the behaviour has changed" >&2; exit 1; }
2026-10: decimal128(2, 1)
2026-11: decimal128(9, 8)
duckdb: 5.3
duckdb, union_by_name: 5.25000002
duckdb, declared schema: 5.25000002
pandas: ArrowInvalid
polars: SchemaError
SEEN
