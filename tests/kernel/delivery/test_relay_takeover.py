"""A relay that was paused and wakes up after another took over publishes nothing and marks nothing."""

import asyncio

import pytest
import sqlalchemy as sa

from services.kernel.database import Database
from services.kernel.relay import Relay
from tests.kernel.delivery.conftest import Databases, Wires, outbox, unpublished
from tests.kernel.delivery.halting import Gate, HaltingBroker
from tests.kernel.delivery.parts import PUBLISHER, award
from tests.kernel.delivery.test_relay import assert_ordered_and_whole
from tests.waiting import eventually, running


def let_the_lease_run_out(connection: sa.Connection) -> None:
    connection.execute(sa.text("UPDATE lease SET until = 0"))


@pytest.mark.parametrize("moment", ["before_publish", "after_publish"])
async def test_a_paused_relay_that_wakes_up_publishes_nothing(
    databases: Databases, publisher: Database, wires: Wires, moment: str
) -> None:
    """The broker remembers no ids here: what holds is the sequence that every publish expects, and the lease."""
    await wires.forget_ids_soon()
    broker = await wires.connect_by(HaltingBroker, "funding")
    old = Relay(publisher, broker, "FUNDING", "old")
    publisher.on_published = old.wake
    gate: Gate = getattr(broker, moment)
    async with running(old.run()):
        await publisher.write(award, 0)
        await eventually(lambda: _published(publisher))
        gate.close()
        await asyncio.gather(*(publisher.write(award, number) for number in range(1, 30)))
        await gate.somebody_waits.wait()
        await publisher.transact(let_the_lease_run_out)

        elsewhere = databases.again(PUBLISHER)
        new = Relay(elsewhere, await wires.connect("funding"), "FUNDING", "new")
        async with running(new.run()):
            elsewhere.on_published = new.wake
            await asyncio.gather(*(elsewhere.write(award, number) for number in range(30, 60)))
            await eventually(lambda: _published(publisher))
            await asyncio.sleep(0.15)  # until the broker has forgotten the ids
            gate.open()
            await eventually(lambda: _fenced(old))
            await asyncio.gather(*(elsewhere.write(award, number) for number in range(60, 90)))
            await eventually(lambda: _published(publisher))
            assert new.healthy
            assert not old.healthy
    assert len(await wires.stored()) == 90
    await assert_ordered_and_whole(publisher, wires)


async def _published(publisher: Database) -> bool:
    return await unpublished(publisher) == 0


async def _fenced(relay: Relay) -> bool:
    return relay.trouble == "Fenced"


async def test_the_lease_passes_to_a_waiting_relay_when_its_holder_falls_silent(
    databases: Databases, publisher: Database, wires: Wires
) -> None:
    first = Relay(publisher, await wires.connect("funding"), "FUNDING", "first")
    publisher.on_published = first.wake
    async with running(first.run()):
        await publisher.write(award, 1)
        await eventually(lambda: _published(publisher))
        second = Relay(databases.again(PUBLISHER), await wires.connect("funding"), "FUNDING", "second")
        async with running(second.run()):
            await eventually(lambda: _fenced(second))
    await publisher.write(award, 2)
    await publisher.transact(let_the_lease_run_out)
    async with running(second.run()):
        await eventually(lambda: _published(publisher))
    assert len(await wires.stored()) == len(await outbox(publisher)) == 2
