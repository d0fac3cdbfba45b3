"""Learning networks over HTTP and on both databases: prepared, opened, closed, and followed by who has the seat."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.contracts.registry import (
    OrganisationKind,
    Region,
    Representative,
    RepresentativeElected,
    RepresentativeEnded,
)
from services.events.service import events
from services.kernel.clock import FixedClock
from tests.conftest import OpenDatabase
from tests.service.neighbourhood import KORUS_NORD, RVTS_NORD, UNKNOWN, Caller, House, organisation, problem
from tests.statements import statements

KS = UUID("00000000-0000-7000-8000-000000000006")
RVTS_MIDT = UUID("00000000-0000-7000-8000-000000000007")

NETWORK: dict[str, Any] = {
    "name": {"nb": "Gode pasientforløp i nord", "nn": "Gode pasientforløp i nord"},
    "theme": "care_pathways",
    "lead_id": str(KS),
    "region": "north",
    "occurred_on": "2016-02-01",
}


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[House]:
    house = House(events, await open_database(events), clock)
    await house.tell(
        organisation(KS, "ks", OrganisationKind.partner),
        organisation(KORUS_NORD, "korus-nord", OrganisationKind.korus),
        organisation(RVTS_NORD, "rvts-nord", OrganisationKind.rvts),
        organisation(RVTS_MIDT, "rvts-midt", OrganisationKind.rvts),
    )
    async with house.client:
        yield house


@pytest.fixture
def ks(house: House) -> Caller:
    return house.caller("GK", KS)


@pytest.fixture
def rvts(house: House) -> Caller:
    return house.caller("GK", RVTS_NORD)


@pytest.fixture
def korus(house: House) -> Caller:
    return house.caller("GK", KORUS_NORD)


def seat(number: int, centre: UUID, since: str, until: str | None = None, region: Region = Region.north) -> Any:
    """The registry's word about a seat that is taken, or left again."""
    representative = Representative(
        representative_id=UUID(int=number),
        region=region,
        electors=(centre,),
        candidates=(centre,),
        called_on=date(2016, 1, 1),
        elected_id=centre,
        valid_from=date.fromisoformat(since),
        valid_to=None if until is None else date.fromisoformat(until),
    )
    fact = RepresentativeElected if until is None else RepresentativeEnded
    return fact(occurred_on=date.fromisoformat(until or since), representative=representative)


async def prepare(lead: Caller, **changes: Any) -> str:
    """A network that is only prepared; answers its path."""
    prepared = await lead.post("/networks", {**NETWORK, **changes})
    assert prepared.status_code == 201, prepared.text
    return str(prepared.headers["location"])


async def sees(who: Caller, path: str) -> bool:
    """Whether somebody sees the network, alike by itself and in the list."""
    alone = await who.get(path)
    listed = {f"/networks/{each['network_id']}" for each in (await who.get("/networks")).json()["items"]}
    assert (alone.status_code == 200) == (path in listed)
    return path in listed


async def follower(who: Caller, path: str, **asked: Any) -> str | None:
    """Who follows the network, alike by itself and in the list."""
    alone = (await who.get(path, **asked)).json()
    listed = (await who.get("/networks", **asked)).json()["items"]
    assert alone in listed
    found: str | None = alone["follower_id"]
    return found


async def test_st_19_a_network_of_the_region_is_given_to_its_representative(
    house: House, ks: Caller, rvts: Caller, korus: Caller
) -> None:
    path = await prepare(ks)
    assert [await sees(each, path) for each in (ks, rvts, korus, house.anybody)] == [True, False, False, False]
    assert await follower(ks, path) is None
    await house.tell(seat(1, RVTS_NORD, "2016-03-01"))
    assert [await sees(each, path) for each in (ks, rvts, korus, house.anybody)] == [True, True, False, False]
    assert await follower(ks, path) == await follower(rvts, path) == str(RVTS_NORD)


async def test_st_19_it_is_the_same_when_the_election_comes_before_the_network(
    house: House, ks: Caller, rvts: Caller, korus: Caller
) -> None:
    await house.tell(seat(1, RVTS_NORD, "2016-03-01"))
    path = await prepare(ks)
    assert [await sees(each, path) for each in (ks, rvts, korus, house.anybody)] == [True, True, False, False]
    assert await follower(rvts, path) == str(RVTS_NORD)


async def test_st_19_when_the_seat_is_left_the_right_goes_with_it(house: House, ks: Caller, rvts: Caller) -> None:
    path = await prepare(ks)
    await house.tell(seat(1, RVTS_NORD, "2016-03-01"), seat(1, RVTS_NORD, "2016-03-01", "2016-04-01"))
    assert not await sees(rvts, path)
    # Who had the seat on a day is told, and gives nobody a right today.
    assert (await rvts.get(path, on="2016-03-15")).status_code == 404
    assert (await rvts.get("/networks", on="2016-03-15", follower_id=str(RVTS_NORD))).json() == {"items": []}
    days = ("2016-02-29", "2016-03-01", "2016-03-31", "2016-04-01")
    assert [await follower(ks, path, on=day) for day in days] == [None, str(RVTS_NORD), str(RVTS_NORD), None]


