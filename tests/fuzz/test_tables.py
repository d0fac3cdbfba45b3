"""Files of anything: refused by name, or read as a table whose every row is right or told of."""

import csv
import io
import re
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.tables import BYTE_ORDER_MARK, CSV, XLSX, TableForm, as_csv, guarded, is_formula, unguarded
from services.kernel.problems import Problem, document
from services.registry.domain.spreadsheets.reading import Table, read_table
from tests.fuzz.dose import on_sqlite
from tests.fuzz.files import FORMS, csv_files, workbooks

FILES = {CSV: csv_files, XLSX: workbooks}

SIGNS = ",;\t\r\n"
"""What parts cells and rows, in one reader or another."""

texts = st.text() | st.text(st.sampled_from(SIGNS + "=+-@'\"＝« a\u200b"))


@on_sqlite
@given(texts)
def test_the_guard_of_any_text_comes_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text).startswith("'" + text[:1]) or not is_formula(text)
    if not set(text) & set(SIGNS):
        assert guarded(text) == (f"'{text}" if is_formula(text) else text)


@on_sqlite
@given(st.lists(st.lists(texts, min_size=1, max_size=3), max_size=3), st.sampled_from(",;\t"))
def test_no_cell_is_calculated_whichever_sign_a_reader_takes_to_part_them(rows: list[list[str]], sign: str) -> None:
    file = as_csv(("a",), rows).decode().removeprefix(BYTE_ORDER_MARK)
    as_quoted = (cell for row in csv.reader(io.StringIO(file, newline=""), delimiter=sign) for cell in row)
    without_quotes = (cell.lstrip('"') for line in re.split("[\r\n]", file) for cell in line.split(sign))
    for cell in chain(as_quoted, without_quotes):
        # Behind an apostrophe a sign is text, and a tab or an end of line alone calculates nothing.
        assert not is_formula(cell.replace("\t", " ").replace("\r", " ").partition("'")[0])


def read_or_refusal(form: TableForm, media_type: str, body: bytes) -> Table | Problem:
    try:
        return read_table(form, media_type, body)
    except Problem as refusal:
        return refusal


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
@pytest.mark.parametrize("media_type", FILES)
def test_a_file_of_anything_is_refused_by_name_or_read(media_type: str, form: TableForm) -> None:
    @on_sqlite
    @given(FILES[media_type])
    def holds(body: bytes) -> None:
        table = read_or_refusal(form, media_type, body)
        if isinstance(table, Problem):
            assert 400 <= table.status < 500
            assert document(table, "nn", "0" * 32)["title"]
            return
        wrong = {error.row for error in table.remarks.first}
        right = {line.row for line in table.lines}
        assert right.isdisjoint(wrong)
        assert len(right) + len(wrong) == table.rows

    holds()
