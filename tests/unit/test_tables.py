"""Where a cell is, and what a spreadsheet would calculate."""

import pytest

from services.contracts.tables import address, as_csv, guarded, is_formula, unguarded


@pytest.mark.parametrize(
    ("row", "column", "told"),
    [(1, 1, "A1"), (17, 26, "Z17"), (2, 27, "AA2"), (9, 52, "AZ9"), (9, 53, "BA9"), (1, 702, "ZZ1"), (1, 703, "AAA1"),
     (1_048_576, 16_384, "XFD1048576")],
)  # fmt: skip
def test_a_cell_is_called_what_a_spreadsheet_calls_it(row: int, column: int, told: str) -> None:
    assert address(row, column) == told


@pytest.mark.parametrize(
    "text",
    ["=1", "+1", "-1", "@a", "\t1", "\r1", " =1", "'=1", '"=1', "«+1", "\u00a0-1", "\u200b=1", "\ufeff=1",
     "＝1", "＋1", "－1", "＠a", "﹦1", " ' ＝1", "'\t1"],
)  # fmt: skip
def test_r63_what_may_be_calculated_gets_an_apostrophe_and_loses_it_again(text: str) -> None:
    assert is_formula(text)
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Kari,=HYPERLINK(A1)", "Kari,'=HYPERLINK(A1)"),
        ("Kari;=1", "Kari;'=1"),
        ("Kari\t@a", "Kari\t'@a"),
        ("en\n-to\r\n+tre\r=4", "en\n'-to\r\n'+tre\r'=4"),
        ("\n@a", "'\n'@a"),
        ("=1,=2", "'=1,'=2"),
        ('a, "=1"', 'a,\' "=1"'),
        ("a,'=1", "a,''=1"),
        ("a,\n\u200b＝1", "a,\n'\u200b＝1"),
        ("\t,=1", "'\t,'=1"),
    ],
)
def test_r63_what_may_begin_a_cell_inside_a_text_is_guarded_too(text: str, written: str) -> None:
    assert guarded(text) == written
    assert unguarded(written) == text


@pytest.mark.parametrize("text", ["a, b; c\nd\te", "a,b-c", "a, 'b", "a,(=1)", ",;\n", "a\r\n\r\n\tb"])
def test_a_text_with_signs_that_part_cells_and_no_formula_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


@pytest.mark.parametrize("text", ["", "1", "a=b", "'tis", "Nord-Odal", "(=1)", "1-2", "#", "'", " ", "æ@b.no"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


def test_a_table_is_written_as_a_norwegian_spreadsheet_reads_it() -> None:
    written = as_csv(("a", "b", "c"), [("Gáivuotna", None, 'with "quotes"; and\nlines'), ("=1", 7, "")])
    assert written == (b'\xef\xbb\xbfa;b;c\r\nG\xc3\xa1ivuotna;;"with ""quotes""; and\nlines"\r\n\'=1;7;\r\n')
