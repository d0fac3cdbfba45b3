"""The catalogue: copies of what the services publish.

Of the country and the organisations every version is kept, since ``known_at`` may ask for it; of the rest the newest.
``state`` is the aggregate's public resource as its message carried it; the other columns exist to find and sort.
Only what has been published or announced is copied, so nothing else can slip out.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, PrimaryKeyConstraint
from sqlmodel import Field

from gateway.tables.metadata import GatewayTable
from services.kernel.database import UtcDateTime


class _Copied(GatewayTable):
    """What every copy keeps: the message that it came from and the resource."""

    version: int
    message_id: str
    state: dict[str, Any] = Field(sa_type=JSON)


class _Remembered(_Copied):
    """A copy with a row for each version, and when it was recorded."""

    recorded_at: datetime = Field(sa_type=UtcDateTime)


class UnitCopy(_Remembered, table=True):
    """A municipality or city district with its names and validity."""

    __tablename__ = "unit"
    __table_args__ = (PrimaryKeyConstraint("code", "version"),)

    code: str


class CountyCopy(_Remembered, table=True):
    """A county with its names and validity."""

    __tablename__ = "county"
    __table_args__ = (PrimaryKeyConstraint("code", "version"),)

    code: str


class GeographicChangeCopy(_Remembered, table=True):
    """An edge from an old code to a new one."""

    __tablename__ = "geographic_change"
    __table_args__ = (PrimaryKeyConstraint("change_id", "version"),)

    change_id: str


class OrganisationCopy(_Remembered, table=True):
    """Any body, with its coverage."""

    __tablename__ = "organisation"
    __table_args__ = (PrimaryKeyConstraint("organisation_id", "version"),)

    organisation_id: str


class LocalityCopy(_Remembered, table=True):
    """A town or region that is no municipality."""

    __tablename__ = "locality"
    __table_args__ = (PrimaryKeyConstraint("reference", "version"),)

    reference: str


class GroupCopy(_Remembered, table=True):
    """Municipalities that work together."""

    __tablename__ = "municipality_group"
    __table_args__ = (PrimaryKeyConstraint("group_id", "version"),)

    group_id: str


class RepresentativeCopy(_Remembered, table=True):
    """The centre that speaks for a region."""

    __tablename__ = "representative"
    __table_args__ = (PrimaryKeyConstraint("representative_id", "version"),)

    representative_id: str


class MappingToolCopy(_Remembered, table=True):
    """A survey that municipalities or county authorities run."""

    __tablename__ = "mapping_tool"
    __table_args__ = (PrimaryKeyConstraint("tool", "version"),)

    tool: str


class MembershipProgrammeCopy(_Remembered, table=True):
    """A programme, network or scheme that units are members of."""

    __tablename__ = "membership_programme"
    __table_args__ = (PrimaryKeyConstraint("reference", "version"),)

    reference: str


class OfferCopy(_Copied, table=True):
    """An offer that is or was part of the one list."""

    __tablename__ = "offer"

    offer_id: str = Field(primary_key=True)
    theme: str
    published_on: date
    withdrawn_on: date | None = None
    period_from: date
    period_to: date = Field(index=True)


class OfferAreaCopy(GatewayTable, table=True):
    """A county (two digits) or unit (four or six) that an offer is for."""

    __tablename__ = "offer_area"

    offer_id: str = Field(primary_key=True)
    area: str = Field(primary_key=True, index=True)


class ActivityCopy(_Copied, table=True):
    """An activity that has been announced."""

    __tablename__ = "activity"

    activity_id: str = Field(primary_key=True)
    offer_id: str | None = Field(default=None, index=True)
    theme: str
    announced_on: date
    cancelled_on: date | None = None
    starts_on: date
    ends_on: date = Field(index=True)
    open_to_county: str | None = Field(default=None, index=True)
    """Where it is held, while no unit has been invited by name: then it is for the whole county."""


class ActivityUnitCopy(GatewayTable, table=True):
    """A unit that is invited to an activity or came."""

    __tablename__ = "activity_unit"

    activity_id: str = Field(primary_key=True)
    code: str = Field(primary_key=True, index=True)


class ProgrammeCopy(_Copied, table=True):
    """A programme that units take part in."""

    __tablename__ = "programme"

    programme_id: str = Field(primary_key=True)


class MappingCopy(_Copied, table=True):
    """A survey in a municipality or a county."""

    __tablename__ = "mapping"

    mapping_id: str = Field(primary_key=True)
    place: str = Field(index=True)
    """The code of the municipality, or of the county for the survey of upper-secondary schools."""


class AwarenessCopy(_Copied, table=True):
    """A unit told about a centre's offer."""

    __tablename__ = "awareness"

    awareness_id: str = Field(primary_key=True)
    unit_code: str = Field(index=True)


class PlanAnchorCopy(_Copied, table=True):
    """A municipal plan of a unit."""

    __tablename__ = "plan_anchor"

    plan_anchor_id: str = Field(primary_key=True)
    unit_code: str = Field(index=True)
    valid_from: date
    valid_to: date | None = None


class ProgrammeMembershipCopy(_Copied, table=True):
    """A unit's role in a programme, network or scheme."""

    __tablename__ = "programme_membership"

    programme_membership_id: str = Field(primary_key=True)
    unit_code: str = Field(index=True)
    valid_from: date
    valid_to: date | None = None


class OverdoseCountCopy(_Copied, table=True):
    """Deaths by overdose in a unit and year; of fewer than five only that they are fewer."""

    __tablename__ = "overdose_count"

    overdose_count_id: str = Field(primary_key=True)
    unit_code: str = Field(index=True)


class ServiceLinkCopy(_Copied, table=True):
    """A service that is, or was, in the directory of a municipality."""

    __tablename__ = "service_link"

    service_link_id: str = Field(primary_key=True)
    unit_code: str = Field(index=True)


class AgreementCopy(_Copied, table=True):
    """What everybody may know of an agreement that is or was in force."""

    __tablename__ = "agreement"

    agreement_id: str = Field(primary_key=True)
    in_force_since: date
    ended_on: date | None = None


class AgreementReachCopy(GatewayTable, table=True):
    """A unit that such an agreement is about, or one of its parties: by its code, or by its id."""

    __tablename__ = "agreement_reach"

    agreement_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True, index=True)


class FocusMunicipalityCopy(_Copied, table=True):
    """A unit that is or was a focus municipality of a centre."""

    __tablename__ = "focus_municipality"

    nomination_id: str = Field(primary_key=True)
    unit_code: str = Field(index=True)
    centre_id: str
    designated_on: date
    ended_on: date | None = None


class SchemeCopy(_Copied, table=True):
    """A grant scheme's frame for a year."""

    __tablename__ = "scheme"

    scheme_id: str = Field(primary_key=True)


class GrantCopy(_Copied, table=True):
    """A final award to a municipality."""

    __tablename__ = "award"

    grant_id: str = Field(primary_key=True)
    unit_code: str = Field(index=True)
    amount_ore: int = Field(sa_type=BigInteger)
