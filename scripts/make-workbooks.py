#!/usr/bin/env python3
"""Writes Tests/SheetsTests/Files/*.xlsx: the CSV sheets beside them as Excel workbooks, and two that must be refused.

Needs openpyxl. Run it after a change of a CSV file there, and commit what it writes.
"""

import csv
import io
import pathlib
import zipfile

from openpyxl import Workbook

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "SheetsTests" / "Files"


def workbook(rows, path):
    """Numbers stay text: trainers' sheets mix both in a column."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def sheets():
    for path in sorted(FOLDER.glob("*.csv")):
        text = path.read_bytes().decode("utf-8-sig")
        delimiter = ";" if text.splitlines()[0].count(";") == 7 else ","
        quoting = csv.QUOTE_NONE if delimiter == ";" else csv.QUOTE_MINIMAL
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, skipinitialspace=True)
        workbook([row for row in rows if any(row)], path.with_suffix(".xlsx"))


def bad_row():
    header = ["Exercise", "Classification", "Page", *(f"Week {n}" for n in (1, 2, 3)), "Make it easier",
              "Make it harder"]
    workbook([header, ["1. Good", "", 12, "2 x 10", "2 x 10", "2 x 10"],
              ["2. Bad", "", 13, "a few", "2 x 10", "2 x 10"]], FOLDER / "bad-row.xlsx")


def bomb():
    """A workbook of 600 KiB whose sheet is 60 MiB of text."""
    row = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>' + "x" * 1000 + "</t></is></c></row>"
    source = zipfile.ZipFile(FOLDER / "1-hips-and-core.xlsx")
    with zipfile.ZipFile(FOLDER / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for name in source.namelist():
            if not name.endswith("sheet1.xml"):
                target.writestr(name, source.read(name))
                continue
            head, tail = source.read(name).split(b"<sheetData>")
            with target.open(name, "w") as sheet:
                sheet.write(head + b"<sheetData>")
                for number in range(1, 60_001):
                    sheet.write(row.format(number).encode())
                sheet.write(tail[tail.index(b"</sheetData>"):])


sheets()
bad_row()
bomb()
