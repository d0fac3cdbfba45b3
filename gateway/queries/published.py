"""Lists and single things that everybody may read: offers, activities, programmes, schemes, awards."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.queries.municipality import (
    ACTIVITIES,
    AREAS,
    GRANTS,
    INVITED,
    MAPPINGS,
    OFFERS,
    PROGRAMMES,
    SCHEMES,
    Award,
    announced_on,
    award,
    awards_query,
    offered_on,
)
from services.contracts.registry import MappingStatus


@dataclass(frozen=True, slots=True)
class Stored:
    """A resource as its newest message carried it, with the version that ``If-Match`` must name to change it."""

    state: dict[str, Any]
    version: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of what is published; empty fields do not narrow. ``county_code`` and ``unit_code`` are those named."""

    theme: str | None = None
    county_code: str | None = None
    unit_code: str | None = None


def offers_page(connection: sa.Connection, wanted: Wanted, on: date, after: str | None, limit: int) -> list[Any]:
    """Offers in the one list on the date, by id."""
    areas = [area for area in (wanted.county_code, wanted.unit_code) if area is not None]
    query = sa.select(OFFERS.c.state).where(*offered_on(on))
    if wanted.theme is not None:
        query = query.where(OFFERS.c.theme == wanted.theme)
    for area in areas:
        query = query.where(OFFERS.c.offer_id.in_(sa.select(AREAS.c.offer_id).where(AREAS.c.area == area)))
    return list(connection.scalars(_following(query, OFFERS.c.offer_id, after, limit)))


def activities_page(connection: sa.Connection, wanted: Wanted, on: date, after: str | None, limit: int) -> list[Any]:
    """Activities known on the date, by id."""
    query = sa.select(ACTIVITIES.c.state).where(*announced_on(on))
    if wanted.theme is not None:
        query = query.where(ACTIVITIES.c.theme == wanted.theme)
    if wanted.county_code is not None:
        query = query.where(ACTIVITIES.c.state["county_code"].as_string() == wanted.county_code)
    if wanted.unit_code is not None:
        invited = sa.select(INVITED.c.activity_id).where(INVITED.c.code == wanted.unit_code)
        query = query.where(ACTIVITIES.c.activity_id.in_(invited))
    return list(connection.scalars(_following(query, ACTIVITIES.c.activity_id, after, limit)))


def offer(connection: sa.Connection, offer_id: UUID) -> Stored | None:
    """A published offer; None when it is a draft or unknown."""
    return _one(connection, OFFERS, OFFERS.c.offer_id, offer_id)


def activity(connection: sa.Connection, activity_id: UUID) -> Stored | None:
    """An announced activity; None when it is only planned or unknown."""
    return _one(connection, ACTIVITIES, ACTIVITIES.c.activity_id, activity_id)


@dataclass(frozen=True, slots=True)
class WantedMappings:
    """Which surveys; empty fields do not narrow."""

    unit_code: str | None = None
    county_code: str | None = None
    tool: str | None = None
    year: int | None = None
    status: str | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """The filter as conditions on the copies."""
        places = [code for code in (self.unit_code, self.county_code) if code is not None]
        told = [
            MAPPINGS.c.state[name].as_string() == getattr(self, name)
            for name in ("tool", "status")
            if getattr(self, name)
        ]
        years = [] if self.year is None else [MAPPINGS.c.state["year"].as_integer() == self.year]
        return [*(MAPPINGS.c.place == code for code in places), *told, *years]


def public_mappings_page(
    connection: sa.Connection, wanted: WantedMappings, own_id: UUID | None, after: str | None, limit: int
) -> list[Any]:
    """Surveys that everybody may read of, completed ones, and those of the reader's own organisation, by id."""
    public = MAPPINGS.c.state["status"].as_string() == MappingStatus.completed
    own = MAPPINGS.c.state["centre_id"].as_string() == str(own_id)
    query = sa.select(MAPPINGS.c.state).where(public | own, *wanted.conditions())
    return list(connection.scalars(_following(query, MAPPINGS.c.mapping_id, after, limit)))


def programmes_page(connection: sa.Connection, after: str | None, limit: int) -> list[dict[str, Any]]:
    """Programmes, by id."""
    query = sa.select(PROGRAMMES.c.state)
    return list(connection.scalars(_following(query, PROGRAMMES.c.programme_id, after, limit)))


def schemes_page(connection: sa.Connection, after: str | None, limit: int) -> list[dict[str, Any]]:
    """Grant schemes, by id."""
    return list(connection.scalars(_following(sa.select(SCHEMES.c.state), SCHEMES.c.scheme_id, after, limit)))


def awards_page(connection: sa.Connection, after: str | None, limit: int) -> list[Award]:
    """Final awards with the names of scheme and programme, by id: open data."""
    return [award(row) for row in connection.execute(_following(awards_query(), GRANTS.c.grant_id, after, limit))]


def _one(connection: sa.Connection, table: sa.Table, key: sa.ColumnElement[str], wanted: UUID) -> Stored | None:
    row = connection.execute(sa.select(table.c.state, table.c.version).where(key == str(wanted))).one_or_none()
    return Stored(row.state, row.version) if row else None


def _following(query: sa.Select[Any], key: sa.ColumnElement[str], after: str | None, limit: int) -> sa.Select[Any]:
    return (query.where(key > after) if after else query).order_by(key).limit(limit)
