"""Tables of mappings over HTTP on both databases: what is taken in whole, and what is refused with its cell."""

import asyncio
import time
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.contracts.tables import CSV, XLSX
from services.kernel import edge
from services.kernel.clock import FixedClock
from tests.service.registry_house import Caller, House
from tests.statements import statements
from tests.tables import a_csv, a_workbook, rows_of, surveys

HEADINGS = ("tool", "unit_code", "municipality", "county_code", "county", "year", "status",
            "invited_on", "agreed_on", "completed_on", "cancelled_on", "centre", "source")  # fmt: skip
IMPORT, STORE = "/mappings/import", "/mappings/import?dry_run=false"


async def the_editor(house: House, centre: str = "KoRus-Nord") -> Caller:
    return house.caller("ED", await house.organisation_id(centre))


def a_row(**changes: Any) -> list[Any]:
    """A run of BrukerPlan in Tromsø, completed, as the columns have it."""
    told = {
        "tool": "brukerplan",
        "unit_code": "1902",
        "year": 2015,
        "status": "completed",
        "completed_on": "2015-11-02",
    }
    return [(told | changes).get(name, "") for name in HEADINGS]


def told_cells(answer: httpx.Response) -> list[tuple[str, str]]:
    """The cells that an answer tells of, and why."""
    for error in answer.json()["errors"]:
        assert error["cell"] == f"{'ABCDEFGHIJKLMNOP'[error['column'] - 1]}{error['row']}"
        assert error["detail"]
    return [(error["cell"], error["code"]) for error in answer.json()["errors"]]


async def test_a_table_is_tried_first_and_stored_when_that_is_said(house: House) -> None:
    editor = await the_editor(house)
    table = a_csv(
        HEADINGS,
        a_row(),
        a_row(unit_code="", municipality="tromso", county="Troms", tool="ungdata", source="the centre's own list"),
        a_row(year=2016, status="agreed", invited_on="01.02.2016", agreed_on="15.3.2016", completed_on=""),
        a_row(tool="ungdata_upper_secondary", unit_code="", county="Nordland"),
    )
    tried = await editor.send(IMPORT, table, CSV)
    expected = {"stored": False, "rows": 4, "new": 4, "held": 0, "wrong_cells": 0, "errors": []}
    assert (tried.status_code, tried.json()) == (200, expected)
    assert (await editor.get("/mappings")).json() == {"items": []}
    assert await house.told("mapping") == []

    stored = await editor.send(STORE, table, CSV)
    assert (stored.status_code, stored.json()) == (200, expected | {"stored": True})
    told = await house.told("mapping")
    assert [(each["type"].split(".")[3], each["aggregateversion"], each["data"]["occurred_on"]) for each in told] == [
        ("completed", 1, "2015-11-02"),
        ("completed", 1, "2015-11-02"),
        ("agreed", 1, "2016-03-15"),
        ("completed", 1, "2015-11-02"),
    ]
    shown = (await editor.get("/mappings")).json()["items"]
    assert [(each["unit_code"], each["county_code"], each["year"], each["sequence"]) for each in shown] == [
        ("1902", None, 2015, 1),
        ("1902", None, 2015, 1),
        ("1902", None, 2016, 2),
        (None, "18", 2015, 1),
    ]
    assert {each["centre_id"] for each in shown} == {str(await house.organisation_id("KoRus-Nord"))}
    assert (shown[1]["source"], shown[2]["invited_on"]) == ("the centre's own list", "2016-02-01")


async def test_the_same_table_again_changes_nothing(house: House) -> None:
    editor = await the_editor(house)
    table = a_csv(HEADINGS, a_row(), a_row(year=2014, status="cancelled", cancelled_on="2014-05-01", completed_on=""))
    await editor.send(STORE, table, CSV)
    again = await editor.send(STORE, table, CSV)
    assert again.json() == {"stored": True, "rows": 2, "new": 0, "held": 2, "wrong_cells": 0, "errors": []}
    assert len(await house.told("mapping")) == 2
    once_more = await editor.send(STORE, table, CSV, key="the same")
    repeated = await editor.send(STORE, table, CSV, key="the same")
    assert (repeated.json(), repeated.headers["idempotent-replayed"]) == (once_more.json(), "true")


