"""One small service on the kernel, for the measurements that ask over HTTP or run its commands."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from fastapi import Response
from sqlmodel import Field, SQLModel

from services.contracts.funding import Grant, GrantAwarded
from services.kernel.access import Principal, TokenSigner, TokenVerifier, new_keys
from services.kernel.broker import Broker
from services.kernel.database import Database
from services.kernel.intake import Intake
from services.kernel.problems import NotFound
from services.kernel.relay import Relay
from services.kernel.transaction import Transaction
from services.kernel.web import App, Read, Routes, Write, by_token, create_app
from services.kernel.wire import stream_of
from tests.bench.stage import CLOCK, GRANTS, REPORTING, Stage, grant, writer_tables

AWARDED_ON = date(2016, 11, 1)


class GrantRow(SQLModel, table=True):
    """A row as a service would have it."""

    __tablename__ = "bench_grant"
    metadata = writer_tables

    grant_id: UUID = Field(primary_key=True)
    unit_code: str
    amount_ore: int
    awarded_on: date


class CopiedRow(SQLModel, table=True):
    """The row that the other part would have, where both parts are one program."""

    __tablename__ = "bench_copied"
    metadata = writer_tables

    grant_id: str = Field(primary_key=True)
    unit_code: str
    amount_ore: int
    awarded_on: date
    message_id: str


def award_and_tell(tx: Transaction) -> Grant:
    """A row, and a message from which another part makes its own."""
    new = grant(tx.new_id())
    tx.add(GrantRow(grant_id=new.grant_id, unit_code=new.unit_code, amount_ore=100, awarded_on=AWARDED_ON))
    tx.publish(GrantAwarded(occurred_on=AWARDED_ON, grant=new))
    return new


def award_and_copy(tx: Transaction) -> Grant:
    """Both rows in one transaction, and no message."""
    new, message_id = grant(tx.new_id()), str(tx.new_id())
    row = GrantRow(grant_id=new.grant_id, unit_code=new.unit_code, amount_ore=100, awarded_on=AWARDED_ON)
    tx.add(row, CopiedRow(**row.model_dump() | {"grant_id": str(new.grant_id), "message_id": message_id}))
    return new


def amount_of(connection: sa.Connection, grant_id: UUID) -> dict[str, int]:
    """One query."""
    table = sa.inspect(GrantRow).local_table
    found = connection.execute(sa.select(table.c.amount_ore).where(table.c.grant_id == grant_id)).scalar()
    if found is None:
        raise NotFound()
    return {"amount_ore": found}


routes = Routes()


@routes.post("/grants", action="write_mapping", status_code=201)
async def award(write: Write) -> Response:
    """A command that tells the others."""
    return await write(award_and_tell)


@routes.post("/copied", action="write_mapping", status_code=201)
async def award_copied(write: Write) -> Response:
    """A command that tells nobody."""
    return await write(award_and_copy)


@routes.get("/grants/{grant_id}", action="read_offer")
async def one(grant_id: UUID, read: Read) -> dict[str, int]:
    """A request with one query."""
    return await read(amount_of, grant_id)


class Credentials:
    """The keys of an installation, and what lets a caller in for a minute."""

    def __init__(self) -> None:
        private, self.public_key = new_keys()
        self._signer = TokenSigner(private, CLOCK)

    def fresh(self) -> bytes:
        """A bearer that may do everything here."""
        return b"Bearer " + self._signer.mint(Principal("bench", None, frozenset(("KOO",)), "bench")).encode()


def app_on(database: Database, public_key: str) -> App:
    """The service's HTTP."""
    verifier = TokenVerifier([public_key], CLOCK)
    return create_app("funding", [routes], database=database, authenticate=by_token(verifier), idempotency_secret=b"x")


@contextlib.asynccontextmanager
async def at_work(writer: Database, reader: Database, broker: Broker) -> AsyncIterator[None]:
    """Relay and consumer run meanwhile."""
    relay = Relay(writer, broker, stream_of("funding"), "bench")
    writer.on_published = relay.wake
    intake = Intake(REPORTING.consumers[0], reader, broker)
    tasks = [asyncio.create_task(each) for each in (relay.run(), intake.run())]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def copied(on: Stage) -> int:
    """How many grants the other part knows of."""
    count = sa.select(sa.func.count()).select_from(GRANTS)
    return await on.reader.read(lambda connection: connection.execute(count).scalar_one())
