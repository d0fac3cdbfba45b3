"""What the gateway itself answers: places on a date, and the lines of the one coordinated offer."""

from datetime import date
from typing import Literal
from uuid import UUID

from services.contracts.events import ActivityKind, ActivityStatus, Mode
from services.contracts.message import Public, Text
from services.contracts.registry import (
    ChangeKind,
    Locality,
    LocalityKind,
    OrganisationKind,
    Point,
    Representative,
    SamiCategory,
    SamiLanguage,
    UnitKind,
    WrittenForm,
)
from services.contracts.registry.mapping_tools import MappingTool
from services.contracts.registry.plan_anchors import PlanAnchor


class Place(Public):
    """A municipality, city district or county as it was on a date, with the names it had then."""

    code: str
    kind: UnitKind | Literal["county"]
    name: str
    official_name: str | None = None
    north_sami: str | None = None
    lule_sami: str | None = None
    south_sami: str | None = None
    kven: str | None = None
    county_code: str | None = None
    county_name: str | None = None
    parent_code: str | None = None
    """The municipality that a city district lies in."""
    valid_from: date
    valid_to: date | None = None


class PlaceDetail(Place):
    """One municipality, with a point in it, as it was on the date ``on``."""

    on: date
    point: Point | None = None
    written_form: WrittenForm | None = None
    """The written Norwegian in which the municipality wants to be written to."""
    sami_area: SamiLanguage | None = None
    """The language whose part of the administrative area for Sámi languages it belongs to; none outside the area."""
    sami_category: SamiCategory | None = None
    """What it is in the administrative area for Sámi languages."""


class PlacePoint(Public):
    """A geometry of GeoJSON: longitude first, then latitude, in WGS 84."""

    type: Literal["Point"]
    coordinates: tuple[float, float]


class PlaceProperties(Place):
    """What a feature tells of a place beside its point."""

    no_point_because: Literal["area_changed", "not_recorded"] | None = None
    """Points are those of the municipalities of today: the area has been merged or divided since, or nobody knows."""


class PlaceFeature(Public):
    """A municipality in GeoJSON; ``id`` is its code."""

    type: Literal["Feature"]
    id: str
    geometry: PlacePoint | None
    properties: PlaceProperties


class PlaceCollection(Public):
    """Municipalities in GeoJSON (RFC 7946)."""

    type: Literal["FeatureCollection"]
    attribution: str
    features: tuple[PlaceFeature, ...]


class FoundLocality(Public):
    """A town or region that was found: no municipality itself."""

    reference: str
    kind: LocalityKind
    name: str


class FoundPlace(Place):
    """A place that a search found: ``matched`` is the name or code, perhaps a former one, that the words fit."""

    matched: str
    is_former: bool
    """What was matched is not a name or code of the place on the date."""
    is_guess: bool = False
    """Nothing is called what was asked for; what was matched is one slip of the pen away from it."""
    locality: FoundLocality | None = None
    """What was found is this town or region, which lies in the place, or of which the place is a part."""


class Named(Public):
    """An organisation, by id and name."""

    organisation_id: UUID
    name: str
    kind: OrganisationKind | None = None


class PlaceThen(Public):
    """A unit as it was on a day of its history."""

    code: str
    name: str
    official_name: str | None = None
    """With the names in other languages, as Statistics Norway writes them."""
    county_code: str | None = None
    county_name: str | None = None


class Happening(Public):
    """What happened to a unit, or to those that it came from or went into, on a day, perhaps one to come.

    ``before`` and ``after`` hold everyone who took part, as they were the day before and on the day.
    """

    on: date
    kind: ChangeKind
    changed: tuple[Literal["code", "name", "border", "county"], ...]
    before: tuple[PlaceThen, ...]
    after: tuple[PlaceThen, ...]
    restores: PlaceThen | None = None
    """The earlier unit whose borders came back."""
    note: str | None = None
    source: str | None = None
    certainty: str | None = None


