"""What falls due is done once, in one commit with its row, however many look and whatever goes wrong."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.kernel.clock import FixedClock
from services.kernel.database import Database
from services.kernel.deadlines import AGAIN_S, Deadlines, clear_deadline, set_deadline, set_deadlines
from services.kernel.transaction import Transaction
from tests.kernel.delivery.conftest import Databases
from tests.kernel.delivery.parts import PUBLISHER, award


@pytest.fixture
async def funding(databases: Databases, clock: FixedClock) -> Database:
    return await databases.open(PUBLISHER, clock=clock)


def due_in(tx: Transaction, subject: str, days: int) -> None:
    set_deadline(tx, "award", subject, tx.now + timedelta(days=days))


def award_numbered(tx: Transaction, subject: str) -> None:
    award(tx, int(subject))


async def numbers(database: Database) -> list[int]:
    chosen = sa.text("SELECT number FROM numbered_grant ORDER BY number")
    return await database.read(lambda connection: list(connection.execute(chosen).scalars()))


async def test_what_has_fallen_due_is_done_and_what_has_not_waits(funding: Database, clock: FixedClock) -> None:
    for subject, days in (("1", 1), ("2", 2), ("3", 30)):
        await funding.write(due_in, subject, days)
    deadlines = Deadlines(funding, {"award": award_numbered})
    assert await deadlines.take_due() == 0
    clock.advance(timedelta(days=2))
    assert await deadlines.take_due() == 2
    assert await numbers(funding) == [1, 2]
    assert await deadlines.take_due() == 0
    clock.advance(timedelta(days=30))
    await deadlines.take_due()
    assert await numbers(funding) == [1, 2, 3]


async def test_a_deadline_set_again_is_moved_and_one_cleared_never_comes(funding: Database, clock: FixedClock) -> None:
    await funding.write(due_in, "1", 1)
    await funding.write(due_in, "1", 5)
    await funding.write(due_in, "2", 1)
    await funding.write(clear_deadline, "award", "2")
    deadlines = Deadlines(funding, {"award": award_numbered})
    clock.advance(timedelta(days=4))
    assert await deadlines.take_due() == 0
    clock.advance(timedelta(days=1))
    assert await deadlines.take_due() == 1
    assert await numbers(funding) == [1]


async def test_many_are_set_at_once_each_at_its_time(funding: Database, clock: FixedClock) -> None:
    def due_each(tx: Transaction, days: dict[int, int]) -> None:
        set_deadlines(tx, "award", {number: tx.now + timedelta(days=each) for number, each in days.items()})

    await funding.write(due_each, {1: 1, 2: 2, 3: 1})
    await funding.write(due_each, {3: 9})
    await funding.write(due_each, {})
    deadlines = Deadlines(funding, {"award": award_numbered})
    clock.advance(timedelta(days=1))
    assert await deadlines.take_due() == 1
    clock.advance(timedelta(days=1))
    assert await deadlines.take_due() == 1
    assert await numbers(funding) == [1, 2]


async def test_many_who_look_at_once_do_it_once(databases: Databases, funding: Database, clock: FixedClock) -> None:
    others = [funding, *(databases.again(PUBLISHER, clock=clock) for _ in range(2 * (databases.kind != "sqlite")))]
    for number in range(20):
        await funding.write(due_in, str(number), 0)
    await asyncio.gather(*(Deadlines(each, {"award": award_numbered}).take_due() for each in others for _ in range(2)))
    assert await numbers(funding) == list(range(20))


async def test_one_that_fails_is_tried_again_later_and_holds_up_no_other(
    funding: Database, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    await funding.write(due_in, "1", 0)
    await funding.write(due_in, "2", 0)
    broken = True

    def award_unless_broken(tx: Transaction, subject: str) -> None:
        award(tx, int(subject))
        if broken and subject == "1":
            raise RuntimeError("a fault of ours")

    deadlines = Deadlines(funding, {"award": award_unless_broken})
    await deadlines.take_due()
    assert await numbers(funding) == [2]
    assert [record.message for record in caplog.records] == ["deadline failed"]
    broken = False
    assert await deadlines.take_due() == 0
    clock.advance(timedelta(seconds=AGAIN_S))
    assert await deadlines.take_due() == 1
    assert await numbers(funding) == [1, 2]


async def test_a_kind_that_this_part_does_not_know_is_left_alone(funding: Database) -> None:
    await funding.write(due_in, "1", 0)
    assert await Deadlines(funding, {"other": award_numbered}).take_due() == 0
    assert await Deadlines(funding, {"award": award_numbered}).take_due() == 1
