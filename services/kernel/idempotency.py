"""The row of an ``Idempotency-Key``: first statement of a command's transaction, with its answer in the same commit."""

import hmac
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.kernel.outage import sqlstate
from services.kernel.problems import BadRequest, Conflict, Invalid
from services.kernel.transaction import Transaction

KEPT_S = 24 * 3600
LONGEST_KEY = 200
REPLAYED = ("Idempotent-Replayed", "true")
LOCK_NOT_AVAILABLE = "55P03"


class IdempotencyKeyMissing(BadRequest):
    """A command without a key could be done twice."""

    code = "idempotency-key-missing"


class IdempotencyKeyReused(Invalid):
    """The key belongs to another request."""

    code = "idempotency-key-reused"


class IdempotencyBusy(Conflict):
    """The first request with the key has not ended yet."""

    code = "idempotency-busy"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command's caller gets. ``body`` is empty where the answer is not kept or has none."""

    status: int
    headers: dict[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Claim:
    """One caller's key on one route, and what it was used for."""

    caller: str
    route: str
    key: str
    body_hmac: bytes

    def take(self, tx: Transaction) -> Answer | None:
        """Claim the key, or return the answer that its first use got. Waits for a first use that has not ended.

        Raises:
            IdempotencyKeyReused: the first use was another request.
            IdempotencyBusy: the first use has not ended in time.
        """
        try:
            claimed = tx.connection.execute(
                _CLAIM[tx.dialect],
                {**self._row, "body_hmac": self.body_hmac, "created_at": tx.now.timestamp()},
            )
        except DBAPIError as error:
            if sqlstate(error) == LOCK_NOT_AVAILABLE:
                raise IdempotencyBusy(retry_after_s=1) from error
            raise
        if claimed.rowcount == 1:
            return None
        first = tx.connection.execute(_FIRST, self._row).one()
        if not hmac.compare_digest(first.body_hmac, self.body_hmac):
            raise IdempotencyKeyReused()
        return Answer(first.status, {**first.headers, REPLAYED[0]: REPLAYED[1]}, first.body)

    def keep(self, tx: Transaction, answer: Answer) -> None:
        """Store the answer for those who ask again."""
        kept = {"status": answer.status, "headers": answer.headers, "body": answer.body}
        tx.connection.execute(_KEEP, {**self._row, **kept})

    @property
    def _row(self) -> dict[str, str]:
        return {"caller_": self.caller, "route_": self.route, "key_": self.key}


def forget_old(connection: sa.Connection, now: datetime) -> int:
    """Remove the keys that are older than a day."""
    return connection.execute(sa.delete(_ROWS).where(_ROWS.c.created_at < now.timestamp() - KEPT_S)).rowcount


_ROWS = sa.table(
    "idempotency",
    sa.column("caller", sa.String),
    sa.column("route", sa.String),
    sa.column("key", sa.String),
    sa.column("body_hmac", sa.LargeBinary),
    sa.column("status", sa.Integer),
    sa.column("headers", sa.JSON),
    sa.column("body", sa.LargeBinary),
    sa.column("created_at", sa.Float),
)
_CLAIM = {
    "sqlite": sa.text(
        "INSERT INTO idempotency (caller, route, key, body_hmac, created_at) "
        "VALUES (:caller_, :route_, :key_, :body_hmac, :created_at) ON CONFLICT DO NOTHING"
    ),
    # The insert waits for a first use that is not committed yet. The time-out is set in the same statement, because a
    # statement of its own would cost every command a trip to the database.
    "postgresql": sa.text(
        "WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', '2s', true)) "
        "INSERT INTO idempotency (caller, route, key, body_hmac, created_at) "
        "SELECT CAST(:caller_ AS text), CAST(:route_ AS text), CAST(:key_ AS text), CAST(:body_hmac AS bytea), "
        "CAST(:created_at AS double precision) FROM patience ON CONFLICT DO NOTHING"
    ),
}
_ONE = sa.and_(
    _ROWS.c.caller == sa.bindparam("caller_"),
    _ROWS.c.route == sa.bindparam("route_"),
    _ROWS.c.key == sa.bindparam("key_"),
)
_FIRST = sa.select(_ROWS.c.body_hmac, _ROWS.c.status, _ROWS.c.headers, _ROWS.c.body).where(_ONE)
_KEEP = (
    sa.update(_ROWS)
    .where(_ONE)
    .values(status=sa.bindparam("status"), headers=sa.bindparam("headers"), body=sa.bindparam("body"))
)
