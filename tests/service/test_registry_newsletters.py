"""Who gets a newsletter, and whom an issue informs, over HTTP on both databases."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.reference_load import load_reference
from services.kernel.clock import FixedClock
from services.kernel.deadlines import Deadlines
from services.registry.service import registry
from tests.conftest import OpenDatabase
from tests.service.contact_house import ContactHouse, slug_of
from tests.service.registry_house import Caller

DAY, LATER = "2016-02-01", "2016-04-08"
TROMSO, BODO, ROST = "1902", "1804", "1856"
COORDINATOR = {"role": "public_health_coordinator", "valid_from": "2015-01-01"}


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[ContactHouse]:
    house = ContactHouse(await open_database(registry, load_reference), clock)
    async with house.client:
        await house.find()
        yield house


async def a_reader(house: ContactHouse, **where: Any) -> str:
    """The id of a new contact, in Tromsø unless told otherwise."""
    return (await house.registered(**where)).rpartition("/")[2]


async def asks(editor: Caller, centre_id: UUID, code: str, contact_id: str) -> Any:
    """What it is answered with that a contact is to get the newsletter."""
    body = {"centre_id": str(centre_id), "contact_id": contact_id, "unit_code": code, "occurred_on": DAY}
    return await editor.post("/newsletter-subscriptions", body)


async def subscribed(
    house: ContactHouse, editor: Caller, centre_id: UUID, code: str, contact_id: str | None = None
) -> dict[str, Any]:
    answer = await asks(editor, centre_id, code, contact_id or await a_reader(house, unit_code=code))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/newsletter-subscriptions/{made['subscription_id']}"
    return made


async def test_br_03_an_issue_informs_the_units_of_those_who_got_it(house: ContactHouse) -> None:
    centre_id = await house.organisation_id("KoRus-Nord")
    editor = house.caller("ED", centre_id)
    first, _second = (
        await subscribed(house, editor, centre_id, TROMSO),
        await subscribed(house, editor, centre_id, TROMSO),
    )
    missed = await subscribed(house, editor, centre_id, BODO)
    await subscribed(house, house.caller("KOO"), await house.organisation_id("KoRus-Midt"), ROST)
    issue = {
        "centre_id": str(centre_id),
        "occurred_on": LATER,
        "not_delivered_to": [first["subscription_id"], missed["subscription_id"]],
        "source": "number 1",
    }

    sent = await editor.post("/newsletter-issues", issue)

    assert sent.status_code == 201, sent.text
    (informed,) = sent.json()["awareness"]
    assert (informed["unit_code"], informed["channel"], informed["informed_on"]) == (TROMSO, "newsletter", LATER)
    assert informed["dispatch_id"] == sent.json()["dispatch_id"]
    (told,) = await house.told("awareness")
    assert (told["type"].split(".")[3], told["data"]["awareness"]["unit_code"]) == ("informed", TROMSO)
    nobody = issue | {"occurred_on": "2016-01-31"}
    refused = await editor.post("/newsletter-issues", nobody)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:samla:problem:no-subscriber")
    stranger = issue | {"not_delivered_to": [first["subscription_id"], str(uuid4())]}
    refused = await editor.post("/newsletter-issues", stranger)
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/not_delivered_to/1"]
    assert len(await house.told("awareness")) == 1


async def test_br_03_nobody_says_of_a_unit_without_a_subscriber_that_it_had_the_newsletter(house: ContactHouse) -> None:
    centre_id = await house.organisation_id("KoRus-Nord")
    editor = house.caller("ED", centre_id)
    await subscribed(house, editor, centre_id, TROMSO)
    told = {"centre_id": str(centre_id), "unit_code": ROST, "channel": "newsletter", "occurred_on": LATER}
    refused = await editor.post("/awareness", told)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:samla:problem:no-subscriber")
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/unit_code"]
    assert (await editor.post("/awareness", told | {"unit_code": TROMSO})).status_code == 201


async def test_a_subscription_ends_once_and_the_contact_is_told_to_nobody(house: ContactHouse) -> None:
    centre_id, contact_id = house.centre_id, await a_reader(house)
    editor, midt = house.caller("ED", centre_id), house.caller("ED", await house.organisation_id("KoRus-Midt"))
    made = await subscribed(house, editor, centre_id, TROMSO, contact_id)
    path = f"/newsletter-subscriptions/{made['subscription_id']}"
    twice = await asks(editor, centre_id, TROMSO, contact_id)
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:samla:problem:subscription-exists")

    step = {"occurred_on": LATER}
    assert (await midt.post(f"{path}/end", step, if_match='"1"')).status_code == 404
    assert (await editor.post(f"{path}/end", step)).status_code == 428
    early = await editor.post(f"{path}/end", {"occurred_on": "2016-01-31"}, if_match='"1"')
    assert (early.json()["type"], early.json()["earliest"]) == ("urn:samla:problem:date-out-of-order", DAY)
    ended = await editor.post(f"{path}/end", step, if_match='"1"')
    assert (ended.status_code, ended.json()["ended_on"]) == (200, LATER)
    refused = await editor.post(f"{path}/end", step, if_match='"2"')
    assert refused.json()["type"] == "urn:samla:problem:step-out-of-order"
    shown = await editor.get(path)
    assert (shown.json(), shown.headers["etag"]) == (ended.json(), '"2"')
    assert (await midt.get(path)).status_code == 404
    assert (await midt.get("/newsletter-subscriptions")).json() == {"items": []}
    # Who has left may come back.
    await subscribed(house, editor, centre_id, TROMSO, contact_id)
    listed = await editor.pages("/newsletter-subscriptions", centre_id=centre_id, unit_code=TROMSO, limit=1)
    assert {each["ended_on"] for each in listed} == {LATER, None}
    assert contact_id not in str(await house.told("subscription")) + str(listed)


def errors_of(answer: Any) -> list[tuple[str, str]]:
    """Where a refusal points, and why."""
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def erase(house: ContactHouse, path: str) -> None:
    """Let two officers decide that a contact is erased."""
    request = (await house.editor.post(f"{path}/erasure-requests", {"occurred_on": LATER})).headers["location"]
    for officer in (house.officer("one"), house.officer("two")):
        seen = (await officer.get(str(request))).headers["etag"]
        answer = await officer.post(f"{request}/decide", {"decision": "erase"}, if_match=seen)
        assert answer.status_code == 200, answer.text


async def test_br_03_nobody_gets_a_newsletter_but_a_contact_that_is_there(house: ContactHouse) -> None:
    ended, erased, past = [await house.registered() for _ in range(3)]
    await house.moves(ended, "end")
    await erase(house, erased)
    await house.moves(past, "change", roles=[COORDINATOR | {"valid_to": "2016-04-01"}])
    gone = [path.rpartition("/")[2] for path in (ended, erased, past)]
    for contact_id in (str(uuid4()), *gone):
        refused = await asks(house.editor, house.centre_id, TROMSO, contact_id)
        assert errors_of(refused) == [("/contact_id", "no-such-thing")]
    # A client of the centre may read no contacts but those of its own organisation.
    client = house.caller("API", house.centre_id)
    refused = await asks(client, house.centre_id, TROMSO, await a_reader(house))
    assert errors_of(refused) == [("/contact_id", "no-such-thing")]
    assert await house.told("subscription") == []
    of_its_own = await a_reader(house, unit_code=None, organisation_id=str(house.centre_id))
    assert (await asks(client, house.centre_id, TROMSO, of_its_own)).status_code == 201


async def test_br_03_a_contact_gets_it_where_it_is(house: ContactHouse) -> None:
    at_the_body = await a_reader(house, unit_code=None, organisation_id=str(house.tromso_id))
    for contact_id in (await a_reader(house), at_the_body):
        refused = await asks(house.editor, house.centre_id, BODO, contact_id)
        assert errors_of(refused) == [("/unit_code", "contact-elsewhere")]
        assert (await asks(house.editor, house.centre_id, TROMSO, contact_id)).status_code == 201
    in_a_district = await a_reader(house, unit_code="030101")
    assert (await asks(house.editor, house.centre_id, "0301", in_a_district)).status_code == 201
    assert (await asks(house.editor, house.centre_id, "030101", in_a_district)).status_code == 201


async def informed(house: ContactHouse, occurred_on: str) -> list[str]:
    """The units that an issue informs."""
    issue = {"centre_id": str(house.centre_id), "occurred_on": occurred_on}
    sent = await house.editor.post("/newsletter-issues", issue)
    return [each["unit_code"] for each in sent.json().get("awareness", ())]


@pytest.mark.parametrize("how", ["end", "change", "erase"])
async def test_br_03_who_is_gone_informs_no_unit(house: ContactHouse, how: str) -> None:
    path = await house.registered()
    made = await subscribed(house, house.editor, house.centre_id, TROMSO, path.rpartition("/")[2])
    midt = await subscribed(
        house, house.caller("ED", house.other_centre_id), house.other_centre_id, TROMSO, path.rpartition("/")[2]
    )
    assert await informed(house, "2016-04-01") == [TROMSO]
    match how:
        case "end":
            await house.moves(path, "end", occurred_on="2016-04-02")
        case "change":
            await house.moves(path, "change", roles=[COORDINATOR | {"valid_to": "2016-04-02"}])
        case _:
            await erase(house, path)
    last_day = LATER if how == "erase" else "2016-04-02"
    assert await informed(house, last_day) == []
    assert await informed(house, "2016-04-01") == [TROMSO]
    told = [each for each in await house.told("subscription") if each["type"].endswith("ended.v1")]
    assert {(each["subject"], each["data"]["subscription"]["ended_on"]) for each in told} == {
        (made["subscription_id"], last_day),
        (midt["subscription_id"], last_day),
    }
    assert {each["data"]["occurred_on"] for each in told} == {last_day}


async def test_br_03_a_subscription_ends_when_the_last_role_does(house: ContactHouse, clock: FixedClock) -> None:
    path = await house.registered(roles=[COORDINATOR | {"valid_to": "2016-04-10"}])
    made = await subscribed(house, house.editor, house.centre_id, TROMSO, path.rpartition("/")[2])
    await house.moves(path, "change", roles=[COORDINATOR | {"valid_to": "2016-04-09"}])
    late = await subscribed(house, house.editor, house.centre_id, TROMSO, await a_reader(house))
    assert late["ended_on"] is None
    clock.advance(timedelta(days=1))
    await Deadlines(house.database, registry.deadlines).take_due()
    shown = (await house.editor.get(f"/newsletter-subscriptions/{made['subscription_id']}")).json()
    assert shown["ended_on"] == "2016-04-09"
    refused = await asks(house.editor, house.centre_id, TROMSO, path.rpartition("/")[2])
    assert errors_of(refused) == [("/contact_id", "no-such-thing")]


async def test_br_03_a_subscription_that_began_after_the_contact_was_gone_never_was(house: ContactHouse) -> None:
    path = await house.registered(occurred_on="2016-01-10")
    made = await subscribed(house, house.editor, house.centre_id, TROMSO, path.rpartition("/")[2])
    await house.moves(path, "end", occurred_on="2016-01-15")
    shown = (await house.editor.get(f"/newsletter-subscriptions/{made['subscription_id']}")).json()
    assert shown["ended_on"] == made["subscribed_on"] == DAY
    assert await informed(house, DAY) == []
    unchanged = await house.editor.post(
        f"/newsletter-subscriptions/{made['subscription_id']}/end", {"occurred_on": LATER}, if_match='"2"'
    )
    assert slug_of(unchanged) == (409, "step-out-of-order")
