"""Offers, with the places they cover and the organisations that carry them together with the lead."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contracts.events import CoOrganiser, Offer, OfferStatus, Theme
from services.contracts.message import CountyCode, UnitCode
from services.events.domain.co_organisers import in_order
from services.events.queries.versions import newest_version
from services.events.queries.viewers import Viewer
from services.events.tables.offers import OFFER_AREAS, OFFER_CO_ORGANISERS, OFFERS
from services.kernel.problems import NotFound

COUNTY_DIGITS = 2
"""A code of two digits is a county; of four or six a unit."""


@dataclass(frozen=True, slots=True)
class OfferFilter:
    """Which offers; empty fields do not narrow. ``on`` is a day of the period."""

    theme: Theme | None = None
    lead_id: UUID | None = None
    status: OfferStatus | None = None
    county_code: CountyCode | None = None
    unit_code: UnitCode | None = None
    on: date | None = None

    def conditions(self) -> Iterable[sa.ColumnElement[bool]]:
        """The filter as conditions on the rows."""
        for column, value in (("theme", self.theme), ("lead_id", self.lead_id), ("status", self.status)):
            if value is not None:
                yield OFFERS.c[column] == value
        for code in (self.county_code, self.unit_code):
            if code is not None:
                yield sa.exists().where(OFFER_AREAS.c.offer_id == OFFERS.c.offer_id, OFFER_AREAS.c.code == code)
        if self.on is not None:
            yield sa.literal(self.on).between(OFFERS.c.period_from, OFFERS.c.period_to)


def offers(
    connection: sa.Connection, viewer: Viewer, wanted: OfferFilter, limit: int, after: UUID | None
) -> Sequence[Offer]:
    """At most ``limit`` offers that the viewer may see, in the order they were entered, from behind ``after``."""
    chosen = sa.select(OFFERS).where(_seen_by(viewer), *wanted.conditions()).order_by(OFFERS.c.offer_id).limit(limit)
    if after is not None:
        chosen = chosen.where(OFFERS.c.offer_id > after)
    return assemble(connection, connection.execute(chosen).mappings().all())


def offer(connection: sa.Connection, offer_id: UUID, viewer: Viewer) -> tuple[Offer, int]:
    """One offer and its newest version.

    Raises:
        NotFound: there is no such offer, or it is a draft that is none of the viewer's business.
    """
    chosen = sa.select(OFFERS).where(OFFERS.c.offer_id == offer_id, _seen_by(viewer))
    found = assemble(connection, connection.execute(chosen).mappings().all())
    if not found:
        raise NotFound()
    return found[0], newest_version(connection, "offer", offer_id)


def stored_offer(connection: sa.Connection, offer_id: UUID) -> Offer | None:
    """One offer, whoever asks."""
    chosen = sa.select(OFFERS).where(OFFERS.c.offer_id == offer_id)
    return next(iter(assemble(connection, connection.execute(chosen).mappings().all())), None)


def assemble(connection: sa.Connection, rows: Sequence[Mapping[Any, Any]]) -> list[Offer]:
    """The offers of these rows, in their order."""
    offer_ids = [row["offer_id"] for row in rows]
    if not offer_ids:
        return []
    areas: dict[UUID, list[str]] = defaultdict(list)
    chosen = sa.select(OFFER_AREAS).where(OFFER_AREAS.c.offer_id.in_(offer_ids)).order_by(OFFER_AREAS.c.code)
    for area in connection.execute(chosen):
        areas[area.offer_id].append(area.code)
    carried_by = co_organisers_of(connection, OFFER_CO_ORGANISERS, offer_ids)
    return [_offer(row, areas[row["offer_id"]], carried_by[row["offer_id"]]) for row in rows]


def co_organisers_of(
    connection: sa.Connection, table: sa.Table, ids: Sequence[UUID]
) -> dict[UUID, tuple[CoOrganiser, ...]]:
    """Who is asked to carry each of the things, in the order they were asked. ``table`` is of offers or activities."""
    key = next(iter(table.primary_key.columns))
    asked: dict[UUID, list[CoOrganiser]] = {one: [] for one in ids}
    for row in connection.execute(sa.select(table).where(key.in_(ids))).mappings():
        asked[row[key.name]].append(CoOrganiser.model_validate(dict(row)))
    return {one: in_order(tuple(found)) for one, found in asked.items()}


def _offer(row: Mapping[Any, Any], area: Iterable[str], co_organisers: tuple[CoOrganiser, ...]) -> Offer:
    codes: dict[bool, list[str]] = {True: [], False: []}
    for code in area:
        codes[len(code) == COUNTY_DIGITS].append(code)
    state: dict[str, Any] = {**row, "county_codes": codes[True], "unit_codes": codes[False]}
    return Offer.model_validate({**state, "co_organisers": co_organisers})


def _seen_by(viewer: Viewer) -> sa.ColumnElement[bool]:
    return viewer.may_see(OFFERS, viewer.carries(OFFERS, OFFER_CO_ORGANISERS), shown_since="published_on")
