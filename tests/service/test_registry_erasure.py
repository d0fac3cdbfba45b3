"""Erasing who a contact is, on both databases: two persons decide it, and then it is nowhere."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.reference_load import load_reference
from deploy.smtp import SmtpPostbox
from services.contracts.registry.contact_imports import CONTACTS
from services.contracts.tables import CSV
from services.kernel.audit import chain, linked, seal
from services.kernel.clock import FixedClock
from services.kernel.database import Database
from services.kernel.deadlines import Deadlines
from services.kernel.effects import Sender
from services.registry.service import registry
from tests.conftest import OpenDatabase
from tests.mail_server import MailServer, mail_server, sent_all
from tests.service.contact_house import CANARIES, FIRST, ContactHouse, a_contact, slug_of
from tests.service.contact_round import Round
from tests.statements import statements
from tests.tables import a_csv

ASKED = {"occurred_on": "2016-04-08"}


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[ContactHouse]:
    house = ContactHouse(await open_database(registry, load_reference), clock)
    async with house.client:
        await house.find()
        yield house


async def requested(house: ContactHouse, path: str) -> str:
    """The path of a request to erase a contact."""
    answer = await house.editor.post(f"{path}/erasure-requests", ASKED)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


async def decided(house: ContactHouse, request: str, who: str, decision: str) -> Any:
    """What an officer's decision in the newest version is answered with."""
    officer = house.officer(who)
    seen = (await officer.get(request)).headers["etag"]
    return await officer.post(f"{request}/decide", {"decision": decision}, if_match=seen)


async def test_two_officers_decide_and_neither_alone(house: ContactHouse) -> None:
    path = await house.registered()
    request = await requested(house, path)
    first = await decided(house, request, "one", "erase")
    assert (first.json()["status"], first.json()["decisions"], first.headers["etag"]) == ("open", ["erase"], '"2"')
    assert slug_of(await decided(house, request, "one", "erase")) == (409, "already-decided")
    assert (await house.editor.get(path)).json()["person"] is not None
    second = await decided(house, request, "two", "erase")
    assert (second.json()["status"], second.json()["decided_on"]) == ("erased", "2016-04-08")
    assert second.headers["etag"] == (await house.officer("one").get(request)).headers["etag"]
    left = (await house.editor.get(path)).json()
    assert left["person"] is None
    assert (left["contact"]["erased_on"], left["contact"]["ended_on"]) == ("2016-04-08", "2016-04-08")
    assert left["contact"]["roles"] == [
        {"role": "public_health_coordinator", "valid_from": "2015-01-01", "valid_to": "2016-04-08"}
    ]
    assert (await house.told("contact"))[-1]["type"] == "samla.registry.contact.erased.v1"
    assert slug_of(await decided(house, request, "three", "erase")) == (409, "step-out-of-order")


async def test_two_must_decide_the_same_and_one_may_change_its_mind(house: ContactHouse) -> None:
    path = await house.registered()
    request = await requested(house, path)
    await decided(house, request, "one", "erase")
    other = await decided(house, request, "two", "keep_for_archive")
    assert (other.json()["status"], other.json()["decisions"]) == ("open", ["erase", "keep_for_archive"])
    stale = await house.officer("three").post(f"{request}/decide", {"decision": "erase"}, if_match=FIRST)
    assert stale.status_code == 412
    agreed = await decided(house, request, "one", "keep_for_archive")
    assert (agreed.json()["status"], agreed.json()["decisions"]) == ("kept", ["keep_for_archive"] * 2)
    assert (await house.editor.get(path)).json()["person"] is not None
    again = await requested(house, path)
    assert again != request


async def test_r_89_whom_two_officers_have_decided_to_keep_is_not_forgotten_when_the_time_is_over(
    house: ContactHouse, clock: FixedClock
) -> None:
    path, other = await house.registered(), await house.registered(name="En annen")
    request = await requested(house, path)
    await decided(house, request, "one", "keep_for_legal_claim")
    assert (await decided(house, request, "two", "keep_for_legal_claim")).json()["status"] == "kept"
    for each in (path, other):
        seen = (await house.editor.get(each)).headers["etag"]
        await house.editor.post(f"{each}/end", ASKED, if_match=seen)
    clock.advance(timedelta(days=800))
    await Deadlines(house.database, registry.deadlines).take_due()
    left = {each: (await house.editor.get(each)).json()["person"] for each in (path, other)}
    assert left[path] is not None
    assert left[other] is None
    request = await requested(house, path)
    for who in ("one", "two"):
        await decided(house, request, who, "erase")
    assert (await house.editor.get(path)).json()["person"] is None


