"""Tables as spreadsheets hold them: their columns, where a cell is, and text that is never taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar
from unicodedata import category, normalize

from services.contracts.message import Request

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MOST_ROWS = 20_000
MOST_BYTES = 5 * 1024 * 1024
"""How many rows a table may have, apart from its headings, and how large the file may be that brings them."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes the file for one of another alphabet, and a Sámi letter for two others."""

R = TypeVar("R", bound=Request)


class Becomes(StrEnum):
    """What the cells of a column become before the request model reads them."""

    text = "text"
    day = "day"
    """A date, also as a Norwegian spreadsheet writes it: 1.3.2016."""
    code = "code"
    """Digits that begin with a zero where a spreadsheet took them for a number and dropped it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. Its heading is the name of a field of the request model, and it must be there if that must.

    ``digits`` are the lengths that a code may have.
    """

    name: str
    becomes: Becomes = Becomes.text
    digits: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TableForm(Generic[R]):
    """What a table of a kind of thing looks like, on the way in and out. Each row is a request."""

    name: str
    """What its file is called, without an ending."""
    request: type[R]
    columns: tuple[Column, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """The names of the columns, in the order in which they are written."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """The names of those that must be there."""
        return tuple(name for name in self.headings if self.request.model_fields[name].is_required())


def address(row: int, column: int) -> str:
    """What a spreadsheet calls a cell, both counted from 1: ``C17`` is the third column of row 17."""
    letters = ""
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return f"{letters}{row}"


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may calculate the text: by its first sign, also of full width, behind quotes or blanks."""
    for letter in text:
        if letter in "\t\r":
            return True
        if not (letter.isspace() or letter in _QUOTES or category(letter) in _UNSEEN):
            return normalize("NFKC", letter) in _SIGNS
    return False


_SIGNS = frozenset("=+-@")
_QUOTES = frozenset("'\"`´‘’‚“”„«»‹›")
_UNSEEN = frozenset(("Cc", "Cf"))
"""Control and format characters, such as a space without width."""

_BEHIND = re.compile("(?<=[,;\t\r\n])[^,;\t\r\n]+")
"""What another cell may begin with inside a text: for a reader who parts cells by another sign, or knows no quotes."""


def guarded(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would calculate it, also where a cell begins inside."""
    within = _BEHIND.sub(lambda found: _guarded_in_front(found[0]), text)
    # That there are apostrophes inside makes no difference to whether a text is a formula: they are quotes.
    return _guarded_in_front(within)


def unguarded(text: str) -> str:
    """What :func:`guarded` made the text of."""
    return _BEHIND.sub(lambda found: _unguarded_in_front(found[0]), _unguarded_in_front(text))


def _guarded_in_front(text: str) -> str:
    return f"'{text}" if is_formula(text) else text


def _unguarded_in_front(text: str) -> str:
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else text


def as_csv(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """A table that a Norwegian Excel opens as it is: semicolons, UTF-8 with a byte order mark, RFC 4180 quoting."""
    file = io.StringIO(newline="")
    written = csv.writer(file, delimiter=";", lineterminator="\r\n")
    written.writerow(headings)
    written.writerows([guarded("" if value is None else str(value)) for value in row] for row in rows)
    return (BYTE_ORDER_MARK + file.getvalue()).encode()
