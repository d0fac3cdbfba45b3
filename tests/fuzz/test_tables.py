"""Files of anything: refused by name, or read as a table whose every row is right or told of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.tables import CSV, XLSX, TableForm, guarded, is_formula, unguarded
from services.kernel.problems import Problem, document
from services.registry.domain.spreadsheets.reading import Table, read_table
from tests.fuzz.dose import on_sqlite
from tests.fuzz.files import FORMS, csv_files, workbooks

FILES = {CSV: csv_files, XLSX: workbooks}


@on_sqlite
@given(st.text())
def test_the_guard_of_any_text_comes_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text) == (f"'{text}" if is_formula(text) else text)


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