WRONG: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"tool": "questback"}, [("A2", "unknown-mapping-tool")]),
    ({"unit_code": "9999"}, [("B2", "unknown-unit")]),
    ({"unit_code": "5501"}, [("B2", "unit-not-valid")]),
    ({"unit_code": "19"}, [("B2", "wrong-format")]),
    ({"unit_code": ""}, [("B2", "missing")]),
    ({"unit_code": "", "municipality": "Andeby"}, [("C2", "unknown-name")]),
    ({"unit_code": "", "municipality": "Våler"}, [("C2", "ambiguous-name")]),
    ({"unit_code": "", "municipality": "Tromsø", "county": "Nordland"}, [("C2", "not-in-county")]),
    ({"municipality": "Bodø"}, [("C2", "home-differs")]),
    ({"county": "Nordland"}, [("E2", "home-differs")]),
    ({"county": "Nordnorge"}, [("E2", "unknown-name")]),
    ({"tool": "ungdata_upper_secondary"}, [("B2", "county-needed"), ("D2", "missing")]),
    ({"unit_code": "", "county": "Troms"}, [("B2", "missing"), ("E2", "unit-needed")]),
    ({"unit_code": "", "county_code": "55", "tool": "ungdata_upper_secondary"}, [("D2", "unit-not-valid")]),
    ({"year": "in 2015"}, [("F2", "wrong-kind")]),
    ({"year": 1989}, [("F2", "too-small")]),
    ({"status": "done", "year": ""}, [("F2", "missing"), ("G2", "not-a-choice")]),
    ({"completed_on": ""}, [("J2", "missing")]),
    ({"completed_on": "2015-02-30"}, [("J2", "not-a-date")]),
    ({"completed_on": "1446422400"}, [("J2", "not-a-date")]),
    ({"completed_on": "2016-04-09"}, [("J2", "date-in-future")]),
    ({"agreed_on": "2015-12-01"}, [("J2", "date-out-of-order")]),
    ({"cancelled_on": "2015-12-01"}, [("K2", "not-for-this-status")]),
    ({"centre": "korus-midt"}, [("L2", "another-centre")]),
    ({"centre": "helsedirektoratet"}, [("L2", "unknown-centre")]),
    ({"centre": "korus-midt", "unit_code": "9999"}, [("B2", "unknown-unit"), ("L2", "another-centre")]),
    ({"source": "x" * 201}, [("M2", "too-long")]),
]


async def test_a_wrong_cell_is_told_by_its_address_and_nothing_is_stored(house: House) -> None:
    editor = await the_editor(house)
    for changes, cells in WRONG:
        table = a_csv(HEADINGS, a_row(**changes), a_row(year=2012))
        tried, refused = [await editor.send(path, table, CSV) for path in (IMPORT, STORE)]
        assert (changes, tried.status_code, told_cells(tried)) == (changes, 200, cells)
        assert tried.json() | {"errors": []} == {
            "stored": False, "rows": 2, "new": 1, "held": 0, "wrong_cells": len(cells), "errors": [],
        }  # fmt: skip
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:samla:problem:wrong-cells")
        assert (refused.json()["errors"], refused.json()["wrong_cells"]) == (tried.json()["errors"], len(cells))
    assert await house.told("mapping") == []


async def test_a_completion_after_the_municipality_is_refused_at_its_date(house: House, clock: FixedClock) -> None:
    clock.advance(clock.now().replace(year=2021) - clock.now())
    editor = await the_editor(house)
    row = a_row(unit_code="1913", invited_on="2019-12-01", completed_on="2020-01-01", year=2020)
    assert told_cells(await editor.send(IMPORT, a_csv(HEADINGS, row), CSV)) == [("J2", "unit-not-valid")]


async def test_a_run_of_a_municipality_with_another_number_by_now_is_the_same(house: House, clock: FixedClock) -> None:
    clock.advance(clock.now().replace(year=2021) - clock.now())
    editor = await the_editor(house)
    before = a_row(invited_on="2019-12-01", completed_on="2020-03-01", year=2020)
    again = a_row(unit_code="5401", completed_on="2020-04-01", year=2020)
    both = await editor.send(IMPORT, a_csv(HEADINGS, before, again), CSV)
    assert told_cells(both) == [("F3", "named-twice")]
    await editor.send(STORE, a_csv(HEADINGS, before), CSV)
    assert told_cells(await editor.send(IMPORT, a_csv(HEADINGS, again), CSV)) == [("F2", "mapping-exists")]
    later = a_row(unit_code="5401", completed_on="2020-11-01", year=2021)
    stored = await editor.send(STORE, a_csv(HEADINGS, before, later), CSV)
    assert (stored.json()["new"], stored.json()["held"]) == (1, 1), stored.text
    shown = (await editor.get("/mappings")).json()["items"]
    assert {each["unit_code"]: each["sequence"] for each in shown} == {"1902": 1, "5401": 2}


async def test_rows_that_tell_of_the_same_run_are_refused(house: House) -> None:
    editor = await the_editor(house)
    cancelled = a_row(status="cancelled", cancelled_on="2015-05-01", completed_on="")
    table = a_csv(HEADINGS, a_row(), a_row(completed_on="2015-11-03"), cancelled, cancelled, a_row(year=2016))
    assert told_cells(await editor.send(STORE, table, CSV)) == [("F3", "named-twice"), ("F5", "named-twice")]
    await editor.send(STORE, a_csv(HEADINGS, a_row()), CSV)
    other = a_csv(HEADINGS, a_row(), a_row(source="another list"))
    assert told_cells(await editor.send(STORE, other, CSV)) == [("F3", "mapping-exists")]


