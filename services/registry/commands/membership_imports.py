"""A whole list of a programme's members at once, for example the Directorate's. The same list again changes nothing."""

from collections.abc import Sequence

import sqlalchemy as sa

from services.contracts.registry.memberships import (
    ImportedMember,
    ImportMemberships,
    MembershipImport,
    ProgrammeMembership,
    ProgrammeMembershipChanged,
    ProgrammeMembershipEnded,
    ProgrammeMembershipRecorded,
)
from services.kernel.problems import FieldError, Invalid
from services.kernel.transaction import Transaction
from services.registry.commands.memberships import hold_programme, require_owner
from services.registry.domain.dates import require_occurred
from services.registry.domain.memberships import Judged, judged, missing_from, never_was
from services.registry.queries import geography
from services.registry.queries.memberships import members_of
from services.registry.tables.memberships import MEMBERSHIPS


def import_memberships(tx: Transaction, command: ImportMemberships) -> MembershipImport:
    """Take in the list, or say what would come of it. The number of statements is the same for any number of rows.

    Raises:
        NotFound: the records are to be another organisation's.
        UnknownOrganisation, UnknownProgramme: the owner or the programme is not known.
        DateInFuture: the list cannot be of that day.
        Invalid: points at everything that is wrong with the rows; nothing is stored. A dry run answers it instead.
    """
    require_owner(tx, command.owner_id)
    require_occurred(command.occurred_on, today=tx.today)
    programme = hold_programme(tx, command.programme)
    known = members_of(tx.connection, command.programme)
    missing = missing_from(command.rows, known, command.owner_id, command.occurred_on)
    ended = [_ended(each, command) for each in missing] if command.ends_missing else []
    known = _with(known, ended)
    rows = judged(command.rows, known, programme, geography(tx.connection), is_ours=tx.principal.may_act_for)
    if not command.dry_run:
        _require_right(rows)
        _store(tx, command, rows, ended)
    return MembershipImport(
        stored=not command.dry_run,
        rows=tuple(
            ImportedMember(unit_code=row.member.unit_code, outcome=row.outcome, errors=row.errors) for row in rows
        ),
        missing=tuple(sorted(each.unit_code for each in missing)),
        ended=len(ended),
    )


def _ended(membership: ProgrammeMembership, command: ImportMemberships) -> ProgrammeMembership:
    return membership.model_copy(update={"valid_to": command.occurred_on})


def _with(known: Sequence[ProgrammeMembership], ended: Sequence[ProgrammeMembership]) -> Sequence[ProgrammeMembership]:
    as_they_end = {each.programme_membership_id: each for each in ended}
    found = (as_they_end.get(each.programme_membership_id, each) for each in known)
    return [each for each in found if not never_was(each)]


def _require_right(rows: Sequence[Judged]) -> None:
    errors = [
        FieldError(f"/rows/{place}{error.pointer}", code=error.code)
        for place, row in enumerate(rows)
        for error in row.errors
    ]
    if errors:
        raise Invalid(errors=errors)


def _store(
    tx: Transaction, command: ImportMemberships, rows: Sequence[Judged], ended: Sequence[ProgrammeMembership]
) -> None:
    new = [
        ProgrammeMembership(
            programme_membership_id=tx.new_id(),
            programme=command.programme,
            owner_id=command.owner_id,
            source=command.source,
            **row.member.model_dump(),
        )
        for row in rows
        if row.outcome == "new"
    ]
    changed = [
        row.before.model_copy(update={**row.member.model_dump(), "source": command.source})
        for row in rows
        if row.outcome == "changed" and row.before is not None
    ]
    if new:
        tx.connection.execute(sa.insert(MEMBERSHIPS), [each.model_dump() for each in new])
    if changed or ended:
        is_this = MEMBERSHIPS.c.programme_membership_id == sa.bindparam("which")
        values = [each.model_dump() | {"which": each.programme_membership_id} for each in (*ended, *changed)]
        tx.connection.execute(sa.update(MEMBERSHIPS).where(is_this), values)
    facts = (
        (ProgrammeMembershipRecorded, new),
        (ProgrammeMembershipChanged, changed),
        (ProgrammeMembershipEnded, ended),
    )
    for fact, told in facts:
        for membership in told:
            tx.publish(fact(occurred_on=command.occurred_on, programme_membership=membership))
