"""Tables of contacts over HTTP on both databases: taken in whole, refused by the cell, and naming nobody."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from deploy.reference_load import load_reference
from services.contracts.registry.contact_imports import CONTACTS
from services.contracts.tables import CSV, XLSX
from services.kernel import edge
from services.kernel.clock import FixedClock
from services.registry.domain.spreadsheets import archives
from services.registry.service import registry
from tests.conftest import OpenDatabase
from tests.service.contact_house import BODO, CANARIES, EMAIL, FIRST, NAME, TROMSO, ContactHouse, a_contact, slug_of
from tests.service.registry_house import Caller
from tests.statements import statements
from tests.tables import a_csv, a_workbook, with_entry
from tests.unit.test_identity_numbers import ORDINARY

HEADINGS = CONTACTS.headings
IMPORT, STORE = "/contacts/import", "/contacts/import?dry_run=false"
NOTHING = {"stored": False, "rows": 1, "new": 0, "held": 0, "wrong_cells": 0, "errors": []}


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[ContactHouse]:
    house = ContactHouse(await open_database(registry, load_reference), clock)
    async with house.client:
        await house.find()
        yield house


def a_row(**changes: Any) -> list[Any]:
    """Somebody in Tromsø who coordinates public health, as the columns have it."""
    told = a_contact() | {"role": "public_health_coordinator", "valid_from": "2015-01-01", "occurred_on": ""} | changes
    return [told.get(name, "") for name in HEADINGS]


def people(number: int) -> list[Any]:
    """Headings, and so many contacts in Tromsø."""
    return [
        HEADINGS,
        *(a_row(name=f"Kontakt {n}", email=f"kontakt{n}@kommune.example", phone="") for n in range(number)),
    ]


def told_cells(answer: httpx.Response) -> list[tuple[str, str]]:
    """The cells that an answer tells of, and why."""
    for error in answer.json()["errors"]:
        assert error["cell"] == f"{'ABCDEFGHIJKL'[error['column'] - 1]}{error['row']}"
        assert error["detail"]
    return [(error["cell"], error["code"]) for error in answer.json()["errors"]]


async def send(caller: Caller, *rows: list[Any], path: str = STORE) -> httpx.Response:
    answer: httpx.Response = await caller.send(path, a_csv(HEADINGS, *rows), CSV)
    return answer


async def test_a_table_of_contacts_is_tried_first_and_stored_when_that_is_said(house: ContactHouse) -> None:
    rows = [
        a_row(),
        a_row(role="leader", valid_from="1.2.2014", valid_to="1.3.2016"),
        a_row(name="Ola Nordmann", email="", phone="77 00 00 00", occurred_on="2016-01-31"),
    ]
    rows[2][:2] = ["", await reference_of(house, house.tromso_id)]
    tried = await send(house.editor, *rows, path=IMPORT)
    expected = NOTHING | {"rows": 3, "new": 3}
    assert (tried.status_code, tried.json()) == (200, expected)
    assert await house.rows("contact") == await house.told("contact") == []

    stored = await send(house.editor, *rows)
    assert (stored.status_code, stored.json()) == (200, expected | {"stored": True})
    kari, ola = await house.editor.pages("/contacts")
    assert kari["contact"]["roles"] == [
        {"role": "leader", "valid_from": "2014-02-01", "valid_to": "2016-03-01"},
        {"role": "public_health_coordinator", "valid_from": "2015-01-01", "valid_to": None},
    ]
    facts = ("name", "email", "phone", "language", "source", "lawful_basis")
    assert {name: kari["person"][name] for name in facts} == {name: a_contact()[name] for name in facts}
    assert (kari["contact"]["unit_code"], ola["contact"]["organisation_id"]) == (TROMSO, str(house.tromso_id))
    assert (kari["person"]["version"], kari["person"]["standing"]) == (1, "unconfirmed")
    told = await house.told("contact")
    assert [each["type"].split(".")[3] for each in told] == ["registered", "registered"]
    assert [each["data"]["occurred_on"] for each in told] == ["2016-04-08", "2016-01-31"]


async def test_a_row_about_a_record_that_was_given_up_is_told_by_its_cell(house: ContactHouse) -> None:
    coordinator = house.caller("KOO")
    body = {"reference": "tromso-2", "name": "Tromsø", "kind": "municipality", "unit_code": TROMSO}
    double = (await coordinator.post("/organisations", body | {"occurred_on": "2016-04-08"})).headers["location"]
    told = {"kept_id": str(house.tromso_id), "reason": "The same twice.", "occurred_on": "2016-04-08"}
    assert (await coordinator.post(f"{double}/merge", told, if_match=FIRST)).status_code == 200
    rows = [a_row(), a_row(name="Ola Nordmann"), a_row(name="Per Nordmann")]
    rows[1][:2], rows[2][:2] = ["", "tromso-2"], ["", "nobody"]
    tried = await send(house.editor, *rows, path=IMPORT)
    assert (tried.status_code, told_cells(tried)) == (
        200, [("B3", "organisation-merged"), ("B4", "unknown-organisation")],
    )  # fmt: skip


async def reference_of(house: ContactHouse, organisation_id: UUID) -> str:
    (row,) = [each for each in await house.rows("organisation") if _id(each["organisation_id"]) == organisation_id]
    return str(row["reference"])


def _id(stored: Any) -> UUID:
    return stored if isinstance(stored, UUID) else UUID(str(stored))


async def test_an_imported_contact_is_kept_as_one_that_is_registered(house: ContactHouse) -> None:
    """The same rows, deadlines and fingerprints, whichever way it came in."""
    registered = await house.registered(
        roles=[{"role": "leader", "valid_from": "2015-01-01", "valid_to": "2017-01-01"}]
    )
    await send(house.editor, a_row(name="Kari Nordmann", role="leader", valid_to="2017-01-01"))
    one, two = await house.rows("contact", "1 = 1 ORDER BY contact_id")
    same = ("unit_code", "organisation_id", "owner_id", "registered_on", "ended_on", "erased_on")
    assert [one[name] for name in same] == [two[name] for name in same]
    due = await house.rows("deadline", "1 = 1 ORDER BY kind, subject")
    of = {each: {(row["kind"], row["due_at"]) for row in due if row["subject"] == each} for each in subjects(due)}
    assert len(of) == 2
    assert len({frozenset(each) for each in of.values()}) == 1
    assert {kind for each in of.values() for kind, _ in each} == {"contact-check", "contact-gone", "contact-retention"}
    (audited,) = [row for row in await house.audited("import_contacts") if row["facts"]]
    (like,) = [row for row in await house.audited("register_contact") if row["facts"]]
    assert audited["facts"].keys() == like["facts"].keys() == {"person"}
    assert all(before is None and len(after) == 64 for before, after in audited["facts"]["person"].values())
    assert audited["subject"] != like["subject"] == registered.removeprefix("/contacts/").join(("contact/", ""))
    assert await house.rows("effect") == []


def subjects(rows: list[dict[str, Any]]) -> set[str]:
    return {row["subject"] for row in rows}


async def test_the_same_contacts_again_change_nothing(house: ContactHouse) -> None:
    rows = [a_row(), a_row(role="leader"), a_row(name="Ola Nordmann", occurred_on="2016-01-31")]
    await send(house.editor, *rows)
    before = await everything(house)
    again = await send(house.editor, *rows)
    assert again.json() == {"stored": True, "rows": 3, "new": 0, "held": 3, "wrong_cells": 0, "errors": []}
    assert await everything(house) == before
    longer = await send(house.editor, *rows, a_row(name="Per Nordmann"))
    assert (longer.json()["new"], longer.json()["held"]) == (1, 3)
    once = await house.editor.send(STORE, a_csv(HEADINGS, *rows), CSV, key="the same")
    replayed = await house.editor.send(STORE, a_csv(HEADINGS, *rows), CSV, key="the same")
    assert (replayed.json(), replayed.headers["idempotent-replayed"]) == (once.json(), "true")


async def everything(house: ContactHouse) -> list[Any]:
    tables = ("contact", "contact_role", "contact_person", "deadline", "outbox", "audit", "effect")
    return [await house.rows(table) for table in tables]


async def test_a_contact_is_held_whatever_number_its_municipality_had(house: ContactHouse, clock: FixedClock) -> None:
    await send(house.editor, a_row(occurred_on="2016-04-08"))
    clock.advance(clock.now().replace(year=2025) - clock.now())
    again = await send(house.editor, a_row(unit_code="5501"))
    assert (again.json()["new"], again.json()["held"]) == (0, 1)


WRONG: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"unit_code": "9999"}, [("A2", "unknown-unit")]),
    ({"unit_code": "5501"}, [("A2", "unit-not-valid")]),
    ({"unit_code": "19"}, [("A2", "wrong-format")]),
    ({"unit_code": ""}, [("A2", "one-place-needed")]),
    ({"organisation": "korus-nord"}, [("A2", "one-place-needed")]),
    ({"unit_code": "", "organisation": "nobody"}, [("B2", "unknown-organisation")]),
    ({"role": "mayor"}, [("C2", "not-a-choice")]),
    ({"role": "", "name": ""}, [("C2", "missing"), ("D2", "missing")]),
    ({"name": "x" * 201}, [("D2", "too-long")]),
    ({"name": f"Kari {ORDINARY}"}, [("D2", "national-identity-number")]),
    ({"email": "kari at kommune"}, [("E2", "wrong-format")]),
    ({"email": "a@b.no, c@d.no"}, [("E2", "wrong-format")]),
    ({"email": "", "phone": ""}, [("E2", "email-or-phone-needed")]),
    ({"phone": "987 six"}, [("F2", "wrong-format")]),
    ({"phone": ORDINARY}, [("F2", "national-identity-number")]),
    ({"language": "bokmål"}, [("G2", "not-a-choice")]),
    ({"source": ""}, [("H2", "missing")]),
    ({"lawful_basis": "habit"}, [("I2", "not-a-choice")]),
    ({"valid_from": "2015"}, [("J2", "not-a-date")]),
    ({"valid_to": "2014-12-31"}, [("K2", "period-reversed")]),
    ({"occurred_on": "2016-04-09"}, [("L2", "date-in-future")]),
]


async def test_a_wrong_cell_of_a_contact_is_told_by_its_address_and_nobody_is_stored(house: ContactHouse) -> None:
    for changes, cells in WRONG:
        rows = [a_row(**changes), a_row(name="Ola Nordmann")]
        tried, refused = [await send(house.editor, *rows, path=path) for path in (IMPORT, STORE)]
        assert (changes, tried.status_code, told_cells(tried)) == (changes, 200, cells)
        assert tried.json() | {"errors": []} == NOTHING | {"rows": 2, "new": 1, "wrong_cells": len(cells)}
        assert slug_of(refused) == (422, "wrong-cells")
        assert (refused.json()["errors"], refused.json()["wrong_cells"]) == (tried.json()["errors"], len(cells))
    assert await house.rows("contact") == await house.told("contact") == []


async def test_no_answer_and_no_log_has_what_stands_in_a_cell(
    house: ContactHouse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [
        await send(house.editor, a_row(**changes), path=path) for changes, _ in WRONG for path in (IMPORT, STORE)
    ]
    answers += [await send(house.editor, a_row(), path=path) for path in (IMPORT, STORE, STORE)]
    answers.append(await send(house.editor, a_row(email="another@kommune.example")))
    kept = await house.rows("idempotency")
    told = [str(each) for each in (*(answer.text for answer in answers), *kept, *await house.told("contact"))]
    told += [str(await house.rows("outbox")), str(await house.rows("audit")), caplog.text]
    for canary in (*CANARIES, ORDINARY, "another@kommune.example"):
        assert not [each for each in told if canary.lower() in each.lower()], canary
    assert (await house.editor.pages("/contacts"))[0]["person"]["name"] == NAME


async def test_rows_of_one_contact_tell_the_same_of_it_and_each_role_once(house: ContactHouse) -> None:
    refused = await send(
        house.editor,
        a_row(),
        a_row(),
        a_row(role="leader", phone="", source="another list"),
        a_row(valid_from="2016-01-01"),
        a_row(role="mapping_coordinator", name=NAME.upper()),
        a_row(role="other", name=f"  {NAME} ", unit_code=BODO),
    )
    assert told_cells(refused) == [
        ("C3", "named-twice"),
        ("F4", "told-otherwise"),
        ("H4", "told-otherwise"),
        ("J5", "periods-overlap"),
        ("D6", "told-otherwise"),
    ]


async def test_a_row_that_tells_otherwise_of_a_contact_that_is_held_is_refused(house: ContactHouse) -> None:
    path = await house.registered()
    for changes, cells in (
        ({"email": "other@kommune.example"}, [("E2", "other-than-held")]),
        ({"phone": "", "language": "nn"}, [("F2", "other-than-held"), ("G2", "other-than-held")]),
        ({"role": "leader"}, [("C2", "other-than-held")]),
        ({"valid_from": "2014-01-01"}, [("C2", "other-than-held")]),
        ({"occurred_on": "2016-04-07"}, [("L2", "other-than-held")]),
        ({"occurred_on": "2016-04-08"}, []),
        ({"unit_code": BODO, "email": "other@kommune.example"}, []),
    ):
        tried = await send(house.editor, a_row(**changes), path=IMPORT)
        assert (changes, told_cells(tried)) == (changes, cells)
    other = house.caller("ED", house.other_centre_id)
    assert (await send(other, a_row())).json()["held"] == 1
    await house.moves(path, "end")
    assert told_cells(await send(house.editor, a_row(), path=IMPORT)) == [("J2", "contact-ended")]
    later = await send(house.editor, a_row(role="leader", valid_from="2016-04-08"))
    assert later.json()["new"] == 1


async def test_a_municipality_imports_contacts_at_home_only(house: ContactHouse) -> None:
    own = await reference_of(house, house.tromso_id)
    elsewhere = await reference_of(house, house.centre_id)
    rows = [
        a_row(),
        a_row(unit_code=BODO),
        a_row(unit_code="", organisation=own),
        a_row(unit_code="", organisation=elsewhere),
    ]
    await send(house.editor, rows[1])
    tried, refused = [await send(house.municipality, *rows, path=path) for path in (IMPORT, STORE)]
    assert told_cells(tried) == told_cells(refused) == [("A3", "another-place"), ("B5", "another-place")]
    stored = await send(house.municipality, rows[0], rows[2])
    assert stored.json()["new"] == 2


async def test_who_may_not_change_contacts_imports_none(house: ContactHouse) -> None:
    for role in ("PRO", "SB", "ØK", "FAG", "KOO", "HD", "API", "DRIFT", "REV", "PVO"):
        caller = house.caller(role, house.centre_id)
        assert (await send(caller, a_row())).status_code == 403, role
        assert (await caller.get("/contacts/import-template.csv")).status_code == 403, role
    assert (await send(house.anybody, a_row())).status_code == 401
    assert (await send(house.caller("ED"), a_row())).status_code == 404
    assert (await send(house.caller("KOM"), a_row())).status_code == 404
    template = await house.editor.get("/contacts/import-template.csv")
    assert template.content == ("\ufeff" + ";".join(HEADINGS) + "\r\n").encode()
    assert slug_of(await house.editor.send(STORE, template.content, CSV)) == (422, "empty-table")


async def test_twenty_thousand_contacts_are_taken_whole_or_not_at_all(
    house: ContactHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The door's deadline is kept on a machine with nothing else to do; here the number of statements is what is shown.
    monkeypatch.setattr(edge, "DEADLINE_S", 100.0)
    rows = people(20_000)
    spoilt = [*rows[:12_345], a_row(email="nobody"), *rows[12_346:]]
    refused = await send(house.editor, *spoilt[1:])
    assert (refused.status_code, told_cells(refused)) == (422, [("E12346", "wrong-format")])
    assert await house.rows("contact") == await house.told("contact") == await house.rows("deadline") == []

    with statements(house.database) as for_one:
        await send(house.editor, *people(1)[1:])
    with statements(house.database) as for_all:
        began = time.perf_counter()
        stored = await send(house.editor, *rows[1:])
        took_s = time.perf_counter() - began
    assert stored.json() == {"stored": True, "rows": 20_000, "new": 19_999, "held": 1, "wrong_cells": 0, "errors": []}
    assert len(for_all) == len(for_one)
    assert len(await house.told("contact")) == len(await house.rows("deadline")) == 20_000
    with statements(house.database) as when_held:
        again = await send(house.editor, *rows[1:])
    assert (again.json()["held"], again.json()["wrong_cells"]) == (20_000, 0)
    assert len(when_held) <= len(for_one)
    print(f"20 000 rows took {took_s:.1f} s and {len(for_all)} statements on {house.database.engine.dialect.name}")


async def test_one_contact_more_is_refused_unread(house: ContactHouse) -> None:
    answer = await send(house.editor, *people(20_001)[1:])
    assert (slug_of(answer), answer.json()["most_rows"]) == ((413, "too-many-rows"), 20_000)


async def test_two_tables_at_once_make_a_contact_known_once(house: ContactHouse) -> None:
    organisation = await reference_of(house, house.centre_id)
    rows = [a_row(), a_row(unit_code="", organisation=organisation)]
    answers = await asyncio.gather(*(send(house.editor, *some) for some in (rows, rows[:1], rows[1:])))
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert sum(answer.json()["new"] for answer in answers) == len(await house.told("contact")) == 2


async def test_contacts_come_in_a_workbook_and_behind_a_byte_order_mark(house: ContactHouse) -> None:
    told = dict(zip(HEADINGS, a_row(unit_code=301, phone=98765432), strict=True))
    cells = [value if value != "" else None for value in (told | {"valid_from": datetime(2015, 1, 1)}).values()]
    book = await house.editor.send(STORE, a_workbook(HEADINGS, cells), XLSX)
    assert (book.status_code, book.json()["new"]) == (200, 1), book.text
    (shown,) = await house.editor.pages("/contacts")
    assert (shown["contact"]["unit_code"], shown["person"]["phone"]) == ("0301", "98765432")
    marked = await house.editor.send(STORE, b"\xef\xbb\xbf" + a_csv(HEADINGS, a_row(name="Šoršá Åsen")), CSV)
    assert (marked.status_code, marked.json()["new"]) == (200, 1), marked.text
    assert "Šoršá Åsen" in [each["person"]["name"] for each in await house.editor.pages("/contacts")]


async def test_files_that_are_no_tables_of_contacts_are_refused_by_name(house: ContactHouse) -> None:
    async def refused(body: bytes, media_type: str = CSV) -> httpx.Response:
        answer: httpx.Response = await house.editor.send(STORE, body, media_type)
        assert EMAIL not in answer.text
        assert NAME not in answer.text
        return answer

    latin = await refused(a_csv(HEADINGS, a_row(name="Kåre Ås")).decode().encode("latin-1"))
    assert (slug_of(latin), latin.json()["line"]) == ((400, "not-utf-8"), 2)
    formula = await refused(a_workbook(HEADINGS, a_row(name='=HYPERLINK("https://x.example";"Kari")')), XLSX)
    assert (slug_of(formula), told_cells(formula)) == ((422, "wrong-cells"), [("D2", "formula")])
    bomb = with_entry(a_workbook(HEADINGS, a_row()), "xl/media/bomb.bin", b"\0" * (archives.MOST_UNPACKED + 1))
    assert len(bomb) < archives.MOST_UNPACKED / 100
    assert slug_of(await refused(bomb, XLSX)) == (413, "unpacks-too-large")
    assert slug_of(await refused(a_workbook(HEADINGS, a_row(), sheets=2), XLSX)) == (422, "several-sheets")
    assert slug_of(await refused(a_csv(("unit_code", "email"), (TROMSO, EMAIL)))) == (422, "wrong-columns")
    assert await house.rows("contact") == []


async def test_a_name_that_looks_like_a_formula_stays_text(house: ContactHouse) -> None:
    await send(house.editor, a_row(name="'=1+1", phone="'+47 98765432"))
    (shown,) = await house.editor.pages("/contacts")
    assert (shown["person"]["name"], shown["person"]["phone"]) == ("=1+1", "+47 98765432")