async def test_st_19_the_right_goes_on_its_day_and_not_before(
    house: House, ks: Caller, rvts: Caller, clock: FixedClock
) -> None:
    path = await prepare(ks)
    await house.tell(seat(1, RVTS_NORD, "2016-03-01", "2016-04-09"))
    assert await sees(rvts, path)
    clock.advance(timedelta(days=1))
    assert not await sees(house.caller("GK", RVTS_NORD), path)


async def test_st_19_the_right_moves_to_the_centre_that_is_elected_next(
    house: House, ks: Caller, rvts: Caller, korus: Caller
) -> None:
    path = await prepare(ks)
    await house.tell(
        seat(1, RVTS_NORD, "2016-03-01", "2016-04-01"),
        seat(2, KORUS_NORD, "2016-04-01"),
    )
    assert [await sees(each, path) for each in (rvts, korus)] == [False, True]
    assert await follower(korus, path) == str(KORUS_NORD)
    assert await follower(ks, path, on="2016-03-31") == str(RVTS_NORD)
    assert [
        len((await ks.get("/networks", follower_id=str(centre), on="2016-03-31")).json()["items"])
        for centre in (RVTS_NORD, KORUS_NORD)
    ] == [1, 0]


async def test_st_19_between_two_messages_the_newer_seat_counts(
    house: House, ks: Caller, rvts: Caller, korus: Caller
) -> None:
    path = await prepare(ks)
    await house.tell(seat(2, KORUS_NORD, "2016-04-01"), seat(1, RVTS_NORD, "2016-03-01"))
    assert await follower(ks, path) == str(KORUS_NORD)
    assert [await sees(each, path) for each in (rvts, korus)] == [False, True]


async def test_another_regions_representative_and_a_national_network_have_nothing_to_do_with_each_other(
    house: House, ks: Caller, rvts: Caller
) -> None:
    northern, national = await prepare(ks), await prepare(ks, region=None)
    await house.tell(seat(1, RVTS_MIDT, "2016-03-01", region=Region.mid), seat(2, RVTS_NORD, "2016-03-01"))
    assert [await sees(house.caller("GK", RVTS_MIDT), path) for path in (northern, national)] == [False, False]
    assert [await sees(rvts, path) for path in (northern, national)] == [True, False]
    assert await follower(ks, national) is None


async def test_a_network_is_seen_by_everybody_from_the_day_it_is_opened_with_who_follows_it(
    house: House, ks: Caller
) -> None:
    path = await prepare(ks)
    await house.tell(seat(1, RVTS_NORD, "2016-03-01"))
    opened = await ks.change(f"{path}/open", {"occurred_on": "2016-03-10"})
    assert (opened.status_code, opened.json()["status"], opened.json()["opened_on"]) == (200, "open", "2016-03-10")
    shown = await house.anybody.get(path)
    assert (shown.json()["follower_id"], shown.headers["etag"]) == (str(RVTS_NORD), '"2"')
    (listed,) = (await house.anybody.get("/networks", follower_id=str(RVTS_NORD))).json()["items"]
    assert listed == shown.json()
    closed = await ks.change(f"{path}/close", {"occurred_on": "2016-04-01"})
    assert (closed.json()["status"], closed.json()["closed_on"]) == ("closed", "2016-04-01")
    assert await sees(house.anybody, path)


async def test_a_prepared_network_is_a_national_coordinators_affair_who_opens_it(
    house: House, ks: Caller, korus: Caller
) -> None:
    path, coordinator = await prepare(ks), house.caller("KOO")
    assert await sees(coordinator, path)
    assert (await coordinator.change(f"{path}/open", {"occurred_on": "2016-03-10"})).json()["status"] == "open"
    missing, hidden = await korus.get(f"/networks/{UNKNOWN}"), await korus.get(await prepare(ks))
    assert problem(hidden) == (404, "not-found")
    assert {**missing.json(), "trace_id": ""} == {**hidden.json(), "trace_id": ""}


async def test_a_network_that_is_given_up_stays_unseen(house: House, ks: Caller) -> None:
    path = await prepare(ks)
    assert (await ks.change(f"{path}/close", {"occurred_on": "2016-03-01"})).json()["status"] == "closed"
    assert [await sees(each, path) for each in (ks, house.anybody)] == [True, False]


async def test_each_change_of_a_network_is_told_without_who_follows_it(house: House, ks: Caller) -> None:
    await house.tell(seat(1, RVTS_NORD, "2016-03-01"))
    path = await prepare(ks)
    for step, on in (("open", "2016-03-10"), ("close", "2016-04-01")):
        await ks.change(f"{path}/{step}", {"occurred_on": on})
    told = await house.told("network")
    assert [message["type"].split(".")[3] for message in told] == ["prepared", "opened", "closed"]
    assert [message["data"]["network"]["status"] for message in told] == ["prepared", "open", "closed"]
    assert [message["data"]["occurred_on"] for message in told] == ["2016-02-01", "2016-03-10", "2016-04-01"]
    assert {message["actor"] for message in told} == {"a-GK"}
    assert not any("follower_id" in message["data"]["network"] for message in told)


