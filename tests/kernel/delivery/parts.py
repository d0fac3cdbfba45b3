"""A publisher and a reader that only these tests know. They speak the real language; their tables are small."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.contracts.funding import Grant, GrantAwarded, GrantMessage
from services.contracts.message import Received
from services.kernel.copies import Copy
from services.kernel.plumbing import BigId, service_metadata
from services.kernel.problems import Conflict, NotFound
from services.kernel.service import Service
from services.kernel.transaction import Transaction
from services.kernel.web import Routes

AWARDED_ON = date(2016, 4, 8)
SOMEBODY = UUID("00000000-0000-7000-8000-000000000001")


class NumberTaken(Conflict):
    """Two grants may not have the same number."""

    code = "conflict"


class AmountTooSmall(Conflict):
    """A grant pays something."""

    code = "frame-exceeded"


class PublisherTable(SQLModel, registry=registry(metadata=service_metadata())):
    """The base of the publisher's tables."""


class GrantRow(PublisherTable, table=True):
    __tablename__ = "numbered_grant"
    __table_args__ = (
        sa.CheckConstraint("amount_ore > 0", name="positive_amount"),
        sa.UniqueConstraint("number"),
        sa.ForeignKeyConstraint(["follows_id"], ["numbered_grant.grant_id"], deferrable=True, initially="DEFERRED"),
    )

    grant_id: UUID = Field(primary_key=True)
    number: int
    amount_ore: int = Field(sa_type=sa.BigInteger)
    follows_id: UUID | None = None


def grant(grant_id: UUID, amount_ore: int, source: str | None = None) -> Grant:
    """A grant to Tromsø."""
    return Grant(
        grant_id=grant_id, scheme_id=SOMEBODY, programme_id=SOMEBODY, unit_code="1902", year=2016, chapter="765",
        item="21", amount_ore=amount_ore, awarded_on=AWARDED_ON, owner_id=SOMEBODY, source=source,
    )  # fmt: skip


def awarded(grant_id: UUID, amount_ore: int, source: str | None = None) -> GrantAwarded:
    return GrantAwarded(occurred_on=AWARDED_ON, grant=grant(grant_id, amount_ore, source))


def award(tx: Transaction, number: int, amount_ore: int = 100, source: str | None = None) -> UUID:
    """A new grant, told in one message."""
    row = GrantRow(grant_id=tx.new_id(), number=number, amount_ore=amount_ore)
    tx.add(row)
    tx.publish(awarded(row.grant_id, amount_ore, source))
    return row.grant_id


def change(tx: Transaction, grant_id: UUID, amount_ore: int) -> int:
    """Another amount, told in one message more."""
    row = tx.lock(GrantRow, grant_id, missing=NotFound)
    row.amount_ore = amount_ore
    tx.publish(awarded(grant_id, amount_ore))
    return amount_ore


def change_often(tx: Transaction, grant_id: UUID, times: int) -> None:
    """Many messages of one grant in one commit."""
    row = tx.lock(GrantRow, grant_id, missing=NotFound)
    for row.amount_ore in range(1, times + 1):
        tx.publish(awarded(grant_id, row.amount_ore))


PUBLISHER = Service(
    name="funding",
    metadata=PublisherTable.metadata,
    routes=Routes(),
    publishes=(GrantMessage,),
    refusals={
        "uq_numbered_grant_number": NumberTaken,
        "ck_numbered_grant_positive_amount": AmountTooSmall,
    },
)

READER_METADATA = service_metadata()
NEWEST = sa.Table(
    "grant_copy",
    READER_METADATA,
    sa.Column("grant_id", sa.String, primary_key=True),
    sa.Column("amount_ore", sa.Integer, nullable=False),
    sa.Column("state", sa.JSON, nullable=False),
    sa.Column("message_id", sa.String, nullable=False),
)
HISTORY = sa.Table(
    "grant_history",
    READER_METADATA,
    sa.Column("grant_id", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("amount_ore", sa.Integer, nullable=False),
    sa.Column("awarded_on", sa.Date, nullable=False),
    sa.Column("message_id", sa.String, nullable=False),
)

TOLD = sa.Table(
    "told",
    READER_METADATA,
    sa.Column("position", BigId, primary_key=True, autoincrement=True),
    sa.Column("message_id", sa.String, nullable=False, unique=True),
)
"""What was applied, in the order in which it was: as the feed, owned and never rebuilt."""


def write_down(connection: sa.Connection, received: Sequence[Received[Any]]) -> None:
    """A message that is written down already stays where it is."""
    statement = sa.text("INSERT INTO told (message_id) VALUES (:message_id) ON CONFLICT (message_id) DO NOTHING")
    connection.execute(statement, [{"message_id": str(each.message_id)} for each in received])


Fold = Callable[[Sequence[Received[Any]]], Iterable[Mapping[str, Any]]]


def newest(received: Sequence[Received[GrantMessage]]) -> Iterable[Mapping[str, Any]]:
    for each in received:
        told = each.message.grant
        state = told.model_dump(mode="json", exclude={"amount_ore"})
        yield {"grant_id": str(told.grant_id), "amount_ore": told.amount_ore, "state": state,
               "message_id": str(each.message_id)}  # fmt: skip


def versions(received: Sequence[Received[GrantMessage]]) -> Iterable[Mapping[str, Any]]:
    for each in received:
        told = each.message.grant
        yield {"grant_id": str(told.grant_id), "version": each.version, "amount_ore": told.amount_ore,
               "awarded_on": told.awarded_on, "message_id": str(each.message_id)}  # fmt: skip


POISON_ORE = 666_00


def choking(received: Sequence[Received[GrantMessage]]) -> Iterable[Mapping[str, Any]]:
    """A fold with a fault: one amount is too much for it."""
    for row in newest(received):
        if row["amount_ore"] == POISON_ORE:
            raise ArithmeticError("this amount")
        yield row


def refused_by_the_database(received: Sequence[Received[GrantMessage]]) -> Iterable[Mapping[str, Any]]:
    """Another fault: a number that the column does not hold. SQLite's integers are wider; its constraint is not."""
    for row in newest(received):
        yield {**row, "amount_ore": 2**40, "message_id": None} if row["amount_ore"] == POISON_ORE else row


def reader(fold: Fold = newest, *, revision: int = 1) -> Service:
    """The reading part. ``fold`` makes the copy of the newest state."""
    copies = (
        Copy(NEWEST, fold, GrantMessage, "grant_id"),
        Copy(HISTORY, versions, GrantMessage, "grant_id", history=True),
    )
    return Service(
        name="reporting",
        metadata=READER_METADATA,
        routes=Routes(),
        copies=copies,
        logs=(write_down,),
        revision=revision,
    )


READER = reader()
CHOKING_READER = reader(choking)
UNLUCKY_READER = reader(refused_by_the_database)
