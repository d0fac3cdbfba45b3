"""Municipalities that work together, also across county borders, as the registry publishes them."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from services.contracts.message import STRICT, CountyCode, LongText, Message, Public, Request, ShortText, UnitCode
from services.contracts.registry.localities import Reference


class GroupKind(StrEnum):
    """What holds a group together."""

    cooperation = "cooperation"
    shared_clinic = "shared_clinic"
    """The same district psychiatric centre (DPS) or clinic."""


class GroupMember(Public):
    """A municipality in a group for a period; ``valid_to`` is exclusive. The code is that of ``valid_from``."""

    unit_code: UnitCode
    valid_from: date
    valid_to: date | None = None


class MunicipalityGroup(Public):
    """A group of municipalities, with every member it ever had, sorted by code and day."""

    group_id: UUID
    reference: Reference
    name: ShortText
    kind: GroupKind
    owner_id: UUID | None = None
    """The organisation that keeps the list of members."""
    members: tuple[GroupMember, ...]
    source: LongText | None = None
    certainty: ShortText | None = None


class MunicipalityGroupOn(MunicipalityGroup):
    """A group as it is on a date: the codes of that date for the members of that date, and their counties.

    A member that has been merged is the municipality that it is part of; one that was divided is all its parts.
    """

    on: date
    unit_codes: tuple[UnitCode, ...]
    county_codes: tuple[CountyCode, ...]


class MunicipalityGroupMessage(Message):
    """Any fact about a municipality group."""

    aggregate = "group"
    group: MunicipalityGroup

    @property
    def aggregate_id(self) -> str:
        return str(self.group.group_id)


class MunicipalityGroupRegistered(MunicipalityGroupMessage):
    """A municipality group is known to the registry."""

    type = "samla.registry.group.registered.v1"


class MunicipalityGroupChanged(MunicipalityGroupMessage):
    """A group's name or members are others."""

    type = "samla.registry.group.changed.v1"


class NewGroupMember(GroupMember):
    """As a member; what it does not know is refused."""

    model_config = STRICT


class RegisterGroup(Request):
    """Make a municipality group known."""

    reference: Reference
    name: ShortText
    kind: GroupKind
    owner_id: UUID | None = None
    members: tuple[NewGroupMember, ...] = Field(min_length=2, max_length=400)
    source: LongText | None = None
    certainty: ShortText | None = None
    occurred_on: date


class ChangeGroup(Request):
    """A municipality group as it is now to be told of: the name, and every member that it has or had."""

    name: ShortText
    kind: GroupKind
    members: tuple[NewGroupMember, ...] = Field(min_length=2, max_length=400)
    source: LongText | None = None
    certainty: ShortText | None = None
    occurred_on: date
