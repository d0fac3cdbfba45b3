"""A command as a SQLModel function: through the kernel's writer, and through aiosqlite with a transaction each."""

import asyncio

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.kernel.access import INSTALLATION
from services.kernel.transaction import Transaction
from tests.bench.consuming import _durable
from tests.bench.granting import award_and_tell
from tests.bench.ratios import Ratio, Stopwatch, interleaved
from tests.bench.stage import CLOCK, Stage, stage, writer_tables
from tests.postgres import PostgresServer

COMMANDS = 1_600
AT_ONCE = 16


async def measure(postgres: PostgresServer) -> list[Ratio]:
    """One line: SQLite, sixteen at once."""
    async with stage("sqlite") as on:
        url = on.writer.engine.url.render_as_string(hide_password=False).replace("sqlite://", "sqlite+aiosqlite://")
        engine = create_async_engine(url.replace("funding.db", "plain.db"))
        sa.event.listen(engine.sync_engine, "connect", _durable)
        async with engine.begin() as connection:
            await connection.run_sync(writer_tables.create_all)
        figure = await interleaved(lambda: _kernel(on), lambda: _plain(engine))
        await engine.dispose()
    return [
        Ratio("command through the writer, 16 at once, sqlite FULL", "the same function through aiosqlite", figure, 4)
    ]


async def _kernel(on: Stage) -> float:
    async def worker() -> None:
        for _ in range(COMMANDS // AT_ONCE):
            await on.writer.write(award_and_tell)

    watch = Stopwatch()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return COMMANDS / watch.seconds


async def _plain(engine: AsyncEngine) -> float:
    # One at a time by a lock: to meet SQLite's own waiting would be slower still.
    lock = asyncio.Lock()

    def command(connection: sa.Connection) -> None:
        transaction = Transaction(connection, "funding", CLOCK, INSTALLATION)
        award_and_tell(transaction)
        transaction.finish()
        transaction.discard()

    async def worker() -> None:
        for _ in range(COMMANDS // AT_ONCE):
            async with lock, engine.begin() as connection:
                await connection.run_sync(command)

    watch = Stopwatch()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return COMMANDS / watch.seconds
