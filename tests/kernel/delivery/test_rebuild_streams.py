"""The broker's storage is lost while all run: the databases are the truth, and the streams are made anew from them."""

import asyncio
import shutil
from pathlib import Path

import sqlalchemy as sa

from deploy.provisioning import Provisioning
from services.kernel.database import Database
from services.kernel.inspection import outbox_state
from services.kernel.relay import Relay, begin_streams_anew, free_lease
from tests.kernel.delivery.conftest import Pair, Wires, canonical, known, outbox, unpublished, waiting
from tests.kernel.delivery.parts import TOLD, award, change
from tests.waiting import eventually, running

GAP = 10_000


async def rebuild_stream(provisioning: Provisioning, publisher: Database) -> int:
    """The steps of the operator's verb. Returns the sequence at which the stream begins anew."""
    state = await publisher.read(outbox_state)
    first = max(await provisioning.last_known_sequence("funding"), state["last_sequence"] or 0) + GAP
    await publisher.transact(lambda connection: begin_streams_anew(connection, first))
    await provisioning.recreate_stream("funding", first)
    await publisher.transact(free_lease)
    return first


async def lose_storage(wires: Wires, folder: Path) -> None:
    """The broker dies and comes back with an empty disk."""

    def begin_empty() -> None:
        wires.server.kill()
        for store in folder.rglob("jetstream"):
            shutil.rmtree(store)
        wires.server.start()

    await asyncio.to_thread(begin_empty)

    async def back() -> bool:
        return wires.operator.connected

    await eventually(back)
    assert (await wires.operator.api("STREAM.NAMES", {}))["streams"] is None


async def told(copies: Database) -> list[tuple[int, str]]:
    """The reader's feed: what it was told, with the positions it gave out."""

    def query(connection: sa.Connection) -> list[tuple[int, str]]:
        return [(row.position, row.message_id) for row in connection.execute(sa.select(TOLD).order_by(TOLD.c.position))]

    return await copies.read(query)


async def test_streams_lost_while_running_are_rebuilt_and_every_copy_ends_at_equal_hashes(
    publisher: Database, copies: Database, own_server: Wires, tmp_path: Path
) -> None:
    pair = await Pair.on(own_server, publisher, copies)
    async with running(pair.relay.run(), pair.intake.run()):
        grant_ids = await asyncio.gather(*(publisher.write(award, number) for number in range(200)))
        await eventually(pair.agree)
        await eventually(lambda: _published(publisher))
        feed_before, last_before = await told(copies), (await publisher.read(outbox_state))["last_sequence"]

        await lose_storage(own_server, tmp_path)
        await asyncio.gather(*(publisher.write(award, number) for number in range(200, 250)))
        await asyncio.gather(*(publisher.write(change, grant_id, 7) for grant_id in grant_ids[:50]))
        await eventually(lambda: _in_trouble(pair.relay))
        assert len(await known(copies)) == 200, "writes are accepted, and nobody hears of them yet"

        await own_server.provisioning.provide()
        await eventually(lambda: _stopped_for_good(pair.relay), what="an empty stream is no reason to begin again")
        first = await rebuild_stream(own_server.provisioning, publisher)
        assert first == last_before + GAP
        await eventually(pair.agree, within_s=30)
        await eventually(lambda: _published(publisher))
        grant_id = await publisher.write(award, 1000)
        assert await pair.intake.reached(f"grant/{grant_id}", 1, wait_s=10)

    stored = await own_server.stored()
    assert len(stored) == len(set(stored)) == len(await outbox(publisher)) == 301
    feed_after = await told(copies)
    assert feed_after[: len(feed_before)] == feed_before
    assert len({message_id for _, message_id in feed_after}) == len(feed_after) == 301
    assert await waiting(copies) == []


async def _in_trouble(relay: Relay) -> bool:
    return relay.trouble is not None


async def _stopped_for_good(relay: Relay) -> bool:
    return "rebuild-streams" in (relay.trouble or "")


async def _published(publisher: Database) -> bool:
    return await unpublished(publisher) == 0


async def test_streams_can_be_rebuilt_under_load_and_nothing_is_lost_or_doubled(
    publisher: Database, copies: Database, wires: Wires
) -> None:
    pair = await Pair.on(wires, publisher, copies)
    async with running(pair.relay.run(), pair.intake.run()):
        grant_ids = await asyncio.gather(*(publisher.write(award, number) for number in range(50)))
        done = asyncio.Event()

        async def load() -> None:
            amount_ore = 0
            while not done.is_set():
                amount_ore += 1
                await asyncio.gather(*(publisher.write(change, grant_id, amount_ore) for grant_id in grant_ids[:10]))

        async with running(load()):
            firsts = [await rebuild_stream(wires.provisioning, publisher) for _ in range(3)]
            done.set()
        assert firsts == sorted(firsts), "a sequence is never used twice"
        await eventually(pair.agree, within_s=30)
        await eventually(lambda: _published(publisher))
    stored = await wires.stored()
    assert sorted(stored) == sorted(set(stored))
    assert len(stored) == len(await outbox(publisher)) == len(await told(copies))
    assert await waiting(copies) == []


async def test_a_relay_that_takes_over_before_the_stream_stands_again_stops_and_says_so(
    publisher: Database, copies: Database, wires: Wires
) -> None:
    """The operator's verb died between its steps: the stream ends before what the database knows."""
    await asyncio.gather(*(publisher.write(award, number) for number in range(10)))
    pair = await Pair.on(wires, publisher, copies)
    async with running(pair.relay.run(), pair.intake.run()):
        await eventually(pair.agree)
    await publisher.transact(lambda connection: begin_streams_anew(connection, GAP))
    await publisher.transact(free_lease)
    async with running(pair.relay.run(), pair.intake.run()):
        await eventually(lambda: _stopped_for_good(pair.relay))
        await wires.provisioning.recreate_stream("funding", GAP)
        await eventually(lambda: _published(publisher))
    assert len(await wires.stored()) == 10
    before = await canonical(copies)
    assert before.count(b"\n") == 20
