"""What a command is given: rows, time, ids, and a way to tell the others. One commit for all of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from services.contracts.message import MAX_BODY_BYTES, Message
from services.kernel.access import Principal
from services.kernel.clock import Clock, business_date
from services.kernel.outbox import array, chain, elements
from services.kernel.problems import NotFound, PreconditionFailed, PreconditionRequired, Problem

R = TypeVar("R", bound=SQLModel)


class TooMuchInOneMessage(Problem):
    """The thing has grown beyond what one message carries."""

    status = 413
    code = "too-much-in-one-message"


@dataclass(frozen=True)
class Cause:
    """What led to a transaction: for the envelope and for ``If-Match``."""

    traceparent: str | None = None
    if_match: int | None = None
    causation_id: str | None = None
    command: str | None = None
    """What is done, for the audit; none: the name of the function that is written with."""


@dataclass
class Transaction:
    """One command's view of the database. Never committed by the command; the kernel does that afterwards."""

    connection: sa.Connection
    part: str
    clock: Clock
    principal: Principal
    cause: Cause = field(default_factory=Cause)
    ownership_checked: bool = False
    published: list[tuple[str, int]] = field(default_factory=list)
    """After :meth:`finish`: each changed aggregate and its newest version, in the order of publishing."""
    command: str = ""
    reason: str | None = None
    """Why it is done, where the caller says so."""
    erases: bool = False
    """What it deletes must not be found in the database's files either, once it is committed."""

    def __post_init__(self) -> None:
        self.now = self.clock.now()
        self.command = self.cause.command or self.command
        self.dialect = self.connection.dialect.name
        self._session: Session | None = None
        self._pending: list[Message] = []
        self._audited: list[dict[str, Any]] = []

    @property
    def today(self) -> date:
        """The business day in Norway."""
        return business_date(self.now)

    @property
    def session(self) -> Session:
        """An ORM session in this transaction, flushed by the kernel when the command ends."""
        if self._session is None:
            # On SQLite commands share a commit: a failed flush must undo its own command and no other.
            mode: Literal["create_savepoint", "rollback_only"] = (
                "create_savepoint" if self.dialect == "sqlite" else "rollback_only"
            )
            self._session = Session(self.connection, join_transaction_mode=mode, expire_on_commit=False)
        return self._session

    def new_id(self) -> UUID:
        return self.clock.new_id()

    def add(self, *rows: SQLModel) -> None:
        """Store new rows."""
        self.session.add_all(rows)

    def get(self, row: type[R], key: Any, *, missing: type[Problem] = NotFound) -> R:
        """The row with that primary key, or the refusal ``missing``."""
        found = self.session.get(row, key)
        if found is None:
            raise missing()
        return found

    def lock(self, row: type[R], key: Any, *, missing: type[Problem] = NotFound) -> R:
        """The same, and nobody else may change the row until this transaction ends."""
        found = self.session.get(row, key, with_for_update=True, populate_existing=True)
        if found is None:
            raise missing()
        return found

    def flush(self) -> None:
        """Send pending rows now, to meet a constraint where the command wants it."""
        if self._session is not None:
            self._session.flush()

    def own(self, organisation_id: UUID | None) -> None:
        """Refuse, as if it did not exist, what is another organisation's when the caller may act only for its own."""
        self.ownership_checked = True
        if not self.principal.may_act_for(organisation_id):
            raise NotFound()

    def expect(self, aggregate: str, aggregate_id: object) -> None:
        """Refuse unless the caller has seen the newest version of the thing (``If-Match``)."""
        if not self.principal.is_person_or_client:
            return
        if self.cause.if_match is None:
            raise PreconditionRequired()
        if (
            self.cause.if_match
            != self._heads([f"{aggregate}/{aggregate_id}"]).get(f"{aggregate}/{aggregate_id}", _NEW).version
        ):
            raise PreconditionFailed()

    def publish(self, message: Message) -> None:
        """Tell the others. The message is numbered and stored when the command ends, in the same commit."""
        self._pending.append(message)

    def audit(self, subject: str, **facts: Any) -> None:
        """Keep who did this with ``<kind>/<id>``. For what no message tells: facts about private values are hashes."""
        self._audited.append({"subject": subject, "version": None, "digest": None, "facts": facts or None})

    def finish(self) -> None:
        """Write what is pending: rows, messages, audit. Called by the kernel; calling it again does nothing more."""
        if self._session is not None:
            self._session.commit()
        if self._pending:
            pending, self._pending = self._pending, []
            self._write(pending)
        if self._audited:
            audited, self._audited = self._audited, []
            self.connection.execute(_AUDIT, [{**each, **self._doer} for each in audited])

    def discard(self) -> None:
        """Forget the session: what it has not sent by :meth:`finish` is not stored."""
        if self._session is not None:
            self._session.close()

    def _write(self, messages: Sequence[Message]) -> None:
        heads = self._heads({_key(message) for message in messages})
        rows = []
        for message in messages:
            key = _key(message)
            head = heads.get(key, _NEW)
            # The recorded time never falls within an aggregate, even if the machine's clock does.
            recorded_at = max(self.now.timestamp(), head.recorded_at)
            row = self._row(message, key, head, recorded_at)
            heads[key] = _Head(row["version"], row["hash"], recorded_at)
            rows.append(row)
        self.connection.execute(_INSERT, rows)
        for row in rows:
            told = {"subject": row["aggregate"], "version": row["version"], "digest": row["hash"].hex()}
            self._audited.append({**told, "facts": None})
        newest = {row["aggregate"]: row["version"] for row in rows}
        self.published.extend(newest.items())

    def _row(self, message: Message, key: str, head: "_Head", recorded_at: float) -> dict[str, Any]:
        message_id = self.new_id()
        envelope = {
            "specversion": "1.0",
            "id": str(message_id),
            "source": f"/samla/{self.part}",
            "type": message.type,
            "subject": message.aggregate_id,
            "time": _instant(recorded_at),
            "datacontenttype": "application/json",
            "aggregateversion": head.version + 1,
            "traceparent": self.cause.traceparent,
            "correlationid": self.principal.correlation_id,
            "causationid": self.cause.causation_id,
            "actor": self.principal.subject,
            "organisation": str(self.principal.organisation_id) if self.principal.organisation_id else None,
            "data": message.model_dump(mode="json", exclude_none=True),
        }
        body = orjson.dumps({name: value for name, value in envelope.items() if value is not None})
        if len(body) > MAX_BODY_BYTES:
            raise TooMuchInOneMessage()
        return {
            "message_id": message_id.hex if self.dialect == "sqlite" else message_id,
            "type": message.type,
            "aggregate": key,
            "version": head.version + 1,
            "body": body,
            "hash": chain(head.hash, body),
            "recorded_at": recorded_at,
            "traceparent": self.cause.traceparent,
        }

    @property
    def _doer(self) -> dict[str, Any]:
        traceparent = self.cause.traceparent
        return {
            "at": _instant(self.now.timestamp()),
            "actor": self.principal.subject,
            "organisation": str(self.principal.organisation_id) if self.principal.organisation_id else None,
            "command": self.command,
            "reason": self.reason,
            "trace_id": traceparent.split("-")[1] if traceparent else None,
        }

    def _heads(self, keys: Iterable[str]) -> dict[str, "_Head"]:
        statement = _HEADS_SQLITE if self.dialect == "sqlite" else _HEADS
        found = self.connection.execute(statement, {"keys": elements(self.dialect, sorted(keys))})
        return {row.aggregate: _Head(row.version, bytes(row.hash), row.recorded_at) for row in found}


