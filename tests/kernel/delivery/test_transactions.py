"""Rows and messages in one commit, numbered without holes; a refusal leaves nothing behind."""

import asyncio
import contextlib
import random
import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from services.contracts.access import Scope
from services.contracts.message import MAX_BODY_BYTES
from services.kernel.access import Principal
from services.kernel.clock import FixedClock
from services.kernel.database import RERUNS, Database
from services.kernel.problems import Conflict, NotFound, PreconditionFailed, PreconditionRequired, Unavailable
from services.kernel.transaction import Cause, TooMuchInOneMessage, Transaction
from tests.conftest import NOW
from tests.kernel.delivery.conftest import Databases, heads, outbox
from tests.kernel.delivery.parts import (
    PUBLISHER,
    SOMEBODY,
    AmountTooSmall,
    GrantRow,
    NumberTaken,
    award,
    awarded,
    change,
    grant,
)
from tests.waiting import eventually


async def grants(database: Database) -> list[Any]:
    def query(connection: sa.Connection) -> list[Any]:
        return list(connection.execute(sa.text("SELECT number, amount_ore FROM numbered_grant ORDER BY number")))

    return await database.read(query)


async def test_a_command_stores_its_rows_and_its_messages_in_one_commit(publisher: Database) -> None:
    grant_id = await publisher.write(award, 1, 100)
    (message,) = await outbox(publisher)
    assert await grants(publisher) == [(1, 100)]
    assert (message.aggregate, message.version, message.published_at) == (f"grant/{grant_id}", 1, None)
    body = orjson.loads(bytes(message.body))
    assert (body["type"], body["source"]) == ("samla.funding.grant.awarded.v1", "/samla/funding")
    assert (body["subject"], body["aggregateversion"], body["actor"]) == (str(grant_id), 1, "installation")
    assert body["data"]["grant"]["amount_ore"] == 100


def award_and_refuse(tx: Transaction, number: int) -> None:
    award(tx, number)
    tx.finish()
    raise Conflict()


async def test_a_refused_command_leaves_neither_row_nor_message(publisher: Database) -> None:
    with pytest.raises(Conflict):
        await publisher.write(award_and_refuse, 1)
    assert await grants(publisher) == []
    assert await outbox(publisher) == []


async def test_a_refused_command_takes_none_of_those_with_it_that_share_its_commit(publisher: Database) -> None:
    """On SQLite the sixteen are one commit; on PostgreSQL they only happen at the same time."""
    commands = [publisher.write(award_and_refuse if number == 7 else award, number) for number in range(16)]
    outcomes = await asyncio.gather(*commands, return_exceptions=True)
    assert [number for number, outcome in enumerate(outcomes) if isinstance(outcome, Exception)] == [7]
    assert [row.number for row in await grants(publisher)] == [number for number in range(16) if number != 7]
    assert len(await outbox(publisher)) == 15


@pytest.mark.parametrize(("amount_ore", "refusal"), [(100, NumberTaken), (0, AmountTooSmall)])
async def test_a_constraint_refuses_with_the_problem_that_the_manifest_names(
    publisher: Database, amount_ore: int, refusal: type[Conflict]
) -> None:
    await publisher.write(award, 1)
    with pytest.raises(refusal):
        await publisher.write(award, 1 if refusal is NumberTaken else 2, amount_ore)
    assert await grants(publisher) == [(1, 100)]
    assert len(await outbox(publisher)) == 1


async def test_what_is_missing_is_refused_by_name(publisher: Database) -> None:
    with pytest.raises(NotFound):
        await publisher.write(change, SOMEBODY, 1)


def award_and_lose_the_commit(tx: Transaction, number: int) -> None:
    """Nothing is wrong until the database is asked to commit."""
    award(tx, number)
    tx.finish()
    if tx.dialect == "postgresql":
        tx.connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    else:
        tx.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        statement = sa.text("UPDATE numbered_grant SET follows_id = :nobody WHERE number = :number")
        tx.connection.execute(statement, {"nobody": SOMEBODY.hex, "number": number})


