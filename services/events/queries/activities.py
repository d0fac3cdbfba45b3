"""Activities, with their units, guests and co-organisers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contracts.events import Activity, ActivityKind, ActivityStatus, Theme
from services.contracts.message import CountyCode, UnitCode
from services.events.queries.offers import co_organisers_of
from services.events.queries.versions import newest_version
from services.events.queries.viewers import Viewer
from services.events.tables.activities import (
    ACTIVITIES,
    ACTIVITY_CO_ORGANISERS,
    ACTIVITY_EXCEPTED,
    ACTIVITY_GUESTS,
    ACTIVITY_UNITS,
)
from services.kernel.problems import NotFound


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """Which activities; empty fields do not narrow. ``since`` and ``until`` bound the days it goes on, both included.

    ``unit_code`` is a unit that is invited or came.
    """

    theme: Theme | None = None
    kind: ActivityKind | None = None
    status: ActivityStatus | None = None
    lead_id: UUID | None = None
    offer_id: UUID | None = None
    programme_id: UUID | None = None
    series: Theme | None = None
    county_code: CountyCode | None = None
    unit_code: UnitCode | None = None
    since: date | None = None
    until: date | None = None

    def conditions(self) -> Iterable[sa.ColumnElement[bool]]:
        """The filter as conditions on the rows."""
        equal = ("theme", "kind", "status", "lead_id", "offer_id", "programme_id", "series", "county_code")
        for column in equal:
            value = getattr(self, column)
            if value is not None:
                yield ACTIVITIES.c[column] == value
        if self.unit_code is not None:
            units = ACTIVITY_UNITS.c
            yield sa.exists().where(units.activity_id == ACTIVITIES.c.activity_id, units.code == self.unit_code)
        if self.since is not None:
            yield ACTIVITIES.c.ends_on >= self.since
        if self.until is not None:
            yield ACTIVITIES.c.starts_on <= self.until


def activities(
    connection: sa.Connection, viewer: Viewer, wanted: ActivityFilter, limit: int, after: UUID | None
) -> Sequence[Activity]:
    """At most ``limit`` activities that the viewer may see, in the order they were entered, from behind ``after``."""
    conditions = (_seen_by(viewer), *wanted.conditions())
    chosen = sa.select(ACTIVITIES).where(*conditions).order_by(ACTIVITIES.c.activity_id).limit(limit)
    if after is not None:
        chosen = chosen.where(ACTIVITIES.c.activity_id > after)
    return assemble(connection, connection.execute(chosen).mappings().all())


def activity(connection: sa.Connection, activity_id: UUID, viewer: Viewer) -> tuple[Activity, int]:
    """One activity and its newest version.

    Raises:
        NotFound: there is no such activity, or it is only planned and none of the viewer's business.
    """
    chosen = sa.select(ACTIVITIES).where(ACTIVITIES.c.activity_id == activity_id, _seen_by(viewer))
    found = assemble(connection, connection.execute(chosen).mappings().all())
    if not found:
        raise NotFound()
    return found[0], newest_version(connection, "activity", activity_id)


def assemble(connection: sa.Connection, rows: Sequence[Mapping[Any, Any]]) -> list[Activity]:
    """The activities of these rows, in their order."""
    ids = [row["activity_id"] for row in rows]
    if not ids:
        return []
    units = _children(connection, ACTIVITY_UNITS, "code", ids)
    excepted = _children(connection, ACTIVITY_EXCEPTED, "code", ids)
    guests = _children(connection, ACTIVITY_GUESTS, "organisation_id", ids)
    carried_by = co_organisers_of(connection, ACTIVITY_CO_ORGANISERS, ids)
    return [
        Activity.model_validate(
            {
                **row,
                "units": units[row["activity_id"]],
                "excepted": excepted[row["activity_id"]],
                "guest_ids": [guest["organisation_id"] for guest in guests[row["activity_id"]]],
                "co_organisers": carried_by[row["activity_id"]],
            }
        )
        for row in rows
    ]


def _children(
    connection: sa.Connection, table: sa.Table, order: str, ids: Sequence[UUID]
) -> dict[UUID, list[sa.RowMapping]]:
    chosen = sa.select(table).where(table.c.activity_id.in_(ids)).order_by(table.c[order])
    children: dict[UUID, list[sa.RowMapping]] = {one: [] for one in ids}
    for row in connection.execute(chosen).mappings():
        children[row["activity_id"]].append(row)
    return children


def _seen_by(viewer: Viewer) -> sa.ColumnElement[bool]:
    carries = viewer.carries(ACTIVITIES, ACTIVITY_CO_ORGANISERS)
    return viewer.may_see(ACTIVITIES, carries, shown_since="announced_on")
