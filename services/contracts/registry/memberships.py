"""Programmes, networks and schemes that units are members of, and each unit's role in one, as the registry tells."""

from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.contracts.message import STRICT, LongText, Message, Public, Request, ShortText, Text, UnitCode
from services.contracts.registry.localities import Reference
from services.contracts.registry.organisations import RowError
from services.contracts.registry.sources import Source


class ProgrammeKind(StrEnum):
    """What units are members of."""

    programme = "programme"
    network = "network"
    scheme = "scheme"
    """Money or posts that the Directorate gives, for example to psychologists in municipalities."""


class MembershipRole(StrEnum):
    """What a unit is in one programme. It says nothing of the unit anywhere else (BR-61)."""

    key = "key"
    pilot = "pilot"
    participant = "participant"
    member = "member"


class MembershipProgramme(Public):
    """A programme, network or scheme that somebody keeps a list of members of, under a stable short name.

    ``roles`` are those that a member may have in it.
    """

    reference: Reference
    name: Text
    kind: ProgrammeKind
    owner_reference: Reference | None = None
    """The short name of the organisation that runs it."""
    roles: tuple[MembershipRole, ...]
    source: LongText
    certainty: ShortText


class MembershipProgrammeMessage(Message):
    """Any fact about a programme with members."""

    aggregate = "membership_programme"
    membership_programme: MembershipProgramme

    @property
    def aggregate_id(self) -> str:
        return self.membership_programme.reference


class MembershipProgrammeRegistered(MembershipProgrammeMessage):
    """A programme with members is known to the registry."""

    type = "samla.registry.membership_programme.registered.v1"


class MembershipProgrammeChanged(MembershipProgrammeMessage):
    """What is told of a programme with members is otherwise than before."""

    type = "samla.registry.membership_programme.changed.v1"


class ProgrammeMembership(Public):
    """A unit's role in one programme for a period; ``valid_to`` is exclusive, and on the first day it never was.

    The code is that of ``valid_from``.
    """

    programme_membership_id: UUID
    programme: Reference
    unit_code: UnitCode
    role: MembershipRole
    valid_from: date
    valid_to: date | None = None
    owner_id: UUID | None = None
    """The organisation that keeps the record; none: the coordinator does."""
    source: str | None = None


class ProgrammeMembershipMessage(Message):
    """Any fact about a membership."""

    aggregate = "programme_membership"
    programme_membership: ProgrammeMembership

    @property
    def aggregate_id(self) -> str:
        return str(self.programme_membership.programme_membership_id)


class ProgrammeMembershipRecorded(ProgrammeMembershipMessage):
    """A unit has a role in a programme."""

    type = "samla.registry.programme_membership.recorded.v1"


class ProgrammeMembershipChanged(ProgrammeMembershipMessage):
    """The role or the period is another than told."""

    type = "samla.registry.programme_membership.changed.v1"


class ProgrammeMembershipEnded(ProgrammeMembershipMessage):
    """The unit has the role no longer, or never had it."""

    type = "samla.registry.programme_membership.ended.v1"


class ListedMember(Public):
    """A unit's role for a period, as a list tells of it."""

    model_config = STRICT

    unit_code: UnitCode
    role: MembershipRole
    valid_from: date
    valid_to: date | None = None


class RecordMembership(Request):
    """A unit has a role in a programme."""

    programme: Reference
    unit_code: UnitCode
    role: MembershipRole
    valid_from: date
    valid_to: date | None = None
    owner_id: UUID | None = None
    source: Source = None
    occurred_on: date


class ChangeMembership(Request):
    """A membership as it is now to be told of. Its programme, unit and who keeps the record stay."""

    role: MembershipRole
    valid_from: date
    valid_to: date | None = None
    source: Source = None
    occurred_on: date


class EndMembership(Request):
    """A unit has the role no longer from the day on. On its first day: it never had it."""

    valid_to: date
    occurred_on: date


class ImportMemberships(Request):
    """A list of a programme's members, or none of it: the same list again changes nothing.

    A row is a membership by its unit and first day; what else it says is changed where it differs. ``ends_missing``
    ends, on ``occurred_on``, those of the same ``owner_id`` that stand then and that the list leaves out. A dry run
    says what would come of it and stores nothing.
    """

    programme: Reference
    owner_id: UUID | None = None
    rows: tuple[ListedMember, ...] = Field(min_length=1, max_length=1000)
    ends_missing: bool = False
    source: Source = None
    occurred_on: date
    dry_run: bool = True


class ImportedMember(Public):
    """What comes of one row of a list."""

    unit_code: UnitCode
    outcome: Literal["new", "changed", "unchanged"] | None = None
    """None: something is wrong with it."""
    errors: tuple[RowError, ...] = ()


class MembershipImport(Public):
    """What an import did, or a dry run would do. ``missing`` are members on the day that the list leaves out."""

    stored: bool
    rows: tuple[ImportedMember, ...]
    missing: tuple[UnitCode, ...] = ()
    ended: int = 0