async def test_a_commit_that_fails_is_answered_unavailable_and_nothing_is_stored(publisher: Database) -> None:
    with pytest.raises(Unavailable):
        await publisher.write(award_and_lose_the_commit, 1)
    assert await grants(publisher) == []
    assert await outbox(publisher) == []
    await publisher.write(award, 1)
    assert await grants(publisher) == [(1, 100)]


async def test_when_a_shared_commit_fails_every_member_is_told_so(sqlite_publisher: Database) -> None:
    commands = [
        sqlite_publisher.write(award_and_lose_the_commit if number == 3 else award, number) for number in range(16)
    ]
    outcomes = await asyncio.gather(*commands, return_exceptions=True)
    stored = {row.number for row in await grants(sqlite_publisher)}
    told = {number for number, outcome in enumerate(outcomes) if not isinstance(outcome, BaseException)}
    assert stored == told
    assert len(told) < 15, "several commands should have shared the commit that failed"
    assert all(isinstance(outcome, Unavailable) for outcome in outcomes if isinstance(outcome, BaseException))


async def test_a_full_disk_is_answered_unavailable(sqlite_publisher: Database) -> None:
    await sqlite_publisher.write(award, 1)
    await sqlite_publisher.transact(lambda connection: _limit_pages(connection, left=2))
    commands = [sqlite_publisher.write(award, number, 100, "a" * 150) for number in range(2, 100)]
    outcomes = await asyncio.gather(*commands, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes if isinstance(outcome, BaseException)} == {Unavailable}
    await sqlite_publisher.transact(lambda connection: _limit_pages(connection, left=1000))
    stored = len(await grants(sqlite_publisher))
    await sqlite_publisher.write(award, 1000)
    assert len(await grants(sqlite_publisher)) == len(await outbox(sqlite_publisher)) == stored + 1


def _limit_pages(connection: sa.Connection, *, left: int) -> None:
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + left}")


def swap_amounts(tx: Transaction, first: int, second: int, tries: list[int]) -> None:
    """Lock two grants in the given order, with time in between to meet somebody who locks them the other way."""
    tries.append(first)
    for number in (first, second):
        statement = sa.text("SELECT number FROM numbered_grant WHERE number = :number FOR UPDATE")
        tx.connection.execute(statement, {"number": number})
        tx.connection.exec_driver_sql("SELECT pg_sleep(0.1)")


async def test_a_deadlock_is_run_again_until_both_are_done(postgres_publisher: Database) -> None:
    for number in (1, 2):
        await postgres_publisher.write(award, number)
    for _ in range(20):
        tries: list[int] = []
        await asyncio.gather(
            postgres_publisher.write(swap_amounts, 1, 2, tries), postgres_publisher.write(swap_amounts, 2, 1, tries)
        )
        if len(tries) > 2:
            return
    raise AssertionError("the two should have met in a deadlock")


def always_in_conflict(tx: Transaction, tries: list[int]) -> None:
    tries.append(1)
    tx.connection.exec_driver_sql("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'serialization_failure'; END $$")


async def test_a_conflict_that_does_not_end_is_unavailable_after_three_reruns(postgres_publisher: Database) -> None:
    tries: list[int] = []
    with pytest.raises(Unavailable):
        await postgres_publisher.write(always_in_conflict, tries)
    assert len(tries) == 1 + RERUNS == 4


@pytest.mark.parametrize("url", ["postgresql+asyncpg://postgres@127.0.0.1:9/nowhere", "sqlite:////no/such/folder/a.db"])
async def test_a_database_that_is_not_there_is_answered_unavailable(url: str) -> None:
    database = Database(url, "funding", metadata=PUBLISHER.metadata)
    with pytest.raises(Unavailable):
        await database.read(lambda connection: connection.exec_driver_sql("SELECT 1"))
    with pytest.raises(Unavailable):
        await database.write(award, 1)
    await database.close()


async def test_a_mistake_of_ours_is_not_passed_off_as_an_outage(publisher: Database) -> None:
    def mistaken(tx: Transaction) -> None:
        tx.connection.exec_driver_sql("SELECT * FROM no_such_table")

    with pytest.raises(sa.exc.DBAPIError):
        await publisher.write(mistaken)


