"""XLSX workbooks: one sheet of values in, and the same out."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from services.contracts.tables import guarded
from services.registry.domain.spreadsheets.archives import require_harmless
from services.registry.domain.spreadsheets.cells import Cell, Fault, Record
from services.registry.domain.spreadsheets.refusals import MalformedXlsx, SeveralSheets

MOST_SHEET_ROWS = 1_048_576
"""As many as a sheet has. A row may say that it is any of them, and those before it are then filled in."""

FORMULA, CALCULATED_WRONG = Fault("formula"), Fault("wrong-kind")


def read_workbook(body: bytes) -> Iterator[Record]:
    """The rows of the only sheet, from the first on.

    Raises:
        UnpacksTooLarge, MalformedXlsx: it is no workbook that a person made.
        SeveralSheets: it has more than one sheet, or none with cells.
    """
    require_harmless(body)
    # A warning would tell the log what stands in a cell.
    warnings.filterwarnings("ignore", module=r"openpyxl\.")
    try:
        # Not the values that were calculated last, so that a formula is seen to be one.
        book = load_workbook(BytesIO(body), read_only=True, data_only=False, keep_links=False)
    except Exception:
        # The library fails in as many ways as a file can be wrong.
        raise MalformedXlsx() from None
    if len(book.sheetnames) != 1 or len(book.worksheets) != 1:
        raise SeveralSheets()
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what a file says of its size is often wrong
    rows = iter(sheet.iter_rows(max_row=MOST_SHEET_ROWS))
    number = 0
    while True:
        try:
            row = next(rows, None)
        except Exception:
            raise MalformedXlsx() from None
        if row is None:
            return
        number += 1
        yield number, [_cell(cell) for cell in row]


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None or isinstance(value, str):
        return {"f": FORMULA, "e": CALCULATED_WRONG}.get(cell.data_type, value or "")
    if cell.data_type == "f":
        return FORMULA
    if isinstance(value, datetime):
        return (value.date() if value.time() == time.min else value).isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def write_workbook(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook with one sheet of that name. What is text is typed as text, so that nothing in it is calculated."""
    book = Workbook(write_only=True)
    book.properties.creator = "Samla"
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for row in (headings, *rows):
        sheet.append([_written(sheet, value) for value in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _written(sheet: Any, value: object) -> Any:
    if value is None or isinstance(value, int | date):
        return value
    text = guarded(str(value))
    if not text.startswith(("=", "#")):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # the library takes it for a formula or for an error of one
    return cell
