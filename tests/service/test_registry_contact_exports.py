"""Tables of contacts out, on both databases: what one may see, with a trace, never a formula, and taken in again."""

import io
from collections.abc import AsyncIterator
from datetime import date, timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook

from deploy.reference_load import load_reference
from services.contracts.registry.contact_imports import CONTACTS
from services.contracts.tables import CSV, MOST_ROWS, XLSX, guarded
from services.kernel.bulk import insert_rows
from services.kernel.clock import FixedClock
from services.registry.queries.contacts import looks
from services.registry.service import registry
from services.registry.tables.contacts import CONTACT_ROLES
from tests.conftest import OpenDatabase
from tests.service.contact_house import BODO, CANARIES, ContactHouse, a_contact, slug_of
from tests.service.registry_house import Caller
from tests.statements import statements
from tests.tables import a_csv, rows_of

STORE = "/contacts/import?dry_run=false"
FILES = (("/contacts.csv", CSV), ("/contacts.xlsx", XLSX))
HEADINGS = CONTACTS.headings
CALCULATED = "=1+1"


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[ContactHouse]:
    house = ContactHouse(await open_database(registry, load_reference), clock)
    async with house.client:
        await house.find()
        yield house


async def filled(house: ContactHouse) -> list[str]:
    """The paths of three contacts: of two roles in Tromsø, in Bodø under a name to calculate, and at a centre."""
    two_roles = [
        {"role": "leader", "valid_from": "2014-02-01", "valid_to": "2016-03-01"},
        {"role": "public_health_coordinator", "valid_from": "2015-01-01"},
    ]
    return [
        await house.registered(roles=two_roles),
        await house.registered(unit_code=BODO, name=CALCULATED, phone=None, language="se", occurred_on="2016-01-31"),
        await house.registered(unit_code=None, organisation_id=str(house.centre_id), email=None),
    ]


async def table(caller: Caller, **parameters: Any) -> list[dict[str, str]]:
    """The rows of the CSV file, by their headings."""
    headings, *rows = rows_of((await caller.get("/contacts.csv", **parameters)).content)
    return [dict(zip(headings, row, strict=True)) for row in rows]


@pytest.mark.parametrize(("path", "media_type"), FILES)
async def test_what_is_exported_is_imported_again_unchanged(house: ContactHouse, path: str, media_type: str) -> None:
    await filled(house)
    file = await house.editor.get(path)
    assert file.headers["content-type"].partition(";")[0] == media_type
    assert file.headers["content-disposition"] == f'attachment; filename="contacts{path[-5:].lstrip("s")}"'
    again = await house.editor.send(STORE, file.content, media_type)
    assert again.json() == {"stored": True, "rows": 4, "new": 0, "held": 4, "wrong_cells": 0, "errors": []}
    assert len(await house.told("contact")) == 3


async def test_a_row_tells_a_role_as_it_was_registered(house: ContactHouse) -> None:
    await filled(house)
    at_the_centre, in_bodo, *in_tromso = sorted(await table(house.editor), key=itemgetter("unit_code"))
    leader, coordinator = in_tromso
    told = a_contact(role="leader", valid_from="2014-02-01", valid_to="2016-03-01", organisation="")
    told["phone"] = guarded(told["phone"])  # a spreadsheet would add it up
    assert leader == {name: told[name] for name in HEADINGS}
    assert coordinator == leader | {
        "role": "public_health_coordinator", "valid_from": "2015-01-01", "valid_to": "",
    }  # fmt: skip
    assert (in_bodo["unit_code"], in_bodo["language"], in_bodo["occurred_on"]) == (BODO, "se", "2016-01-31")
    assert (at_the_centre["unit_code"], at_the_centre["organisation"], at_the_centre["email"]) == ("", "korus-nord", "")


async def test_r63_no_cell_is_calculated_by_a_spreadsheet(house: ContactHouse) -> None:
    await filled(house)
    assert [row["name"] for row in await table(house.editor, unit_code=BODO)] == [f"'{CALCULATED}"]
    assert all(row["phone"].startswith("'+") for row in await table(house.editor) if row["phone"])
    sheet = load_workbook(io.BytesIO((await house.editor.get("/contacts.xlsx")).content)).worksheets[0]
    cells = {cell.value: cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row}
    assert cells[f"'{CALCULATED}"] == cells["1902"] == "s"