async def test_recorded_time_never_falls_within_an_aggregate(databases: Databases) -> None:
    clock = FixedClock(NOW)
    publisher = await databases.open(PUBLISHER, clock=clock)
    grant_id = await publisher.write(award, 1)
    clock.advance(timedelta(hours=-1))
    await publisher.write(change, grant_id, 2)
    other = await publisher.write(award, 2)
    clock.advance(timedelta(hours=2))
    await publisher.write(change, grant_id, 3)
    rows = await outbox(publisher)
    times = [row.recorded_at - NOW.timestamp() for row in rows if row.aggregate == f"grant/{grant_id}"]
    assert times == [0, 0, 3600]
    assert [orjson.loads(bytes(row.body))["time"] for row in rows if row.aggregate == f"grant/{other}"] == [
        "2016-04-08T09:00:00.000000Z"
    ]


async def test_versions_have_no_holes_under_sixteen_writers(publisher: Database) -> None:
    grant_ids = [await publisher.write(award, number) for number in range(3)]
    seeded = random.Random(2016)

    async def writer() -> None:
        for _ in range(20):
            await publisher.write(change, seeded.choice(grant_ids), seeded.randint(1, 10**6))

    await asyncio.gather(*(writer() for _ in range(16)))
    rows = await outbox(publisher)
    assert len(rows) == 3 + 16 * 20
    for grant_id in grant_ids:
        mine = [row.version for row in rows if row.aggregate == f"grant/{grant_id}"]
        assert mine == list(range(1, len(mine) + 1)), "in the order of the outbox, too"
    assert sum(version for version, _ in (await heads(publisher)).values()) == len(rows)


def change_as_seen(tx: Transaction, grant_id: UUID, amount_ore: int) -> None:
    row = tx.lock(GrantRow, grant_id)
    tx.expect("grant", grant_id)
    row.amount_ore = amount_ore
    tx.publish(awarded(grant_id, amount_ore))


