"""The reference part of the catalogue in memory: the country, the organisations, and their lists as ready bytes.

A snapshot never changes. It is exchanged for a newer one when the copies in the database have changed, which is looked
up at most twice a second, so that answering a list costs no question to the database.
"""

import asyncio
import time
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from hashlib import sha256
from uuid import UUID

import orjson
import sqlalchemy as sa
from starlette.responses import Response

from gateway.reach import Areas, areas_of, former_codes
from gateway.resources import Named, Place
from gateway.tables import CountyCopy, GeographicChangeCopy, OrganisationCopy, UnitCopy
from gateway.tables.metadata import table_of
from services.contracts.geography import COMPLETE_FROM, BeforeTheTables, Geography
from services.contracts.place_search import PlaceSearch
from services.contracts.registry import County, GeographicChange, Organisation, Unit, UnitKind
from services.kernel.database import Database

FRESH_S = 0.5
"""How long a snapshot is used before the database is asked whether there is a newer one."""

REFERENCE = tuple(table_of(copy) for copy in (UnitCopy, CountyCopy, GeographicChangeCopy, OrganisationCopy))
Fingerprint = tuple[object, ...]


class Ready:
    """A list as bytes, with the tag by which a reader knows that it has it already. Both answers are made once."""

    def __init__(self, body: bytes) -> None:
        self.body, self.etag = body, f'"{sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": self.etag, "Cache-Control": "no-cache"}
        self._whole = Response(body, headers=headers, media_type="application/json")
        self._unchanged = Response(status_code=304, headers=headers)

    def answer(self, if_none_match: bytes | None) -> Response:
        """The list, or that the reader has it already."""
        return self._unchanged if if_none_match == self.etag.encode() else self._whole


class Snapshot:
    """The country and the organisations as published so far."""

    def __init__(
        self,
        units: list[Unit],
        counties: list[County],
        changes: list[GeographicChange],
        organisations: list[Organisation],
    ) -> None:
        self.geography = Geography(units, counties, changes)
        self.organisations = {organisation.organisation_id: organisation for organisation in organisations}
        places: list[Unit | County] = [*units, *counties]
        starts = {name.valid_from for place in places for name in place.names}
        self._boundaries = sorted(
            starts.union(*({place.valid_from, place.valid_to or place.valid_from} for place in places))
        )
        self._ready: dict[tuple[str, int], Ready] = {}
        self._former: dict[int, Mapping[str, frozenset[str]]] = {}

    @cached_property
    def search(self) -> PlaceSearch:
        """The search by name, past and present, or by code."""
        return PlaceSearch(self.geography)

    @cached_property
    def organisations_by_reference(self) -> tuple[Organisation, ...]:
        """Every organisation, in the order of the stable short names."""
        return tuple(sorted(self.organisations.values(), key=lambda organisation: organisation.reference))

    def areas(self, code: str, on: date) -> Areas:
        """Which codes mean the unit on the date.

        Raises:
            UnknownCode, NotValidOn: no unit has the code then.
        """
        era = bisect_right(self._boundaries, on)
        if era not in self._former:
            self._former[era] = former_codes(self.geography, on)
        return areas_of(self.geography, self._former[era], code, on)

    def named(self, organisation_id: UUID) -> Named:
        """An organisation with its name; its id stands in until its own message has come."""
        known = self.organisations.get(organisation_id)
        return Named(
            organisation_id=organisation_id,
            name=known.name if known else str(organisation_id),
            kind=known.kind if known else None,
        )

    def place(self, code: str, on: date) -> Place:
        """A unit as it was on a date.

        Raises:
            UnknownCode, NotValidOn: no unit has the code then.
        """
        return Place.model_validate(self.columns(self.geography.unit(code, on), on))

    def columns(self, place: Unit | County, on: date) -> dict[str, object]:
        """What is told of a unit or county on a date on which it is valid."""
        name = self.geography.names(place.code, on)
        told: dict[str, object] = {"code": place.code, "kind": "county", "name": name.name}
        for language in ("official_name", "north_sami", "lule_sami", "south_sami", "kven"):
            told[language] = getattr(name, language)
        if isinstance(place, Unit):
            told |= {"kind": place.kind.value, "county_code": place.county_code, "parent_code": place.parent_code}
            if place.county_code and self.geography.valid(place.county_code, on):
                told["county_name"] = self.geography.name(place.county_code, on)
        told |= {"valid_from": place.valid_from, "valid_to": place.valid_to}
        return told

    def listed(self, kind: UnitKind | None, on: date, county: str | None = None) -> list[dict[str, object]]:
        """Everything of a kind on a date, by code; None means counties.

        Raises:
            BeforeTheTables: the tables are not complete for the date.
        """
        places: tuple[Unit | County, ...]
        places = self.geography.counties_on(on) if kind is None else self.geography.units_on(on, county, kind)
        return [{key: value for key, value in self.columns(place, on).items() if value is not None} for place in places]

    def ready(self, kind: UnitKind | None, on: date) -> Ready:
        """The same list as bytes, made once for each interval in which nothing changes."""
        if on < COMPLETE_FROM:
            raise BeforeTheTables(on)
        key = (kind or "county", bisect_right(self._boundaries, on))
        known = self._ready.get(key)
        if known is None:
            known = self._ready[key] = Ready(orjson.dumps({"items": self.listed(kind, on)}))
        return known


class Catalogue:
    """Gives the newest snapshot."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._snapshot = Snapshot([], [], [], [])
        self._fingerprint: Fingerprint = ()
        self._looked_at = -FRESH_S
        self._looking = asyncio.Lock()

    async def current(self) -> Snapshot:
        """The snapshot to answer one request from."""
        if time.monotonic() - self._looked_at < FRESH_S or (self._looking.locked() and self._fingerprint):
            return self._snapshot
        async with self._looking:
            if time.monotonic() - self._looked_at >= FRESH_S:
                await self._look()
        return self._snapshot

    def forget(self) -> None:
        """Look at the database at the next question, however fresh the snapshot is."""
        self._looked_at = -FRESH_S

    async def _look(self) -> None:
        fingerprint = await self._database.read(_fingerprint)
        if fingerprint != self._fingerprint:
            self._snapshot = await self._database.read(_load)
            self._fingerprint = fingerprint
        self._looked_at = time.monotonic()


def _fingerprint(connection: sa.Connection) -> Fingerprint:
    """What tells one state of the reference copies from another.

    Their folds' revision, then number and sum of versions of each table: every message applied raises one of them.
    """
    revision = connection.scalar(sa.text("SELECT revision FROM revision WHERE part = 'gateway'"))
    counted = (sa.select(sa.func.count(), sa.func.sum(table.c.version)).select_from(table) for table in REFERENCE)
    return (revision, *(tuple(connection.execute(query).one()) for query in counted))


def _load(connection: sa.Connection) -> Snapshot:
    units, counties, changes, organisations = (
        connection.scalars(sa.select(table.c.state)).all() for table in REFERENCE
    )
    return Snapshot(
        [Unit.model_validate(state) for state in units],
        [County.model_validate(state) for state in counties],
        [GeographicChange.model_validate(state) for state in changes],
        [Organisation.model_validate(state) for state in organisations],
    )
