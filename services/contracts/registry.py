"""What the registry publishes, and the requests and resources that its API shows."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

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


class Unit(Public):
    """A municipality or a city district: a code with its validity. ``names`` are sorted by ``valid_from``."""

    code: UnitCode
    kind: UnitKind
    county_code: CountyCode | None
    parent_code: UnitCode | None = None
    """The municipality that a city district lies in."""
    names: tuple[PlaceName, ...]
    valid_from: date
    valid_to: date | None = None
    point: Point | None = None


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


class OrganisationKind(StrEnum):
    """Any body; the first six kinds are competence centres."""

    korus = "korus"
    rvts = "rvts"
    rkbu = "rkbu"
    national = "national"
    research = "research"
    sami = "sami"
    partner = "partner"
    authority = "authority"
    county_governor = "county_governor"
    county_authority = "county_authority"
    municipality = "municipality"


CENTRE_KINDS = frozenset(OrganisationKind[kind] for kind in ("korus", "rvts", "rkbu", "national", "research", "sami"))


class Coverage(Public):
    """A county that an organisation covers in a period; ``valid_to`` is exclusive."""

    county_code: CountyCode
    valid_from: date
    valid_to: date | None = None


class Organisation(Public):
    """Any body. ``reference`` is its stable short name, for example ``korus-nord``; ``aliases`` are other spellings."""

    organisation_id: UUID
    reference: str
    name: str
    kind: OrganisationKind
    aliases: tuple[str, ...] = ()
    host: str | None = None
    seat: str | None = None
    unit_code: UnitCode | None = None
    """For a municipality as a body."""
    county_code: CountyCode | None = None
    """For a county authority."""
    coverage: tuple[Coverage, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    successor_reference: str | None = None
    source: str | None = None
    certainty: str | None = None


class OrganisationMessage(Message):
    """Any fact about an organisation."""

    aggregate = "organisation"
    organisation: Organisation

    @property
    def aggregate_id(self) -> str:
        return str(self.organisation.organisation_id)


class OrganisationRegistered(OrganisationMessage):
    """An organisation is known to the registry."""

    type = "samla.registry.organisation.registered.v1"


class OrganisationChanged(OrganisationMessage):
    """An organisation's name, coverage or validity is another."""

    type = "samla.registry.organisation.changed.v1"


class MappingTool(StrEnum):
    """The surveys that a municipality or a county authority can run."""

    ungdata = "ungdata"
    ungdata_upper_secondary = "ungdata_upper_secondary"
    brukerplan = "brukerplan"
    hkh = "hkh"


class MappingStatus(StrEnum):
    """Where a mapping stands."""

    invited = "invited"
    agreed = "agreed"
    completed = "completed"
    cancelled = "cancelled"


class Mapping(Public):
    """One run of a mapping tool in one municipality, or for upper-secondary Ungdata in one county authority.

    Each status carries its business date. ``sequence`` counts the unit's runs of the tool that are not cancelled,
    in the order they were entered.
    """

    mapping_id: UUID
    tool: MappingTool
    unit_code: UnitCode | None = None
    county_code: CountyCode | None = None
    year: int
    sequence: int
    centre_id: UUID
    status: MappingStatus
    invited_on: date | None = None
    agreed_on: date | None = None
    completed_on: date | None = None
    cancelled_on: date | None = None
    source: str | None = None


class MappingMessage(Message):
    """Any fact about a mapping."""

    aggregate = "mapping"
    mapping: Mapping

    @property
    def aggregate_id(self) -> str:
        return str(self.mapping.mapping_id)


class MappingInvited(MappingMessage):
    """A municipality or county authority is asked to run the survey."""

    type = "samla.registry.mapping.invited.v1"


class MappingAgreed(MappingMessage):
    """It has agreed to run it."""

    type = "samla.registry.mapping.agreed.v1"


class MappingCompleted(MappingMessage):
    """It has run it."""

    type = "samla.registry.mapping.completed.v1"


class MappingCancelled(MappingMessage):
    """It will not be run."""

    type = "samla.registry.mapping.cancelled.v1"


class Channel(StrEnum):
    """How a unit was told about a centre's offer."""

    letter = "letter"
    newsletter = "newsletter"
    website = "website"
    dialogue = "dialogue"
    meeting = "meeting"
    visit = "visit"


class Awareness(Public):
    """One unit told, or tried told, about one centre's offer. A letter with ``bounced_on`` informs nobody."""

    awareness_id: UUID
    dispatch_id: UUID | None = None
    """The yearly letter that it was one of."""
    unit_code: UnitCode
    centre_id: UUID
    channel: Channel
    informed_on: date
    bounced_on: date | None = None
    source: str | None = None


class AwarenessMessage(Message):
    """Any fact about who knows of the offer."""

    aggregate = "awareness"
    awareness: Awareness

    @property
    def aggregate_id(self) -> str:
        return str(self.awareness.awareness_id)


class AwarenessRecorded(AwarenessMessage):
    """A unit was told about a centre's offer."""

    type = "samla.registry.awareness.informed.v1"


class LetterDispatched(AwarenessMessage):
    """The yearly letter went to a unit's official mailbox."""

    type = "samla.registry.awareness.letter_dispatched.v1"


class LetterBounced(AwarenessMessage):
    """The letter came back."""

    type = "samla.registry.awareness.letter_bounced.v1"


Source = Annotated[ShortText | None, Field(description="Where the fact comes from; `example` for example data.")]


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


class InviteMapping(Request):
    """Ask a unit, or for upper-secondary Ungdata a county authority, to run a survey."""

    tool: MappingTool
    unit_code: UnitCode | None = None
    county_code: CountyCode | None = None
    year: int = Field(ge=1990, le=2100)
    centre_id: UUID
    occurred_on: date
    source: Source = None


class MoveMapping(Request):
    """Agree to, complete or cancel a mapping on a date."""

    occurred_on: date


class RecordAwareness(Request):
    """A unit was told about the centre's offer."""

    unit_code: UnitCode
    centre_id: UUID
    channel: Channel
    occurred_on: date
    source: Source = None


class DispatchLetter(Request):
    """Send the yearly letter to the official mailbox of each unit: one record each."""

    centre_id: UUID
    occurred_on: date
    unit_codes: tuple[UnitCode, ...] = Field(min_length=1, max_length=500)
    source: Source = None


class Bounce(Request):
    """The letter to one unit came back."""

    occurred_on: date


class Dispatch(Public):
    """What one sending of the yearly letter made: an awareness record per unit."""

    dispatch_id: UUID
    awareness: tuple[Awareness, ...]


class RegisterOrganisation(Request):
    """Make a body known."""

    reference: ShortText
    name: ShortText
    kind: OrganisationKind
    aliases: tuple[ShortText, ...] = Field(default=(), max_length=50)
    host: ShortText | None = None
    seat: ShortText | None = None
    unit_code: UnitCode | None = None
    county_code: CountyCode | None = None
    coverage: tuple[Coverage, ...] = Field(default=(), max_length=100)
    valid_from: date | None = None
    valid_to: date | None = None
    successor_reference: ShortText | None = None
    source: LongText | None = None
    certainty: ShortText | None = None
    occurred_on: date
