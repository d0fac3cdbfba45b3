"""Units' roles in programmes: recorded, changed, ended."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from services.contracts.geography import Geography
from services.contracts.registry.memberships import (
    ChangeMembership,
    EndMembership,
    MembershipProgramme,
    MembershipProgrammeChanged,
    MembershipProgrammeRegistered,
    ProgrammeMembership,
    ProgrammeMembershipChanged,
    ProgrammeMembershipEnded,
    ProgrammeMembershipMessage,
    ProgrammeMembershipRecorded,
    RecordMembership,
)
from services.kernel.transaction import Transaction
from services.registry.commands.sides import own_side
from services.registry.domain.dates import require_occurred
from services.registry.domain.memberships import UnknownProgramme, never_was, require_apart, require_member
from services.registry.domain.periods import require_end
from services.registry.domain.refusals import UnknownOrganisation
from services.registry.domain.validity import numbers_of
from services.registry.queries import geography, organisations_by_reference
from services.registry.queries.memberships import members_of, membership_programmes
from services.registry.tables import MembershipProgrammeRow, OrganisationRow, ProgrammeMembershipRow
from services.registry.tables.memberships import MEMBERSHIP_PROGRAMMES


def record_membership(tx: Transaction, command: RecordMembership) -> ProgrammeMembership:
    """A unit has a role in a programme (BR-61).

    Raises:
        NotFound: the record is to be another organisation's.
        UnknownOrganisation: nobody is known by the owner's id.
        UnknownProgramme: there is no such programme.
        DateInFuture: it cannot have been told of yet.
        PeriodsOverlap: the unit has a role in the programme then. And as ``require_member``.
    """
    require_owner(tx, command.owner_id)
    require_occurred(command.occurred_on, today=tx.today)
    programme = hold_programme(tx, command.programme)
    country = geography(tx.connection)
    require_member(command, command.unit_code, programme, country)
    require_apart(command, members_of(tx.connection, command.programme, numbers_of(country, command.unit_code)))
    told = command.model_dump(exclude={"occurred_on"})
    row = ProgrammeMembershipRow(programme_membership_id=tx.new_id(), **told)
    tx.add(row)
    membership = row.public()
    tx.publish(ProgrammeMembershipRecorded(occurred_on=command.occurred_on, programme_membership=membership))
    return membership


def change_membership(tx: Transaction, membership_id: UUID, command: ChangeMembership) -> ProgrammeMembership:
    """Tell anew of a unit's role in a programme.

    Raises:
        NotFound: there is none, or it is another organisation's.
        DateInFuture: it cannot have been told of yet.
        PeriodsOverlap: the unit has another role in the programme then. And as ``require_member``.
    """
    row, programme = _locked(tx, membership_id)
    require_occurred(command.occurred_on, today=tx.today)
    country = geography(tx.connection)
    require_member(command, row.unit_code, programme, country)
    require_apart(command, _others(tx, row, country))
    row.sqlmodel_update(command.model_dump(exclude={"occurred_on"}))
    membership = row.public()
    tx.publish(ProgrammeMembershipChanged(occurred_on=command.occurred_on, programme_membership=membership))
    return membership


def end_membership(tx: Transaction, membership_id: UUID, command: EndMembership) -> ProgrammeMembership:
    """A unit has the role no longer, or never had it.

    Raises:
        NotFound: there is none, or it is another organisation's.
        DateInFuture: it cannot have been told of yet.
        PeriodReversed: the day lies before the first.
        PeriodsOverlap: it lies later than the end that was told, and the unit has another role in the programme then.
    """
    row, _ = _locked(tx, membership_id)
    require_occurred(command.occurred_on, today=tx.today)
    require_end(row.valid_from, command.valid_to)
    ended = row.public().model_copy(update={"valid_to": command.valid_to})
    if not never_was(ended):
        require_apart(ended, _others(tx, row, geography(tx.connection)), "/valid_to")
    row.valid_to = command.valid_to
    membership = row.public()
    tx.publish(ProgrammeMembershipEnded(occurred_on=command.occurred_on, programme_membership=membership))
    return membership


def register_membership_programmes(tx: Transaction, told: Sequence[MembershipProgramme]) -> int:
    """Make programmes known, or change those that are otherwise than told. Returns how many were new or changed.

    Raises:
        UnknownOrganisation: nobody is known by the short name of an owner; nothing of the batch is stored.
    """
    owners = {each.owner_reference for each in told if each.owner_reference is not None}
    if owners - organisations_by_reference(tx.connection, owners).keys():
        raise UnknownOrganisation("/owner_reference")
    known = {each.reference: each for each in membership_programmes(tx.connection)}
    new = [each for each in told if each.reference not in known]
    different = [each for each in told if each.reference in known and each != known[each.reference]]
    if new:
        tx.connection.execute(sa.insert(MEMBERSHIP_PROGRAMMES), [each.model_dump(mode="json") for each in new])
    if different:
        is_this = MEMBERSHIP_PROGRAMMES.c.reference == sa.bindparam("which")
        values = [each.model_dump(mode="json") | {"which": each.reference} for each in different]
        tx.connection.execute(sa.update(MEMBERSHIP_PROGRAMMES).where(is_this), values)
    for each in new:
        tx.publish(MembershipProgrammeRegistered(occurred_on=tx.today, membership_programme=each))
    for each in different:
        tx.publish(MembershipProgrammeChanged(occurred_on=tx.today, membership_programme=each))
    return len(new) + len(different)


def hold_programme(tx: Transaction, reference: str) -> MembershipProgramme:
    """The programme. Nobody else tells of its members until this transaction ends, so no two of them overlap.

    Raises:
        UnknownProgramme: there is none of that short name.
    """
    return tx.lock(MembershipProgrammeRow, reference, missing=UnknownProgramme).public()


def require_owner(tx: Transaction, owner_id: UUID | None) -> None:
    """The caller may act for the organisation that is to keep the record, and it is known.

    Raises:
        NotFound: it is another's.
        UnknownOrganisation: there is none.
    """
    tx.own(owner_id)
    if owner_id is not None and tx.session.get(OrganisationRow, owner_id) is None:
        raise UnknownOrganisation("/owner_id")


def _others(tx: Transaction, row: ProgrammeMembershipRow, country: Geography) -> list[ProgrammeMembership]:
    """The unit's other memberships of the programme, by all of its codes."""
    known = members_of(tx.connection, row.programme, numbers_of(country, row.unit_code))
    return [each for each in known if each.programme_membership_id != row.programme_membership_id]


def _locked(tx: Transaction, membership_id: UUID) -> tuple[ProgrammeMembershipRow, MembershipProgramme]:
    # The programme first, as a list of its members does: neither waits for the other.
    programme = hold_programme(tx, tx.get(ProgrammeMembershipRow, membership_id).programme)
    row = tx.lock(ProgrammeMembershipRow, membership_id)
    own_side(tx, row.owner_id)
    tx.expect(ProgrammeMembershipMessage.aggregate, membership_id)
    return row, programme
