"""The feed: what partners may read, in one order that never changes."""

import asyncio
from collections.abc import Sequence
from datetime import date
from functools import partial
from uuid import UUID

import orjson
import pytest

from gateway.feed import FeedPage, feed_page
from gateway.service import gateway
from services.contracts.events import (
    ActivityAnnounced,
    ActivityPlanned,
    ActivityStatus,
    Network,
    NetworkClosed,
    NetworkOpened,
    NetworkPrepared,
    NetworkStatus,
    OfferDrafted,
    OfferPublished,
    OfferStatus,
    OfferWithdrawn,
)
from services.contracts.message import Envelope, Text
from services.contracts.registry import Mapping, MappingCompleted, MappingInvited, MappingStatus, MappingTool
from services.contracts.registry.overdoses import (
    OverdoseCount,
    OverdoseCountRecorded,
    OverdoseUnit,
    OverdoseUnitRecorded,
)
from services.kernel.rebuild import Shadow
from tests.conftest import OpenDatabase
from tests.service.gateway_neighbours import (
    APRIL,
    KORUS_NORD,
    Neighbours,
    a_county,
    a_unit,
    an_activity,
    an_offer,
    an_organisation,
)


@pytest.fixture
async def neighbours(open_database: OpenDatabase) -> Neighbours:
    return Neighbours(await open_database(gateway))


async def read(neighbours: Neighbours, after: int = 0, limit: int = 200, *, whole_register: bool = False) -> FeedPage:
    return await neighbours.database.read(feed_page, after, limit, whole_register=whole_register)


def types(page: FeedPage) -> list[str]:
    return [orjson.loads(body)["type"].removeprefix("samla.") for body in page.bodies]


async def test_a_reader_catches_up_page_by_page_and_misses_nothing(neighbours: Neighbours):
    await neighbours.tell(*(a_unit(f"19{number:02}", f"Kommune {number}") for number in range(25)))
    seen: list[str] = []
    cursor, has_more = 0, True
    while has_more:
        page = await read(neighbours, cursor, limit=10)
        seen += [orjson.loads(body)["subject"] for body in page.bodies]
        cursor, has_more = page.cursor, page.has_more
    assert seen == [f"19{number:02}" for number in range(25)]

    await neighbours.tell(a_county("19", "Troms"))
    assert types(await read(neighbours, cursor)) == ["registry.county.registered.v1"]


async def test_an_empty_answer_leaves_the_cursor_where_it_was(neighbours: Neighbours):
    page = await read(neighbours, after=7)
    assert page == FeedPage((), 7, False)
    assert orjson.loads(page.as_json()) == {"items": [], "cursor": "7"}


async def test_no_entry_tells_who_did_it_or_how_it_is_traced(neighbours: Neighbours):
    await neighbours.tell(a_unit("1902", "Tromsø"), OfferPublished(occurred_on=APRIL, offer=an_offer(1)))
    for body in (await read(neighbours)).bodies:
        told = orjson.loads(body)
        assert not {"actor", "correlationid", "causationid", "traceparent"} & set(told)
        assert b"the-one-who-did-it" not in body
        assert Envelope.model_validate(told).organisation == str(KORUS_NORD)


async def test_an_offer_is_told_from_its_publication(neighbours: Neighbours):
    draft = an_offer(1, status=OfferStatus.draft, published_on=None)
    await neighbours.tell(OfferDrafted(occurred_on=APRIL, offer=draft))
    assert types(await read(neighbours, whole_register=True)) == []
    await neighbours.tell(OfferPublished(occurred_on=APRIL, offer=an_offer(1)))
    withdrawn = an_offer(1, status=OfferStatus.withdrawn, withdrawn_on=date(2016, 6, 1))
    await neighbours.tell(OfferWithdrawn(occurred_on=date(2016, 6, 1), offer=withdrawn))
    assert types(await read(neighbours)) == ["events.offer.published.v1", "events.offer.withdrawn.v1"]


async def test_an_activity_is_told_from_its_announcement(neighbours: Neighbours):
    planned = an_activity(1, status=ActivityStatus.planned, announced_on=None)
    await neighbours.tell(ActivityPlanned(occurred_on=APRIL, activity=planned))
    await neighbours.tell(ActivityAnnounced(occurred_on=APRIL, activity=an_activity(1)))
    assert types(await read(neighbours)) == ["events.activity.announced.v1"]


async def test_a_network_is_told_from_its_opening(neighbours: Neighbours):
    prepared = Network(
        network_id=UUID(int=1),
        name=Text(nb="Gode pasientforløp"),
        theme="care_pathways",
        lead_id=KORUS_NORD,
        status=NetworkStatus.prepared,
        prepared_on=APRIL,
    )
    given_up = prepared.model_copy(update={"network_id": UUID(int=2), "closed_on": APRIL})
    await neighbours.tell(
        NetworkPrepared(occurred_on=APRIL, network=prepared), NetworkClosed(occurred_on=APRIL, network=given_up)
    )
    assert types(await read(neighbours, whole_register=True)) == []
    opened = prepared.model_copy(update={"status": NetworkStatus.open, "opened_on": APRIL})
    await neighbours.tell(NetworkOpened(occurred_on=APRIL, network=opened))
    assert types(await read(neighbours)) == ["events.network.opened.v1"]