async def test_a_request_tells_nothing_of_who_it_is_and_stands_once(house: ContactHouse) -> None:
    path = await house.registered()
    request = await requested(house, path)
    assert await requested(house, path) == request
    (listed,) = await house.officer("one").pages("/erasure-requests", status="open")
    assert listed == {
        "request_id": request.rpartition("/")[2],
        "version": 1,
        "contact_id": path.rpartition("/")[2],
        "unit_code": "1902",
        "organisation_id": None,
        "kept_by": str(house.centre_id),
        "origin": "passed_on",
        "status": "open",
        "requested_on": "2016-04-08",
        "due_on": "2016-05-08",
        "decisions": [],
        "decided_on": None,
    }
    assert await house.officer("one").pages("/erasure-requests", status="kept") == []
    future = await house.editor.post(f"{path}/erasure-requests", {"occurred_on": "2016-04-09"})
    assert slug_of(future) == (422, "date-in-future")


async def test_nobody_else_decides_or_sees_requests(house: ContactHouse) -> None:
    request = await requested(house, await house.registered())
    for role in ("KOM", "KOM+", "ED", "GK", "KOO", "HD", "DRIFT", "REV"):
        caller = house.caller(role, house.centre_id)
        for answer in (
            await caller.get("/erasure-requests"),
            await caller.get(request),
            await caller.post(f"{request}/decide", {"decision": "erase"}, if_match=FIRST),
        ):
            assert answer.status_code == 403, role
    assert (await house.officer("one").get("/contacts")).status_code == 403
    unknown = "/erasure-requests/00000000-0000-7000-8000-000000000000"
    assert (await house.officer("one").get(unknown)).status_code == 404


async def test_one_who_is_erased_is_in_no_list_has_no_link_and_gets_nothing(
    house: ContactHouse, clock: FixedClock
) -> None:
    async with mail_server() as server:
        path, token = await lived_through(house, clock, server)
        request = await requested(house, path)
        for who in ("one", "two"):
            await decided(house, request, who, "erase")
        assert (await house.anybody.get(f"/contact-links/{token}")).status_code == 404
        assert (await house.editor.get(f"{path}/person")).status_code == 404
        assert await house.editor.pages("/contacts") == []
        for verb, body in (("change", {"roles": a_contact()["roles"]}), ("confirm", {}), ("end", {})):
            seen = (await house.editor.get(path)).headers["etag"]
            answer = await house.editor.post(f"{path}/{verb}", {**ASKED, **body}, if_match=seen)
            assert (slug_of(answer), answer.json()["current_status"]) == ((409, "step-out-of-order"), "erased")
        assert slug_of(await house.editor.post(f"{path}/erasure-requests", ASKED)) == (409, "step-out-of-order")
        assert await house.rows("deadline") == []
        clock.advance(timedelta(days=800))
        await Deadlines(house.database, registry.deadlines).take_due()
        await sent_all(Sender(house.database, registry.effects, SmtpPostbox(server.url, "samla@senter.example")))
        assert len(server.mails) == 1


async def test_what_is_on_its_way_to_one_who_is_erased_is_not_sent(house: ContactHouse, clock: FixedClock) -> None:
    path = await house.registered()
    clock.advance(timedelta(days=365))
    await Deadlines(house.database, registry.deadlines).take_due()
    request = await requested(house, path)
    for who in ("one", "two"):
        await decided(house, request, who, "erase")
    async with mail_server() as server:
        await sent_all(Sender(house.database, registry.effects, SmtpPostbox(server.url, "samla@senter.example")))
        assert server.mails == []
    assert [row["status"] for row in await house.rows("effect")] == ["given_up"]


