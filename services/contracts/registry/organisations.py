"""Organisations, their other names and the counties they cover, as the registry publishes them."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from services.contracts.message import (
    CountyCode,
    LongText,
    Message,
    Public,
    ShortText,
    Theme,
    UnitCode,
)
from services.contracts.registry.legal import LegalProfile
from services.contracts.registry.representatives import Region


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
    forum = "forum"
    """Leaders who meet, for example Kompetanselederforum Nord."""
    cooperation_body = "cooperation_body"
    """Where health trust and municipalities work together (OSO)."""
    campus = "campus"
    user_organisation = "user_organisation"
    """Of users of services or their families."""
    steering_group = "steering_group"
    """Decides in a programme."""
    project_group = "project_group"
    """Runs a programme from day to day."""


CENTRE_KINDS = frozenset(OrganisationKind[kind] for kind in ("korus", "rvts", "rkbu", "national", "research", "sami"))


class Mandate(StrEnum):
    """Whom a centre works for. It may have both."""

    regional = "regional"
    national = "national"


class CoreArea(StrEnum):
    """Which part of the way from prevention to treatment a centre works with."""

    prevention = "prevention"
    early_intervention = "early_intervention"
    treatment = "treatment"


class OrganisationPart(StrEnum):
    """A part of what is told of an organisation that has a source of its own."""

    mandate = "mandate"
    elector = "elector"
    members = "members"
    legal_profile = "legal_profile"


class PartSource(Public):
    """Where a part of what is told comes from, and how sure it is."""

    part: OrganisationPart
    source: LongText
    certainty: ShortText


class Coverage(Public):
    """A county that an organisation covers in a period; ``valid_to`` is exclusive. No themes: all of them."""

    county_code: CountyCode
    themes: tuple[Theme, ...] = ()
    valid_from: date
    valid_to: date | None = None


class UnitCoverage(Public):
    """A unit that an organisation covers in a period though not its whole county; else as ``Coverage``."""

    unit_code: UnitCode
    themes: tuple[Theme, ...] = ()
    valid_from: date
    valid_to: date | None = None


class Membership(Public):
    """An organisation in a forum or body for a period; ``valid_to`` is exclusive. ``has_vote``: its approval counts."""

    organisation_id: UUID
    has_vote: bool = True
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
    unit_coverage: tuple[UnitCoverage, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    core_areas: tuple[CoreArea, ...] = ()
    elects_in: tuple[Region, ...] = ()
    """The regions whose representative it helps to choose (BR-42)."""
    members: tuple[Membership, ...] = ()
    """Of a forum, cooperation body, steering group or project group."""
    governs: tuple[str, ...] = ()
    """The short names of the programmes that a steering or project group is there for."""
    legal_profile: LegalProfile | None = None
    organisation_number: str | None = None
    """Nine digits of the Register of Legal Entities."""
    official_mailbox: str | None = None
    """The address of the body itself, never of a person."""
    valid_from: date | None = None
    valid_to: date | None = None
    successor_reference: str | None = None
    source: str | None = None
    certainty: str | None = None
    sources: tuple[PartSource, ...] = ()
    """Of the parts that do not come from ``source``."""
    confirmed_on: date | None = None
    """When the organisation itself last said that what is told of it is right; empty: nobody has."""
    merged_into: UUID | None = None
    """The record that is kept, when this one turned out to be the same body."""
    merge_reason: str | None = None


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


class OrganisationConfirmed(OrganisationMessage):
    """The organisation has said that what is told of it is right."""

    type = "samla.registry.organisation.confirmed.v1"


class OrganisationMerged(OrganisationMessage):
    """Two records were the same body. The one that is given up says which is kept; both keep their history."""

    type = "samla.registry.organisation.merged.v1"


class DuplicateReason(StrEnum):
    """Why two records may be the same body."""

    same_number = "same_number"
    same_name = "same_name"
    """A name or alias of the one is a name or alias of the other, however it is spelt."""
    same_mailbox = "same_mailbox"


class Duplicate(Public):
    """Two records that existed at the same time and may be the same body."""

    one_id: UUID
    other_id: UUID
    reasons: tuple[DuplicateReason, ...]


class RowError(Public):
    """What is wrong with a row: where in it, and the code of the remark."""

    pointer: str
    code: str


class Likeness(Public):
    """Another record, known or of the same import, that may be the same body."""

    reference: str
    reasons: tuple[DuplicateReason, ...]


class ImportedRow(Public):
    """A row of an import. One without errors is registered, unless another row has some or it is a dry run."""

    reference: str
    errors: tuple[RowError, ...] = ()
    may_be: tuple[Likeness, ...] = ()


class OrganisationImport(Public):
    """What came of an import, or would come of it."""

    stored: bool
    rows: tuple[ImportedRow, ...]
