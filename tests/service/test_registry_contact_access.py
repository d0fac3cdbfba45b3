"""Who changes a contact and who sees it, over HTTP on both databases; and whoever sees it leaves a trace."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import pytest

from deploy.reference_load import load_reference
from services.kernel.clock import FixedClock
from services.registry.queries.contacts import looks
from services.registry.service import registry
from tests.conftest import OpenDatabase
from tests.service.contact_house import BODO, CANARIES, FIRST, TROMSO, ContactHouse, a_contact, slug_of
from tests.statements import statements

NOBODY = "/contacts/00000000-0000-7000-8000-000000000000"


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[ContactHouse]:
    house = ContactHouse(await open_database(registry, load_reference), clock)
    async with house.client:
        await house.find()
        yield house


async def a_municipality(house: ContactHouse, code: str, reference: str) -> UUID:
    """The id of a municipality as a body."""
    told = {"reference": reference, "name": reference, "kind": "municipality", "unit_code": code}
    answer = await house.caller("KOO").post("/organisations", {**told, "occurred_on": "2016-01-01"})
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["organisation_id"])


async def test_a_contact_is_changed_by_who_registered_it_and_by_its_municipality(house: ContactHouse) -> None:
    path = await house.registered()
    other = house.caller("ED", house.other_centre_id)
    bodo = house.caller("KOM", await a_municipality(house, BODO, "bodo"))
    step = {"occurred_on": "2016-04-08"}
    for caller in (other, bodo):
        for thing in ("confirm", "end", "person/bounce", "erasure-requests"):
            theirs = await caller.post(f"{path}/{thing}", step, if_match=FIRST)
            nobodys = await caller.post(f"{NOBODY}/{thing}", step, if_match=FIRST)
            assert theirs.status_code == nobodys.status_code == 404, thing
            assert theirs.json() | {"trace_id": ""} == nobodys.json() | {"trace_id": ""}
    assert (await house.municipality.post(f"{path}/confirm", step, if_match=FIRST)).status_code == 200
    approver = house.caller("GK", house.centre_id)
    assert (await approver.post(f"{path}/end", step, if_match='"2"')).status_code == 200


async def test_a_contact_at_an_organisation_is_the_organisations_too(house: ContactHouse) -> None:
    path = await house.registered(unit_code=None, organisation_id=str(house.other_centre_id))
    step = {"occurred_on": "2016-04-08"}
    assert (await house.municipality.post(f"{path}/end", step, if_match=FIRST)).status_code == 404
    its_own = house.caller("ED", house.other_centre_id)
    assert (await its_own.post(f"{path}/end", step, if_match=FIRST)).status_code == 200


async def test_who_may_not_is_told_so(house: ContactHouse) -> None:
    path = await house.registered()
    for role in ("PRO", "SB", "ØK", "FAG", "HD", "API", "DRIFT", "REV", "PVO"):
        caller = house.caller(role, house.centre_id)
        assert (await caller.get("/contacts")).status_code == 403, role
        assert (await caller.post("/contacts", a_contact())).status_code == 403, role
    assert (await house.caller("KOO").post("/contacts", a_contact())).status_code == 403
    assert (await house.anybody.get(path)).status_code == 401
    assert (await house.caller("ED").post("/contacts", a_contact())).status_code == 404


async def test_who_acts_for_nobody_sees_no_contact(house: ContactHouse) -> None:
    path = await house.registered()
    for role in ("KOM", "KOM+"):
        caller = house.caller(role)
        assert (await caller.get("/contacts")).json()["items"] == []
        for thing in (path, f"{path}/person", f"{path}/history"):
            assert (await caller.get(thing)).status_code == 404, thing


async def test_a_municipality_registers_at_home_and_sees_only_its_own(house: ContactHouse) -> None:
    in_tromso, in_bodo = await house.registered(), await house.registered(unit_code=BODO)
    at_the_body = await house.registered(unit_code=None, organisation_id=str(house.tromso_id))
    at_the_centre = await house.registered(unit_code=None, organisation_id=str(house.centre_id))
    own = await house.municipality.post("/contacts", a_contact())
    assert own.status_code == 201
    for elsewhere in ({"unit_code": BODO}, {"unit_code": None, "organisation_id": str(house.centre_id)}):
        assert slug_of(await house.municipality.post("/contacts", a_contact(**elsewhere))) == (404, "not-found")
    seen = {f"/contacts/{each['contact']['contact_id']}" for each in await house.municipality.pages("/contacts")}
    assert seen == {in_tromso, at_the_body, own.headers["location"]}
    for path in (in_bodo, at_the_centre):
        for thing in (path, f"{path}/person"):
            assert (await house.municipality.get(thing)).status_code == 404
    for caller in (house.caller("ED", house.other_centre_id), house.caller("GK", house.centre_id), house.caller("KOO")):
        assert len(await caller.pages("/contacts")) == 5


async def test_a_municipality_sees_its_contacts_whatever_code_it_has_had(
    house: ContactHouse, clock: FixedClock
) -> None:
    old = await house.registered()
    skanland = await house.registered(unit_code="1913")
    tysfjord = await house.registered(unit_code="1850")
    clock.advance(clock.now().replace(year=2025) - clock.now())
    new = await house.registered(unit_code="5501", occurred_on="2025-04-08")

    async def seen_by(code: str, reference: str) -> set[str]:
        caller = house.caller("KOM", await a_municipality(house, code, reference))
        return {f"/contacts/{each['contact']['contact_id']}" for each in await caller.pages("/contacts")}

    asked = await house.editor.pages("/contacts", unit_code="5501")
    assert {f"/contacts/{each['contact']['contact_id']}" for each in asked} == {old, new}
    assert await seen_by("5501", "tromso-today") == await seen_by("1902", "tromso-before") == {old, new}
    assert await seen_by("5512", "tjeldsund-today") == {skanland}
    # Tysfjord was divided: nobody knows where its people went, so neither of the two sees them.
    assert await seen_by("1806", "narvik-today") == await seen_by("1875", "hamaroy-today") == set()
    assert await seen_by("1850", "tysfjord") == {tysfjord}


async def test_a_municipality_sees_the_contacts_of_its_city_districts(house: ContactHouse) -> None:
    districts = (await house.anybody.get("/districts", on="2016-04-08")).json()["items"]
    district = next(each for each in districts if each["parent_code"] == "0301")
    path = await house.registered(unit_code=district["code"])
    oslo = house.caller("KOM", await a_municipality(house, "0301", "oslo"))
    assert (await oslo.get(path)).status_code == 200


async def test_the_history_of_a_contact_tells_who_did_what_with_it_and_nothing_of_who_it_is(
    house: ContactHouse,
) -> None:
    path = await house.registered()
    await house.moves(path, "confirm", by=house.municipality)
    await house.moves(path, "end")
    recorded = (await house.editor.get(f"{path}/history")).json()["items"]
    assert [each["command"] for each in recorded] == ["register_contact", "confirm_contact", "end_contact"]
    by = [str(house.centre_id), str(house.tromso_id), str(house.centre_id)]
    assert [each["recorded_by"] for each in recorded] == by
    assert [{field["field"] for field in each["changed"]} for each in recorded[1:]] == [set(), {"roles", "ended_on"}]
    assert not any(canary in str(recorded) for canary in CANARIES)
    bodo = house.caller("KOM", await a_municipality(house, BODO, "bodo"))
    assert (await bodo.get(f"{path}/history")).status_code == 404
    assert (await house.caller("REV").get(f"{path}/history")).status_code == 403


async def test_every_page_that_is_read_is_kept_with_who_read_what(house: ContactHouse) -> None:
    paths = sorted([await house.registered() for _ in range(3)])
    ids = [path.rpartition("/")[2] for path in paths]
    await house.editor.pages("/contacts", unit_code=TROMSO, limit=2)
    rows = await house.audited("look_at_contacts")
    assert [row["facts"] for row in rows] == [
        {"filter": {"unit_code": TROMSO}, "contacts": ids[:2]},
        {"filter": {"unit_code": TROMSO}, "contacts": ids[2:]},
    ]
    assert {(row["actor"], row["organisation"]) for row in rows} == {("a-ED", str(house.centre_id))}
    await house.municipality.get(paths[0])
    await house.caller("KOO").get(f"{paths[0]}/person")
    assert [row["facts"] for row in await house.audited("look_at_contact")] == [{"read": "contact"}]
    assert [row["subject"] for row in await house.audited("look_at_person")] == [f"contact/{ids[0]}"]
    # What the contact itself will see of it: which organisation, on which day, how often.
    seen = await house.database.read(looks, UUID(ids[0]))
    assert {each.organisation_id: each.times for each in seen} == {None: 1, house.centre_id: 1, house.tromso_id: 1}
    assert {each.on for each in seen} == {date(2016, 4, 8)}


async def test_who_looks_twice_on_a_day_is_counted_and_a_read_that_fails_is_not(house: ContactHouse) -> None:
    path = await house.registered(unit_code=BODO)
    for _ in range(3):
        assert (await house.editor.get(path)).status_code == 200
    assert (await house.municipality.get(path)).status_code == 404
    (look,) = await house.database.read(looks, UUID(path.rpartition("/")[2]))
    assert (look.organisation_id, look.times) == (house.centre_id, 3)
    assert len(await house.audited("look_at_contact")) == 3


async def test_a_page_takes_as_many_statements_for_many_contacts_as_for_two(house: ContactHouse) -> None:
    for _ in range(2):
        await house.registered()
    few = await statements_of(house)
    for _ in range(60):
        await house.registered(roles=[{"role": role, "valid_from": "2016-01-01"} for role in ("leader", "other")])
    assert await statements_of(house) == few


async def statements_of(house: ContactHouse) -> int:
    """How many statements a page takes."""
    with statements(house.database) as sent:
        answer = await house.editor.get("/contacts", limit=200)
    assert answer.status_code == 200
    return len(sent)
