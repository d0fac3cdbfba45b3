"""Copies made anew from the streams are the same copies, and readers never see less than before."""

import asyncio

import pytest
import sqlalchemy as sa

from services.kernel import rebuild as rebuilding
from services.kernel.database import Database
from services.kernel.inspection import seen_heads
from services.kernel.intake import Intake
from services.kernel.rebuild import rebuild, revision_of
from services.kernel.service import Service
from tests.kernel.delivery.conftest import Pair, Wires, canonical, consumer_of, known, waiting
from tests.kernel.delivery.parts import (
    CHOKING_READER,
    NEWEST,
    POISON_ORE,
    READER,
    award,
    change,
    newest,
    reader,
)
from tests.waiting import eventually, running


async def rebuilt(pair: Pair, wires: Wires, service: Service = READER) -> int:
    await wires.provisioning.renew_rebuild_durables(service.name)
    return await rebuild(service, pair.copies, await wires.connect("reporting"), [pair.intake])


async def filled(pair: Pair, grants: int = 30, changes: int = 4) -> list[object]:
    """Grants and changes of them, all known to the reader."""
    grant_ids = await asyncio.gather(*(pair.publisher.write(award, number) for number in range(grants)))
    for amount_ore in range(1, changes + 1):
        await asyncio.gather(*(pair.publisher.write(change, grant_id, amount_ore) for grant_id in grant_ids))
    await eventually(pair.agree)
    return list(grant_ids)


async def test_a_rebuild_gives_the_same_bytes(publisher: Database, copies: Database, wires: Wires) -> None:
    pair = await Pair.on(wires, publisher, copies)
    async with running(pair.relay.run(), pair.intake.run()):
        await filled(pair)
        before = (await canonical(copies), await known(copies))
        assert await rebuilt(pair, wires) == 150
        assert (await canonical(copies), await known(copies)) == before
        await publisher.write(award, 1000)
        await eventually(pair.agree)
    assert await copies.read(_shadows) == []


def _shadows(connection: sa.Connection) -> list[str]:
    return [name for name in sa.inspect(connection).get_table_names() if name.startswith(rebuilding.SHADOW)]


async def test_a_rebuild_mends_copies_that_were_changed_behind_our_back(
    publisher: Database, copies: Database, wires: Wires
) -> None:
    pair = await Pair.on(wires, publisher, copies)
    async with running(pair.relay.run(), pair.intake.run()):
        await filled(pair)
        before = await canonical(copies)
        await copies.transact(lambda connection: connection.execute(NEWEST.delete()))
        assert await canonical(copies) != before
        await rebuilt(pair, wires)
        assert await canonical(copies) == before


async def test_readers_never_see_less_while_copies_are_made_anew_under_load(
    publisher: Database, copies: Database, wires: Wires
) -> None:
    pair = await Pair.on(wires, publisher, copies)
    async with running(pair.relay.run(), pair.intake.run()):
        grant_ids = await filled(pair)
        done = asyncio.Event()
        fewest = 30

        async def watch() -> None:
            nonlocal fewest
            while not done.is_set():
                count = await copies.read(lambda connection: connection.execute(sa.select(NEWEST.c.grant_id)).all())
                fewest = min(fewest, len(count))

        async def load() -> None:
            amount_ore = 100
            while not done.is_set():
                amount_ore += 1
                await asyncio.gather(*(publisher.write(change, grant_id, amount_ore) for grant_id in grant_ids[:5]))

        async with asyncio.TaskGroup() as tasks:
            # Ended by themselves: a write that is cancelled may be stored all the same, when all seems calm.
            tasks.create_task(watch())
            tasks.create_task(load())
            for _ in range(3):
                await rebuilt(pair, wires)
            done.set()
        await eventually(pair.agree)
        assert fewest == 30
        calm = (await canonical(copies), await known(copies))
        await rebuilt(pair, wires)
        assert (await canonical(copies), await known(copies)) == calm


