"""CSV files in: UTF-8, with semicolons or commas, quoted as RFC 4180 says."""

import csv
import io
from collections.abc import Iterator

from services.contracts.tables import BYTE_ORDER_MARK
from services.registry.domain.spreadsheets.cells import Record
from services.registry.domain.spreadsheets.refusals import MalformedCsv, NotUtf8


def read_csv(body: bytes) -> Iterator[Record]:
    """The rows of the file, from the first on. A line break inside quotation marks makes no new row.

    Raises:
        NotUtf8: says in which line the first byte is that cannot be read.
        MalformedCsv: says in which line a quotation mark is out of place.
    """
    try:
        text = body.decode().removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        raise NotUtf8(line=body.count(b"\n", 0, error.start) + 1) from None
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        yield from enumerate(rows, 1)
    except csv.Error:
        raise MalformedCsv(line=rows.line_num) from None


def _delimiter(text: str) -> str:
    """What parts the headings, which have neither sign in them."""
    headings = text[: text.find("\n")] if "\n" in text else text
    return ";" if ";" in headings else ","
