"""What SQL needs to know of an outbox: running hashes, lists as one parameter, the database's own clock."""

from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson
import sqlalchemy as sa


def chain(previous: bytes, body: bytes) -> bytes:
    """The running hash of an aggregate after one more message, over the bytes as published."""
    return sha256(previous + body).digest()


@lru_cache(maxsize=256)
def prepared(statement: str) -> sa.TextClause:
    """A statement that is used again and again. To find its parameters takes longer than a small batch of rows."""
    return sa.text(statement)


def array(dialect: str, parameter: str, kind: str = "text") -> str:
    """SQL that yields the elements of one bound parameter, so that a list of any length is one statement.

    The parameter is bound with :func:`elements`.
    """
    if dialect == "sqlite":
        return f"(SELECT value FROM json_each(:{parameter}))"
    return f"(SELECT unnest(CAST(:{parameter} AS {kind}[])))"


def elements(dialect: str, values: Any) -> Any:
    """A list as the one parameter that :func:`array` reads."""
    if dialect == "sqlite":
        return orjson.dumps(list(values)).decode()
    return list(values)


def seconds_now(dialect: str) -> str:
    """SQL for the database's own clock, in seconds since 1970. Leases are judged by it, never by a process's clock."""
    if dialect == "sqlite":
        return "((julianday('now') - 2440587.5) * 86400.0)"
    return "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"
