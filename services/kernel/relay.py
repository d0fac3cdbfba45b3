"""From the outbox to the stream: in order, each message once, whatever dies on the way.

The fence is the stream's own sequence: every publish says which message it expects to stand last. A relay that was
paused and wakes up after another took over is refused by the broker and by the lease row, and publishes nothing.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.kernel import metrics
from services.kernel.broker import (
    Broker,
    BrokerError,
    KnownMessage,
    OutcomeUnknown,
    Outgoing,
    Refused,
    WrongLastSequence,
)
from services.kernel.crash_points import crash_point
from services.kernel.database import Database
from services.kernel.outbox import array, elements, seconds_now
from services.kernel.problems import Unavailable
from services.kernel.telemetry import relay_headers

log = logging.getLogger(__name__)

BATCH = 500
"""Messages in one atomic batch; the broker takes 1 000."""
BATCH_BYTES = 4 * 1024 * 1024
LEASE_S = 10.0
"""How long a relay that stopped without a word keeps others waiting."""
POLL_S = 1.0
"""How often an idle relay looks, should a wake-up be lost."""
RETRY_S = 0.2
HELD_S = 60.0
"""How long an aggregate waits after the broker refused one of its messages, before it is tried again."""


class Fenced(Exception):
    """Another relay holds the lease."""


class StreamWentBack(Exception):
    """The stream ends before what we know to be stored: its storage was lost. Needs ``rebuild-streams``."""


@dataclass(frozen=True, slots=True)
class _Row:
    position: int
    message_id: str
    type: str
    aggregate: str
    body: bytes
    traceparent: str | None


@dataclass
class Relay:
    """The one publisher of a part's messages. ``run`` ends only when cancelled."""

    database: Database
    broker: Broker
    stream: str
    holder: str
    healthy: bool = False
    """False while it waits for the lease, the broker or a person."""
    trouble: str | None = None
    _last: int = 0
    _token: int = 0
    _renewed_at: float = 0.0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _held: dict[str, float] = field(default_factory=dict)

    def wake(self) -> None:
        """Something was committed."""
        self._wake.set()

    async def run(self) -> None:
        """Take the lease when it is free, publish while it is held, and begin again after any failure."""
        while True:
            try:
                await self._take_lease()
                await self._resync()
                self.healthy, self.trouble = True, None
                await self._publish_until_fenced()
            except (Fenced, Unavailable, BrokerError) as waited:
                self.trouble = type(waited).__name__
            except StreamWentBack as lost:
                if self.trouble != str(lost):
                    log.error("stream lost its end", extra={"part": self.database.part, "detail": str(lost)})
                self.trouble = str(lost)
            self.healthy = False
            await asyncio.sleep(RETRY_S)

    async def _publish_until_fenced(self) -> None:
        while True:
            self._wake.clear()
            await self._publish_what_waits()
            if not self._wake.is_set():
                try:
                    # Not wait_for, which in Python 3.11 may swallow a cancellation that comes with the event.
                    async with asyncio.timeout(POLL_S):
                        await self._wake.wait()
                except TimeoutError:
                    if asyncio.get_running_loop().time() - self._renewed_at > LEASE_S / 3:
                        await self._mark([])

    async def _publish_what_waits(self) -> None:
        """Empty the outbox: while a batch is published the next is read and the last is marked.

        What is under way is left out by name, never by position: a row that is committed late stands before others.
        """
        marking: asyncio.Future[None] | None = None
        rows, marked = await self._unpublished(()), list[_Row]()
        try:
            while rows:
                ahead = asyncio.ensure_future(self._unpublished((*marked, *rows))) if _is_full(rows) else None
                crash_point("CP3", self.database.part)
                done = await self._publish(rows)
                crash_point("CP5", self.database.part)
                if marking is not None:
                    await marking
                marking = asyncio.ensure_future(self._mark([row.message_id for row in done]))
                following, marked = await ahead if ahead is not None else [], rows
                if len(done) < len(rows):
                    # What follows must not overtake what is not stored: begin again.
                    self._wake.set()
                    break
                rows = following
        finally:
            if marking is not None:
                await marking

    async def _publish(self, rows: Sequence[_Row]) -> Sequence[_Row]:
        """Store the rows in the stream; return those that are stored. Afterwards ``_last`` is the stream's last."""
        try:
            self._last = await self.broker.publish([_outgoing(row) for row in rows], expected_last=self._last)
        except (WrongLastSequence, KnownMessage, OutcomeUnknown):
            return await self._stored_of(rows)
        except Refused as refused:
            log.warning("batch refused", extra={"part": self.database.part, "code": refused.code})
            return await self._one_by_one(rows)
        metrics.count("samla.relay.batches", part=self.database.part)
        metrics.count("samla.relay.messages", len(rows), part=self.database.part)
        return rows

    async def _stored_of(self, rows: Sequence[_Row]) -> Sequence[_Row]:
        found = await self._resync()
        return [row for row in rows if row.message_id in found]

    async def _one_by_one(self, rows: Sequence[_Row]) -> Sequence[_Row]:
        """Find the message that spoils the batch. It holds back its own aggregate and no other."""
        done: list[_Row] = []
        now = asyncio.get_running_loop().time()
        for row in rows:
            if self._held.get(row.aggregate, 0.0) > now:
                continue
            try:
                self._last = await self.broker.publish([_outgoing(row)], expected_last=self._last)
                done.append(row)
            except Refused as refused:
                self._held[row.aggregate] = now + HELD_S
                log.error("message refused", extra={"aggregate": row.aggregate, "code": refused.code})
            except (WrongLastSequence, KnownMessage, OutcomeUnknown):
                return [*done, *await self._stored_of(rows)]
        return done

    async def _resync(self) -> set[str]:
        """Ask the stream what stands behind ``_last``, mark it, and return the ids."""
        found: set[str] = set()
        while True:
            stored, last = await self.broker.behind(self.stream, self._last)
            if last < self._last:
                raise StreamWentBack(
                    f"{self.stream} ends at {last}, and {self._last} is known to be stored: run rebuild-streams"
                )
            if not stored:
                return found
            self._last = stored[-1].sequence
            await self._mark([message.message_id for message in stored])
            found.update(message.message_id for message in stored)

    async def _unpublished(self, under_way: Sequence[_Row]) -> list[_Row]:
        now = asyncio.get_running_loop().time()
        self._held = {aggregate: until for aggregate, until in self._held.items() if until > now}

        def query(connection: sa.Connection) -> list[_Row]:
            rows: list[_Row] = []
            size = 0
            dialect = connection.dialect.name
            left_out = {
                "under_way": elements(dialect, [row.position for row in under_way]),
                "held": elements(dialect, list(self._held)),
            }
            for row in connection.execute(_UNPUBLISHED[dialect], {**left_out, "batch": BATCH}):
                size += len(row.body)
                if rows and size > BATCH_BYTES:
                    break
                rows.append(
                    _Row(
                        row.position,
                        str(UUID(str(row.message_id))),
                        row.type,
                        row.aggregate,
                        bytes(row.body),
                        row.traceparent,
                    )
                )
            return rows

        return await self.database.read(query)

    async def _take_lease(self) -> None:
        def take(connection: sa.Connection) -> Any:
            statement = sa.text(_TAKE.format(now=seconds_now(connection.dialect.name)))
            return connection.execute(statement, {"holder": self.holder, "ttl": LEASE_S}).one_or_none()

        taken = await self.database.transact(take)
        if taken is None:
            raise Fenced()
        # What was published but could not be marked lies behind the stored sequence, and is found there.
        self._token, self._last = taken.token, taken.last_seq

    async def _mark(self, message_ids: Sequence[str]) -> None:
        """Say that these are published, remember where the stream stands and renew the lease: one transaction."""
        last = self._last

        def mark(connection: sa.Connection) -> bool:
            dialect = connection.dialect.name
            now = seconds_now(dialect)
            owned = connection.execute(
                sa.text(_RENEW.format(now=now)),
                {"ttl": LEASE_S, "last": last, "token": self._token, "holder": self.holder},
            ).rowcount
            if owned and message_ids:
                ids = [UUID(each).hex if dialect == "sqlite" else each for each in message_ids]
                statement = _MARK.format(now=now, ids=array(dialect, "ids", "uuid"))
                connection.execute(sa.text(statement), {"ids": elements(dialect, ids)})
            return bool(owned)

        self._renewed_at = asyncio.get_running_loop().time()
        if not await self.database.transact(mark):
            raise Fenced()


