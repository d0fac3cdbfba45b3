"""Mappings, and who was told about a centre's offer: lists in the order they were entered, and single records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry import Awareness, Mapping, MappingStatus, MappingTool
from services.kernel.problems import NotFound
from services.registry.tables import AWARENESS, MAPPINGS, AwarenessRow, MappingRow

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class MappingFilter:
    """Which mappings; empty fields do not narrow."""

    unit_code: str | None = None
    county_code: str | None = None
    tool: MappingTool | None = None
    year: int | None = None
    status: MappingStatus | None = None

    def conditions(self) -> Iterable[Condition]:
        """The filter as conditions on the rows."""
        for column, value in (
            ("place_code", self.unit_code),
            ("place_code", self.county_code),
            ("tool", self.tool),
            ("year", self.year),
            ("status", self.status),
        ):
            if value is not None:
                yield MAPPINGS.c[column] == value


def mappings(connection: sa.Connection, wanted: MappingFilter, limit: int, after: UUID | None) -> Sequence[Mapping]:
    """At most ``limit`` mappings in the order they were entered, from behind ``after``."""
    rows = _page(connection, MAPPINGS, MAPPINGS.c.mapping_id, wanted.conditions(), limit, after)
    return [MappingRow(**row).public() for row in rows]


def mapping(connection: sa.Connection, mapping_id: UUID) -> Mapping:
    """One mapping.

    Raises:
        NotFound: there is none.
    """
    rows = _page(connection, MAPPINGS, MAPPINGS.c.mapping_id, [MAPPINGS.c.mapping_id == mapping_id], 1, None)
    return MappingRow(**_one(rows)).public()


@dataclass(frozen=True, slots=True)
class AwarenessFilter:
    """Which records of who was told; empty fields do not narrow. ``year`` is that of the telling."""

    centre_id: UUID | None = None
    unit_code: str | None = None
    year: int | None = None

    def conditions(self) -> Iterable[Condition]:
        """The filter as conditions on the rows."""
        if self.centre_id is not None:
            yield AWARENESS.c.centre_id == self.centre_id
        if self.unit_code is not None:
            yield AWARENESS.c.unit_code == self.unit_code
        if self.year is not None:
            yield AWARENESS.c.informed_on.between(date(self.year, 1, 1), date(self.year, 12, 31))


def awareness(
    connection: sa.Connection, wanted: AwarenessFilter, limit: int, after: UUID | None
) -> Sequence[Awareness]:
    """At most ``limit`` records in the order they were entered, from behind ``after``."""
    rows = _page(connection, AWARENESS, AWARENESS.c.awareness_id, wanted.conditions(), limit, after)
    return [AwarenessRow(**row).public() for row in rows]


def awareness_record(connection: sa.Connection, awareness_id: UUID) -> Awareness:
    """One record.

    Raises:
        NotFound: there is none.
    """
    rows = _page(connection, AWARENESS, AWARENESS.c.awareness_id, [AWARENESS.c.awareness_id == awareness_id], 1, None)
    return AwarenessRow(**_one(rows)).public()


def _page(
    connection: sa.Connection,
    table: sa.Table,
    key: sa.ColumnElement[UUID],
    conditions: Iterable[Condition],
    limit: int,
    after: UUID | None,
) -> Sequence[dict[str, Any]]:
    chosen = sa.select(table).where(*conditions).order_by(key).limit(limit)
    if after is not None:
        chosen = chosen.where(key > after)
    return [dict(row) for row in connection.execute(chosen).mappings()]


def _one(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    if not rows:
        raise NotFound()
    return rows[0]