class Interrupted(Exception):
    """The end came in the middle."""


async def test_a_rebuild_that_dies_in_the_swap_leaves_the_copies_as_they_were(
    publisher: Database, copies: Database, wires: Wires, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = await Pair.on(wires, publisher, copies)
    async with running(pair.relay.run(), pair.intake.run()):
        await filled(pair)
        before = (await canonical(copies), await known(copies))

        def die(name: str, _part: str) -> None:
            assert name == "CP9"
            raise Interrupted

        with monkeypatch.context() as dying:
            dying.setattr(rebuilding, "crash_point", die)
            with pytest.raises(Interrupted):
                await rebuilt(pair, wires)
        assert (await canonical(copies), await known(copies)) == before
        await publisher.write(award, 1000)
        await eventually(pair.agree)
        await rebuilt(pair, wires)
        assert await pair.agree()


async def test_what_was_dismissed_stays_out_of_a_rebuild(publisher: Database, copies: Database, wires: Wires) -> None:
    pair = await Pair.on(wires, publisher, copies, CHOKING_READER)
    async with running(pair.relay.run(), pair.intake.run()):
        grant_id = await publisher.write(award, 1)
        await eventually(pair.agree)
        await publisher.write(change, grant_id, POISON_ORE)
        await eventually(lambda: _parked(copies))
        await publisher.write(change, grant_id, 3)
        consumer = consumer_of(CHOKING_READER)
        await copies.transact(lambda connection: consumer.dismiss(connection, f"grant/{grant_id}", 2, "void"))
        await eventually(pair.agree)
        before = await canonical(copies)
        await rebuilt(pair, wires, CHOKING_READER)
        assert await canonical(copies) == before
        assert await waiting(copies) == []
        # Its reason outlives the rebuild, and with it the dismissal: the mended fold is not given the message either.
        await rebuilt(pair, wires, READER)
        assert await canonical(copies) == before


async def _parked(copies: Database) -> bool:
    return len(await waiting(copies)) > 0


async def test_folds_that_cannot_apply_what_older_ones_could_park_it_and_the_rebuild_ends(
    publisher: Database, copies: Database, wires: Wires
) -> None:
    pair = await Pair.on(wires, publisher, copies)
    async with running(pair.relay.run(), pair.intake.run()):
        poisoned = await publisher.write(award, 1, POISON_ORE)
        calm = await publisher.write(award, 2)
        await eventually(pair.agree)
    changed = reader(CHOKING_READER.copies[0].fold, revision=2)
    intake = Intake(consumer_of(changed), copies, await wires.connect("reporting"))
    await wires.provisioning.renew_rebuild_durables("reporting")
    async with asyncio.timeout(20):
        await rebuild(changed, copies, intake.broker, [intake])
    assert [(aggregate, version) for aggregate, version, _ in await waiting(copies)] == [(f"grant/{poisoned}", 1)]
    assert list(await copies.read(seen_heads, "funding")) == [f"grant/{calm}"]
    assert await copies.read(revision_of, changed) == 2


async def test_a_rebuild_by_other_folds_gives_what_they_would_have_given_from_the_start(
    publisher: Database, copies: Database, wires: Wires
) -> None:
    pair = await Pair.on(wires, publisher, copies)
    async with running(pair.relay.run(), pair.intake.run()):
        await filled(pair, grants=5)
        before = await canonical(copies)
    doubling = reader(lambda received: [{**row, "amount_ore": row["amount_ore"] * 2} for row in newest(received)])
    pair.intake = Intake(consumer_of(doubling), copies, await wires.connect("reporting"))
    await rebuilt(pair, wires, doubling)
    assert await canonical(copies) != before
    pair.intake = Intake(consumer_of(READER), copies, await wires.connect("reporting"))
    await rebuilt(pair, wires)
    assert await canonical(copies) == before
