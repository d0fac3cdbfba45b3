"""Tables as files, from nearly right to nothing of the kind."""

import functools

from hypothesis import strategies as st

from services.contracts.registry.agreement_imports import AGREEMENTS
from services.contracts.registry.contact_imports import CONTACTS
from services.contracts.registry.mapping_imports import MAPPINGS
from services.contracts.tables import as_csv
from services.registry.domain.spreadsheets.workbooks import write_workbook
from tests.tables import with_entry

FORMS = (MAPPINGS, CONTACTS, AGREEMENTS)
NAMES = sorted({name for form in FORMS for name in form.headings})
SHEET = "xl/worksheets/sheet1.xml"
MARKUP = (
    "<row>",
    "</row>",
    '<c r="B2">',
    "</c>",
    "<f>1+1</f>",
    '<row r="99999999999">',
    't="s"',
    "<!DOCTYPE a>",
    "&",
    "<",
)

cells = st.one_of(
    st.sampled_from(("brukerplan", "ungdata", "ungdata_upper_secondary", "1902", "0301", "19", "55", "9999", "Tromsø")),
    st.sampled_from(
        ("Våler", "Troms", "2015", "completed", "invited", "2015-05-01", "1.5.2015", "korus-nord", "=1", "")
    ),
    st.sampled_from(
        (
            "leader",
            "kari@kommune.example",
            "77 00 00 00",
            "nn",
            "consent",
            "cooperation",
            "korus-midt",
            "survey",
            "true",
        )
    ),
    st.none(),
    st.integers(),
    st.dates(),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
)
headings = st.one_of(
    *(st.just(form.headings) for form in FORMS),
    st.lists(st.one_of(st.sampled_from(NAMES), st.text(max_size=5)), max_size=16),
)
rows = st.lists(st.lists(cells, max_size=20), max_size=6)
right = st.builds(as_csv, headings, rows)
torn = st.tuples(right, st.integers(0, 400), st.binary(max_size=4)).map(
    lambda it: it[0][: it[1]] + it[2] + it[0][it[1] :]
)
csv_files = st.one_of(right, torn, st.binary(max_size=200))


@functools.cache
def _workbook() -> bytes:
    row = ("brukerplan", "1902", None, None, None, 2015, "completed", None, None, "2015-05-01", None, None, "=1", None)
    return write_workbook("mappings", MAPPINGS.headings, [row, row])


def _cut(at: int, length: int, what: str) -> bytes:
    """A workbook whose sheet says something else somewhere."""
    inside = f'<row r="2"><c r="A2" t="inlineStr"><is><t>ungdata</t></is></c>{what}</row>'
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{space}"><sheetData>{inside}{inside}</sheetData></worksheet>'
    return with_entry(_workbook(), SHEET, (sheet[:at] + what + sheet[at + length :]).encode())


def _flipped(at: int, value: int) -> bytes:
    body = bytearray(_workbook())
    body[at % len(body)] = value
    return bytes(body)


workbooks = st.one_of(
    st.builds(
        write_workbook, st.just("mappings"), headings.filter(lambda names: all(map(str.isprintable, names))), rows
    ),
    st.builds(_cut, st.integers(0, 400), st.integers(0, 40), st.sampled_from(MARKUP)),
    st.builds(_flipped, st.integers(0, 20_000), st.integers(0, 255)),
    st.binary(max_size=200).map(lambda rest: b"PK\x03\x04" + rest),
)
