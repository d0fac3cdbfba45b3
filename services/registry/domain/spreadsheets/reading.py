"""From the bytes of a file to requests: whether its columns are right, and which of its cells are not."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from pydantic import ValidationError

from services.contracts.identity_numbers import identity_numbers_in
from services.contracts.problems import CODES
from services.contracts.tables import CSV, MOST_ROWS, XLSX, Becomes, Column, R, TableForm, unguarded
from services.kernel.problems import FieldError
from services.registry.domain.identity_numbers import IDENTITY_NUMBER
from services.registry.domain.spreadsheets.cells import Cell, CellError, Fault, Record, Remarks
from services.registry.domain.spreadsheets.refusals import (
    EmptyTable,
    NotATable,
    OtherThanSaid,
    TooManyColumns,
    TooManyRows,
    WrongColumns,
)
from services.registry.domain.spreadsheets.text_files import read_csv
from services.registry.domain.spreadsheets.workbooks import read_workbook

MOST_COLUMNS = 200

READERS: Mapping[str, Callable[[bytes], Iterator[Record]]] = {CSV: read_csv, XLSX: read_workbook}

_ARCHIVE = b"PK\x03\x04"
"""How an archive begins, and a workbook is one."""

_NORWEGIAN_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Line(Generic[R]):
    """A row that is right as far as it can be seen alone."""

    row: int
    request: R


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """A file whose columns are right."""

    places: Mapping[str, int]
    """The number of each of its columns, by the heading."""
    rows: int
    """How many have something in them, those that are wrong too."""
    lines: Sequence[Line[R]]
    remarks: Remarks

    def at(self, row: int, errors: Iterable[FieldError]) -> Iterator[CellError]:
        """What is wrong with the fields of a row's request, by the cells that they came from."""
        return (_error(self.places, row, error.pointer.removeprefix("/"), error.code) for error in errors)


def read_table(form: TableForm[R], media_type: str, body: bytes) -> Table[R]:
    """The table that a file holds.

    Raises:
        NotATable, OtherThanSaid: the file is of another kind than is read, or than it is said to be.
        NotUtf8, MalformedCsv, MalformedXlsx, SeveralSheets, UnpacksTooLarge: it cannot be read.
        WrongColumns, TooManyColumns: its columns are not those of the form.
        TooManyRows, EmptyTable: it is too long, or there is nothing below the headings.
    """
    if media_type not in READERS:
        raise NotATable(allowed=list(READERS))
    if body.startswith(_ARCHIVE) != (media_type == XLSX):
        raise OtherThanSaid()
    records = _not_too_wide(READERS[media_type](body))
    columns = _columns(form, next(records, (1, ()))[1])
    places = {column.name: number for number, column in columns.items()}
    rows, lines, remarks = 0, list[Line[R]](), Remarks()
    for row, cells in records:
        if not any(isinstance(cell, Fault) or cell.strip() for cell in cells):
            continue
        rows += 1
        if rows > MOST_ROWS:
            raise TooManyRows(most_rows=MOST_ROWS)
        values, errors = _values(columns, row, cells)
        try:
            request = form.request.model_validate(values)
        except ValidationError as refusal:
            told = {error.field for error in errors}
            wrong = ((str(error["loc"][0]) if error["loc"] else "", error["type"]) for error in refusal.errors())
            errors += [
                _error(places, row, name, CODES.get(kind, "invalid")) for name, kind in wrong if name not in told
            ]
        else:
            found = (pointer.removeprefix("/") for pointer in identity_numbers_in(request))
            errors += [_error(places, row, name, IDENTITY_NUMBER) for name in found]
            if not errors:
                lines.append(Line(row, request))
        remarks.add(errors)
    if not rows:
        raise EmptyTable()
    return Table(places, rows, lines, remarks)


def _not_too_wide(records: Iterator[Record]) -> Iterator[Record]:
    for row, cells in records:
        if len(cells) > MOST_COLUMNS:
            raise TooManyColumns(most_columns=MOST_COLUMNS)
        yield row, cells


def _columns(form: TableForm[R], headings: Sequence[Cell]) -> dict[int, Column]:
    """The columns of the file by their numbers."""
    known = {column.name: column for column in form.columns}
    found: dict[int, Column] = {}
    errors = []
    names = ["" if isinstance(cell, Fault) else cell.strip().casefold() for cell in headings]
    while names and not names[-1]:
        names.pop()
    for number, name in enumerate(names, 1):
        if name not in known:
            errors.append(CellError(code="unknown-column", row=1, column=number))
        elif known[name] in found.values():
            errors.append(CellError(code="named-twice", row=1, column=number, field=name))
        else:
            found[number] = known[name]
    missing = [name for name in form.required if known[name] not in found.values()]
    for number, name in enumerate(missing, len(names) + 1):  # where it could be added
        errors.append(CellError(code="missing-column", row=1, column=number, field=name))
    if errors:
        raise WrongColumns(errors, columns=form.headings, required=form.required)
    return found


def _values(columns: Mapping[int, Column], row: int, cells: Sequence[Cell]) -> tuple[dict[str, str], list[CellError]]:
    """The fields of a row's request as text, and the cells that cannot be any."""
    values: dict[str, str] = {}
    errors = []
    for number, cell in enumerate(cells, 1):
        column = columns.get(number)
        value = _value(column, cell)
        if isinstance(value, Fault):
            errors.append(CellError(code=value.code, row=row, column=number, field=column.name if column else None))
        elif value and column is not None:
            values[column.name] = value
    return values, errors


def _value(column: Column | None, cell: Cell) -> Cell:
    if isinstance(cell, Fault) or not (text := unguarded(cell).strip()):
        return cell if isinstance(cell, Fault) else ""
    if column is None:
        return Fault("no-such-column")
    if column.becomes is Becomes.code and _NUMBER.fullmatch(text) and len(text) + 1 in column.digits:
        return f"0{text}"
    if column.becomes is Becomes.day:
        if norwegian := _NORWEGIAN_DAY.fullmatch(text):
            day, month, year = norwegian.groups()
            return f"{year}-{month:0>2}-{day:0>2}"
        return text if _ISO_DAY.fullmatch(text) else Fault("not-a-date")
    return text


def _error(places: Mapping[str, int], row: int, field: str, code: str) -> CellError:
    """At the field's cell, or at the row's first where there is no such column."""
    return CellError(code=code, row=row, column=places.get(field, 1), field=field or None)
