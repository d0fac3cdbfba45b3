"""From the outbox to the stream: in order, once each, whatever the broker says or does not say."""

import asyncio
import contextlib
import random
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.kernel import relay as relays
from services.kernel.broker import Outgoing
from services.kernel.database import Database
from services.kernel.inspection import outbox_state
from services.kernel.relay import BATCH, Relay
from services.kernel.transaction import Transaction
from tests.kernel.delivery.conftest import Databases, Wires, outbox, unpublished
from tests.kernel.delivery.halting import HaltingBroker
from tests.kernel.delivery.parts import POISON_ORE, award, awarded, change, change_often
from tests.waiting import eventually, running


async def relay_on(wires: Wires, publisher: Database, holder: str = "relay-1", url: str | None = None) -> Relay:
    relay = Relay(publisher, await wires.connect("funding", url), "FUNDING", holder)
    publisher.on_published = relay.wake
    return relay


async def ids_in_order(publisher: Database) -> list[str]:
    return [str(UUID(str(row.message_id))) for row in await outbox(publisher)]


async def all_published(publisher: Database) -> bool:
    return await unpublished(publisher) == 0


@pytest.fixture
def no_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is not woken sleeps on."""
    monkeypatch.setattr(relays, "POLL_S", 3600.0)


@pytest.mark.usefixtures("no_poll")
async def test_messages_reach_the_stream_in_the_order_of_the_outbox_once_each(
    publisher: Database, wires: Wires
) -> None:
    grant_ids = [await publisher.write(award, number) for number in range(5)]
    await asyncio.gather(*(publisher.write(change_often, grant_ids[n % 5], 20) for n in range(BATCH * 2 // 20)))
    relay = await relay_on(wires, publisher)
    async with running(relay.run()):
        await eventually(lambda: all_published(publisher))
        last = await publisher.write(award, 6)
        await eventually(lambda: all_published(publisher), what="woken by the commit")
    assert await wires.stored() == await ids_in_order(publisher)
    assert (await outbox(publisher))[-1].aggregate == f"grant/{last}"
    state = await publisher.read(outbox_state)
    assert state == {"waiting": 0, "oldest": None, "last_sequence": BATCH * 2 + 6}


@pytest.mark.usefixtures("no_poll")
async def test_large_messages_do_not_wait_for_the_next_poll(publisher: Database, wires: Wires) -> None:
    def award_at_length(tx: Transaction, number: int) -> None:
        told = awarded(tx.new_id(), number)
        tx.publish(told.model_copy(update={"grant": told.grant.model_copy(update={"source": "a" * 150_000})}))

    await asyncio.gather(*(publisher.write(award_at_length, number) for number in range(1, 101)))
    relay = await relay_on(wires, publisher)
    async with running(relay.run()):
        await eventually(lambda: all_published(publisher), what="four batches, and no poll between them")


async def test_a_message_that_is_stored_and_not_marked_is_found_and_not_stored_again(
    publisher: Database, wires: Wires
) -> None:
    """As after a death between the broker's answer and the mark, even when the broker has forgotten the ids."""
    await wires.forget_ids_soon()
    await asyncio.gather(*(publisher.write(award, number) for number in range(10)))
    rows = (await outbox(publisher))[:4]
    for position, row in enumerate(rows):
        message = Outgoing(row.type, str(UUID(str(row.message_id))), bytes(row.body))
        await wires.operator.publish([message], expected_last=position)
    await asyncio.sleep(0.15)  # the broker's memory of ids is shorter
    relay = await relay_on(wires, publisher)
    async with running(relay.run()):
        await eventually(lambda: all_published(publisher))
    assert await wires.stored() == await ids_in_order(publisher)


async def test_a_mark_that_fails_after_publishing_is_made_good(
    databases: Databases, publisher: Database, wires: Wires
) -> None:
    """The database has no room for the mark for a while: what the stream holds is found there, and not stored twice."""
    await wires.forget_ids_soon()
    broker = await wires.connect_by(HaltingBroker, "funding")
    relay = Relay(publisher, broker, "FUNDING", "relay-1")
    await asyncio.gather(*(publisher.write(award, number) for number in range(7)))
    broker.after_publish.close()
    async with running(relay.run()):
        await broker.after_publish.somebody_waits.wait()
        async with marking_refused(databases, publisher):
            broker.after_publish.open()
            await eventually(lambda: _in_trouble(relay))
        await eventually(lambda: all_published(publisher))
    assert await wires.stored() == await ids_in_order(publisher)