@pytest.mark.parametrize(
    ("changes", "status", "slug", "pointer"),
    [
        ({"name": {}}, 422, "invalid", "/name"),
        ({"theme": "Not a theme"}, 422, "invalid", "/theme"),
        ({"region": "nowhere"}, 422, "invalid", "/region"),
        ({"follower_id": str(RVTS_NORD)}, 422, "unknown-field", ""),
        ({"occurred_on": "2999-01-01"}, 422, "date-in-future", "/occurred_on"),
    ],
)
async def test_a_network_that_is_wrong_is_refused_where_it_is_wrong(
    house: House, ks: Caller, changes: dict[str, Any], status: int, slug: str, pointer: str
) -> None:
    refused = await ks.post("/networks", {**NETWORK, **changes})
    assert problem(refused) == (status, slug)
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert [await house.rows(table) for table in ("network", "outbox")] == [0, 0]


async def test_a_lead_that_has_not_been_told_of_yet_waits(house: House) -> None:
    refused = await house.caller("GK", UNKNOWN).post("/networks", {**NETWORK, "lead_id": str(UNKNOWN)})
    assert (problem(refused), refused.headers["retry-after"]) == ((409, "not-yet-known"), "1")


async def test_another_organisation_can_do_nothing_with_a_network(house: House, ks: Caller, rvts: Caller) -> None:
    path = await prepare(ks)
    await house.tell(seat(1, RVTS_NORD, "2016-03-01"))
    assert problem(await rvts.post("/networks", NETWORK)) == (404, "not-found")
    for step in ("open", "close"):
        # Who follows a network does not run it.
        assert problem(await rvts.change(f"{path}/{step}", {"occurred_on": "2016-03-10"})) == (404, "not-found")
        by_its_system = await house.caller("API", KS).change(f"{path}/{step}", {"occurred_on": "2016-03-10"})
        assert problem(by_its_system) == (403, "forbidden")
    assert problem(await house.caller("KOM", KS).post("/networks", NETWORK)) == (403, "forbidden")
    assert problem(await house.anybody.post("/networks", NETWORK)) == (401, "unauthenticated")


async def test_a_step_of_a_network_out_of_order_or_of_the_wrong_day_changes_nothing(house: House, ks: Caller) -> None:
    path = await prepare(ks)
    for step in ("open", "close"):
        early = await ks.change(f"{path}/{step}", {"occurred_on": "2016-01-31"})
        assert (problem(early), early.json()["earliest"]) == ((422, "date-out-of-order"), "2016-02-01")
        late = await ks.change(f"{path}/{step}", {"occurred_on": "2999-01-01"})
        assert problem(late) == (422, "date-in-future")
    await ks.change(f"{path}/open", {"occurred_on": "2016-03-10"})
    again = await ks.change(f"{path}/open", {"occurred_on": "2016-03-11"})
    assert (problem(again), again.json()["current_status"]) == ((409, "step-out-of-order"), "open")
    await ks.change(f"{path}/close", {"occurred_on": "2016-04-01"})
    over = await ks.change(f"{path}/close", {"occurred_on": "2016-04-02"})
    assert (problem(over), over.json()["allowed_from"]) == ((409, "step-out-of-order"), ["open", "prepared"])
    assert len(await house.told("network")) == 3


async def test_a_change_of_a_network_is_based_on_the_newest_version(ks: Caller) -> None:
    path = await prepare(ks)
    opening = {"occurred_on": "2016-03-10"}
    assert problem(await ks.post(f"{path}/open", opening)) == (428, "precondition-required")
    assert problem(await ks.post(f"{path}/open", opening, if_match='"7"')) == (412, "precondition-failed")
    assert problem(await ks.post(f"/networks/{UNKNOWN}/open", opening, if_match='"1"')) == (404, "not-found")


async def test_networks_come_in_pages_and_narrowed_to_a_region(house: House, ks: Caller) -> None:
    paths = [await prepare(ks) for _ in range(3)]
    for path in (*paths, await prepare(ks, region="mid")):
        await ks.change(f"{path}/open", {"occurred_on": "2016-03-10"})
    found, address = [], "/networks?region=north&limit=2"
    while address:
        page = await house.client.get(address)
        found += [f"/networks/{each['network_id']}" for each in page.json()["items"]]
        address = page.headers.get("link", "").split(">")[0].removeprefix("<")
    assert found == sorted(paths)
    assert problem(await ks.get("/networks", region="nowhere")) == (422, "invalid")


async def test_fifty_networks_cost_as_many_statements_as_one(house: House, ks: Caller, rvts: Caller) -> None:
    await house.tell(seat(1, RVTS_NORD, "2016-03-01"))

    async def number(more: int) -> int:
        """Of statements, when there are so many more networks."""
        before = await house.rows("network")
        for _ in range(more):
            await prepare(ks)
        with statements(house.database) as sent:
            answer = await rvts.get("/networks", limit=200, follower_id=str(RVTS_NORD))
        assert len(answer.json()["items"]) == before + more
        return len(sent)

    assert await number(1) == await number(49)
