"""Files of rows and columns: how they are read, and what is refused before a row is looked at."""

import io
import zipfile
from datetime import date, datetime

import pytest

from services.contracts.registry.mapping_imports import MAPPINGS, ImportMapping
from services.contracts.tables import CSV, XLSX
from services.kernel.problems import Problem
from services.registry.domain.spreadsheets import archives
from services.registry.domain.spreadsheets.cells import SHOWN
from services.registry.domain.spreadsheets.reading import Table, read_table
from services.registry.domain.spreadsheets.refusals import (
    EmptyTable,
    MalformedCsv,
    MalformedXlsx,
    NotATable,
    NotUtf8,
    OtherThanSaid,
    SeveralSheets,
    TooManyColumns,
    TooManyRows,
    UnpacksTooLarge,
    WrongColumns,
)
from services.registry.domain.spreadsheets.workbooks import write_workbook
from tests.tables import a_csv, a_workbook, surveys, with_entry

HEADINGS = ("tool", "unit_code", "year", "status", "completed_on", "source")
ROW = ("brukerplan", "1902", "2015", "completed", "2015-05-01", "")
RUN = ImportMapping.model_validate(
    {"tool": "brukerplan", "unit_code": "1902", "year": 2015, "status": "completed", "completed_on": date(2015, 5, 1)}
)


def read(body: bytes, media_type: str = CSV) -> Table[ImportMapping]:
    return read_table(MAPPINGS, media_type, body)


def refusal(kind: type[Problem], body: bytes, media_type: str = CSV) -> Problem:
    with pytest.raises(Problem) as refused:
        read(body, media_type)
    assert type(refused.value) is kind
    return refused.value


def cells(table: Table[ImportMapping]) -> list[tuple[str, str]]:
    return [(str(error.shown("nb")["cell"]), error.code) for error in table.remarks.first]


@pytest.mark.parametrize("parted_by", [";", ","])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_a_csv_file_is_read_however_it_is_parted(parted_by: str, mark: str, line_end: str) -> None:
    text = a_csv(HEADINGS, ROW, parted_by=parted_by).decode().replace("\r\n", line_end)
    table = read((mark + text).encode())
    assert [(line.row, line.request) for line in table.lines] == [(2, RUN)]


def test_a_row_keeps_its_number_behind_empty_rows_and_line_breaks_in_quotes() -> None:
    rows = [";".join(HEADINGS), ";;;;;", '"brukerplan";1902;2015;completed;"2015-05-01";"two', 'lines"', ";".join(ROW)]
    table = read("\r\n".join(rows).encode())
    assert (table.rows, cells(table)) == (2, [("F3", "wrong-format")])
    assert [line.row for line in table.lines] == [4]


def test_columns_come_in_any_order_and_their_headings_in_any_case() -> None:
    table = read(
        a_csv(
            (" Year", "STATUS", "tool ", "completed_on", "unit_code"),
            ("2015", "completed", "brukerplan", "1.5.2015", "1902"),
        )
    )
    assert [line.request for line in table.lines] == [RUN]
    assert table.places == {"year": 1, "status": 2, "tool": 3, "completed_on": 4, "unit_code": 5}


@pytest.mark.parametrize(
    ("unit_code", "read_as"), [("301", "0301"), ("1902", "1902"), ("30101", "030101"), ("030101", "030101")]
)
def test_a_code_gets_back_the_zero_that_a_spreadsheet_dropped(unit_code: str, read_as: str) -> None:
    (line,) = read(a_csv(HEADINGS, (ROW[0], unit_code, *ROW[2:]))).lines
    assert line.request.unit_code == read_as


def test_text_that_looks_like_a_formula_stays_text_and_loses_only_the_guard() -> None:
    sources = ("=HYPERLINK(A1)", "'=1", "''=1", "'tis")
    table = read(a_csv(HEADINGS, *((*ROW[:-1], source) for source in sources)))
    assert [line.request.source for line in table.lines] == ["=HYPERLINK(A1)", "=1", "'=1", "'tis"]


def test_latin_1_is_refused_with_its_line_and_without_its_words() -> None:
    body = a_csv(HEADINGS, ROW, (*ROW[:-1], "Tromsø")).decode().encode("latin-1")
    refused = refusal(NotUtf8, body)
    assert refused.facts == {"line": 3}
    assert refusal(NotUtf8, a_csv(HEADINGS, ROW).decode().encode("utf-16")).facts == {"line": 1}


