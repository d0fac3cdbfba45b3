"""Counts of deaths by overdose: as everybody may know them, and exactly; and municipalities with overdose problems."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from services.contracts.access import Scope
from services.contracts.registry.overdoses import (
    OverdoseCount,
    OverdoseCountMessage,
    OverdoseNumber,
    OverdoseUnit,
    OverdoseUnitMessage,
)
from services.kernel.access import Principal
from services.registry.queries.rows import Condition, only, page_of
from services.registry.queries.versions import newest_version
from services.registry.tables import OverdoseCountRow
from services.registry.tables.overdoses import OVERDOSE_COUNTS, OVERDOSE_UNITS
from services.registry.tables.places import UNITS

COUNT, UNIT = OVERDOSE_COUNTS.c, OVERDOSE_UNITS.c


@dataclass(frozen=True, slots=True)
class OverdoseCountFilter:
    """Which counts; empty fields do not narrow. What was withdrawn is in no list."""

    unit_code: str | None = None
    year: int | None = None

    def conditions(self) -> Iterable[Condition]:
        """The filter as conditions on the rows."""
        yield COUNT.withdrawn_on.is_(None)
        if self.unit_code is not None:
            yield COUNT.unit_code == self.unit_code
        if self.year is not None:
            yield COUNT.year == self.year


def overdose_counts(
    connection: sa.Connection, wanted: OverdoseCountFilter, limit: int, after: UUID | None
) -> Sequence[OverdoseCount]:
    """At most ``limit`` counts, none exact that is small, in the order they were entered, from behind ``after``."""
    rows = page_of(connection, OVERDOSE_COUNTS, COUNT.overdose_count_id, wanted.conditions(), limit, after)
    return [OverdoseCountRow(**row).public() for row in rows]


def overdose_count(connection: sa.Connection, overdose_count_id: UUID) -> tuple[OverdoseCount, int]:
    """One count and its newest version. One that was withdrawn says so.

    Raises:
        NotFound: there is none.
    """
    is_this = COUNT.overdose_count_id == overdose_count_id
    row = only(page_of(connection, OVERDOSE_COUNTS, COUNT.overdose_count_id, [is_this], 1, None))
    version = newest_version(connection, OverdoseCountMessage.aggregate, overdose_count_id)
    return OverdoseCountRow(**row).public(), version


def overdose_numbers(
    connection: sa.Connection, viewer: Principal, year: int, county: str | None
) -> Sequence[OverdoseNumber]:
    """The exact numbers of a year that the viewer keeps, the greatest first, of a county or of all."""
    chosen = (
        sa.select(OVERDOSE_COUNTS, UNITS.c.names)
        .join(UNITS, UNITS.c.code == COUNT.unit_code)
        .where(*OverdoseCountFilter(year=year).conditions())
        .order_by(COUNT.deaths.desc(), COUNT.unit_code)
    )
    if viewer.scope is not Scope.all:
        chosen = chosen.where(COUNT.centre_id == viewer.organisation_id)
    if county is not None:
        chosen = chosen.where(UNITS.c.county_code == county)
    return [
        OverdoseNumber.model_validate({**row, "name": row["names"][-1]["name"]})
        for row in connection.execute(chosen).mappings()
    ]


def overdose_units(
    connection: sa.Connection, viewer: Principal, unit_code: str | None, limit: int, after: UUID | None
) -> Sequence[OverdoseUnit]:
    """At most ``limit`` of those that the viewer may see, in the order they were entered, from behind ``after``."""
    conditions = [_seen_by(viewer)]
    if unit_code is not None:
        conditions.append(UNIT.unit_code == unit_code)
    rows = page_of(connection, OVERDOSE_UNITS, UNIT.overdose_unit_id, conditions, limit, after)
    return [OverdoseUnit.model_validate(row) for row in rows]


def overdose_unit(connection: sa.Connection, viewer: Principal, overdose_unit_id: UUID) -> tuple[OverdoseUnit, int]:
    """One of them, and its newest version.

    Raises:
        NotFound: there is none that the viewer may see.
    """
    conditions = [_seen_by(viewer), UNIT.overdose_unit_id == overdose_unit_id]
    row = only(page_of(connection, OVERDOSE_UNITS, UNIT.overdose_unit_id, conditions, 1, None))
    return OverdoseUnit.model_validate(row), newest_version(connection, OverdoseUnitMessage.aggregate, overdose_unit_id)


def _seen_by(viewer: Principal) -> Condition:
    """Who may not read the whole register sees what its own organisation keeps, and nobody else's."""
    return sa.true() if viewer.scope is not Scope.public else UNIT.centre_id == viewer.organisation_id


def is_counted(connection: sa.Connection, unit_codes: Collection[str]) -> bool:
    """Whether a unit is among those with overdose problems, by any of its codes."""
    of_it = sa.and_(UNIT.unit_code.in_(unit_codes), UNIT.ended_on.is_(None))
    return bool(connection.execute(sa.select(sa.exists().where(of_it))).scalar_one())
