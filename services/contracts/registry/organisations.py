"""Organisations, their other names and the counties they cover, as the registry publishes them."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from services.contracts.message import CountyCode, LongText, Message, Public, Request, ShortText, UnitCode


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
