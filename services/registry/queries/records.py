"""Mappings, and who was told about a centre's offer: lists in the order they were entered, and single records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.access import Scope
from services.contracts.registry import (
    Awareness,
    AwarenessMessage,
    Mapping,
    MappingMessage,
    MappingStatus,
    MappingTool,
)
from services.kernel.access import Principal
from services.registry.queries.rows import Condition, only, page_of
from services.registry.queries.versions import newest_version
from services.registry.tables.records import AWARENESS, MAPPINGS, mapping_of


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


def mappings(
    connection: sa.Connection, viewer: Principal, wanted: MappingFilter, limit: int, after: UUID | None
) -> Sequence[Mapping]:
    """At most ``limit`` mappings that the viewer may see, in the order they were entered, from behind ``after``."""
    conditions = [seen_by(viewer), *wanted.conditions()]
    rows = page_of(connection, MAPPINGS, MAPPINGS.c.mapping_id, conditions, limit, after)
    return [mapping_of(row) for row in rows]


def mapping(connection: sa.Connection, viewer: Principal, mapping_id: UUID) -> tuple[Mapping, int]:
    """One mapping and its newest version.

    Raises:
        NotFound: there is none that the viewer may see.
    """
    conditions = [seen_by(viewer), MAPPINGS.c.mapping_id == mapping_id]
    rows = page_of(connection, MAPPINGS, MAPPINGS.c.mapping_id, conditions, 1, None)
    return mapping_of(only(rows)), newest_version(connection, MappingMessage.aggregate, mapping_id)


def seen_by(viewer: Principal) -> Condition:
    """Who may not read the whole register sees what was completed, and all of its own organisation's."""
    if viewer.scope is not Scope.public:
        return sa.true()
    is_completed = MAPPINGS.c.status == MappingStatus.completed
    if viewer.organisation_id is None:
        return is_completed
    return sa.or_(is_completed, MAPPINGS.c.centre_id == viewer.organisation_id)


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
    rows = page_of(connection, AWARENESS, AWARENESS.c.awareness_id, wanted.conditions(), limit, after)
    return [Awareness.model_validate(row) for row in rows]


def awareness_record(connection: sa.Connection, awareness_id: UUID) -> tuple[Awareness, int]:
    """One record and its newest version.

    Raises:
        NotFound: there is none.
    """
    rows = page_of(connection, AWARENESS, AWARENESS.c.awareness_id, [AWARENESS.c.awareness_id == awareness_id], 1, None)
    return Awareness.model_validate(only(rows)), newest_version(connection, AwarenessMessage.aggregate, awareness_id)
