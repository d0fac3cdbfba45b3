"""Who has done what, why, and with what before and after: rows that lie in a chain, so that none can go unnoticed.

A row is written in the transaction of its command. Its place in the chain it gets shortly afterwards, from one writer
at a time, so that commands do not wait for one another. What a message tells is not told again: the row names the
message's version and the running hash up to it.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any

import orjson
import sqlalchemy as sa

from services.kernel.database import Database
from services.kernel.problems import Unavailable

LOOK_S = 1.0
"""How long a row may lie outside the chain."""
BATCH = 1000

TOLD = (
    "number", "at", "actor", "organisation", "command", "subject", "version", "digest", "facts", "reason", "trace_id"
)  # fmt: skip
"""The fields of a row in the order in which its hash is taken."""

_ROWS = sa.table(
    "audit",
    sa.column("position", sa.BigInteger),
    sa.column("facts", sa.JSON),
    sa.column("hash", sa.String),
    *(sa.column(name) for name in TOLD if name != "facts"),
)


async def keep_sealed(database: Database) -> None:
    """Give rows their places again and again."""
    while True:
        with suppress(Unavailable):
            while await database.read(_unsealed):
                await database.transact(seal)
        await asyncio.sleep(LOOK_S)


def seal(connection: sa.Connection) -> int:
    """Give the rows that have none their place in the chain, in the order they were written. Returns how many."""
    if connection.dialect.name != "sqlite":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('audit'))"))
    number, last = head(connection)
    waiting = sa.select(_ROWS).where(_ROWS.c.number.is_(None)).order_by(_ROWS.c.position).limit(BATCH)
    sealed = []
    for row in connection.execute(waiting).mappings():
        number += 1
        last = linked(last, {**row, "number": number})
        sealed.append({"position_": row["position"], "number": number, "hash": last})
    if sealed:
        placed = sa.update(_ROWS).where(_ROWS.c.position == sa.bindparam("position_"))
        places: dict[str, sa.BindParameter[Any]] = {"number": sa.bindparam("number"), "hash": sa.bindparam("hash")}
        connection.execute(placed.values(places), sealed)
    return len(sealed)


def head(connection: sa.Connection) -> tuple[int, str]:
    """Number and hash of the newest row in the chain; 0 and nothing before the first."""
    newest = sa.select(_ROWS.c.number, _ROWS.c.hash).where(_ROWS.c.number.is_not(None))
    found = connection.execute(newest.order_by(_ROWS.c.number.desc()).limit(1)).one_or_none()
    return (found.number, found.hash) if found else (0, "")


def linked(before: str, row: Mapping[str, Any]) -> str:
    """The hash of a row behind another: SHA-256, in hexadecimal, of that one's hash and this one's fields as JSON."""
    told = orjson.dumps([row[name] for name in TOLD], option=orjson.OPT_SORT_KEYS)
    return sha256(before.encode() + told).hexdigest()


def chain(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Every row in the chain, as those read it who verify it."""
    rows = sa.select(_ROWS).where(_ROWS.c.number.is_not(None)).order_by(_ROWS.c.number)
    for row in connection.execute(rows).mappings():
        yield {name: row[name] for name in (*TOLD, "hash")}


def rows_of(connection: sa.Connection, subject: str) -> Sequence[sa.RowMapping]:
    """Everything that was done with one thing, the oldest first."""
    rows = sa.select(_ROWS).where(_ROWS.c.subject == subject).order_by(_ROWS.c.position)
    return connection.execute(rows).mappings().all()


def _unsealed(connection: sa.Connection) -> bool:
    chosen = sa.select(_ROWS.c.position).where(_ROWS.c.number.is_(None)).limit(1)
    return connection.execute(chosen).first() is not None


def published(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Every message in the order of the outbox, with the running hash that rows of the audit name.

    Without those whose rows have no place in the chain yet, and so are not among those that :func:`chain` gives.
    """
    messages = sa.text(
        "SELECT aggregate, version, body, hash FROM outbox WHERE NOT EXISTS (SELECT 1 FROM audit WHERE "
        "number IS NULL AND subject = outbox.aggregate AND audit.version = outbox.version) ORDER BY position"
    )
    for row in connection.execute(messages):
        hashes = {"body": bytes(row.body).hex(), "hash": bytes(row.hash).hex()}
        yield {"aggregate": row.aggregate, "version": row.version, **hashes}
