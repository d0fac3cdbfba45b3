"""Lists and single things that everybody may read: offers, activities, programmes, organisations, schemes, awards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.catalogue import Snapshot
from gateway.queries.municipality import (
    ACTIVITIES,
    AREAS,
    GRANTS,
    INVITED,
    OFFERS,
    PROGRAMMES,
    SCHEMES,
    Award,
    activity_line,
    announced_on,
    award,
    awards_query,
    offer_line,
    offered_on,
)
from gateway.resources import Line
from services.contracts.names import fold
from services.contracts.registry import Organisation, OrganisationKind


@dataclass(frozen=True, slots=True)
class Stored:
    """A resource as its newest message carried it, with the version that ``If-Match`` must name to change it."""

    state: dict[str, Any]
    version: int


def offers_page(
    connection: sa.Connection,
    snapshot: Snapshot,
    on: date,
    *,
    theme: str | None = None,
    county: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[Line]:
    """Offers in the one list on the date, by id."""
    query = sa.select(OFFERS.c.state, OFFERS.c.version).where(*offered_on(on))
    if theme is not None:
        query = query.where(OFFERS.c.theme == theme)
    if county is not None:
        query = query.where(OFFERS.c.offer_id.in_(sa.select(AREAS.c.offer_id).where(AREAS.c.area == county)))
    found = connection.execute(_following(query, OFFERS.c.offer_id, after, limit))
    return [offer_line(snapshot, row.state, row.version, on, None) for row in found]


def activities_page(
    connection: sa.Connection,
    snapshot: Snapshot,
    on: date,
    *,
    theme: str | None = None,
    unit: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[Line]:
    """Activities known on the date, by id."""
    query = sa.select(ACTIVITIES.c.state, ACTIVITIES.c.version).where(*announced_on(on))
    if theme is not None:
        query = query.where(ACTIVITIES.c.theme == theme)
    if unit is not None:
        query = query.where(
            ACTIVITIES.c.activity_id.in_(sa.select(INVITED.c.activity_id).where(INVITED.c.code == unit))
        )
    found = connection.execute(_following(query, ACTIVITIES.c.activity_id, after, limit))
    return [activity_line(snapshot, row.state, row.version, on) for row in found]


def offer(connection: sa.Connection, offer_id: UUID) -> Stored | None:
    """A published offer; None when it is a draft or unknown."""
    return _one(connection, OFFERS, OFFERS.c.offer_id, offer_id)


def activity(connection: sa.Connection, activity_id: UUID) -> Stored | None:
    """An announced activity; None when it is only planned or unknown."""
    return _one(connection, ACTIVITIES, ACTIVITIES.c.activity_id, activity_id)


def programmes_page(connection: sa.Connection, after: str | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Programmes, by id."""
    query = sa.select(PROGRAMMES.c.state)
    return list(connection.scalars(_following(query, PROGRAMMES.c.programme_id, after, limit)))


def schemes_page(connection: sa.Connection, after: str | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Grant schemes, by id."""
    return list(connection.scalars(_following(sa.select(SCHEMES.c.state), SCHEMES.c.scheme_id, after, limit)))


def awards_page(connection: sa.Connection, after: str | None = None, limit: int = 50) -> list[Award]:
    """Final awards with the names of scheme and programme, by id: open data."""
    return [award(row) for row in connection.execute(_following(awards_query(), GRANTS.c.grant_id, after, limit))]


def organisations(
    snapshot: Snapshot, kind: OrganisationKind | None = None, words: str | None = None
) -> Sequence[Organisation]:
    """Organisations by their reference; the words are looked for in names, aliases and references."""
    wanted = fold(words) if words else ""
    return [
        organisation
        for organisation in snapshot.organisations_by_reference
        if kind in (None, organisation.kind)
        and (not wanted or any(wanted in fold(each) for each in _called(organisation)))
    ]


def _called(organisation: Organisation) -> tuple[str, ...]:
    return (organisation.name, organisation.reference, *organisation.aliases)


def _one(connection: sa.Connection, table: sa.Table, key: sa.ColumnElement[str], wanted: UUID) -> Stored | None:
    row = connection.execute(sa.select(table.c.state, table.c.version).where(key == str(wanted))).one_or_none()
    return Stored(row.state, row.version) if row else None


def _following(query: sa.Select[Any], key: sa.ColumnElement[str], after: str | None, limit: int) -> sa.Select[Any]:
    """One more than a page of what follows a key, so that the answer knows whether there is a next page."""
    return (query.where(key > after) if after else query).order_by(key).limit(limit + 1)