@contextlib.asynccontextmanager
async def marking_refused(databases: Databases, publisher: Database) -> AsyncIterator[None]:
    """SQLite's file is locked for longer than one waits for it; PostgreSQL's disk has no room for the mark."""
    if databases.kind == "sqlite":
        other = sqlite3.connect(databases.folder / "funding.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()
        return
    refusal = "BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END"
    for statement in (
        f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {refusal} $$",
        "CREATE TRIGGER refuse BEFORE UPDATE ON outbox EXECUTE FUNCTION refuse()",
    ):
        await publisher.transact(partial(_execute, statement=statement))
    yield
    await publisher.transact(partial(_execute, statement="DROP TRIGGER refuse ON outbox"))


def _execute(connection: sa.Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)


async def _stored_at_least(wires: Wires, count: int) -> bool:
    return len(await wires.stored()) >= count


async def _in_trouble(relay: Relay) -> bool:
    return relay.trouble is not None


async def test_an_answer_that_is_lost_does_not_double_the_messages(publisher: Database, wires: Wires) -> None:
    await wires.forget_ids_soon()
    async with deaf_line(wires.server.url) as line:
        relay = await relay_on(wires, publisher, url=line.url)
        async with running(relay.run()):
            await publisher.write(award, 1)
            await eventually(lambda: all_published(publisher))
            line.deaf = True
            await asyncio.gather(*(publisher.write(award, number) for number in range(2, 50)))
            await eventually(lambda: _stored_at_least(wires, 2))
            await line.cut()
            await eventually(lambda: all_published(publisher), within_s=20)
    assert sorted(await wires.stored()) == sorted(await ids_in_order(publisher))
    assert await wires.stored() == await ids_in_order(publisher)


class Line:
    """A connection that passes everything on, until it is deaf: then the broker hears us, and we do not hear it."""

    def __init__(self) -> None:
        self.url = ""
        self.deaf = False
        self._open: set[asyncio.StreamWriter] = set()

    async def cut(self) -> None:
        """Hang up, and hear again."""
        self.deaf = False
        for writer in tuple(self._open):
            writer.close()

    async def connect(self, host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, port)
        self._open |= {writer, back}
        with contextlib.suppress(OSError):
            await asyncio.gather(self._pass(reader, back, heard=False), self._pass(there, writer, heard=True))
        self._open -= {writer, back}

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, heard: bool) -> None:
        while data := await source.read(65536):
            if not (heard and self.deaf):
                target.write(data)
                await target.drain()
        target.close()


@contextlib.asynccontextmanager
async def deaf_line(url: str) -> AsyncIterator[Line]:
    host, _, port = url.rpartition("/")[2].partition(":")
    line = Line()
    server = await asyncio.start_server(partial(line.connect, host, int(port)), "127.0.0.1", 0)
    line.url = f"nats://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        await line.cut()
        server.close()


async def test_a_refused_message_holds_up_its_own_aggregate_and_no_other(
    publisher: Database, wires: Wires, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even when more of it waits than one batch holds. Nothing of it overtakes the refused one."""
    monkeypatch.setattr(relays, "HELD_S", 1.0)
    await wires.set_stream(max_msg_size=1400)
    held_id = await publisher.write(award, 1, 100, "b" * 150)
    calm_ids = [await publisher.write(award, number) for number in range(2, 6)]

    def too_large(tx: Transaction) -> None:
        told = awarded(held_id, POISON_ORE)
        tx.publish(told.model_copy(update={"grant": told.grant.model_copy(update={"source": "a" * 1000})}))

    await publisher.write(too_large)
    await publisher.write(change_often, held_id, BATCH + 100)
    await asyncio.gather(*(publisher.write(change, calm_ids[n % 4], n + 1) for n in range(40)))
    relay = await relay_on(wires, publisher)
    async with running(relay.run()):
        await eventually(lambda: _only_of(publisher, f"grant/{held_id}"))
        assert next(row.version for row in await outbox(publisher) if row.published_at is None) == 2
        await wires.set_stream(max_msg_size=262144)
        await eventually(lambda: all_published(publisher))
    await assert_ordered_and_whole(publisher, wires)


async def _only_of(publisher: Database, aggregate: str) -> bool:
    return {row.aggregate for row in await outbox(publisher) if row.published_at is None} == {aggregate}


async def assert_ordered_and_whole(publisher: Database, wires: Wires) -> None:
    """Every message once, and each aggregate's in the order of its versions."""
    stored = await wires.stored()
    assert sorted(stored) == sorted(await ids_in_order(publisher))
    versions = defaultdict(list)
    rows = {str(UUID(str(row.message_id))): row for row in await outbox(publisher)}
    for message_id in stored:
        versions[rows[message_id].aggregate].append(rows[message_id].version)
    assert all(found == sorted(found) for found in versions.values())


async def test_late_commits_lose_nothing_and_change_no_order(postgres_publisher: Database, wires: Wires) -> None:
    """Sixteen writers hold their transactions open for up to 20 ms after their messages are numbered."""
    seeded = random.Random(2016)
    grant_ids = [await postgres_publisher.write(award, number) for number in range(20)]

    def change_slowly(tx: Transaction, grant_id: UUID, amount_ore: int, pause_s: float) -> None:
        change(tx, grant_id, amount_ore)
        tx.finish()
        tx.connection.execute(sa.text("SELECT pg_sleep(:pause_s)"), {"pause_s": pause_s})

    async def writer() -> None:
        for _ in range(40):
            await postgres_publisher.write(
                change_slowly, seeded.choice(grant_ids), seeded.randint(1, 10**6), seeded.uniform(0, 0.02)
            )

    relay = await relay_on(wires, postgres_publisher)
    async with running(relay.run()):
        await asyncio.gather(*(writer() for _ in range(16)))
        await eventually(lambda: all_published(postgres_publisher), within_s=8, what="all_published")
    assert len(await wires.stored()) == 20 + 16 * 40
    await assert_ordered_and_whole(postgres_publisher, wires)
