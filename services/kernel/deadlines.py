"""What falls due: rows with a time. Each is taken once, in the transaction of the command that it brings about."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.kernel.database import Database
from services.kernel.outbox import array, elements, prepared
from services.kernel.problems import Unavailable
from services.kernel.transaction import Transaction

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""How often it is looked what has fallen due."""
BATCH = 100
AGAIN_S = 3600.0
"""How long one waits whose command failed: that is a fault of ours, and a person must see it."""

Due = Callable[[Transaction, str], object]
"""The command that a deadline brings about. It is given what has fallen due, and refuses nothing."""

_DEADLINES = sa.table(
    "deadline", sa.column("kind", sa.String), sa.column("subject", sa.String), sa.column("due_at", sa.Float)
)


def set_deadline(tx: Transaction, kind: str, subject: object, due_at: datetime) -> None:
    """Let something fall due then. What was set of the same kind for the same subject is forgotten."""
    set_deadlines(tx, kind, {subject: due_at})


def set_deadlines(tx: Transaction, kind: str, due: Mapping[Any, datetime]) -> None:
    """The same for many subjects, each at its time, in two statements."""
    if due:
        again = f"DELETE FROM deadline WHERE kind = :kind AND subject IN {array(tx.dialect, 'subjects')}"
        subjects = elements(tx.dialect, map(str, due))
        tx.connection.execute(prepared(again), {"kind": kind, "subjects": subjects})
        rows = [{"kind": kind, "subject": str(each), "due_at": at.timestamp()} for each, at in due.items()]
        tx.connection.execute(sa.insert(_DEADLINES), rows)


def clear_deadline(tx: Transaction, kind: str, subject: object) -> None:
    """Let it not fall due after all."""
    tx.connection.execute(sa.delete(_DEADLINES).where(_one(kind, str(subject))))


@dataclass(frozen=True)
class Deadlines:
    """A part's deadlines at work. Where several processes look, the row lets one of them have it."""

    database: Database
    due: Mapping[str, Due]
    """What each kind of deadline brings about."""

    async def run(self) -> None:
        """Look again and again."""
        while True:
            with suppress(Unavailable):
                while await self.take_due() == BATCH:
                    pass
            await asyncio.sleep(LOOK_S)

    async def take_due(self) -> int:
        """Take what has fallen due, one command each. Returns how many."""
        waiting = await self.database.read(self._waiting, self.database.clock.now().timestamp())
        for kind, subject in waiting:
            try:
                await self.database.write(self._take, kind, subject)
            except Unavailable:
                raise
            except Exception:
                log.exception("deadline failed", extra={"part": self.database.part, "kind": kind})
                await self.database.write(self._postpone, kind, subject)
        return len(waiting)

    def _waiting(self, connection: sa.Connection, now: float) -> list[tuple[str, str]]:
        chosen = sa.select(_DEADLINES.c.kind, _DEADLINES.c.subject)
        due = chosen.where(_DEADLINES.c.due_at <= now, _DEADLINES.c.kind.in_(self.due))
        return [(kind, subject) for kind, subject in connection.execute(due.order_by(_DEADLINES.c.due_at).limit(BATCH))]

    def _take(self, tx: Transaction, kind: str, subject: str) -> None:
        is_due = _DEADLINES.c.due_at <= tx.now.timestamp()
        if tx.connection.execute(sa.delete(_DEADLINES).where(_one(kind, subject), is_due)).rowcount:
            tx.command = kind
            self.due[kind](tx, subject)

    def _postpone(self, tx: Transaction, kind: str, subject: str) -> None:
        now = tx.now.timestamp()  # what was set anew meanwhile is left as it is
        still = sa.and_(_one(kind, subject), _DEADLINES.c.due_at <= now)
        tx.connection.execute(sa.update(_DEADLINES).where(still).values(due_at=now + AGAIN_S))


def _one(kind: str, subject: str) -> sa.ColumnElement[bool]:
    return sa.and_(_DEADLINES.c.kind == kind, _DEADLINES.c.subject == subject)
