"""The country and the centres, as far as the registry has told; the country also as it had been told at a moment."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contracts.geography import Geography
from services.contracts.registry import County, GeographicChange, Organisation, Unit
from services.reporting.queries.histories import newest
from services.reporting.tables import ChangeHistory, CountyHistory, OrganisationCopy, UnitHistory, table

_UNITS, _COUNTIES, _CHANGES = table(UnitHistory), table(CountyHistory), table(ChangeHistory)
_PLACES = ((_UNITS, "code"), (_COUNTIES, "code"), (_CHANGES, "change_id"))

MOST_KEPT = 4
"""How many geographies are kept: that of now, and of a few moments that somebody compares it with."""

_built: dict[tuple[object, ...], Geography] = {}
"""The last geographies that were built, by what they were built from: 1 500 rows take a while."""


def geography(connection: sa.Connection, known_at: datetime | None = None) -> Geography:
    """The country as it is known now, or was known at the moment."""
    marks = tuple(_mark(connection, history, known_at) for history, _ in _PLACES)
    found = _built.get(marks)
    if found is None:
        units, counties, changes = (_states(connection, history, key, known_at) for history, key in _PLACES)
        found = Geography(
            map(Unit.model_validate, units),
            map(County.model_validate, counties),
            map(GeographicChange.model_validate, changes),
        )
        if len(_built) >= MOST_KEPT:
            _built.clear()
        _built[marks] = found
    return found


def first_unit_recorded(connection: sa.Connection) -> datetime | None:
    """When the first municipality was recorded: before that there was no country to count in."""
    return connection.execute(sa.select(sa.func.min(_UNITS.c.recorded_at))).scalar()


def organisations(connection: sa.Connection) -> list[Organisation]:
    """Every known organisation, sorted by reference."""
    states = connection.execute(sa.select(table(OrganisationCopy).c.state)).scalars()
    return sorted(map(Organisation.model_validate, states), key=lambda organisation: organisation.reference)


def kept_instead(known: Iterable[Organisation]) -> dict[UUID, UUID]:
    """The record that stands, by each that was given up for it or for one that was given up in turn."""
    given_up = {each.organisation_id: each.merged_into for each in known if each.merged_into is not None}
    return {each: _last(each, given_up) for each in given_up}


def _last(organisation_id: UUID, given_up: Mapping[UUID, UUID]) -> UUID:
    # Whatever is told, it comes to an end: no record is looked at twice.
    seen: set[UUID] = set()
    while organisation_id in given_up and organisation_id not in seen:
        seen.add(organisation_id)
        organisation_id = given_up[organisation_id]
    return organisation_id


def _mark(connection: sa.Connection, history: sa.Table, known_at: datetime | None) -> tuple[object, ...]:
    """What tells one content from another: each version is a row."""
    counted = sa.select(sa.func.count(), sa.func.sum(history.c.version), sa.func.max(history.c.message_id))
    if known_at is not None:
        counted = counted.where(history.c.recorded_at <= known_at)
    return tuple(connection.execute(counted).one())


def _states(connection: sa.Connection, history: sa.Table, key: str, known_at: datetime | None) -> list[dict[str, Any]]:
    return [row.state for row in connection.execute(newest(history, key, known_at))]
