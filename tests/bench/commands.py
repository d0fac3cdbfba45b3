"""A command as a SQLModel function: through the kernel's writer, and through aiosqlite with a transaction each."""

import asyncio
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import Field, SQLModel

from services.contracts.funding import GrantAwarded
from services.kernel.access import INSTALLATION
from services.kernel.transaction import Transaction
from tests.bench.consuming import _durable
from tests.bench.ratios import Ratio, Stopwatch, interleaved
from tests.bench.stage import CLOCK, Stage, grant, stage, writer_tables
from tests.postgres import PostgresServer

COMMANDS = 1_600
AT_ONCE = 16


class GrantRow(SQLModel, table=True):
    """A row as a service would have it."""

    __tablename__ = "bench_grant"
    metadata = writer_tables

    grant_id: UUID = Field(primary_key=True)
    unit_code: str
    amount_ore: int
    awarded_on: date


def award_one(tx: Transaction) -> UUID:
    """A row and a message."""
    new = tx.new_id()
    tx.add(GrantRow(grant_id=new, unit_code="1902", amount_ore=100, awarded_on=date(2016, 11, 1)))
    tx.publish(GrantAwarded(occurred_on=date(2016, 11, 1), grant=grant(new)))
    return new


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
            await on.writer.write(award_one)

    watch = Stopwatch()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return COMMANDS / watch.seconds


async def _plain(engine: AsyncEngine) -> float:
    # One at a time by a lock: to meet SQLite's own waiting would be slower still.
    lock = asyncio.Lock()

    def command(connection: sa.Connection) -> None:
        transaction = Transaction(connection, "funding", CLOCK, INSTALLATION)
        award_one(transaction)
        transaction.finish()
        transaction.discard()

    async def worker() -> None:
        for _ in range(COMMANDS // AT_ONCE):
            async with lock, engine.begin() as connection:
                await connection.run_sync(command)

    watch = Stopwatch()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return COMMANDS / watch.seconds