def begin_streams_anew(connection: sa.Connection, first_sequence: int) -> None:
    """First step of ``rebuild-streams``: fence every relay and let all be published again from that sequence on.

    The lease is held until :func:`free_lease`, or until it runs out: a relay that takes it over before the stream is
    made anew finds that the stream ends before what is known, and stops.
    """
    now = seconds_now(connection.dialect.name)
    connection.execute(sa.text(_HOLD.format(now=now)), {"ttl": LEASE_S, "last": first_sequence - 1})
    connection.execute(sa.text("UPDATE outbox SET published_at = NULL WHERE published_at IS NOT NULL"))


def free_lease(connection: sa.Connection) -> None:
    """Last step: the stream stands, empty; the relay may publish."""
    connection.execute(sa.text("UPDATE lease SET until = 0 WHERE name = 'relay'"))


def _is_full(rows: Sequence[_Row]) -> bool:
    """Whether more may wait behind these."""
    return len(rows) > BATCH // 2 or sum(len(row.body) for row in rows) > BATCH_BYTES // 2


def _outgoing(row: _Row) -> Outgoing:
    headers = relay_headers(row.traceparent, row.type, row.message_id) if row.traceparent else {}
    return Outgoing(row.type, row.message_id, row.body, headers)


def _unpublished_statement(dialect: str) -> sa.TextClause:
    return sa.text(
        "SELECT position, message_id, type, aggregate, body, traceparent FROM outbox "
        f"WHERE published_at IS NULL AND position NOT IN {array(dialect, 'under_way', 'bigint')} "
        f"AND aggregate NOT IN {array(dialect, 'held')} ORDER BY position LIMIT :batch"
    )


_UNPUBLISHED = {dialect: _unpublished_statement(dialect) for dialect in ("sqlite", "postgresql")}
_TAKE = """
INSERT INTO lease (name, holder, token, until, last_seq) VALUES ('relay', :holder, 1, {now} + :ttl, 0)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until,
  token = lease.token + CASE WHEN lease.holder = excluded.holder THEN 0 ELSE 1 END
WHERE lease.holder = excluded.holder OR lease.until < {now} RETURNING token, last_seq"""
_HOLD = """
INSERT INTO lease (name, holder, token, until, last_seq) VALUES ('relay', 'rebuild-streams', 1, {now} + :ttl, :last)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until, token = lease.token + 1,
  last_seq = excluded.last_seq"""
_RENEW = """
UPDATE lease SET until = {now} + :ttl, last_seq = :last
WHERE name = 'relay' AND token = :token AND holder = :holder"""
_MARK = "UPDATE outbox SET published_at = {now} WHERE published_at IS NULL AND message_id IN {ids}"
