"""Whether a program keeps every cell of report.csv, which lies here, as it stands there.

Usage: readers.py PROGRAM PAGE, where the page says in one line how that program reads the file.
"""

import csv
import re
import sys
import zipfile
from xml.etree import ElementTree

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def expected():
    with open("report.csv", newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def line_of(page, library):
    """The line of the page for a library."""
    with open(page, encoding="utf-8") as file:
        blocks = re.findall(r"```python\n(.*?)```", file.read(), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if f"{library}.read_csv" in line]
    if len(lines) != 1:
        sys.exit(f"{library} has {len(lines)} lines on the page")
    return lines[0]


def read_by(library, line):
    scope = {library: __import__(library)}
    exec(line, scope)
    rows = scope["rows"]
    cells = {
        "pandas": lambda: rows.values.tolist(),
        "polars": lambda: rows.rows(),
        "duckdb": lambda: rows.fetchall(),
    }[library]()
    # An empty cell is nothing to some.
    return [list(rows.columns)] + [["" if cell is None else cell for cell in row] for row in cells]


def references_by_default():
    """The ids alone, as most reports have nothing else there, read without a word on types."""
    import pandas

    table = expected()
    at, kind = table[0].index("reference"), table[0].index("type")
    kept = [table[0]] + [row for row in table[1:] if row[at].isdigit() or row[kind] in ("opening", "closing")]
    with open("ids.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(kept)
    ids = [row[at] for row in kept[1:]]
    if not any(len(one) > 17 for one in ids):
        sys.exit(f"there are no long ids: {ids}")
    return [str(cell) for cell in pandas.read_csv("ids.csv")["reference"]], ids


def spreadsheet():
    with zipfile.ZipFile("report.ods") as file:
        content = ElementTree.fromstring(file.read("content.xml"))
    rows = []
    for row in content.iter(TABLE + "table-row"):
        cells = []
        for cell in row.iter(TABLE + "table-cell"):
            text = "".join(cell.itertext())
            kind = cell.get(OFFICE + "value-type")
            if text and kind != "string":
                sys.exit(f"{text} is a {kind}")
            cells += [text] * int(cell.get(TABLE + "number-columns-repeated", "1"))
        rows.append(cells)
    return rows


def main():
    program, page = sys.argv[1:]
    if program == "pandas with its defaults":
        found, wanted = references_by_default()
    elif program == "soffice":
        found, wanted = spreadsheet(), expected()
    else:
        found, wanted = read_by(program, line_of(page, program)), expected()
    if found != wanted:
        sys.exit(f"{program}: {found} is not {wanted}")
    print(f"{program}: every cell is whole")


main()
