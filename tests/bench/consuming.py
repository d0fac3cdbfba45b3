"""Applying messages in batches with ``seen`` against one message a transaction, as most would write a consumer."""

from functools import partial
from itertools import cycle, islice
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.contracts.funding import GrantMessage
from services.contracts.message import Received
from services.kernel.clock import uuid7
from services.kernel.copies import read_message
from services.kernel.database import Database
from tests.bench.ratios import Ratio, Stopwatch, interleaved
from tests.bench.stage import CLOCK, GRANTS, REPORTING, Stage, award, batches, fold_grants, stage
from tests.postgres import PostgresServer

MESSAGES = 10_000
BASE_MESSAGES = 400
INBOX = sa.Table("inbox", sa.MetaData(), sa.Column("message_id", sa.String, primary_key=True))
GOALS = {("sqlite", 100): 30, ("sqlite", 500): 60, ("postgres", 100): 8, ("postgres", 500): 20}


async def measure(postgres: PostgresServer) -> list[Ratio]:
    """Two sizes of batch on each database."""
    found = []
    for kind in ("sqlite", "postgres"):
        for size in (100, 500):
            async with stage(kind, postgres) as on:
                consuming = await _Consuming.prepare(on)
                figure = await interleaved(partial(consuming.batches_of, size), consuming.one_by_one, rounds=7)
                await consuming.close()
                driver = "aiosqlite FULL" if kind == "sqlite" else "asyncpg"
                name = f"consumer, batches of {size}, {kind}"
                found.append(Ratio(name, f"plain Core, one message a transaction, {driver}", figure, GOALS[kind, size]))
    return found


class _Consuming:
    def __init__(self, database: Database, bodies: list[bytes], engine: AsyncEngine) -> None:
        self._database, self._bodies, self._engine = database, bodies, engine

    @classmethod
    async def prepare(cls, on: Stage) -> "_Consuming":
        for _ in range(MESSAGES // 500):
            await on.writer.write(award, [uuid7(CLOCK.now()) for _ in range(500)])
        bodies = await on.writer.read(
            lambda connection: [bytes(row.body) for row in connection.execute(sa.text("SELECT body FROM outbox"))]
        )
        url = on.reader.engine.url.render_as_string(hide_password=False)
        engine = create_async_engine(url.replace("sqlite://", "sqlite+aiosqlite://"))
        if on.kind == "sqlite":
            sa.event.listen(engine.sync_engine, "connect", _durable)
        async with engine.begin() as connection:
            await connection.run_sync(INBOX.metadata.create_all)
        return cls(on.reader, bodies, engine)

    async def close(self) -> None:
        await self._engine.dispose()

    async def batches_of(self, size: int) -> float:
        """Messages a second through the kernel's consumer, every one about another aggregate."""
        await self._empty()
        consumer = REPORTING.consumers[0]
        watch = Stopwatch()
        for bodies in batches(self._bodies, size):
            await self._database.transact(lambda connection, bodies=bodies: consumer.apply(connection, bodies))  # type: ignore[misc]
        return MESSAGES / watch.seconds

    async def one_by_one(self) -> float:
        """The same rows: an inbox row that refuses the second delivery, an upsert, a commit; for each message."""
        await self._empty()
        insert = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert
        upsert = insert(GRANTS)
        upsert = upsert.on_conflict_do_update(
            index_elements=[GRANTS.c.grant_id],
            set_={column.name: upsert.excluded[column.name] for column in GRANTS.c if not column.primary_key},
        )
        inbox = insert(INBOX).on_conflict_do_nothing()
        watch = Stopwatch()
        for body in islice(cycle(self._bodies), BASE_MESSAGES):
            received = cast("Received[GrantMessage]", read_message(body))
            async with self._engine.begin() as connection:
                [row] = fold_grants([received])
                if (await connection.execute(inbox, {"message_id": row["message_id"]})).rowcount:
                    await connection.execute(upsert, row)
        return BASE_MESSAGES / watch.seconds

    async def _empty(self) -> None:
        async with self._engine.begin() as connection:
            for table in (GRANTS.name, "seen", "parked", "inbox"):
                await connection.execute(sa.text(f"DELETE FROM {table}"))


def _durable(raw: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        raw.execute(f"PRAGMA {pragma}")
