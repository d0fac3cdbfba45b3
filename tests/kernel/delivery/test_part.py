"""How a part starts: without a broker, with one that is unfit, after its folds have changed, on a lazy database."""

import asyncio
import contextlib
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy as sa

from deploy.embedded import EmbeddedServer
from deploy.fitness import verify_broker
from services.kernel.broker import Broker, BrokerUnfit
from services.kernel.database import Database, Unfit
from services.kernel.part import Part, RebuildNotProvided
from services.kernel.problems import Unavailable
from services.kernel.rebuild import revision_of
from services.kernel.service import Service
from tests.kernel.delivery.conftest import Databases, Pair, Wires, canonical, heads, known, unpublished
from tests.kernel.delivery.parts import PUBLISHER, READER, award, newest, reader
from tests.waiting import eventually, running


def part_on(wires: Wires, service: Service, database: Database) -> Part:
    return Part(service, database, lambda: wires.connect(service.name))


async def ready(part: Part) -> bool:
    return not part.troubles()


def held_elsewhere(connection: sa.Connection) -> None:
    """Another process has the lease, and keeps it."""
    lease = "INSERT INTO lease (name, holder, token, until, last_seq) VALUES ('relay', 'elsewhere', 1, 9e9, 0)"
    connection.execute(sa.text(lease))


async def test_without_a_broker_commands_are_taken_and_published_when_it_comes(
    publisher: Database, copies: Database, own_server: Wires
) -> None:
    own_server.server.kill()
    writing, reading = part_on(own_server, PUBLISHER, publisher), part_on(own_server, READER, copies)
    async with running(writing.run(), reading.run()):
        for number in range(20):
            await publisher.write(award, number)
        assert "broker" in writing.troubles()
        assert reading.stale
        assert await unpublished(publisher) == 20
        await asyncio.to_thread(own_server.server.start)

        async def agree() -> bool:
            return await known(copies) == await heads(publisher)

        await eventually(agree, within_s=30)
        await eventually(lambda: ready(writing))
        await eventually(lambda: ready(reading))
        assert not reading.stale


async def test_a_part_that_waits_while_another_process_of_it_publishes_is_ready(
    publisher: Database, wires: Wires
) -> None:
    await publisher.transact(held_elsewhere)
    part = part_on(wires, PUBLISHER, publisher)

    async def waits_its_turn() -> bool:
        return part.relay is not None and part.relay.trouble == "Fenced"

    async with running(part.run()):
        await eventually(waits_its_turn)
        await eventually(lambda: ready(part))


async def test_what_is_committed_where_another_process_publishes_wakes_that_one(
    publisher: Database, wires: Wires
) -> None:
    await publisher.transact(held_elsewhere)
    part, woken = part_on(wires, PUBLISHER, publisher), asyncio.Event()
    await (await wires.connect(PUBLISHER.name)).on_nudge(PUBLISHER.name, woken.set)

    async def waits_its_turn() -> bool:
        return part.relay is not None and part.relay.trouble == "Fenced"

    async with running(part.run()):
        await eventually(waits_its_turn)
        assert not woken.is_set()
        await publisher.write(award, 1)
        await asyncio.wait_for(woken.wait(), 10)


async def test_a_broker_that_turns_out_to_be_lazy_ends_the_part_before_it_publishes(
    publisher: Database, tmp_path: Path
) -> None:
    server = EmbeddedServer(tmp_path / "lazy", sync="2m")
    server.start()

    async def connect() -> Broker:
        broker = await Broker.connect(server.url, identity="funding")
        try:
            await verify_broker(broker, server.monitor_url, ())
        finally:
            await broker.close()
        return broker

    await publisher.write(award, 1)
    with pytest.raises(BrokerUnfit, match="sync_interval: always"):
        await Part(PUBLISHER, publisher, connect).run()
    server.stop()
    assert await unpublished(publisher) == 1


