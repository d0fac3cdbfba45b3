"""Units, counties and what became of them, as the registry publishes them."""

from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.message import CountyCode, LongText, Message, Public, Request, ShortText, UnitCode


class UnitKind(StrEnum):
    """A place that the centres serve."""

    municipality = "municipality"
    city_district = "city_district"


class PlaceName(Public):
    """One name of a unit or county and the time it was in use; ``valid_to`` is exclusive, empty while current."""

    name: str
    official_name: str | None = None
    north_sami: str | None = None
    lule_sami: str | None = None
    south_sami: str | None = None
    kven: str | None = None
    valid_from: date
    valid_to: date | None = None


class Point(Public):
    """A point inside the municipality of today, WGS 84, with area in km² (land and fresh water) and inhabitants."""

    lat: float
    lon: float
    area_km2: float
    population: int
    population_year: int


class WrittenForm(StrEnum):
    """The written Norwegian that a municipality has decided to be written to in (språklova § 14)."""

    bokmal = "bokmal"
    nynorsk = "nynorsk"
    neutral = "neutral"


class SamiCategory(StrEnum):
    """What a municipality of the administrative area for Sámi languages is (sameloven § 3-1, from 2024)."""

    language_development = "language_development"
    language_vitalisation = "language_vitalisation"
    language_stimulation = "language_stimulation"


class SamiLanguage(StrEnum):
    """The Sámi languages of Norwegian law (sameloven § 3-1)."""

    north_sami = "north_sami"
    lule_sami = "lule_sami"
    south_sami = "south_sami"


class LanguageDecision(Public):
    """In which languages a municipality is written to in a period; ``valid_to`` is exclusive."""

    form: WrittenForm | None = None
    sami_area: SamiLanguage | None = None
    """The language whose part of the administrative area for Sámi languages it belongs to; none outside the area."""
    sami_category: SamiCategory | None = None
    valid_from: date
    valid_to: date | None = None
    source: str


class Unit(Public):
    """A municipality or a city district: a code with its validity. ``names`` are sorted by ``valid_from``."""

    code: UnitCode
    kind: UnitKind
    county_code: CountyCode | None = None
    parent_code: UnitCode | None = None
    """The municipality that a city district lies in."""
    names: tuple[PlaceName, ...]
    valid_from: date
    valid_to: date | None = None
    point: Point | None = None
    languages: tuple[LanguageDecision, ...] = ()
    undone_on: date | None = None
    """The day on which it was found that there never was such a unit: it is valid on no date, and is kept."""

    @property
    def ends_on(self) -> date | None:
        """The first day without it; none while it is current. What never was ended as it began."""
        return self.valid_to if self.undone_on is None else self.valid_from


class UnitMessage(Message):
    """Any fact about a unit."""

    aggregate = "unit"
    unit: Unit

    @property
    def aggregate_id(self) -> str:
        return self.unit.code


class UnitRegistered(UnitMessage):
    """A unit is known to the registry."""

    type = "samla.registry.unit.registered.v1"


class UnitChanged(UnitMessage):
    """A unit got another name, validity or county."""

    type = "samla.registry.unit.changed.v1"


class County(Public):
    """A county (fylke), not the county authority: a code with its validity."""

    code: CountyCode
    names: tuple[PlaceName, ...]
    valid_from: date
    valid_to: date | None = None
    undone_on: date | None = None
    """As of a unit."""

    @property
    def ends_on(self) -> date | None:
        """As of a unit."""
        return self.valid_to if self.undone_on is None else self.valid_from


class CountyMessage(Message):
    """Any fact about a county."""

    aggregate = "county"
    county: County

    @property
    def aggregate_id(self) -> str:
        return self.county.code


class CountyRegistered(CountyMessage):
    """A county is known to the registry."""

    type = "samla.registry.county.registered.v1"


class CountyChanged(CountyMessage):
    """A county got another name or validity."""

    type = "samla.registry.county.changed.v1"


class ChangeKind(StrEnum):
    """What an edge from an old code to a new one means (see docs/geography.md)."""

    recode = "recode"
    county_change = "county_change"
    merge = "merge"
    split = "split"  # type: ignore[assignment]  # hides str.split, which no kind needs
    part = "part"
    rename = "rename"


class GeographicChange(Public):
    """One edge: what became of ``old_code`` on ``effective_on``."""

    change_id: UUID
    level: Literal["municipality", "county"]
    effective_on: date
    old_code: str
    new_code: str
    kind: ChangeKind
    weight: float | None = Field(default=None, ge=0, le=1)
    """The share of the old code that went this way, where one is recorded."""
    restores: str | None = None
    """The earlier code whose borders the new one has again: 1507 → 1580 restores 1534."""
    note: str | None = None
    source: str | None = None
    certainty: str | None = None
    undone_on: date | None = None
    """The day on which it was found that it never happened: it counts no more, and is kept."""


class GeographicChangeMessage(Message):
    """Any fact about a geographic change."""

    aggregate = "geographic_change"
    change: GeographicChange

    @property
    def aggregate_id(self) -> str:
        return str(self.change.change_id)


class GeographicChangeRecorded(GeographicChangeMessage):
    """A recode, merger, split, part, rename or change of county is recorded."""

    type = "samla.registry.geographic_change.recorded.v1"


class GeographicChangeUndone(GeographicChangeMessage):
    """What was recorded did not happen after all."""

    type = "samla.registry.geographic_change.undone.v1"


class RecordChange(Request):
    """What became of a code on a date. The fields are those of ``GeographicChange``."""

    level: Literal["municipality", "county"]
    effective_on: date
    old_code: ShortText
    new_code: ShortText
    kind: ChangeKind
    weight: float | None = Field(default=None, ge=0, le=1)
    restores: ShortText | None = None
    note: LongText | None = None
    source: LongText | None = None
    certainty: ShortText | None = None


class Relative(Public):
    """A code that shares area with another. ``relation`` and ``path`` are explained in docs/geography.md."""

    model_config = ConfigDict(from_attributes=True)

    code: UnitCode
    relation: str
    weight: float | None = None
    path: tuple[str, ...]


class PlaceHistory(Public):
    """Everything recorded about a code: its names and changes, what it came from, and what it is today."""

    unit: Unit
    changes: tuple[GeographicChange, ...]
    earlier: tuple[Relative, ...]
    """The codes of an earlier day whose area, or some of it, it has: of the day that the tables begin on, or of another
    that is asked for."""
    today: tuple[Relative, ...]
