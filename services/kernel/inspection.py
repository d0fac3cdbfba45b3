"""Looking at what a part holds: canonical dumps, heads to compare, what is parked. Changes nothing."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from services.kernel.service import Service


def dump(connection: sa.Connection, service: Service, *, owned: bool = False) -> Iterator[bytes]:
    """The part's copies, and with ``owned`` its own tables, as canonical lines: equal content is equal bytes.

    Tables sorted by name, rows by the bytes of their primary key, fields by name; no clock, no physical order.
    """
    tables = {copy.table.name: copy.table for copy in service.copies}
    if owned:
        tables |= {table.name: table for table in service.owned_tables}
    for name in sorted(tables):
        table = tables[name]
        keys = [column.name for column in table.primary_key.columns]
        # A column's name is a kind of str that JSON does not take for a key.
        names = [str(column.name) for column in table.columns]
        rows = (dict(zip(names, row, strict=True)) for row in connection.execute(sa.select(table)))
        lines = [(_canonical([row[key] for key in keys]), _canonical([name, row])) for row in rows]
        yield from (line + b"\n" for _, line in sorted(lines))


def _canonical(value: Any) -> bytes:
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)


def own_heads(connection: sa.Connection) -> dict[str, tuple[int, str]]:
    """Each aggregate that the part publishes: its newest version and running hash."""
    statement = sa.text(
        "SELECT o.aggregate, o.version, o.hash FROM outbox o JOIN "
        "(SELECT aggregate, max(version) AS version FROM outbox GROUP BY aggregate) newest "
        "ON newest.aggregate = o.aggregate AND newest.version = o.version"
    )
    return {row.aggregate: (row.version, bytes(row.hash).hex()) for row in connection.execute(statement)}


def seen_heads(connection: sa.Connection, publisher: str) -> dict[str, tuple[int, str]]:
    """The same as a reader knows it."""
    statement = sa.text("SELECT aggregate, version, hash FROM seen WHERE consumer = :consumer")
    found = connection.execute(statement, {"consumer": publisher})
    return {row.aggregate: (row.version, bytes(row.hash).hex()) for row in found}


def differences(own: Mapping[str, tuple[int, str]], seen: Mapping[str, tuple[int, str]]) -> list[str]:
    """What a reader's copies lack, have too much of or know otherwise, a sentence each; empty when they agree."""
    found = []
    for aggregate in sorted(own.keys() | seen.keys()):
        ours, theirs = own.get(aggregate, (0, "")), seen.get(aggregate, (0, ""))
        if ours[0] != theirs[0]:
            found.append(f"{aggregate}: version {ours[0]} published, {theirs[0]} known")
        elif ours[1] != theirs[1]:
            found.append(f"{aggregate}: version {ours[0]} has another content than was published")
    return found


def parked(connection: sa.Connection) -> list[dict[str, Any]]:
    """What waits for a person or a predecessor: whose, which, why and since when. Never the content."""
    statement = sa.text(
        "SELECT consumer, aggregate, version, reason, detail, parked_at FROM parked "
        "ORDER BY consumer, aggregate, version"
    )
    return [dict(row._mapping) for row in connection.execute(statement)]


def outbox_state(connection: sa.Connection) -> dict[str, Any]:
    """How much waits to be published and since when, and where the stream stood last."""
    statement = sa.text("SELECT count(*) AS waiting, min(recorded_at) AS oldest FROM outbox WHERE published_at IS NULL")
    row = connection.execute(statement).one()
    last = connection.execute(sa.text("SELECT last_seq FROM lease WHERE name = 'relay'")).scalar()
    return {"waiting": row.waiting, "oldest": row.oldest, "last_sequence": last}