@pytest.mark.parametrize("row", ['brukerplan;"1902', 'brukerplan;"19"02', '"brukerplan"x;1902', f'"{"x" * 200_000}"'])
def test_a_quotation_mark_out_of_place_is_refused_with_its_line(row: str) -> None:
    body = f"{';'.join(HEADINGS)}\r\n{row}".encode()
    assert refusal(MalformedCsv, body).facts == {"line": 2}


def test_headings_are_refused_with_their_cells() -> None:
    refused = refusal(WrongColumns, a_csv(("tool", "colour", "year", "tool", "", "source"), ("x",) * 6))
    assert [(error.shown("nb")["cell"], error.code, error.shown("nb").get("field")) for error in refused.errors] == [
        ("B1", "unknown-column", None),
        ("D1", "named-twice", "tool"),
        ("E1", "unknown-column", None),
        ("G1", "missing-column", "status"),
    ]
    assert refused.facts == {"columns": list(MAPPINGS.headings), "required": ["tool", "year", "status"]}
    assert [error.code for error in refusal(WrongColumns, b"").errors] == ["missing-column"] * 3


def test_a_cell_beside_the_table_is_refused() -> None:
    assert cells(read(a_csv(HEADINGS, (*ROW, "", "more")))) == [("H2", "no-such-column")]
    assert cells(read(a_csv((*HEADINGS, ""), (*ROW, "")))) == []


def test_a_table_is_neither_empty_nor_too_large() -> None:
    refusal(EmptyTable, a_csv(HEADINGS))
    refusal(EmptyTable, a_csv(HEADINGS, ("", " ", "")))
    refusal(TooManyColumns, a_csv((*HEADINGS, *[""] * 200), ROW))
    assert refusal(TooManyRows, a_csv(*surveys(20_001))).facts == {"most_rows": 20_000}


def test_the_first_of_what_is_wrong_is_told_and_how_much_there_is() -> None:
    table = read(a_csv(HEADINGS, *((*ROW[:2], "then", "done", *ROW[4:]) for _ in range(300))))
    assert (table.rows, len(table.lines), table.remarks.number, len(table.remarks.first)) == (300, 0, 600, SHOWN)
    assert cells(table)[-1] == ("D101", "not-a-choice")