async def test_everybody_reads_of_completed_surveys_and_the_register_readers_of_all(neighbours: Neighbours):
    survey = Mapping(
        mapping_id=UUID(int=1),
        tool=MappingTool.brukerplan,
        unit_code="1902",
        year=2016,
        sequence=1,
        centre_id=KORUS_NORD,
        status=MappingStatus.invited,
        invited_on=APRIL,
    )
    done = survey.model_copy(update={"status": MappingStatus.completed, "completed_on": APRIL})
    await neighbours.tell(
        MappingInvited(occurred_on=APRIL, mapping=survey), MappingCompleted(occurred_on=APRIL, mapping=done)
    )
    assert types(await read(neighbours)) == ["registry.mapping.completed.v1"]
    assert types(await read(neighbours, whole_register=True)) == [
        "registry.mapping.invited.v1",
        "registry.mapping.completed.v1",
    ]


async def test_deaths_are_told_as_counts_and_which_municipality_has_overdose_problems_never(neighbours: Neighbours):
    deaths = OverdoseCount(
        overdose_count_id=UUID(int=1),
        unit_code="1902",
        year=2015,
        fewer_than=5,
        centre_id=KORUS_NORD,
        recorded_on=APRIL,
        source="Dødsårsaksregisteret",
    )
    unit = OverdoseUnit(overdose_unit_id=UUID(int=2), unit_code="1902", centre_id=KORUS_NORD, recorded_on=APRIL)
    await neighbours.tell(
        OverdoseCountRecorded(occurred_on=APRIL, overdose_count=deaths),
        OverdoseUnitRecorded(occurred_on=APRIL, overdose_unit=unit),
    )
    for whole_register in (False, True):
        page = await read(neighbours, whole_register=whole_register)
        assert types(page) == ["registry.overdose_count.recorded.v1"]
        assert orjson.loads(page.bodies[0])["data"]["overdose_count"]["fewer_than"] == 5


async def test_a_message_that_comes_again_stays_where_it_is(neighbours: Neighbours):
    bodies = [neighbours.body(a_unit("1902", "Tromsø")), neighbours.body(an_organisation(KORUS_NORD, "KoRus-Nord"))]
    await neighbours.repeat(*bodies)
    before = await read(neighbours)
    await neighbours.repeat(*bodies, *bodies)
    assert await read(neighbours) == before


async def rebuilt(neighbours: Neighbours, bodies: Sequence[bytes]) -> None:
    """The catalogue made anew from everything that was ever published."""
    shadow = Shadow(gateway)
    await neighbours.database.transact(shadow.create)
    for consumer in gateway.consumers:
        mine = [body for body in bodies if orjson.loads(body)["source"] == f"/samla/{consumer.publisher}"]
        await neighbours.database.transact(partial(consumer.apply, bodies=mine, target=shadow.target))
        await neighbours.database.transact(partial(shadow.swap, consumer=consumer))
    await neighbours.database.transact(shadow.drop)


async def test_a_rebuild_of_the_catalogue_leaves_the_feed_as_it_is(neighbours: Neighbours):
    offers = [OfferPublished(occurred_on=APRIL, offer=an_offer(number)) for number in range(1, 6)]
    bodies = [neighbours.body(message) for message in (a_unit("1902", "Tromsø"), *offers)]
    await neighbours.repeat(*bodies)
    before = await read(neighbours)
    await rebuilt(neighbours, bodies)
    assert await read(neighbours) == before


async def test_what_a_rebuild_is_the_first_to_tell_is_in_the_feed_as_well(neighbours: Neighbours):
    bodies = [neighbours.body(a_unit(f"19{number:02}", f"Kommune {number}")) for number in range(5)]
    await neighbours.repeat(*bodies[:2])
    await rebuilt(neighbours, bodies)
    await neighbours.repeat(*bodies)
    page = await read(neighbours)
    assert [orjson.loads(body)["subject"] for body in page.bodies] == [f"19{number:02}" for number in range(5)]
    assert page.cursor == 5


async def test_a_reader_beside_two_writers_misses_nothing(neighbours: Neighbours):
    units = [neighbours.body(a_unit(f"{number:04}", "Kommune")) for number in range(1000, 1040)]
    offers = [neighbours.body(OfferPublished(occurred_on=APRIL, offer=an_offer(number))) for number in range(1, 41)]
    seen: list[str] = []
    done = asyncio.Event()

    async def write(bodies: list[bytes]) -> None:
        for body in bodies:
            await neighbours.repeat(body)

    async def follow() -> None:
        cursor = 0
        while True:
            is_last = done.is_set()
            page = await read(neighbours, cursor)
            seen.extend(orjson.loads(body)["subject"] for body in page.bodies)
            cursor = page.cursor
            if is_last and not page.has_more:
                return
            await asyncio.sleep(0)

    following = asyncio.ensure_future(follow())
    await asyncio.gather(write(units), write(offers))
    done.set()
    await following
    assert sorted(seen) == sorted([f"{n:04}" for n in range(1000, 1040)] + [str(UUID(int=n)) for n in range(1, 41)])
