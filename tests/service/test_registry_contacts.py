"""Contacts over HTTP on both databases: told of, changed, confirmed, ended, found, and forgotten in the end."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from deploy.reference_load import load_reference
from services.contracts.access import Scope
from services.contracts.registry.contact_requests import RegisterContact
from services.kernel.access import Principal
from services.kernel.clock import FixedClock
from services.kernel.deadlines import Deadlines
from services.registry.commands import register_contacts
from services.registry.domain.refusals import UnknownUnit
from services.registry.service import registry
from tests.conftest import OpenDatabase
from tests.service.contact_house import (
    CANARIES,
    EMAIL,
    FIRST,
    HARSTAD,
    NAME,
    PHONE,
    TROMSO,
    ContactHouse,
    a_contact,
    slug_of,
)
from tests.statements import statements
from tests.unit.test_identity_numbers import ORDINARY

PUBLIC = {"contact_id", "unit_code", "organisation_id", "roles", "ended_on", "erased_on"}


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[ContactHouse]:
    house = ContactHouse(await open_database(registry, load_reference), clock)
    async with house.client:
        await house.find()
        yield house


def a_role(role: str = "leader", since: str = "2016-01-01", until: str | None = None) -> dict[str, Any]:
    return {"role": role, "valid_from": since, "valid_to": until}


async def test_a_contact_is_told_of_and_the_message_tells_only_where_it_is_and_as_what(house: ContactHouse) -> None:
    roles = [a_role("training_supervisor", "2016-02-01"), a_role("leader", "2012-01-01", "2015-01-01")]
    made = await house.editor.post("/contacts", a_contact(roles=roles))
    assert (made.status_code, made.headers["etag"]) == (201, FIRST)
    path = made.headers["location"]
    assert made.json() == {
        "contact_id": path.rpartition("/")[2],
        "unit_code": TROMSO,
        "organisation_id": None,
        "roles": [roles[1], roles[0]],
        "ended_on": None,
        "erased_on": None,
    }
    seen = await house.editor.get(path)
    assert (seen.json()["contact"], seen.headers["etag"]) == (made.json(), FIRST)
    assert seen.json()["person"] == {
        "contact_id": made.json()["contact_id"],
        "version": 1,
        "name": NAME,
        "email": EMAIL,
        "phone": PHONE,
        "language": "nb",
        "source": "the municipality's own pages",
        "lawful_basis": "public_task",
        "asked_on": None,
        "confirmed_on": None,
        "bounced_on": None,
        "standing": "unconfirmed",
    }
    assert await house.editor.pages("/contacts") == [seen.json()]
    (told,) = await house.told("contact")
    assert told["type"] == "samla.registry.contact.registered.v1"
    assert set(told["data"]["contact"]) <= PUBLIC


async def test_the_steps_of_a_contact_are_told_in_order(house: ContactHouse) -> None:
    path = await house.registered()
    changed = await house.moves(path, "change", roles=[a_role("leader", "2016-04-01")])
    assert [each["role"] for each in changed["roles"]] == ["leader"]
    await house.moves(path, "confirm")
    ended = await house.moves(path, "end")
    assert (ended["ended_on"], ended["roles"][0]["valid_to"]) == ("2016-04-08", "2016-04-08")
    told = await house.told("contact")
    assert [each["type"].split(".")[3] for each in told] == ["registered", "changed", "confirmed", "ended"]
    assert [each["aggregateversion"] for each in told] == [1, 2, 3, 4]
    for verb, body in (("change", {"roles": [a_role()]}), ("confirm", {}), ("end", {})):
        answer = await house.editor.post(f"{path}/{verb}", {"occurred_on": "2016-04-08", **body}, if_match='"4"')
        assert slug_of(answer) == (409, "step-out-of-order")
        assert answer.json()["current_status"] == "ended"


async def test_ending_drops_what_never_began(house: ContactHouse) -> None:
    path = await house.registered(roles=[a_role("leader", "2016-06-01"), a_role("other", "2014-01-01", "2015-01-01")])
    ended = await house.moves(path, "end")
    assert ended["roles"] == [a_role("other", "2014-01-01", "2015-01-01")]
    later = await house.registered(roles=[a_role("leader", "2016-06-01")])
    assert (await house.moves(later, "end"))["roles"] == []
    early = await house.registered()
    answer = await house.editor.post(f"{early}/end", {"occurred_on": "2014-12-31"}, if_match=FIRST)
    assert slug_of(answer) == (422, "date-out-of-order")


async def test_who_it_is_has_a_version_of_its_own(house: ContactHouse) -> None:
    path = await house.registered()
    facts = ("name", "email", "phone", "language", "source", "lawful_basis")
    told = {field: a_contact()[field] for field in facts} | {"email": "ny@kommune.example"}
    change = f"{path}/person/change"
    assert (await house.editor.post(change, told)).status_code == 428
    assert (await house.editor.post(change, told, if_match='"2"')).status_code == 412
    changed = await house.editor.post(change, told, if_match=FIRST, key="a change")
    assert (changed.json()["email"], changed.headers["etag"]) == ("ny@kommune.example", '"2"')
    assert (await house.editor.get(f"{path}/person")).headers["etag"] == '"2"'
    assert (await house.editor.get(path)).headers["etag"] == FIRST
    again = await house.editor.post(change, told, if_match=FIRST, key="a change")
    assert (again.status_code, again.content, again.headers["idempotent-replayed"]) == (200, b"", "true")
    same = await house.editor.post(change, told, if_match='"2"')
    assert same.headers["etag"] == '"2"'
    assert len(await house.told("contact")) == 1


async def test_before_and_after_are_kept_as_hashes_under_the_persons_own_key(house: ContactHouse) -> None:
    path, other = await house.registered(), await house.registered()
    facts = ("name", "email", "phone", "language", "source", "lawful_basis")
    told = {field: a_contact()[field] for field in facts} | {"email": "ny@kommune.example"}
    for each in (path, other):
        await house.editor.post(f"{each}/person/change", told, if_match=FIRST)
    first, second = [row["facts"]["person"] for row in await house.audited("change_person")]
    assert set(first) == {"email"}
    assert all(len(bytes.fromhex(each)) == 32 for each in first["email"])
    assert set(first["email"]).isdisjoint(second["email"])
    registered = (await house.audited("register_contact"))[0]["facts"]["person"]
    assert set(registered) == set(facts)
    assert registered["email"] == [None, first["email"][0]]


async def test_nothing_about_the_person_is_anywhere_but_in_its_row(house: ContactHouse) -> None:
    path = await house.registered()
    await house.moves(path, "confirm")
    seen = (await house.editor.get(f"{path}/person")).headers["etag"]
    facts = ("name", "email", "phone", "language", "source", "lawful_basis")
    told = {field: a_contact()[field] for field in facts}
    await house.editor.post(f"{path}/person/change", told | {"language": "nn"}, if_match=seen)
    await house.editor.pages("/contacts")
    for table in sorted(registry.metadata.tables):
        found = [row for row in await house.rows(table) if any(canary in str(_readable(row)) for canary in CANARIES)]
        assert bool(found) == (table == "contact_person"), table


def _readable(row: dict[str, Any]) -> list[str]:
    return [
        bytes(each).decode("latin-1") if isinstance(each, bytes | memoryview) else str(each) for each in row.values()
    ]


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"unit_code": None}, "invalid", "/unit_code"),
    ({"unit_code": "9999"}, "unknown-unit", "/unit_code"),
    ({"unit_code": "5501"}, "unit-not-valid", "/unit_code"),
    ({"unit_code": None, "organisation_id": "00000000-0000-7000-8000-000000000000"}, "unknown-organisation",
     "/organisation_id"),
    ({"organisation_id": "00000000-0000-7000-8000-000000000000"}, "invalid", "/unit_code"),
    ({"email": None, "phone": None}, "invalid", "/email"),
    ({"email": "kari at kommune.example"}, "invalid", "/email"),
    ({"email": "kari@kommune.example, ola@kommune.example"}, "invalid", "/email"),
    ({"email": "kari@kommune.example\nBcc: ola@kommune.example"}, "invalid", "/email"),
    ({"phone": "ring meg"}, "invalid", "/phone"),
    ({"language": "sv"}, "invalid", "/language"),
    ({"lawful_basis": "because"}, "invalid", "/lawful_basis"),
    ({"roles": []}, "invalid", "/roles"),
    ({"roles": [a_role("dictator")]}, "invalid", "/roles/0/role"),
    ({"roles": [a_role("leader", "2016-01-01", "2016-01-01")]}, "period-reversed", "/roles/0/valid_to"),
    ({"roles": [a_role(), a_role("other"), a_role("leader", "2016-03-01")]}, "periods-overlap", "/roles/2/valid_from"),
    ({"occurred_on": "2016-04-09"}, "date-in-future", "/occurred_on"),
    ({"name": f"Kari {ORDINARY[:6]} {ORDINARY[6:]}"}, "national-identity-number", "/name"),
    ({"source": f"oppgitt av {ORDINARY}"}, "national-identity-number", "/source"),
    ({"phone": ORDINARY}, "national-identity-number", "/phone"),
]  # fmt: skip


async def test_what_cannot_be_so_is_refused_by_name_repeated_nowhere_and_not_stored(house: ContactHouse) -> None:
    for changes, slug, pointer in WRONG:
        answer = await house.editor.post("/contacts", a_contact(**changes))
        assert (changes, *slug_of(answer)) == (changes, 422, slug)
        assert pointer in [error["pointer"] for error in answer.json()["errors"]]
        assert not any(canary in answer.text for canary in (*CANARIES, ORDINARY, ORDINARY[6:]))
    assert await house.told("contact") == []
    for table in ("contact", "contact_role", "contact_person", "deadline", "idempotency"):
        assert await house.rows(table) == [], table


async def test_a_text_with_a_national_identity_number_is_refused_in_a_change_too(house: ContactHouse) -> None:
    path = await house.registered()
    facts = ("name", "email", "phone", "language", "lawful_basis")
    told = {field: a_contact()[field] for field in facts} | {"source": f"fra {ORDINARY}"}
    answer = await house.editor.post(f"{path}/person/change", told, if_match=FIRST)
    assert slug_of(answer) == (422, "national-identity-number")
    assert answer.json()["detail"].startswith("Fødselsnummer lagres ikke her")
    assert (await house.editor.get(f"{path}/person")).json()["source"] == a_contact()["source"]


async def test_contacts_are_found_by_place_role_and_day(house: ContactHouse) -> None:
    leader = await house.registered(roles=[a_role("leader", "2014-01-01", "2015-01-01")])
    psychologist = await house.registered(unit_code=HARSTAD, roles=[a_role("municipal_psychologist", "2015-01-01")])
    both = await house.registered(roles=[a_role("leader"), a_role("municipal_psychologist", "2016-01-01")])
    at_centre = await house.registered(unit_code=None, organisation_id=str(house.centre_id))

    async def found(**asked: Any) -> list[str]:
        items = await house.editor.pages("/contacts", **asked)
        return [f"/contacts/{each['contact']['contact_id']}" for each in items]

    assert sorted(await found(limit=3)) == sorted([leader, psychologist, both, at_centre])
    assert sorted(await found(unit_code=TROMSO)) == sorted([leader, both])
    assert await found(organisation_id=house.centre_id) == [at_centre]
    assert sorted(await found(role="leader")) == sorted([leader, both])
    assert await found(role="leader", on="2014-06-01") == [leader]
    assert await found(role="municipal_psychologist", on="2016-04-08", unit_code=TROMSO) == [both]
    assert await found(on="2014-06-01") == [leader]
    assert (await house.editor.get("/contacts", role="dictator")).status_code == 422
    assert (await house.editor.get("/contacts", name="Kari")).status_code == 400


async def test_st_08_one_with_two_roles_is_found_by_each_of_them(house: ContactHouse) -> None:
    """One gathering for coordinators and one for supervisors, each invited by role: who is both is invited to both."""
    coordinator, supervisor = "early_intervention_coordinator", "training_supervisor"
    both = await house.registered(roles=[a_role(coordinator, "2015-01-01")])
    await house.moves(both, "change", roles=[a_role(coordinator, "2015-01-01"), a_role(supervisor, "2016-02-01")])
    one = await house.registered(unit_code=HARSTAD, roles=[a_role(supervisor, "2014-01-01")])
    invited = {
        role: {
            each["contact"]["contact_id"] for each in await house.editor.pages("/contacts", role=role, on="2016-04-08")
        }
        for role in (coordinator, supervisor)
    }
    ids = [path.rpartition("/")[2] for path in (both, one)]
    assert invited == {coordinator: {ids[0]}, supervisor: set(ids)}
    changed = (await house.told("contact"))[1]
    assert changed["type"] == "samla.registry.contact.changed.v1"
    assert [each["role"] for each in changed["data"]["contact"]["roles"]] == [coordinator, supervisor]


async def test_who_was_a_contact_is_forgotten_a_year_after_its_last_role(
    house: ContactHouse, clock: FixedClock
) -> None:
    ended = await house.registered()
    await house.moves(ended, "end")
    lapsed = await house.registered(roles=[a_role("leader", "2015-01-01", "2016-05-01")])
    kept = await house.registered()
    deadlines = Deadlines(house.database, registry.deadlines)

    async def known() -> set[str]:
        await deadlines.take_due()
        paths = (ended, lapsed, kept)
        answers = {path: await house.editor.get(path) for path in paths}
        return {path for path in paths if answers[path].json()["person"] is not None}

    clock.advance(timedelta(days=364))
    assert await known() == {ended, lapsed, kept}
    clock.advance(timedelta(days=1))
    assert await known() == {lapsed, kept}
    clock.advance(timedelta(days=23))
    assert await known() == {kept}
    erased = (await house.editor.get(ended)).json()["contact"]
    assert (erased["erased_on"], erased["ended_on"]) == ("2017-04-08", "2016-04-08")
    assert [role["valid_to"] for role in erased["roles"]] == ["2016-04-08"]
    (told,) = [each for each in await house.told("contact") if each["subject"] == ended.rpartition("/")[2]][-1:]
    assert told["type"] == "samla.registry.contact.erased.v1"
    reasons = {row["reason"] for row in await house.audited("contact-retention")}
    assert reasons == {"retention"}


async def test_one_whose_role_goes_on_after_all_is_not_forgotten(house: ContactHouse, clock: FixedClock) -> None:
    path = await house.registered(roles=[a_role("leader", "2015-01-01", "2016-05-01")])
    await house.moves(path, "change", roles=[a_role("leader", "2015-01-01")])
    clock.advance(timedelta(days=800))
    await Deadlines(house.database, registry.deadlines).take_due()
    assert (await house.editor.get(path)).json()["person"] is not None


async def test_many_are_registered_in_as_many_statements_as_few_or_none_at_all(house: ContactHouse) -> None:
    centre = Principal("an-importer", house.centre_id, frozenset(("ED",)), scope=Scope.own)

    def told(number: int, **changes: Any) -> RegisterContact:
        until = "2016-02-01" if number % 2 else None
        return RegisterContact.model_validate(a_contact(roles=[a_role(until=until)], **changes))

    async def number_of(*commands: RegisterContact) -> int:
        with statements(house.database) as sent:
            await house.database.write(register_contacts, commands, principal=centre)
        return len(sent)

    assert await number_of(told(1), told(2)) == await number_of(*(told(number) for number in range(300)))
    assert len(await house.rows("contact_person")) == len(await house.told("contact")) == 302
    kinds = [row["kind"] for row in await house.rows("deadline")]
    assert (kinds.count("contact-check"), kinds.count("contact-retention")) == (302, 151)
    with pytest.raises(UnknownUnit):
        await number_of(told(1), told(2, unit_code="9999"))
    assert len(await house.told("contact")) == 302
