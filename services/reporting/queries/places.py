"""The country and the centres, as far as the registry has told."""

from typing import Any

import sqlalchemy as sa

from services.contracts.geography import Geography
from services.contracts.registry import County, GeographicChange, Organisation, Unit
from services.reporting.tables import ChangeCopy, CountyCopy, OrganisationCopy, UnitCopy, table

_PLACES = (table(UnitCopy), table(CountyCopy), table(ChangeCopy))

_built: dict[tuple[object, ...], Geography] = {}
"""The last geography that was built, by what it was built from: units seldom change, and 1 500 rows take a while."""


def geography(connection: sa.Connection) -> Geography:
    """The country as the copies have it."""
    marks = tuple(_mark(connection, copy) for copy in _PLACES)
    found = _built.get(marks)
    if found is None:
        units, counties, changes = (_states(connection, copy) for copy in _PLACES)
        found = Geography(
            map(Unit.model_validate, units),
            map(County.model_validate, counties),
            map(GeographicChange.model_validate, changes),
        )
        _built.clear()
        _built[marks] = found
    return found


def organisations(connection: sa.Connection) -> list[Organisation]:
    """Every known organisation, sorted by reference."""
    found = map(Organisation.model_validate, _states(connection, table(OrganisationCopy)))
    return sorted(found, key=lambda organisation: organisation.reference)


def _mark(connection: sa.Connection, copy: sa.Table) -> tuple[object, ...]:
    """What tells one content of a copy from another: each change adds a row or a version."""
    sums = sa.select(sa.func.count(), sa.func.sum(copy.c.version), sa.func.max(copy.c.message_id))
    return tuple(connection.execute(sums).one())


def _states(connection: sa.Connection, copy: sa.Table) -> list[dict[str, Any]]:
    return list(connection.execute(sa.select(copy.c.state)).scalars())
