"""What the gateway itself answers: places on a date, and the lines of the one coordinated offer."""

from datetime import date
from typing import Literal
from uuid import UUID

from services.contracts.events import ActivityKind, ActivityStatus, Mode
from services.contracts.message import Public, Text
from services.contracts.registry import OrganisationKind, Point, UnitKind


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


class FoundPlace(Place):
    """A place that a search found: ``matched`` is the name or code, perhaps a former one, that the words fit."""

    matched: str
    is_former: bool
    """What was matched is not a name or code of the place on the date."""


class Named(Public):
    """An organisation, by id and name."""

    organisation_id: UUID
    name: str
    kind: OrganisationKind | None = None


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