def test_only_the_two_kinds_of_file_are_read_and_each_must_be_what_it_is_said_to_be() -> None:
    refusal(NotATable, a_csv(HEADINGS, ROW), "application/json")
    refusal(NotATable, a_csv(HEADINGS, ROW), "application/vnd.ms-excel")
    refusal(OtherThanSaid, a_csv(HEADINGS, ROW), XLSX)
    refusal(OtherThanSaid, a_workbook(HEADINGS, ROW), CSV)
    refusal(OtherThanSaid, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 a workbook with a password", XLSX)


def test_a_workbook_is_read_as_a_spreadsheet_saves_it() -> None:
    table = read(a_workbook(HEADINGS, ("brukerplan", 1902, 2015, "completed", datetime(2015, 5, 1), None)), XLSX)
    assert [line.request for line in table.lines] == [RUN]
    table = read(a_workbook(HEADINGS, ("brukerplan", "301", 2015.0, "completed", date(2015, 5, 1), "x")), XLSX)
    assert [(line.request.unit_code, line.request.year) for line in table.lines] == [("0301", 2015)]
    noon = ("brukerplan", "1902", True, "completed", datetime(2015, 5, 1, 12), 7.5)
    assert cells(read(a_workbook(HEADINGS, noon), XLSX)) == [("C2", "wrong-kind"), ("E2", "not-a-date")]


def test_what_is_calculated_in_a_workbook_is_refused_with_its_cell() -> None:
    row = ("brukerplan", "1902", "=2000+15", "completed", "2015-05-01", "#N/A")
    assert cells(read(a_workbook(HEADINGS, ROW, row), XLSX)) == [("C3", "formula"), ("F3", "wrong-kind")]
    refused = refusal(WrongColumns, a_workbook(("=A2", *HEADINGS), ROW), XLSX)
    assert [error.code for error in refused.errors] == ["unknown-column"]


def test_a_day_that_no_calendar_has_is_no_value_and_is_not_told_of_in_a_warning() -> None:
    body = a_workbook(HEADINGS, (*ROW[:4], date(2015, 5, 1), None))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        sheet = archive.read(SHEET)
    assert sheet.count(b"<v>42125</v>") == 1
    spoilt = with_entry(body, SHEET, sheet.replace(b"<v>42125</v>", b"<v>99999999</v>"))
    assert cells(read(spoilt, XLSX)) == [("E2", "wrong-kind")]


def test_what_is_written_as_a_workbook_is_read_again() -> None:
    row = dict.fromkeys(MAPPINGS.headings) | dict(RUN) | {"source": "#N/A"}
    body = write_workbook("mappings", MAPPINGS.headings, [[row[name] for name in MAPPINGS.headings]])
    (line,) = read(body, XLSX).lines
    assert line.request == RUN.model_copy(update={"source": "#N/A"})


def test_a_workbook_with_several_sheets_does_not_say_which_is_meant() -> None:
    refusal(SeveralSheets, a_workbook(HEADINGS, ROW, sheets=2), XLSX)


SHEET = "xl/worksheets/sheet1.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def a_sheet(inside: str) -> bytes:
    """A workbook with a sheet that is written by hand."""
    return with_entry(a_workbook(HEADINGS), SHEET, f'<worksheet xmlns="{SPACE}">{inside}</worksheet>'.encode())


def many_entries() -> bytes:
    file = io.BytesIO(a_workbook(HEADINGS, ROW))
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(archives.MOST_ENTRIES):
            archive.writestr(f"xl/{number}.xml", b"")
    return file.getvalue()


def a_lying_directory(bomb: bytes) -> bytes:
    """The archive with a directory, and a head of the entry, that tell of ten bytes where there are many more."""
    size = (archives.MOST_UNPACKED + 1).to_bytes(4, "little")
    assert bomb.count(size) == 2
    return bomb.replace(size, (10).to_bytes(4, "little"))


@pytest.mark.parametrize("name", ["xl/media/zeros.bin", SHEET])
def test_r67_a_bomb_is_refused_by_what_it_says_of_itself_and_by_what_it_is(name: str) -> None:
    bomb = with_entry(a_workbook(HEADINGS, ROW), name, b"\0" * (archives.MOST_UNPACKED + 1))
    assert len(bomb) < 200_000
    assert refusal(UnpacksTooLarge, bomb, XLSX).facts == {"most_bytes": archives.MOST_UNPACKED}
    refusal(MalformedXlsx, a_lying_directory(bomb), XLSX)
    refusal(UnpacksTooLarge, many_entries(), XLSX)


def test_r67_elements_that_would_fill_the_memory_are_refused() -> None:
    refusal(
        UnpacksTooLarge, a_sheet(f"<sheetData><row>{'<c/>' * (archives.MOST_IN_A_ROW + 1)}</row></sheetData>"), XLSX
    )
    nested = f"<row>{'<row/>'.join('<c/>' * 1000 for _ in range(60))}</row>"
    refusal(UnpacksTooLarge, a_sheet(f"<sheetData>{nested}</sheetData>"), XLSX)
    refusal(UnpacksTooLarge, a_sheet("<x/>" * (archives.MOST_OTHERS + 1)), XLSX)
    refusal(TooManyColumns, a_sheet('<sheetData><row><c r="ZZZ1"/></row></sheetData>'), XLSX)


def test_rows_far_down_are_no_rows_to_wait_for() -> None:
    row = '<sheetData><row r="{}"><c t="inlineStr"><is><t>tool</t></is></c></row></sheetData>'
    refusal(WrongColumns, a_sheet(row.format(1_000_000)), XLSX)
    refusal(WrongColumns, a_sheet(row.format(10**15)), XLSX)


@pytest.mark.parametrize(
    "body",
    [
        a_sheet("")[:200],
        b"PK\x03\x04 and nothing more",
        with_entry(a_workbook(HEADINGS), "[Content_Types].xml", b"<Types/>"),
        with_entry(a_workbook(HEADINGS), "xl/workbook.xml", b"not XML"),
        a_sheet('<sheetData><row r="one"/></sheetData>'),
        a_sheet('<sheetData><row><c t="s"><v>99</v></c></row></sheetData>'),
        with_entry(a_workbook(HEADINGS), SHEET, b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet/>"),
    ],
    ids=["cut off", "a signature", "no types", "no XML", "a row without a number", "no such string", "entities"],
)
def test_a_damaged_workbook_is_refused(body: bytes) -> None:
    refusal(MalformedXlsx, body, XLSX)
