"""Rows in the order they were entered, a page at a time, and single ones."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.kernel.problems import NotFound

Condition = sa.ColumnElement[bool]


def page_of(
    connection: sa.Connection,
    table: sa.Table,
    key: sa.ColumnElement[UUID],
    conditions: Iterable[Condition],
    limit: int,
    after: UUID | None,
) -> Sequence[dict[str, Any]]:
    """At most ``limit`` rows that are so, from behind ``after``."""
    chosen = sa.select(table).where(*conditions).order_by(key).limit(limit)
    if after is not None:
        chosen = chosen.where(key > after)
    return [dict(row) for row in connection.execute(chosen).mappings()]


def only(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The one row that was asked for.

    Raises:
        NotFound: there is none.
    """
    if not rows:
        raise NotFound()
    return rows[0]


def holds_on(table: sa.Table, on: date) -> Condition:
    """What holds on the day, of a table of things that hold for a period."""
    return sa.and_(table.c.valid_from <= on, sa.or_(table.c.valid_to.is_(None), table.c.valid_to > on))