async def test_a_row_may_name_what_it_tells_of_and_changes_nothing(house: House) -> None:
    editor, midt = await the_editor(house), await the_editor(house, "KoRus-Midt")
    await editor.send(STORE, a_csv(HEADINGS, a_row(), a_row(year=2014)), CSV)
    one, two = (each["mapping_id"] for each in (await editor.get("/mappings")).json()["items"])
    headings = (*HEADINGS, "mapping_id")

    async def cells(caller: Caller, *rows: list[Any]) -> list[tuple[str, str]]:
        return told_cells(await caller.send(IMPORT, a_csv(headings, *rows), CSV))

    assert await cells(editor, [*a_row(), one], [*a_row(year=2014), two]) == []
    assert await cells(editor, [*a_row(), one], [*a_row(), one]) == [("N3", "repeated-id")]
    assert await cells(editor, [*a_row(year=2013), one]) == [("F2", "other-than-held")]
    assert await cells(editor, [*a_row(), str(UUID(int=7))]) == [("N2", "no-such-thing")]
    assert await cells(editor, [*a_row(), "7"]) == [("N2", "not-an-id")]
    assert await cells(midt, [*a_row(), one]) == [("N2", "no-such-thing")]


async def test_a_coordinator_names_the_centre_of_each_row(house: House) -> None:
    coordinator = house.caller("KOO")
    table = a_csv(HEADINGS, a_row(centre="korus-nord"), a_row(unit_code="1804", centre="korus-midt"), a_row(year=2012))
    assert told_cells(await coordinator.send(IMPORT, table, CSV)) == [("L4", "missing")]
    stored = await coordinator.send(STORE, a_csv(HEADINGS, *(a_row(centre=name) for name in ("korus-midt",))), CSV)
    assert stored.json()["new"] == 1


async def test_who_may_not_write_a_mapping_imports_none(house: House) -> None:
    table = a_csv(HEADINGS, a_row())
    assert (await house.anybody.send(STORE, table, CSV)).status_code == 401
    for role in ("PRO", "KOM", "KOM+", "SB", "HD", "DRIFT", "REV"):
        assert (await house.caller(role).send(STORE, table, CSV)).status_code == 403, role
    assert (await house.caller("ED").send(STORE, table, CSV)).status_code == 404
    assert await house.told("mapping") == []


async def test_twenty_thousand_rows_are_taken_whole_or_not_at_all(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The door's deadline is kept on a machine with nothing else to do; here the number of statements is what is shown.
    monkeypatch.setattr(edge, "DEADLINE_S", 100.0)
    editor = await the_editor(house)
    rows = surveys(20_000)
    spoilt = [*rows[:12_345], ("brukerplan", "9999", "2015", "completed", "2015-05-01"), *rows[12_346:]]
    refused = await editor.send(STORE, a_csv(*spoilt), CSV)
    assert (refused.status_code, told_cells(refused)) == (422, [("B12346", "unknown-unit")])
    assert await house.told("mapping") == []

    with statements(house.database) as for_one:
        await editor.send(STORE, a_csv(*surveys(1)), CSV)
    with statements(house.database) as for_all:
        began = time.perf_counter()
        stored = await editor.send(STORE, a_csv(*rows), CSV)
        took_s = time.perf_counter() - began
    assert stored.json() == {"stored": True, "rows": 20_000, "new": 19_999, "held": 1, "wrong_cells": 0, "errors": []}
    assert len(for_all) == len(for_one)
    assert len(await house.told("mapping")) == 20_000
    exported = await editor.get("/mappings.csv")
    assert len(rows_of(exported.content)) == 20_001
    again = await editor.send(IMPORT, exported.content, CSV)
    assert (again.json()["held"], again.json()["wrong_cells"]) == (20_000, 0)
    await editor.send(STORE, a_csv(HEADINGS, a_row(year=1999)), CSV)
    too_many = await editor.get("/mappings.xlsx")
    assert (too_many.status_code, too_many.json()["type"]) == (422, "urn:samla:problem:too-much-to-write")
    print(f"20 000 rows took {took_s:.1f} s and {len(for_all)} statements on {house.database.engine.dialect.name}")


async def test_one_row_more_is_refused_unread(house: House) -> None:
    answer = await (await the_editor(house)).send(STORE, a_csv(*surveys(20_001)), CSV)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:samla:problem:too-many-rows")
    assert answer.json()["most_rows"] == 20_000


async def test_two_tables_at_once_enter_a_run_once(house: House) -> None:
    editor = await the_editor(house)
    tables = [a_csv(HEADINGS, a_row(source=name), a_row(unit_code="1804")) for name in ("one", "two")]
    answers = await asyncio.gather(*(editor.send(STORE, table, CSV) for table in tables))
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    assert len(await house.told("mapping")) == 2


async def test_a_workbook_is_read_as_a_spreadsheet_saves_it(house: House) -> None:
    editor = await the_editor(house)
    row = a_row(unit_code=301, municipality="Oslo", year=2015.0, completed_on="", invited_on="")
    cells = [value if value != "" else None for value in row]
    cells[HEADINGS.index("completed_on")] = datetime(2015, 11, 2)
    stored = await editor.send(STORE, a_workbook(HEADINGS, cells), XLSX)
    assert (stored.status_code, stored.json()["new"]) == (200, 1), stored.text
    (shown,) = (await editor.get("/mappings")).json()["items"]
    assert (shown["unit_code"], shown["completed_on"]) == ("0301", "2015-11-02")
