"""What is inside a workbook's archive, looked through before anything is made of it: it may be a bomb.

The directory is not believed: everything is unpacked piece by piece and counted, and the XML is read and not kept.
"""

import zlib
from io import BytesIO
from typing import Any
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from services.registry.domain.spreadsheets.refusals import MalformedXlsx, UnpacksTooLarge

MOST_ENTRIES = 1_000
MOST_UNPACKED = 100 * 1024 * 1024
PIECE = 64 * 1024

MOST_CELLS = 2_000_000
"""How many elements of rows, cells and texts there may be: enough for thirty columns in every row of a full table."""
MOST_IN_A_ROW = 50_000
"""Of these in one row, which is held whole: three for each column that a spreadsheet knows."""
MOST_OTHERS = 100_000
"""Of all others, such as styles. Each costs far more memory than the bytes that it is written with."""

_CELLS = frozenset(("row", "c", "v", "f", "is", "t", "si"))
_BEGINS_AS_XML = (b"<", b"\x00<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def require_harmless(body: bytes) -> None:
    """Refuse an archive that would unpack to more than a table is made of.

    Raises:
        UnpacksTooLarge: there are too many entries, bytes or elements, by its directory or in truth.
        MalformedXlsx: it is no archive, or one that no spreadsheet writes.
    """
    try:
        with ZipFile(BytesIO(body)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                raise UnpacksTooLarge(most_bytes=MOST_UNPACKED)
            look = _Look()
            for entry in entries:
                _look_through(archive, entry, look)
    except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        raise MalformedXlsx() from None


class _Look:
    """What was counted so far, over all entries."""

    def __init__(self) -> None:
        self.unpacked = self.cells = self.others = 0

    def bytes_came(self, number: int) -> None:
        self.unpacked += number
        if self.unpacked > MOST_UNPACKED:
            raise UnpacksTooLarge(most_bytes=MOST_UNPACKED)


class _Elements:
    """Counts the elements of one entry. A row is what stands between the outermost tags of that name."""

    def __init__(self, look: _Look) -> None:
        self._look, self._depth, self._row_at, self._in_row = look, 0, 0, 0

    def parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._begins, self._ends
        parser.StartDoctypeDeclHandler = self._declares
        return parser

    def _begins(self, name: str, _attributes: Any) -> None:
        self._depth += 1
        name = name.rpartition(":")[2]
        if name == "row" and not self._row_at:
            self._row_at, self._in_row = self._depth, 0
        self._in_row += 1
        if name in _CELLS:
            self._look.cells += 1
        else:
            self._look.others += 1
        too_wide = self._row_at and self._in_row > MOST_IN_A_ROW
        if too_wide or self._look.cells > MOST_CELLS or self._look.others > MOST_OTHERS:
            raise UnpacksTooLarge(most_bytes=MOST_UNPACKED)

    def _ends(self, _name: str) -> None:
        if self._depth == self._row_at:
            self._row_at = 0
        self._depth -= 1

    def _declares(self, *_: Any) -> None:
        raise MalformedXlsx()


def _look_through(archive: ZipFile, entry: ZipInfo, look: _Look) -> None:
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise MalformedXlsx()
    with archive.open(entry) as file:
        piece = file.read(PIECE)
        start = piece.lstrip()
        parser = _Elements(look).parser() if not start or start.startswith(_BEGINS_AS_XML) else None
        while piece:
            look.bytes_came(len(piece))
            if parser is not None:
                try:
                    parser.Parse(piece)
                except expat.ExpatError:
                    parser = None  # whoever needs this entry will not get further either
            piece = file.read(PIECE)
