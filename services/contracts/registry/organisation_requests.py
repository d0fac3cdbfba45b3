"""What may be asked of the registry about organisations."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.contracts.message import STRICT, CountyCode, LongText, Request, ShortText, UnitCode
from services.contracts.registry.legal import LegalProfile
from services.contracts.registry.localities import Reference
from services.contracts.registry.organisations import (
    CoreArea,
    Coverage,
    Mandate,
    Membership,
    OrganisationKind,
    PartSource,
    UnitCoverage,
)
from services.contracts.registry.representatives import Region

OrganisationNumber = Annotated[str, StringConstraints(pattern=r"^[89][0-9]{8}$")]
Mailbox = Annotated[
    str,
    StringConstraints(max_length=254, pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s.\x00-\x1f\x7f]+$"),
]


class NewCoverage(Coverage):
    """As a coverage; what it does not know is refused."""

    model_config = STRICT


class NewUnitCoverage(UnitCoverage):
    """As a unit's coverage; what it does not know is refused."""

    model_config = STRICT


class NewMembership(Membership):
    """As a membership; what it does not know is refused."""

    model_config = STRICT


class NewLegalProfile(LegalProfile):
    """As a legal profile; what it does not know is refused."""

    model_config = STRICT


class NewPartSource(PartSource):
    """As the source of a part; what it does not know is refused."""

    model_config = STRICT


class OrganisationFacts(Request):
    """What may be told of an organisation anew."""

    name: ShortText
    aliases: tuple[ShortText, ...] = Field(default=(), max_length=50)
    host: ShortText | None = None
    seat: ShortText | None = None
    coverage: tuple[NewCoverage, ...] = Field(default=(), max_length=100)
    unit_coverage: tuple[NewUnitCoverage, ...] = Field(default=(), max_length=400)
    mandates: tuple[Mandate, ...] = Field(default=(), max_length=2)
    core_areas: tuple[CoreArea, ...] = Field(default=(), max_length=3)
    elects_in: tuple[Region, ...] = Field(default=(), max_length=4)
    members: tuple[NewMembership, ...] = Field(default=(), max_length=100)
    governs: tuple[Reference, ...] = Field(default=(), max_length=20)
    legal_profile: NewLegalProfile | None = None
    organisation_number: OrganisationNumber | None = None
    official_mailbox: Mailbox | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor_reference: Reference | None = None
    source: LongText | None = None
    certainty: ShortText | None = None
    sources: tuple[NewPartSource, ...] = Field(default=(), max_length=4)
    occurred_on: date


class RegisterOrganisation(OrganisationFacts):
    """Make a body known. A municipality has a ``unit_code``, a county authority a ``county_code``, others neither."""

    reference: Reference
    kind: OrganisationKind
    unit_code: UnitCode | None = None
    county_code: CountyCode | None = None


class ChangeOrganisation(OrganisationFacts):
    """An organisation as it is now to be told of. Its reference, kind and place stay."""

    source: LongText


class ConfirmOrganisation(Request):
    """The organisation says that what is told of it is right."""

    occurred_on: date


class MergeOrganisations(Request):
    """This record is the same body as the one to be kept."""

    kept_id: UUID
    reason: LongText
    occurred_on: date


class ImportOrganisations(Request):
    """Make many bodies known at once, or none. A dry run says what would come of it and stores nothing."""

    rows: tuple[RegisterOrganisation, ...] = Field(min_length=1, max_length=200)
    dry_run: bool = True
