"""Who gets a newsletter, and whom an issue informs, over HTTP on both databases."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.reference_load import load_reference
from services.kernel.clock import FixedClock
from services.registry.service import registry
from tests.conftest import OpenDatabase
from tests.service.registry_house import Caller, House

DAY, LATER = "2016-02-01", "2016-04-08"
TROMSO, BODO, ROST = "1902", "1804", "1856"


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[House]:
    house = House(await open_database(registry, load_reference), clock)
    async with house.client:
        yield house


async def subscribed(editor: Caller, centre_id: UUID, code: str, contact_id: UUID | None = None) -> dict[str, Any]:
    body = {
        "centre_id": str(centre_id), "contact_id": str(contact_id or uuid4()), "unit_code": code, "occurred_on": DAY,
    }  # fmt: skip
    answer = await editor.post("/newsletter-subscriptions", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/newsletter-subscriptions/{made['subscription_id']}"
    return made


async def test_br_03_an_issue_informs_the_units_of_those_who_got_it(house: House) -> None:
    centre_id = await house.organisation_id("KoRus-Nord")
    editor = house.caller("ED", centre_id)
    first, _second = await subscribed(editor, centre_id, TROMSO), await subscribed(editor, centre_id, TROMSO)
    missed = await subscribed(editor, centre_id, BODO)
    await subscribed(house.caller("KOO"), await house.organisation_id("KoRus-Midt"), ROST)
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


async def test_br_03_nobody_says_of_a_unit_without_a_subscriber_that_it_had_the_newsletter(house: House) -> None:
    centre_id = await house.organisation_id("KoRus-Nord")
    editor = house.caller("ED", centre_id)
    await subscribed(editor, centre_id, TROMSO)
    told = {"centre_id": str(centre_id), "unit_code": ROST, "channel": "newsletter", "occurred_on": LATER}
    refused = await editor.post("/awareness", told)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:samla:problem:no-subscriber")
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/unit_code"]
    assert (await editor.post("/awareness", told | {"unit_code": TROMSO})).status_code == 201


async def test_a_subscription_ends_once_and_the_contact_is_told_to_nobody(house: House) -> None:
    centre_id, contact_id = await house.organisation_id("KoRus-Nord"), uuid4()
    editor, midt = house.caller("ED", centre_id), house.caller("ED", await house.organisation_id("KoRus-Midt"))
    made = await subscribed(editor, centre_id, TROMSO, contact_id)
    path = f"/newsletter-subscriptions/{made['subscription_id']}"
    again = {"centre_id": str(centre_id), "contact_id": str(contact_id), "unit_code": TROMSO, "occurred_on": LATER}
    twice = await editor.post("/newsletter-subscriptions", again)
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
    await subscribed(editor, centre_id, TROMSO, contact_id)
    listed = await editor.pages("/newsletter-subscriptions", centre_id=centre_id, unit_code=TROMSO, limit=1)
    assert {each["ended_on"] for each in listed} == {LATER, None}
    assert str(contact_id) not in str(await house.told("subscription")) + str(listed)