async def test_an_export_holds_what_its_reader_may_see_and_asked_for(house: ContactHouse) -> None:
    in_tromso, *_ = await filled(house)
    other = house.caller("ED", house.other_centre_id)
    for caller, rows in ((house.municipality, 2), (other, 4), (house.caller("KOO"), 4), (house.caller("KOM"), 0)):
        for path, _ in FILES:
            assert len(rows_of((await caller.get(path)).content)) == rows + 1
    assert len(await table(other, unit_code="1902")) == 2
    assert [row["organisation"] for row in await table(other, organisation_id=str(house.centre_id))] == ["korus-nord"]
    on = await table(other, role="leader", on="2016-03-01")
    assert on == []
    # Of a contact that has the role that is asked for all roles are told: it is the contact that is asked for.
    assert {row["role"] for row in await table(other, role="leader")} == {"leader", "public_health_coordinator"}
    await house.moves(in_tromso, "end")
    assert {row["unit_code"] for row in await table(other)} == {BODO, ""}
    for role in ("PRO", "SB", "ØK", "FAG", "HD", "API", "DRIFT", "REV", "PVO"):
        assert slug_of(await house.caller(role, house.centre_id).get("/contacts.csv")) == (403, "forbidden")
    assert slug_of(await house.anybody.get("/contacts.csv")) == (401, "unauthenticated")


async def test_r74_whoever_takes_a_table_out_is_seen_by_everyone_in_it(house: ContactHouse) -> None:
    paths = await filled(house)
    await house.caller("ED", house.other_centre_id).get("/contacts.xlsx")
    await house.municipality.get("/contacts.csv")
    of = {path: UUID(path.removeprefix("/contacts/")) for path in paths}
    seen = {path: await house.database.read(looks, of[path]) for path in paths}
    for path in paths:
        readers = {look.organisation_id: (look.on, look.times) for look in seen[path]}
        today = (date(2016, 4, 8), 1)
        expected = {house.other_centre_id: today}
        assert readers == expected | ({house.tromso_id: today} if path == paths[0] else {})
    first, second = [row for row in await house.audited("take_out_contacts") if row["facts"]]
    assert (first["facts"]["contacts"], second["facts"]["contacts"]) == (3, 1)
    assert not any(canary in str(row) for row in (first, second) for canary in CANARIES)


async def test_a_table_takes_as_many_statements_for_one_as_for_many(house: ContactHouse) -> None:
    await house.registered()
    with statements(house.database) as for_one:
        assert len(await table(house.editor)) == 1
    rows = [tuple(HEADINGS)]
    for number in range(300):
        told = a_contact(name=f"Kontakt {number}", role="leader", valid_from="2015-01-01")
        rows.append(tuple(told.get(name, "") for name in HEADINGS))
    assert (await house.editor.send(STORE, a_csv(*rows), CSV)).json()["new"] == 300
    with statements(house.database) as for_many:
        assert len(await table(house.editor)) == 301
    assert len(for_many) == len(for_one)


async def test_more_than_a_file_can_hold_is_refused_and_nobody_has_seen_it(house: ContactHouse) -> None:
    contact_id = UUID((await house.registered()).removeprefix("/contacts/"))
    first = date(1950, 1, 1)
    roles = [
        {"contact_id": contact_id, "role": "leader", "valid_from": day, "valid_to": day + timedelta(days=1)}
        for day in (first + timedelta(days=number) for number in range(MOST_ROWS))
    ]
    await house.database.transact(lambda connection: insert_rows(connection, CONTACT_ROLES, roles))
    for path, _ in FILES:
        answer = await house.editor.get(path)
        assert (slug_of(answer), answer.json()["most_rows"]) == ((422, "too-much-to-write"), MOST_ROWS)
    assert await house.rows("contact_look") == []