async def lived_through(house: ContactHouse, clock: FixedClock, server: MailServer) -> tuple[str, str]:
    """A contact to whom everything has happened that can happen, and its link's token."""
    path = await house.registered()
    facts = ("name", "email", "phone", "language", "source", "lawful_basis")
    told = {field: a_contact()[field] for field in facts} | {"name": "Kari Kanari"}
    await house.editor.post(f"{path}/person/change", told, if_match=FIRST)
    await house.municipality.get(path)
    await house.editor.pages("/contacts")
    asked = Round(house, server, clock, "https://samla.example")
    await asked.after(days=365)
    assert (await asked.answers(asked.tokens[0], "still_right")).status_code == 200
    return path, asked.tokens[0]


async def test_after_an_erasure_nothing_of_the_person_is_left_and_what_counts_is(
    house: ContactHouse, clock: FixedClock, tmp_path: Path
) -> None:
    async with mail_server() as server:
        path, token = await lived_through(house, clock, server)
    await house.database.transact(seal)
    (person,) = await house.rows("contact_person")
    secrets = [*(each.encode() for each in CANARIES), bytes(person["key"]), bytes(person["key"]).hex().encode()]
    assert await found_in(house.database, tmp_path, secrets) != set()
    request = await requested(house, path)
    for who in ("one", "two"):
        await decided(house, request, who, "erase")
    assert await found_in(house.database, tmp_path, [*secrets, token.encode()]) == set()

    counted = "SELECT count(*) AS number FROM contact_role WHERE role = 'public_health_coordinator'"
    assert (await house.rows(f"({counted}) AS counted"))[0]["number"] == 1
    assert len(await house.told("contact")) == 3
    await house.database.transact(seal)
    before = ""
    for row in await house.database.read(lambda connection: list(chain(connection))):
        assert row["hash"] == linked(before, row)
        before = row["hash"]


async def test_of_a_contact_that_came_in_a_table_nothing_is_left_either(house: ContactHouse, tmp_path: Path) -> None:
    told = a_contact() | {"role": "leader", "valid_from": "2015-01-01"}
    row = [told.get(name, "") for name in CONTACTS.headings]
    for path in ("/contacts/import", "/contacts/import?dry_run=false", "/contacts/import?dry_run=false"):
        answer = await house.editor.send(path, a_csv(CONTACTS.headings, row), CSV)
        assert answer.status_code == 200, answer.text
    (person,) = await house.rows("contact_person")
    secrets = [*(each.encode() for each in CANARIES), bytes(person["key"]), bytes(person["key"]).hex().encode()]
    assert await found_in(house.database, tmp_path, secrets) != set()
    (entry,) = await house.editor.pages("/contacts")
    request = await requested(house, f"/contacts/{entry['contact']['contact_id']}")
    for who in ("one", "two"):
        await decided(house, request, who, "erase")
    assert await found_in(house.database, tmp_path, secrets) == set()
    assert [row["role"] for row in await house.rows("contact_role")] == ["leader"]


async def found_in(database: Database, folder: Path, secrets: list[bytes]) -> set[bytes]:
    """Those of the secrets that are in any file of a SQLite database, or in any row of a PostgreSQL one."""
    if database.is_sqlite:
        held = files_of(folder)
    else:
        held = await everything_in(database)
    return {secret for secret in secrets if secret.lower() in held.lower()}


def files_of(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.rglob("registry.db*") if each.is_file())


async def everything_in(database: Database) -> bytes:
    """Every row of every table as text, after a vacuum: what a dump would hold."""
    url = database.engine.url.render_as_string(hide_password=False)
    connection = await asyncpg.connect(re.sub(r"\+asyncpg", "", url))
    try:
        await connection.execute("VACUUM")
        tables = await connection.fetch("SELECT schemaname, tablename FROM pg_tables WHERE schemaname = 'public'")
        rows = [await connection.fetch(f'SELECT t::text FROM "{each["tablename"]}" AS t') for each in tables]
    finally:
        await connection.close()
    return "\n".join(row["t"] for each in rows for row in each).encode()


async def test_the_list_of_requests_is_as_many_statements_for_one_as_for_many(house: ContactHouse) -> None:
    async def number(rows: int) -> int:
        with statements(house.database) as sent:
            answer = await house.officer("one").get("/erasure-requests", limit=200)
        assert len(answer.json()["items"]) == rows
        return len(sent)

    await requested(house, await house.registered())
    one = await number(1)
    for _ in range(20):
        await requested(house, await house.registered())
    assert await number(21) == one