async def test_of_sixteen_who_have_seen_the_same_version_one_may_change_it(publisher: Database) -> None:
    grant_id = await publisher.write(award, 1)
    somebody, seen = Principal("somebody", scope=Scope.all), Cause(if_match=1)
    commands = [
        publisher.write(change_as_seen, grant_id, number, principal=somebody, cause=seen) for number in range(1, 17)
    ]
    outcomes = await asyncio.gather(*commands, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(PreconditionFailed) == 15
    assert [row.version for row in await outbox(publisher)] == [1, 2]
    with pytest.raises(PreconditionRequired):
        await publisher.write(change_as_seen, grant_id, 1, principal=somebody)


async def test_several_messages_of_one_command_are_numbered_in_its_order(publisher: Database) -> None:
    def twice(tx: Transaction) -> None:
        for amount_ore in (1, 2, 3):
            tx.publish(awarded(SOMEBODY, amount_ore))

    await publisher.write(twice)
    amounts = [orjson.loads(bytes(row.body))["data"]["grant"]["amount_ore"] for row in await outbox(publisher)]
    assert [(row.version, amount) for row, amount in zip(await outbox(publisher), amounts, strict=True)] == [
        (1, 1), (2, 2), (3, 3),
    ]  # fmt: skip


async def test_a_message_that_is_too_long_is_refused_and_nothing_is_stored(publisher: Database) -> None:
    def too_long(tx: Transaction) -> None:
        tx.add(GrantRow(grant_id=tx.new_id(), number=1, amount_ore=1))
        told = awarded(SOMEBODY, 1)
        tx.publish(told.model_copy(update={"grant": grant(SOMEBODY, 1, source="å" * (MAX_BODY_BYTES // 2))}))

    with pytest.raises(TooMuchInOneMessage):
        await publisher.write(too_long)
    assert await grants(publisher) == []
    assert await outbox(publisher) == []


async def test_a_caller_that_goes_away_does_not_undo_what_is_under_way(sqlite_publisher: Database) -> None:
    async with asyncio.timeout(5):
        first = asyncio.ensure_future(sqlite_publisher.write(award, 1))
        await asyncio.sleep(0)
        first.cancel()
        await sqlite_publisher.write(award, 2)
    assert [row.number for row in await grants(sqlite_publisher)] == [1, 2]


SECRET = b"nobody may find this"


def tell_secret(tx: Transaction) -> None:
    tx.connection.execute(sa.text("CREATE TABLE private (value TEXT)"))
    tx.connection.execute(sa.text("INSERT INTO private VALUES (:value)"), {"value": SECRET.decode()})


def erase_secret(tx: Transaction) -> None:
    tx.connection.execute(sa.text("DELETE FROM private"))
    tx.erases = True


def files_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@contextlib.asynccontextmanager
async def being_read(database: Database) -> AsyncIterator[None]:
    """Somebody reads, for as long as the context is open, what is told."""
    begun, released = threading.Event(), threading.Event()

    def read_slowly(connection: sa.Connection) -> int:
        count = connection.execute(sa.text("SELECT count(*) FROM private")).scalar_one()
        begun.set()
        released.wait(10)
        return int(count)

    reading = asyncio.create_task(database.read(read_slowly))
    await asyncio.to_thread(begun.wait)
    yield
    released.set()
    assert await reading == 1


async def test_what_is_erased_is_found_in_no_file_of_the_database_even_while_it_is_read(
    sqlite_publisher: Database, tmp_path: Path
) -> None:
    await sqlite_publisher.write(tell_secret)
    assert SECRET in files_of(tmp_path)
    async with being_read(sqlite_publisher):
        erasing = asyncio.create_task(sqlite_publisher.write(erase_secret))
        await asyncio.sleep(0.2)
        assert not erasing.done()
        await sqlite_publisher.write(award, 2)
    await erasing
    assert SECRET not in files_of(tmp_path)


def tell_many(tx: Transaction, growing: random.Random) -> None:
    """Rows that grow in any order, as those do that are asked and answer: their pages are parted again and again."""
    tx.connection.execute(sa.text("CREATE TABLE private (number INTEGER PRIMARY KEY, value TEXT, told TEXT)"))
    rows = [{"number": number, "value": secret(number)} for number in range(MANY)]
    tx.connection.execute(sa.text("INSERT INTO private (number, value) VALUES (:number, :value)"), rows)
    for _ in range(2):
        growing.shuffle(rows)
        longer = sa.text("UPDATE private SET told = coalesce(told, '') || '2016-04-08' WHERE number = :number")
        tx.connection.execute(longer, rows)


def erase_some(tx: Transaction, numbers: list[int]) -> None:
    is_one = sa.text("DELETE FROM private WHERE number = :number")
    tx.connection.execute(is_one, [{"number": number} for number in numbers])
    tx.erases = True


MANY = 6000


def secret(number: int) -> str:
    return f"nobody may find {number:05} this in what is left of a row that was here once"


async def test_r_90_an_image_that_a_row_left_when_it_grew_is_erased_too(
    sqlite_publisher: Database, tmp_path: Path
) -> None:
    await sqlite_publisher.write(tell_many, random.Random(2016))
    await sqlite_publisher.erase_from_log()
    before = files_of(tmp_path)
    twice = [number for number in range(MANY) if before.count(secret(number).encode()) > 1]
    assert twice, "no row has left an image: this shows nothing"
    looking = asyncio.create_task(sqlite_publisher.keep_erased())
    await sqlite_publisher.write(erase_some, twice)

    async def are_gone() -> bool:
        left = files_of(tmp_path)
        return not any(secret(number).encode() in left for number in twice)

    await eventually(are_gone, what="the file is written anew")
    looking.cancel()


async def test_what_is_erased_is_found_in_no_file_although_who_asked_for_it_did_not_wait(
    sqlite_publisher: Database, tmp_path: Path
) -> None:
    await sqlite_publisher.write(tell_secret)
    looking = asyncio.create_task(sqlite_publisher.keep_erased())
    async with being_read(sqlite_publisher):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(sqlite_publisher.write(erase_secret), 0.2)
        assert SECRET in files_of(tmp_path)

    async def is_gone() -> bool:
        return SECRET not in files_of(tmp_path)

    await eventually(is_gone, what="the log is emptied")
    looking.cancel()
