"""From the broker into the copies: nothing is acknowledged before it is stored."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import asyncpg
import pytest

from services.kernel.broker import Outgoing
from services.kernel.database import Database
from services.kernel.intake import Intake
from tests.kernel.delivery.conftest import OF_THE_FUTURE, Databases, Pair, Wires, consumer_of, known, waiting
from tests.kernel.delivery.parts import CHOKING_READER, POISON_ORE, READER, award, awarded, change, change_often
from tests.messages import message_id, written
from tests.waiting import eventually, running


@contextlib.asynccontextmanager
async def storing_hindered(databases: Databases) -> AsyncIterator[None]:
    """Another one holds what a batch has to write to."""
    if databases.kind == "sqlite":
        other = sqlite3.connect(databases.folder / "reporting.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()
        return
    connection = await asyncpg.connect(databases.urls["reporting"].replace("+asyncpg", ""))
    await connection.execute("BEGIN; LOCK TABLE seen IN ACCESS EXCLUSIVE MODE")
    yield
    await connection.close()


async def test_a_batch_that_could_not_be_stored_comes_again_to_the_next_reader(
    databases: Databases, copies: Database, wires: Wires
) -> None:
    """A message is acknowledged after the commit that holds it, never before."""
    grant_id = UUID(int=1)
    body = written(awarded(grant_id, 1), 1)

    async def asked_for() -> bool:
        return bool((await wires.operator.api("CONSUMER.INFO.FUNDING.reporting", {}))["num_waiting"])

    async def delivered() -> bool:
        return (await wires.operator.pending("FUNDING", "reporting")).delivered == 1

    first = Intake(consumer_of(READER), databases.again(READER), await wires.connect("reporting"))
    async with contextlib.AsyncExitStack() as hindrance:
        async with running(first.run()):
            await eventually(asked_for)
            await hindrance.enter_async_context(storing_hindered(databases))
            await wires.operator.publish([Outgoing("samla.funding.grant.awarded.v1", "id-1", body)], expected_last=0)
            await eventually(delivered)
        await first.broker.close()
        await first.database.close()
    assert await known(copies) == {}
    second = Intake(consumer_of(READER), copies, await wires.connect("reporting"))
    async with running(second.run()):
        assert await second.reached(f"grant/{grant_id}", 1, wait_s=10)


async def test_what_is_published_becomes_visible_and_both_sides_agree(
    publisher: Database, copies: Database, wires: Wires
) -> None:
    pair = await Pair.on(wires, publisher, copies)
    async with running(pair.relay.run(), pair.intake.run()):
        grant_ids = await asyncio.gather(*(publisher.write(award, number) for number in range(50)))
        await asyncio.gather(*(publisher.write(change, grant_id, 7) for grant_id in grant_ids for _ in range(3)))
        assert await pair.intake.reached(f"grant/{grant_ids[0]}", 4, wait_s=15)
        await eventually(pair.agree)
    assert await waiting(copies) == []


async def test_a_poison_message_on_the_stream_is_parked_and_the_others_go_on(
    publisher: Database, copies: Database, wires: Wires
) -> None:
    pair = await Pair.on(wires, publisher, copies, CHOKING_READER)
    async with running(pair.relay.run(), pair.intake.run()):
        poisoned = await publisher.write(award, 1)
        await eventually(pair.agree)
        await publisher.write(change, poisoned, POISON_ORE)
        await eventually(lambda: _parked(copies, 1))
        calm = await publisher.write(award, 2)
        for _ in range(20):
            await publisher.write(change_often, poisoned, 50)
        assert await pair.intake.reached(f"grant/{calm}", 1, wait_s=15)
        await eventually(lambda: _parked(copies, 1001))

        async def nothing_left_at_the_broker() -> bool:
            state = await wires.operator.pending("FUNDING", "reporting")
            return state.num_ack_pending == state.num_pending == 0

        await eventually(nothing_left_at_the_broker)
        mended = consumer_of(READER)
        await copies.transact(lambda connection: mended.retry(connection, f"grant/{poisoned}"))
        assert await pair.agree()


async def _parked(copies: Database, count: int) -> bool:
    return len(await waiting(copies)) == count


async def test_a_missing_predecessor_is_waited_for_by_its_own_aggregate_only(copies: Database, wires: Wires) -> None:
    gap, calm = UUID(int=1), UUID(int=2)
    intake = Intake(consumer_of(READER), copies, await wires.connect("reporting"))
    sequence = 0

    async def publish(grant_id: UUID, version: int) -> None:
        nonlocal sequence
        message = awarded(grant_id, version)
        body, its_id = written(message, version), str(message_id(f"grant/{grant_id}", version))
        sequence = await wires.operator.publish([Outgoing(message.type, its_id, body)], expected_last=sequence)

    async with running(intake.run()):
        for version in (1, 3, 4):
            await publish(gap, version)
        for version in (1, 2, 3):
            await publish(calm, version)
        assert await intake.reached(f"grant/{calm}", 3, wait_s=10)
        await eventually(lambda: _parked(copies, 2))
        assert (await known(copies))[f"grant/{gap}"][0] == 1
        await publish(gap, 2)
        assert await intake.reached(f"grant/{gap}", 4, wait_s=10)
    assert await waiting(copies) == []


async def test_what_was_parked_for_its_type_is_tried_again_when_an_upgraded_part_starts(
    copies: Database, wires: Wires, upgrade: Callable[[], None]
) -> None:
    grant_id = UUID(int=1)
    body = written(awarded(grant_id, 1), 1, type=OF_THE_FUTURE)
    intake = Intake(consumer_of(READER), copies, await wires.connect("reporting"))
    async with running(intake.run()):
        await wires.operator.publish([Outgoing(OF_THE_FUTURE, "id-1", body)], expected_last=0)
        await eventually(lambda: _parked(copies, 1))
    async with running(intake.run()):
        assert not await intake.reached(f"grant/{grant_id}", 1, wait_s=0.5), "nothing has changed"
    upgrade()
    async with running(intake.run()):
        assert await intake.reached(f"grant/{grant_id}", 1, wait_s=15)
    assert await waiting(copies) == []


async def test_waiting_for_a_version_that_does_not_come_ends_in_time(copies: Database, wires: Wires) -> None:
    intake = Intake(consumer_of(READER), copies, await wires.connect("reporting"))
    loop = asyncio.get_running_loop()
    started_at = loop.time()
    assert not await intake.reached("grant/unheard-of", 1, wait_s=0.2)
    assert loop.time() - started_at < 2


@pytest.mark.parametrize("restarts", [3])
async def test_a_reader_follows_its_broker_through_restarts(
    publisher: Database, copies: Database, own_server: Wires, restarts: int
) -> None:
    pair = await Pair.on(own_server, publisher, copies)
    async with running(pair.relay.run(), pair.intake.run()):
        for restart in range(restarts):
            await asyncio.gather(*(publisher.write(award, restart * 100 + number) for number in range(50)))
            own_server.server.kill()
            await asyncio.gather(*(publisher.write(award, restart * 100 + number) for number in range(50, 100)))
            await asyncio.to_thread(own_server.server.start)
        await eventually(pair.agree, within_s=30)