async def test_a_part_whose_folds_have_changed_rebuilds_before_it_is_ready(
    publisher: Database, copies: Database, wires: Wires
) -> None:
    pair = await Pair.on(wires, publisher, copies)
    async with running(pair.relay.run(), pair.intake.run()):
        await asyncio.gather(*(publisher.write(award, number) for number in range(50)))
        await eventually(pair.agree)
    before = await canonical(copies)
    changed = reader(
        lambda received: [{**row, "amount_ore": row["amount_ore"] * 2} for row in newest(received)], revision=2
    )
    await wires.provisioning.renew_rebuild_durables("reporting")
    part = part_on(wires, changed, copies)
    async with running(part.run()):
        await eventually(lambda: ready(part))
        assert await copies.read(revision_of, changed) == 2
        after = await canonical(copies)
        assert after != before
        assert after.replace(b'"amount_ore":200', b'"amount_ore":100') == before


async def test_a_rebuild_is_refused_while_its_durable_does_not_stand_at_the_beginning(
    publisher: Database, copies: Database, wires: Wires
) -> None:
    pair = await Pair.on(wires, publisher, copies)
    async with running(pair.relay.run(), pair.intake.run()):
        await asyncio.gather(*(publisher.write(award, number) for number in range(50)))
        await eventually(pair.agree)
    part = part_on(wires, READER, copies)
    async with running(part.run()):
        await eventually(lambda: ready(part))
        with pytest.raises(RebuildNotProvided):
            await part.rebuild()
        await wires.provisioning.renew_rebuild_durables("reporting")
        assert await part.rebuild() == 50


async def test_a_part_goes_on_after_its_database_was_away(postgres_publisher: Database, wires: Wires) -> None:
    part = part_on(wires, PUBLISHER, postgres_publisher)

    def hang_up_on_everybody(connection: sa.Connection) -> None:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.exec_driver_sql(f"{others} AND pid <> pg_backend_pid()")

    async with running(part.run()):
        await eventually(lambda: ready(part))
        for number in range(5):
            await postgres_publisher.write(award, number)
            await postgres_publisher.transact(hang_up_on_everybody)

            async def stored(number: int = number) -> bool:
                try:
                    await postgres_publisher.write(award, 100 + number)
                except Unavailable:
                    return False
                return True

            await eventually(stored)

        async def all_published() -> bool:
            try:
                return await unpublished(postgres_publisher) == 0
            except Unavailable:  # of the connections for queries one that was hung up may be met only now
                return False

        await eventually(all_published)
    assert len(await wires.stored()) == 10


async def test_a_database_as_we_open_it_is_fit(publisher: Database) -> None:
    await publisher.verify()


async def test_our_own_broker_is_fit(wires: Wires) -> None:
    await verify_broker(wires.operator, wires.server.monitor_url, ["FUNDING"])


async def test_sqlite_that_does_not_wait_for_the_disk_is_refused(tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        databases = Databases("sqlite", tmp_path, None, stack)
        await databases.open(PUBLISHER)
        lazy = databases.again(PUBLISHER)

        @sa.event.listens_for(lazy.engine, "checkout")
        def hasten(raw: object, _record: object, _proxy: object) -> None:
            raw.execute("PRAGMA synchronous = NORMAL")  # type: ignore[attr-defined]

        with pytest.raises(Unfit, match="synchronous=1; it must be 2"):
            await lazy.verify()


@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit"])
async def test_postgresql_that_does_not_wait_for_the_disk_is_refused(
    databases: Databases, publisher: Database, setting: str
) -> None:
    await publisher.verify()
    if databases.kind == "sqlite":
        return
    await publisher.close()
    server = await asyncpg.connect(databases.urls["funding"].replace("+asyncpg", ""))
    await server.execute(f"ALTER SYSTEM SET {setting} = off")
    try:
        await server.execute("SELECT pg_reload_conf()")
        lazy = databases.again(PUBLISHER)

        async def refused() -> bool:
            try:
                await lazy.verify()
            except Unfit as unfit:
                return f"{setting}=off; it must be on" in str(unfit)
            return False

        await eventually(refused)
    finally:
        await server.execute(f"ALTER SYSTEM RESET {setting}")
        await server.execute("SELECT pg_reload_conf()")
        await server.close()
