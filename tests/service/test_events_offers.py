"""Programmes and offers over HTTP and on both databases: the one list, drafted, carried together, withdrawn."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.contracts.registry import OrganisationKind
from services.events.service import events
from services.kernel.clock import FixedClock
from tests.conftest import OpenDatabase
from tests.service.neighbourhood import (
    BODO,
    KORUS_NORD,
    NAPHA,
    NORDLAND,
    RVTS_NORD,
    TROMS,
    TROMSO,
    TROMSO_FROM_2020,
    UNKNOWN,
    UNTIL_2020,
    Caller,
    House,
    counties,
    organisation,
    problem,
    units,
)

TYSFJORD, HAMAROY, STEIGEN = "1850", "1849", "1848"

OFFER: dict[str, Any] = {
    "title": {"nb": "Klient- og resultatstyrt praksis", "nn": "Klient- og resultatstyrt praksis"},
    "description": {"nb": "Opplæring over to dager, med oppfølging."},
    "theme": "kor",
    "target_groups": ["municipal_services"],
    "lead_id": str(KORUS_NORD),
    "unit_codes": [TYSFJORD, HAMAROY, STEIGEN],
    "period_from": "2016-03-01",
    "period_to": "2016-12-31",
    "occurred_on": "2016-02-01",
}


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[House]:
    house = House(events, await open_database(events), clock)
    await house.tell(
        *units(TROMSO, BODO, TYSFJORD, HAMAROY, STEIGEN),
        *units(TROMSO_FROM_2020, since=UNTIL_2020, until=None),
        *counties(NORDLAND, TROMS),
        organisation(KORUS_NORD, "korus-nord", OrganisationKind.korus),
        organisation(NAPHA, "napha", OrganisationKind.national),
        organisation(RVTS_NORD, "rvts-nord", OrganisationKind.rvts),
    )
    async with house.client:
        yield house


@pytest.fixture
def editor(house: House) -> Caller:
    return house.caller("ED", KORUS_NORD)


@pytest.fixture
def napha(house: House) -> Caller:
    return house.caller("ED", NAPHA)


async def draft(editor: Caller, **changes: Any) -> str:
    """A draft; answers its path."""
    drafted = await editor.post("/offers", {**OFFER, **changes})
    assert drafted.status_code == 201, drafted.text
    return str(drafted.headers["location"])


async def publish(editor: Caller, **changes: Any) -> str:
    """A published offer; answers its path."""
    path = await draft(editor, **changes)
    published = await editor.change(f"{path}/publish", {"occurred_on": "2016-02-10"})
    assert published.status_code == 200, published.text
    return path


async def test_br_05_the_list_holds_every_centres_published_offers_with_who_carries_them(
    house: House, editor: Caller, napha: Caller
) -> None:
    first = await publish(editor, unit_codes=[], county_codes=[NORDLAND, TROMS], theme="brukerplan")
    await napha.post("/offers", {**OFFER, "lead_id": str(NAPHA)})
    second = await publish(napha, lead_id=str(NAPHA))
    listed = (await house.anybody.get("/offers")).json()["items"]
    assert {f"/offers/{offer['offer_id']}" for offer in listed} == {first, second}
    assert {offer["lead_id"] for offer in listed} == {str(KORUS_NORD), str(NAPHA)}
    (of_steigen,) = (await house.anybody.get("/offers", unit_code=STEIGEN)).json()["items"]
    assert of_steigen["unit_codes"] == [STEIGEN, HAMAROY, TYSFJORD]
    (of_troms,) = (await house.anybody.get("/offers", county_code=TROMS, on="2016-12-31")).json()["items"]
    assert of_troms["county_codes"] == [NORDLAND, TROMS]
    assert (await house.anybody.get("/offers", on="2017-01-01")).json() == {"items": []}


async def test_st_12_two_centres_with_the_same_offer_carry_one_together(
    house: House, editor: Caller, napha: Caller
) -> None:
    ours, theirs = await publish(editor), await publish(napha, lead_id=str(NAPHA))
    await editor.change(f"{ours}/co-organisers", {"organisation_id": str(NAPHA), "occurred_on": "2016-02-20"})
    await napha.change(f"{ours}/co-organisers/answer", {"accept": True, "occurred_on": "2016-02-21"})
    await napha.change(f"{theirs}/withdraw", {"occurred_on": "2016-02-21"})

    (offer,) = (await house.anybody.get("/offers", status="published", theme="kor")).json()["items"]
    assert len(offer["unit_codes"]) == 3
    assert [(known["organisation_id"], known["status"]) for known in offer["co_organisers"]] == [
        (str(NAPHA), "accepted")
    ]
    withdrawn = (await house.anybody.get(theirs)).json()
    assert (withdrawn["status"], withdrawn["withdrawn_on"]) == ("withdrawn", "2016-02-21")


async def test_a_draft_is_seen_by_its_lead_by_those_asked_and_by_coordinators(
    house: House, editor: Caller, napha: Caller
) -> None:
    path = await draft(editor)
    await editor.change(f"{path}/co-organisers", {"organisation_id": str(NAPHA), "occurred_on": "2016-02-02"})
    others = (house.caller("ED", RVTS_NORD), house.caller("HD"), house.caller("KOM", KORUS_NORD), house.anybody)
    seen = [(await each.get(path)).status_code for each in (editor, napha, house.caller("KOO"), *others)]
    assert seen == [200, 200, 200, 404, 404, 200, 404]
    missing = await house.anybody.get(f"/offers/{UNKNOWN}")
    hidden = await house.anybody.get(path)
    assert {**missing.json(), "trace_id": ""} == {**hidden.json(), "trace_id": ""}
    assert (await house.anybody.get("/offers")).json() == {"items": []}


async def test_a_national_coordinator_publishes_any_centres_offer(house: House, editor: Caller) -> None:
    path = await draft(editor)
    published = await house.caller("KOO").change(f"{path}/publish", {"occurred_on": "2016-02-10"})
    assert published.json()["status"] == "published"


async def test_each_change_of_an_offer_is_told_in_full(house: House, editor: Caller) -> None:
    path = await publish(editor)
    await editor.change(f"{path}/withdraw", {"occurred_on": "2016-03-10"})
    told = await house.told("offer")
    assert [message["type"].split(".")[3] for message in told] == ["drafted", "published", "withdrawn"]
    assert [message["data"]["offer"]["unit_codes"] for message in told] == [[STEIGEN, HAMAROY, TYSFJORD]] * 3
    assert {message["actor"] for message in told} == {"a-ED"}


@pytest.mark.parametrize(
    ("changes", "status", "slug", "pointer"),
    [
        ({"unit_codes": [TYSFJORD, "9999"]}, 409, "not-yet-known", "/unit_codes/1"),
        ({"county_codes": ["99"]}, 409, "not-yet-known", "/county_codes/0"),
        ({"unit_codes": [TROMSO_FROM_2020]}, 422, "unit-not-valid", "/unit_codes/0"),
        ({"unit_codes": []}, 422, "offer-without-area", "/county_codes"),
        ({"period_to": "2016-02-28"}, 422, "period-reversed", "/period_to"),
        ({"title": {}}, 422, "invalid", "/title"),
        ({"theme": "Not a theme"}, 422, "invalid", "/theme"),
        ({"status": "published"}, 422, "unknown-field", ""),
    ],
)
async def test_an_offer_that_is_wrong_is_refused_where_it_is_wrong(
    house: House, editor: Caller, changes: dict[str, Any], status: int, slug: str, pointer: str
) -> None:
    refused = await editor.post("/offers", {**OFFER, **changes})
    assert problem(refused) == (status, slug)
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert [await house.rows(table) for table in ("offer", "offer_area", "outbox")] == [0, 0, 0]


async def test_an_organisation_is_asked_once_and_never_the_lead_itself(editor: Caller) -> None:
    path = await draft(editor)
    ask = {"organisation_id": str(NAPHA), "occurred_on": "2016-02-02"}
    assert (await editor.change(f"{path}/co-organisers", ask)).status_code == 200
    assert problem(await editor.change(f"{path}/co-organisers", ask)) == (409, "already-invited")
    itself = await editor.change(f"{path}/co-organisers", {**ask, "organisation_id": str(KORUS_NORD)})
    assert problem(itself) == (422, "lead-as-co-organiser")
    unknown = await editor.change(f"{path}/co-organisers", {**ask, "organisation_id": str(UNKNOWN)})
    assert problem(unknown) == (409, "not-yet-known")


async def test_a_repeated_request_is_done_once(house: House, editor: Caller) -> None:
    first = await editor.post("/offers", OFFER, key="the same")
    again = await editor.post("/offers", OFFER, key="the same")
    assert first.json() == again.json()
    assert await house.rows("offer") == 1


async def test_an_activity_is_planned_under_an_offer_by_those_who_carry_it(
    house: House, editor: Caller, napha: Caller
) -> None:
    path = await publish(editor)
    activity = {
        "title": {"nb": "Kursdag"},
        "kind": "course",
        "theme": "kor",
        "lead_id": str(NAPHA),
        "starts_on": "2016-05-10",
        "ends_on": "2016-05-10",
        "offer_id": path.rpartition("/")[2],
        "occurred_on": "2016-03-01",
    }
    assert problem(await napha.post("/activities", activity)) == (422, "invalid")
    await editor.change(f"{path}/co-organisers", {"organisation_id": str(NAPHA), "occurred_on": "2016-02-20"})
    await napha.change(f"{path}/co-organisers/answer", {"accept": True, "occurred_on": "2016-02-21"})
    planned = await napha.post("/activities", activity)
    assert planned.status_code == 201, planned.text
    (found,) = (await napha.get("/activities", offer_id=activity["offer_id"])).json()["items"]
    assert found == planned.json()


async def test_a_programme_is_started_for_everyone_to_see(house: House, editor: Caller, napha: Caller) -> None:
    request = {
        "name": {"nb": "Ansvarlig alkoholhåndtering", "nn": "Ansvarleg alkoholhandtering"},
        "theme": "responsible_alcohol_management",
        "lead_id": str(KORUS_NORD),
        "occurred_on": "2015-01-10",
        "source": "example",
    }
    assert problem(await napha.post("/programmes", request)) == (404, "not-found")
    assert problem(await house.caller("KOM", KORUS_NORD).post("/programmes", request)) == (403, "forbidden")
    started = await editor.post("/programmes", request)
    assert started.status_code == 201, started.text
    shown = await house.anybody.get(started.headers["location"])
    assert (shown.json(), shown.headers["etag"]) == (started.json(), '"1"')
    (listed,) = (await house.anybody.get("/programmes", theme="responsible_alcohol_management")).json()["items"]
    assert listed == started.json()
    assert (await house.anybody.get("/programmes", lead_id=str(NAPHA))).json() == {"items": []}
    (told,) = await house.told("programme")
    assert told["data"]["programme"] == started.json()
