"""From a stream into a part's copies: once each, in version order, whatever is lost, doubled or reordered.

A batch is one transaction: what was seen is dropped, what follows on is folded, what cannot be applied yet is parked
with its reason; then everything is acknowledged. Only the aggregate of a parked message waits for it.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

import sqlalchemy as sa

from services.contracts.message import Message, Received, UnknownType
from services.kernel.bulk import marks
from services.kernel.copies import Copy, Unreadable, read_envelope, read_message
from services.kernel.outage import is_outage
from services.kernel.outbox import array, chain, elements, prepared, seconds_now

log = logging.getLogger(__name__)

WAITING = "waiting"
"""An earlier message of the aggregate is missing or parked."""
UNKNOWN_TYPE = "unknown-type"
UNREADABLE = "unreadable"
FOLD_FAILED = "fold-failed"

Log = Callable[[sa.Connection, Sequence[Received[Message]]], None]
"""Something written for each new message, in the copies' transaction. A rebuild logs only what it is first to tell."""


class Candidate(NamedTuple):
    """A message that may be applied: just arrived, or parked before. ``received`` is empty while it cannot be."""

    aggregate: str
    version: int
    body: bytes
    received: Received[Message] | None = None
    reason: str = WAITING
    detail: str = ""


@dataclass(frozen=True)
class Target:
    """Where a consumer writes: the part's own tables, or a rebuild's shadow of them."""

    prefix: str = ""
    copy: Callable[[sa.Table], sa.Table] = field(default=lambda table: table)

    @property
    def shadow(self) -> bool:
        return bool(self.prefix)


OWN = Target()