class Timeline(Public):
    """A unit's history in the order of time. ``began`` is what it was when the tables begin, or when it came to be."""

    code: str
    began: tuple[PlaceThen, ...]
    happenings: tuple[Happening, ...]


class Covering(Public):
    """An organisation that covers, covered or will cover a unit, and the time in which it does.

    It covers the county that the unit lay in (``county_code``), or the unit or one that it came from (``unit_code``).
    No themes: all of them.
    """

    organisation: Named
    county_code: str | None = None
    unit_code: str | None = None
    themes: tuple[str, ...] = ()
    valid_from: date
    valid_to: date | None = None
    is_current: bool
    """It covers the unit on the date asked about."""
    source: str | None = None
    certainty: str | None = None
    confirmed_on: date | None = None
    """When the organisation itself last said that this is right; empty: nobody has."""


class LocalityOn(Locality):
    """A town or region with the codes of a date for the municipalities that it lies in."""

    on: date
    units: tuple[str, ...]


class RepresentativeNamed(Representative):
    """An election and its seat, with the name of who was elected."""

    elected: Named | None = None


class SurveyRun(Public):
    """A survey that was completed in a municipality, or in its county where the tool is county authorities'.

    The code is that of its day. ``name`` is what the tool is called, where that is known here.
    """

    mapping_id: UUID
    tool: MappingTool
    name: Text | None = None
    year: int
    completed_on: date
    unit_code: str | None = None
    county_code: str | None = None


class DataSources(Public):
    """What there is to build a municipality's overview of health and living conditions on, on a date."""

    code: str
    name: str
    on: date
    surveys: tuple[SurveyRun, ...]
    """The newest first."""
    has_overdose_counts: bool
    overdose_years: tuple[int, ...]
    """The years that deaths by overdose are counted for."""
    plan_anchors: tuple[PlanAnchor, ...]
    """The municipal plans that hold on the date."""


class EligibleUnit(Public):
    """A municipality that has run the survey, and when it did so last; ``run_in`` is its code then."""

    code: str
    name: str
    county_code: str | None = None
    completed_on: date
    run_in: str


class ExceptedPlace(Public):
    """A municipality that gets an arrangement of its own instead."""

    code: str
    name: str


class EligibleUnits(Public):
    """Whom to invite to an activity for those who have run a survey: municipalities, and guests who are none."""

    activity_id: UUID
    tool: MappingTool
    on: date
    items: tuple[EligibleUnit, ...]
    excepted: tuple[ExceptedPlace, ...]
    guests: tuple[Named, ...]
    """The county governors, who are never counted among the municipalities."""
    undecided: tuple[str, ...]
    """Municipalities that have run it and were divided since: nobody can say which part is meant."""


Availability = Literal["now", "coming", "over"]


class Line(Public):
    """One line of the one list: an offer or activity with who carries it. Only accepted co-organisers are named."""

    kind: Literal["offer", "activity"]
    id: UUID
    version: int
    title: Text
    description: Text | None = None
    theme: str
    target_groups: tuple[str, ...] = ()
    lead: Named
    co_organisers: tuple[Named, ...] = ()
    availability: Availability
    """Seen from the date asked about."""
    starts_on: date
    ends_on: date
    on_request: bool = False
    status: ActivityStatus | None = None
    """Of an activity, on the date asked about."""
    activity_kind: ActivityKind | None = None
    mode: Mode | None = None
    county_code: str | None = None
    """Where an activity is held."""
    offer_id: UUID | None = None
    reaches_through: Literal["county", "unit", "invitation"]
    """Why it reaches the municipality: the whole county is meant, or it is named, or invited."""
    source: str | None = None


class CoordinatedOffer(Public):
    """What a municipality can get from all centres together, on a date: one list."""

    code: str
    name: str
    on: date
    items: tuple[Line, ...]