@dataclass(frozen=True, slots=True)
class _Head:
    version: int
    hash: bytes
    recorded_at: float


_NEW = _Head(0, b"", 0.0)


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _key(message: Message) -> str:
    return f"{message.aggregate}/{message.aggregate_id}"


def _heads_statement(dialect: str) -> sa.TextClause:
    keys = array(dialect, "keys")
    return sa.text(
        "SELECT o.aggregate, o.version, o.hash, o.recorded_at FROM outbox o JOIN ("
        f"SELECT aggregate, max(version) AS version FROM outbox WHERE aggregate IN {keys} GROUP BY aggregate"
        ") newest ON newest.aggregate = o.aggregate AND newest.version = o.version"
    )


_HEADS, _HEADS_SQLITE = _heads_statement("postgresql"), _heads_statement("sqlite")
_INSERT = sa.text(
    "INSERT INTO outbox (message_id, type, aggregate, version, body, hash, recorded_at, traceparent) "
    "VALUES (:message_id, :type, :aggregate, :version, :body, :hash, :recorded_at, :traceparent)"
)
_AUDIT = sa.insert(
    sa.table(
        "audit",
        sa.column("facts", sa.JSON(none_as_null=True)),
        *map(sa.column, ("at", "actor", "organisation", "command", "subject", "version", "digest", "reason")),
        sa.column("trace_id"),
    )
)
