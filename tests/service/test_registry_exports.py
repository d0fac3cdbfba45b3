"""Tables of mappings out, on both databases: what one may see, never a formula, and taken in again unchanged."""

import io
from datetime import datetime

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from services.contracts.registry.mapping_imports import MAPPINGS
from services.contracts.tables import CSV, XLSX, guarded
from tests.service.registry_house import House
from tests.tables import a_csv, rows_of

STORE = "/mappings/import?dry_run=false"
FILES = (("/mappings.csv", CSV), ("/mappings.xlsx", XLSX))
PARTED = {"Kari,=HYPERLINK(A1)": "Kari,'=HYPERLINK(A1)", "Kari; +1": "Kari;' +1", "Kari,'=1": "Kari,''=1"}
"""What other readers would part into two cells, and how it is written."""

FORMULAS = (
    "=1+1",
    "+47 77 00 00 00",
    "-",
    "@SUM(A1)",
    '"=1"',
    "'=1",
    "＝1",
    "＠A1",
    "#N/A",
    "a = b",
    "'tis",
    *PARTED,
)


async def filled(house: House) -> None:
    """Surveys of two centres, in every status, on every kind of place, and with sources that look like formulas."""
    steps = {"invited_on": "2014-01-02", "agreed_on": "2014-02-03", "completed_on": "2014-03-04"}
    headings = ("tool", "unit_code", "county_code", "year", "status", *steps, "cancelled_on", "centre", "source")
    days = list(steps.values())
    formulas = [
        ("brukerplan", "1902", "", 2000 + number, "completed", *days, "", "korus-nord", guarded(text))
        for number, text in enumerate(FORMULAS)
    ]
    table = a_csv(
        headings,
        *formulas,
        ("ungdata", "030101", "", 2015, "invited", days[0], "", "", "", "korus-oslo", ""),
        ("ungdata", "1804", "", 2015, "agreed", "", days[1], "", "", "korus-midt", ""),
        ("ungdata", "1804", "", 2016, "cancelled", days[0], "", "", days[2], "korus-midt", "example"),
        ("ungdata_upper_secondary", "", "18", 2015, "completed", "", "", days[2], "", "korus-nord", ""),
    )
    stored = await house.caller("KOO").send(STORE, table, CSV)
    assert stored.json()["errors"] == [], stored.text


@pytest.mark.parametrize(("path", "media_type"), FILES)
async def test_what_is_exported_is_imported_again_unchanged(house: House, path: str, media_type: str) -> None:
    await filled(house)
    coordinator = house.caller("KOO")
    file = await coordinator.get(path)
    assert file.headers["content-type"].partition(";")[0] == media_type
    assert file.headers["content-disposition"] == f'attachment; filename="mappings{path[-5:].lstrip("s")}"'
    again = await coordinator.send(STORE, file.content, media_type)
    rows = len(FORMULAS) + 4
    assert again.json() == {"stored": True, "rows": rows, "new": 0, "held": rows, "wrong_cells": 0, "errors": []}
    assert len(await house.told("mapping")) == rows
    assert (await coordinator.get(path)).status_code == 200


async def test_an_empty_register_can_be_filled_with_what_was_exported(house: House) -> None:
    await filled(house)
    coordinator = house.caller("KOO")
    headings, *rows = rows_of((await coordinator.get("/mappings.csv")).content)
    await house.database.write(emptied)
    stored = await coordinator.send(STORE, a_csv(headings[:-1], *(row[:-1] for row in rows)), CSV)
    assert stored.json()["new"] == len(rows), stored.text
    again = rows_of((await coordinator.get("/mappings.csv")).content)
    assert [row[:-1] for row in again] == [row[:-1] for row in (headings, *rows)]


def emptied(tx) -> None:
    tx.connection.execute(sa.text("DELETE FROM mapping"))


async def test_r63_no_cell_is_calculated_by_a_spreadsheet(house: House) -> None:
    await filled(house)
    anybody = house.anybody
    headings, *lines = rows_of((await anybody.get("/mappings.csv")).content)
    source = headings.index("source")
    said = [row[source] for row in lines if row[0] == "brukerplan"]
    assert said == [*(f"'{text}" for text in FORMULAS[:8]), *(PARTED.get(text, text) for text in FORMULAS[8:])]
    sheet = load_workbook(io.BytesIO((await anybody.get("/mappings.xlsx")).content)).worksheets[0]
    cells = [row[source] for row in sheet.iter_rows(min_row=2) if row[0].value == "brukerplan"]
    assert [(cell.value, cell.data_type) for cell in cells] == [(text, "s") for text in said]
    columns = {name: sheet.cell(2, number) for number, name in enumerate(headings, 1)}
    assert columns["unit_code"].value == "1902"
    assert columns["year"].value == 2000
    assert columns["completed_on"].value == datetime(2014, 3, 4)
    assert columns["completed_on"].number_format == "yyyy-mm-dd"


async def test_an_export_holds_what_its_reader_may_see_and_asked_for(house: House) -> None:
    await filled(house)
    midt = await house.organisation_id("KoRus-Midt")
    completed = len(FORMULAS) + 1
    midts, directorate = house.caller("API", midt), house.caller("HD")
    for caller, rows in ((house.anybody, completed), (midts, completed + 2), (directorate, completed + 3)):
        for path, _ in FILES:
            assert len(rows_of((await caller.get(path)).content)) == rows + 1
    narrowed = rows_of((await directorate.get("/mappings.csv", unit_code="1804", year=2015)).content)
    (row,) = narrowed[1:]
    assert dict(zip(MAPPINGS.headings, row, strict=True)) | {"mapping_id": ""} == {
        "tool": "ungdata",
        "unit_code": "1804",
        "municipality": "Bodø",
        "county_code": "",
        "county": "Nordland",
        "year": "2015",
        "status": "agreed",
        "invited_on": "",
        "agreed_on": "2014-02-03",
        "completed_on": "",
        "cancelled_on": "",
        "centre": "korus-midt",
        "source": "",
        "mapping_id": "",
    }


async def test_the_template_is_a_table_without_rows(house: House) -> None:
    editor = house.caller("ED", await house.organisation_id("KoRus-Nord"))
    template = await editor.get("/mappings/import-template.csv")
    assert template.content == ("\ufeff" + ";".join(MAPPINGS.headings) + "\r\n").encode()
    answer = await editor.send(STORE, template.content, CSV)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:samla:problem:empty-table")
    assert (await house.anybody.get("/mappings/import-template.csv")).status_code == 401
