"""Databases that hang up and a broker that is killed, under load: what was acknowledged is everywhere, once."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

from services.kernel.database import Database
from services.kernel.outage import is_outage
from services.kernel.problems import Unavailable
from services.kernel.transaction import Transaction
from tests.checker import History, Outcome, check, versions
from tests.kernel.delivery.conftest import Databases, Pair, Wires, heads, known, outbox, unpublished, waiting
from tests.kernel.delivery.parts import PUBLISHER, READER, award
from tests.postgres import PostgresServer
from tests.waiting import eventually, running

ROUNDS = 8
WRITERS = 8

HANG_UP = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"


async def test_what_is_acknowledged_while_all_fails_around_it_is_everywhere_once(
    postgres: PostgresServer, own_server: Wires, tmp_path: Path
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        databases = Databases("postgres", tmp_path, postgres, stack)
        publisher, copies = await databases.open(PUBLISHER), await databases.open(READER)
        pair, history, numbers = await Pair.on(own_server, publisher, copies), History(), count()

        async def write_for_ever() -> None:
            for number in numbers:
                history.invoke(str(number))
                try:
                    await publisher.write(award, number)
                except Unavailable:
                    await asyncio.sleep(0.01)
                else:
                    history.heard(str(number), Outcome.ok)

        async with running(pair.relay.run(), pair.intake.run()):
            async with running(*(write_for_ever() for _ in range(WRITERS))):
                for round_ in range(ROUNDS):
                    before = len(history.of(Outcome.ok))
                    await hang_up(databases.urls[PUBLISHER.name], databases.urls[READER.name])
                    if round_ % 2:
                        own_server.server.kill()
                        await asyncio.to_thread(own_server.server.start)
                    await eventually(partial(_more_than, history, before + 20))
            await eventually(lambda: _answered(pair.agree))
            await eventually(lambda: _answered(partial(_published, publisher)))
            # A connection that was hung up and not used since is noticed only now.
            await eventually(lambda: _answered(partial(_readable, publisher, copies)))

        report = check(history, await numbers_stored(publisher), {})
        assert report.holds, report
        followed = check(
            History(),
            list(versions(await heads(publisher))),
            {"the copy": versions(await known(copies))},
        )
        assert followed.places["the copy"].none, followed
        stored = await own_server.stored()
        assert len(stored) == len(set(stored)) == len(await outbox(publisher))
        assert len(stored) == report.outcomes[Outcome.ok] + report.applied
        assert await waiting(copies) == []


def test_what_the_driver_makes_of_a_connection_that_is_cut_off_as_it_is_made_is_an_outage() -> None:
    """Each was seen, once in forty rounds or hundreds of those tests: it ended the relay."""
    told = "cannot switch to state 15; another operation (2) is in progress"
    assert is_outage(sa.exc.InternalError(None, None, asyncpg.InternalClientError(told)))
    assert is_outage(asyncpg.InterfaceError("connection is closed"))
    made_of_it = RuntimeError("SQLAlchemy says nothing of what it was")
    assert not is_outage(made_of_it)
    made_of_it.__cause__ = asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
    assert is_outage(made_of_it)
    assert not is_outage(sa.exc.ProgrammingError(None, None, Exception("a fault of ours")))


@pytest.mark.parametrize("ask", [Database.read, Database.transact])
async def test_what_is_under_way_when_the_server_hangs_up_is_an_outage(
    postgres_publisher: Database, ask: Callable[..., Awaitable[Any]]
) -> None:
    """The server's last words and the end of the line are read one after the other, with what waits in between."""

    def long(connection: sa.Connection) -> None:
        connection.exec_driver_sql("SELECT pg_sleep(4)")

    url = postgres_publisher.engine.url.render_as_string(hide_password=False)

    def cut_off() -> None:
        asyncio.run(hang_up(url))
        time.sleep(0.2)  # both have arrived

    async def is_under_way() -> bool:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        sleeping = await connection.fetchval(SLEEPING)
        await connection.close()
        return bool(sleeping)

    under_way = asyncio.ensure_future(ask(postgres_publisher, long))
    await eventually(is_under_way)
    elsewhere = threading.Thread(target=cut_off)
    elsewhere.start()
    elsewhere.join()  # the loop stands still: neither is read before the other
    with pytest.raises(Unavailable):
        await under_way
    await eventually(lambda: _answered(partial(_readable, postgres_publisher)))
    assert await unpublished(postgres_publisher) == 0


async def hang_up(*urls: str) -> None:
    for url in urls:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        await connection.execute(HANG_UP)
        await connection.close()


async def _answered(question: Callable[[], Awaitable[bool]]) -> bool:
    """The answer, or no while a database that was hung up on is not reached again."""
    try:
        return await question()
    except Unavailable:
        return False


async def _readable(*databases: Database) -> bool:
    """Whether reads find their connections alive. The first that does not lets its pool begin anew."""
    for each in databases:
        await each.read(lambda connection: connection.exec_driver_sql("SELECT 1").scalar())
    return True


async def _more_than(history: History, acknowledged: int) -> bool:
    return len(history.of(Outcome.ok)) > acknowledged


async def _published(publisher: Database) -> bool:
    return await unpublished(publisher) == 0


async def numbers_stored(publisher: Database) -> list[str]:
    def query(tx: Transaction) -> list[str]:
        found = tx.connection.exec_driver_sql("SELECT number FROM numbered_grant ORDER BY number")
        return [str(row.number) for row in found]

    return await publisher.write(query)
