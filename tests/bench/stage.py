"""Where the bench plays: a real broker, both databases, and one publisher and one reader of the kernel's own parts."""

import contextlib
import tempfile
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from deploy.embedded import EmbeddedServer
from deploy.provisioning import Provisioning
from services.contracts.funding import Grant, GrantAwarded, GrantMessage
from services.contracts.message import Received
from services.kernel.broker import Broker
from services.kernel.clock import SystemClock
from services.kernel.copies import Copy, Row
from services.kernel.database import Database, UtcDateTime
from services.kernel.plumbing import service_metadata
from services.kernel.service import Service
from services.kernel.transaction import Transaction
from services.kernel.web import Routes
from tests.postgres import PostgresServer

CLOCK = SystemClock()

writer_tables = service_metadata()
reader_tables = service_metadata()
GRANTS = sa.Table(
    "grant_copy",
    reader_tables,
    sa.Column("grant_id", sa.String, primary_key=True),
    sa.Column("unit_code", sa.String, nullable=False),
    sa.Column("amount_ore", sa.BigInteger, nullable=False),
    sa.Column("awarded_on", sa.Date, nullable=False),
    sa.Column("message_id", sa.String, nullable=False),
)


def fold_grants(received: Iterable[Received[GrantMessage]]) -> Iterable[Row]:
    """The latest state of each grant."""
    for each in received:
        grant = each.message.grant
        yield {
            "grant_id": each.aggregate_id,
            "unit_code": grant.unit_code,
            "amount_ore": grant.amount_ore,
            "awarded_on": grant.awarded_on,
            "message_id": str(each.message_id),
        }


GRANT_HISTORY = sa.Table(
    "grant_history",
    reader_tables,
    sa.Column("grant_id", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("amount_ore", sa.BigInteger, nullable=False),
    sa.Column("recorded_at", UtcDateTime, nullable=False),
    sa.Column("message_id", sa.String, nullable=False),
)


def fold_grant_history(received: Iterable[Received[GrantMessage]]) -> Iterable[Row]:
    """Each grant as it was after each message."""
    for each in received:
        yield {
            "grant_id": each.aggregate_id,
            "version": each.version,
            "amount_ore": each.message.grant.amount_ore,
            "recorded_at": each.recorded_at,
            "message_id": str(each.message_id),
        }


FUNDING = Service("funding", writer_tables, Routes(), publishes=(GrantMessage,))
LATEST = Copy(GRANTS, fold_grants, GrantMessage, "grant_id")
HISTORY = Copy(GRANT_HISTORY, fold_grant_history, GrantMessage, "grant_id", history=True)
REPORTING = Service("reporting", reader_tables, Routes(), copies=(LATEST,))
HISTORIAN = Service("reporting", reader_tables, Routes(), copies=(LATEST, HISTORY))
"""The same part when it also keeps every version."""


def grant(grant_id: UUID, amount_ore: int = 100) -> Grant:
    """A grant of the size that real ones have."""
    return Grant(
        grant_id=grant_id,
        scheme_id=grant_id,
        programme_id=grant_id,
        unit_code="1902",
        year=2016,
        chapter="765",
        item="74",
        amount_ore=amount_ore,
        awarded_on=date(2016, 11, 1),
        owner_id=grant_id,
    )


def award(tx: Transaction, grant_ids: Iterable[UUID]) -> None:
    """Publish one message about each."""
    for grant_id in grant_ids:
        tx.publish(GrantAwarded(occurred_on=date(2016, 11, 1), grant=grant(grant_id)))


@dataclass(frozen=True)
class Stage:
    """What a measurement is given."""

    kind: str
    server: EmbeddedServer
    broker: Broker
    writer: Database
    reader: Database
    provisioning: Provisioning


@contextlib.asynccontextmanager
async def stage(kind: str, postgres: PostgresServer | None = None, *, sync: str = "always") -> AsyncIterator[Stage]:
    """A broker and two databases that are gone afterwards. ``kind`` is ``sqlite`` or ``postgres``."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        server = EmbeddedServer(folder / "broker", sync=sync)
        server.start()
        stack.callback(server.stop)
        broker = await Broker.connect(server.url, identity="bench")
        stack.push_async_callback(broker.close)
        provisioning = Provisioning(broker, (FUNDING, REPORTING))
        await provisioning.provide()
        databases = []
        for service in (FUNDING, REPORTING):
            if kind == "sqlite":
                url = f"sqlite:///{folder}/{service.name}.db"
            else:
                assert postgres is not None
                url = await stack.enter_async_context(postgres.database())
            database = Database(url, service.name, metadata=service.metadata)
            await database.transact(service.metadata.create_all)
            stack.push_async_callback(database.close)
            databases.append(database)
        yield Stage(kind, server, broker, databases[0], databases[1], provisioning)


def batches(items: list[Any], size: int) -> Iterable[list[Any]]:
    """The items in order, so many at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