@dataclass(frozen=True)
class Consumer:
    """What one part knows from one publisher. Its batches never overlap."""

    part: str
    publisher: str
    copies: tuple[Copy, ...]
    logs: tuple[Log, ...] = ()

    def apply(
        self, connection: sa.Connection, bodies: Sequence[bytes], target: Target = OWN, *, singly: bool = False
    ) -> list[Received[Message]]:
        """Store one batch in the caller's transaction. Returns what was new and is applied, in order.

        A message that cannot be folded makes the whole call fail; ``singly`` finds it, a savepoint each, and parks it.
        """
        self.lock(connection)
        return self._apply(connection, [candidate(body) for body in bodies], target, singly)

    def retry(self, connection: sa.Connection, aggregate: str) -> list[Received[Message]]:
        """Try again what is parked of an aggregate: the reason may be gone."""
        self.lock(connection)
        parked = self._known(connection, {aggregate}, OWN).parked[aggregate]
        return self._apply(connection, [candidate(each.body) for each in parked.values()], OWN, singly=True)

    def retry_known_types(self, connection: sa.Connection) -> None:
        """Try again what was parked for a type that this part, since upgraded, knows."""
        parked = sa.text("SELECT DISTINCT aggregate FROM parked WHERE consumer = :consumer AND reason = :reason")
        found = connection.execute(parked, {"consumer": self.publisher, "reason": UNKNOWN_TYPE})
        for aggregate in [row.aggregate for row in found]:
            self.retry(connection, aggregate)

    def dismiss(self, connection: sa.Connection, aggregate: str, version: int, reason: str) -> list[Received[Message]]:
        """Go on without a parked message. Kept with its reason, so that a rebuild leaves it out as well."""
        self.lock(connection)
        now = seconds_now(connection.dialect.name)
        key = {"consumer": self.publisher, "aggregate": aggregate, "version": version}
        connection.execute(sa.text(_DISMISS.format(now=now)), {**key, "reason": reason})
        if version == 0:
            connection.execute(sa.text(_DELETE_ONE), key)
        return self.retry(connection, aggregate)

    def lock(self, connection: sa.Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(_LOCK, {"consumer": f"{self.part}/{self.publisher}"})

    def _apply(
        self, connection: sa.Connection, arrived: Sequence[Candidate], target: Target, singly: bool
    ) -> list[Received[Message]]:
        aggregates = dict.fromkeys(each.aggregate for each in arrived)
        known = self._known(connection, aggregates, target)
        waiting = _together(known, arrived)
        applied: list[Received[Message]] = []
        heads: list[tuple[str, str, int, bytes]] = []
        parked: list[Candidate] = []
        for aggregate in aggregates:
            before, running = known.seen.get(aggregate, (0, b""))
            version, candidates = before, waiting[aggregate]
            while (follows := candidates.get(version + 1)) is not None:
                if (aggregate, follows.version) not in known.dismissed:
                    follows = candidates[follows.version] = _read_again(follows)
                    if follows.received is None:
                        break
                    if singly and (failure := self._failure(connection, follows.received, target)):
                        candidates[follows.version] = follows._replace(
                            received=None, reason=FOLD_FAILED, detail=failure
                        )
                        break
                    applied.append(follows.received)
                version, running = follows.version, chain(running, follows.body)
            if version > before:
                heads.append((self.publisher, aggregate, version, running))
            if len(candidates) > version - before:
                parked.extend(_newly_parked(candidates, version, aggregate, known))
        if not singly:
            self._store(connection, applied, target)
        self._remember(connection, heads, parked, bool(known.parked), target)
        return applied

    def _store(self, connection: sa.Connection, applied: Sequence[Received[Message]], target: Target) -> None:
        for copy in self.copies:
            copy.write(connection, applied, target.copy(copy.table))
        new = self._untold(connection, applied) if target.shadow else applied
        for write_log in self.logs if new else ():
            write_log(connection, new)

    def _untold(self, connection: sa.Connection, applied: Sequence[Received[Message]]) -> Sequence[Received[Message]]:
        """What a rebuild is the first to tell, and will make seen: no ordinary batch comes after it to log it.

        A rebuild that is broken off tells it again, so a log must know a message that it has.
        """
        if not self.logs:
            return ()
        seen = self._known(connection, {each.aggregate for each in applied}, OWN).seen
        return [each for each in applied if each.aggregate not in seen or each.version > seen[each.aggregate][0]]

    def _failure(self, connection: sa.Connection, received: Received[Message], target: Target) -> str | None:
        try:
            with connection.begin_nested():
                self._store(connection, [received], target)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("fold failed", extra={"consumer": self.part, "aggregate": received.aggregate})
            return type(error).__name__
        return None

    def _known(self, connection: sa.Connection, aggregates: Iterable[str], target: Target) -> "_Known":
        dialect = connection.dialect.name
        statement = _KNOWN.format(prefix=target.prefix, keys=array(dialect, "keys"))
        keys = elements(dialect, list(aggregates))
        known = _Known()
        for row in connection.execute(prepared(statement), {"consumer": self.publisher, "keys": keys}):
            if row.kind == "s":
                known.seen[row.aggregate] = (row.version, bytes(row.content))
            elif row.kind == "p":
                known.parked[row.aggregate][row.version] = _parked(row)
            else:
                known.dismissed.add((row.aggregate, row.version))
        return known

    def _remember(
        self,
        connection: sa.Connection,
        heads: list[tuple[str, str, int, bytes]],
        parked: Sequence[Candidate],
        some_were_parked: bool,
        target: Target,
    ) -> None:
        dialect = connection.dialect.name
        if heads:
            connection.exec_driver_sql(_SEEN.format(prefix=target.prefix, values=marks(dialect, 4)), heads)
        if heads and some_were_parked:
            keys = elements(dialect, [aggregate for _, aggregate, _, _ in heads])
            statement = _UNPARK.format(prefix=target.prefix, keys=array(dialect, "keys"))
            connection.execute(prepared(statement), {"consumer": self.publisher, "keys": keys})
        if parked:
            rows = [
                {
                    "consumer": self.publisher,
                    "aggregate": each.aggregate,
                    "version": each.version,
                    "reason": WAITING if each.received else each.reason,
                    "detail": each.detail,
                    "body": each.body,
                }
                for each in parked
            ]
            connection.execute(sa.text(_PARK.format(prefix=target.prefix, now=seconds_now(dialect))), rows)


@dataclass
class _Known:
    seen: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    parked: dict[str, dict[int, Candidate]] = field(default_factory=lambda: defaultdict(dict))
    dismissed: set[tuple[str, int]] = field(default_factory=set)


def _together(known: _Known, arrived: Iterable[Candidate]) -> Mapping[str, dict[int, Candidate]]:
    """What was parked and what has arrived, by aggregate and version."""
    found: dict[str, dict[int, Candidate]] = defaultdict(dict)
    for aggregate, group in known.parked.items():
        found[aggregate].update(group)
    for each in arrived:
        found[each.aggregate][each.version] = each
    return found


def _newly_parked(
    candidates: Mapping[int, Candidate], version: int, aggregate: str, known: _Known
) -> Iterator[Candidate]:
    """What is left behind the newest applied version and is not written down as parked already."""
    already = known.parked.get(aggregate, {})
    for number, each in candidates.items():
        is_left = number > version or number == 0
        if is_left and (aggregate, number) not in known.dismissed and already.get(number) is not each:
            yield each


def candidate(body: bytes) -> Candidate:
    """A message as it arrived, or why it cannot be applied."""
    try:
        received = read_message(body)
    except UnknownType as unknown:
        envelope = read_envelope(body)
        aggregate = f"{envelope.type.split('.')[2]}/{envelope.subject}"
        return Candidate(aggregate, envelope.aggregateversion, body, None, UNKNOWN_TYPE, str(unknown))
    except Unreadable as broken:
        return _unreadable(body, str(broken))
    return Candidate(received.aggregate, received.version, body, received)


def _unreadable(body: bytes, detail: str) -> Candidate:
    try:
        envelope = read_envelope(body)
    except Unreadable:
        # Nothing says whose it is: it is kept under its own hash and holds up nobody.
        return Candidate(f"?/{sha256(body).hexdigest()[:32]}", 0, body, None, UNREADABLE, detail)
    aggregate = f"{envelope.type.split('.')[2]}/{envelope.subject}"
    return Candidate(aggregate, envelope.aggregateversion, body, None, UNREADABLE, detail)


def _parked(row: Any) -> Candidate:
    return Candidate(row.aggregate, row.version, bytes(row.content), None, row.reason, row.detail)


def _read_again(found: Candidate) -> Candidate:
    """What was parked only for its predecessor is ready; anything else stays until a person retries or dismisses.

    Read no sooner: behind a poison message a thousand may wait, and they are met with every batch.
    """
    return candidate(found.body) if found.received is None and found.reason == WAITING else found


_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext(:consumer))")
_KNOWN = """
SELECT 's' AS kind, aggregate, version, hash AS content, '' AS reason, '' AS detail
  FROM {prefix}seen WHERE consumer = :consumer AND aggregate IN {keys}
UNION ALL SELECT 'p', aggregate, version, body, reason, detail
  FROM {prefix}parked WHERE consumer = :consumer AND aggregate IN {keys}
UNION ALL SELECT 'd', aggregate, version, NULL, '', ''
  FROM dismissed WHERE consumer = :consumer AND aggregate IN {keys}"""
_SEEN = """
INSERT INTO {prefix}seen (consumer, aggregate, version, hash) VALUES {values}
ON CONFLICT (consumer, aggregate) DO UPDATE SET version = excluded.version, hash = excluded.hash"""
_PARK = """
INSERT INTO {prefix}parked (consumer, aggregate, version, reason, detail, body, parked_at)
VALUES (:consumer, :aggregate, :version, :reason, :detail, :body, {now})
ON CONFLICT (consumer, aggregate, version) DO UPDATE SET reason = excluded.reason, detail = excluded.detail"""
_UNPARK = """
DELETE FROM {prefix}parked WHERE consumer = :consumer AND aggregate IN {keys} AND version > 0 AND version <=
  (SELECT version FROM {prefix}seen known WHERE known.consumer = {prefix}parked.consumer
   AND known.aggregate = {prefix}parked.aggregate)"""
_DISMISS = """
INSERT INTO dismissed (consumer, aggregate, version, reason, dismissed_at)
VALUES (:consumer, :aggregate, :version, :reason, {now}) ON CONFLICT DO NOTHING"""
_DELETE_ONE = "DELETE FROM parked WHERE consumer = :consumer AND aggregate = :aggregate AND version = :version"
