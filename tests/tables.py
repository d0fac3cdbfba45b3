"""Files of rows and columns for tests, right ones and such as nobody should send."""

import csv
import io
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook, load_workbook

from deploy.reference_tables.tables import REFERENCE


def a_csv(*rows: Sequence[Any], parted_by: str = ";") -> bytes:
    """The values as text, quoted where they must be."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=parted_by, lineterminator="\r\n").writerows(rows)
    return file.getvalue().encode()


def rows_of(file: bytes) -> list[list[str]]:
    """The cells of a file that was exported, a workbook or a CSV file."""
    if file.startswith(b"PK"):
        sheet = load_workbook(io.BytesIO(file)).worksheets[0]
        return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=";"))


def a_workbook(*rows: Sequence[Any], sheets: int = 1) -> bytes:
    """A workbook as a spreadsheet would save it: what begins with an equals sign is a formula."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for _ in range(1, sheets):
        book.create_sheet()
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_entry(workbook: bytes, name: str, content: bytes) -> bytes:
    """The workbook with an entry of its archive put in, or another in its place."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry))
        new.writestr(name, content)
    return file.getvalue()


COLUMNS = ("tool", "unit_code", "year", "status", "completed_on")
TOOLS = ("brukerplan", "ungdata", "hkh")
YEARS = range(2000, 2017)


def surveys(number: int) -> list[Sequence[str]]:
    """Headings, and so many completed runs, each of another tool, municipality or year."""
    with (REFERENCE / "municipalities.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    codes = [line["code"] for line in lines if line["valid_from"] < "2015" and not "" < line["valid_to"] < "2016"]
    runs = [(tool, code, str(year), "completed", "2015-05-01") for year in YEARS for tool in TOOLS for code in codes]
    assert len(runs) >= number
    return [COLUMNS, *runs[:number]]
