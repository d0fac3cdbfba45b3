"""Bodies of every kind: made known, changed, and confirmed by themselves."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from services.contracts.access import Scope
from services.contracts.registry import (
    ChangeOrganisation,
    ConfirmOrganisation,
    Membership,
    Organisation,
    OrganisationChanged,
    OrganisationConfirmed,
    OrganisationFacts,
    OrganisationMessage,
    OrganisationRegistered,
    RegisterOrganisation,
)
from services.kernel.problems import FieldError
from services.kernel.transaction import Transaction
from services.registry.commands.organisation_rows import lock_organisation, replace, store
from services.registry.domain.dates import require_occurred, require_order
from services.registry.domain.organisations import (
    ElectorsByCoordinator,
    NotTheOrganisation,
    changed,
    require_facts,
    require_governed,
    require_kept,
    require_new,
    require_successor,
    told_of,
)
from services.registry.queries import geography
from services.registry.tables.memberships import MEMBERSHIP_PROGRAMMES
from services.registry.tables.organisations import ORGANISATIONS


def register_organisation(tx: Transaction, command: RegisterOrganisation) -> Organisation:
    """Make a body known.

    Raises:
        OrganisationExists: another one has the reference. And as ``require_new``.
    """
    require_new(
        command,
        members=standing(tx, command.members),
        references=known_references(tx, command),
        programmes=known_programmes(tx, command),
        country=geography(tx.connection),
        today=tx.today,
    )
    organisation = told_of(command, tx.new_id())
    store(tx, [organisation])
    tx.publish(OrganisationRegistered(occurred_on=command.occurred_on, organisation=organisation))
    return organisation


def change_organisation(tx: Transaction, organisation_id: UUID, command: ChangeOrganisation) -> Organisation:
    """Tell anew of a body. What it has confirmed itself is not confirmed any more when somebody else tells.

    Raises:
        NotFound: there is none, or it is not the caller's.
        OrganisationIsMerged: it was given up for another.
        ElectorsByCoordinator: it would give itself a vote, or take it from itself.
        UnknownOrganisation: what succeeds it is not known. And as ``require_facts`` and ``require_governed``.
    """
    tx.own(organisation_id)
    before = lock_organisation(tx, organisation_id)
    tx.expect(OrganisationMessage.aggregate, organisation_id)
    require_kept(before.merged_into)
    if tx.principal.scope is not Scope.all and set(command.elects_in) != set(before.elects_in):
        raise ElectorsByCoordinator(errors=[FieldError("/elects_in", code="electors-by-coordinator")])
    require_occurred(command.occurred_on, today=tx.today)
    # Who was a member stays one in the past, also when its record has been given up since.
    members = standing(tx, command.members) | {member.organisation_id for member in before.members}
    require_facts(command, before.kind, members - {organisation_id}, geography(tx.connection), tx.today)
    require_successor(command, known_references(tx, command))
    require_governed(command, before.kind, known_programmes(tx, command))
    after = changed(before, command, by_itself=tx.principal.organisation_id == organisation_id)
    replace(tx, [after])
    tx.publish(OrganisationChanged(occurred_on=command.occurred_on, organisation=after))
    return after


def confirm_organisation(tx: Transaction, organisation_id: UUID, command: ConfirmOrganisation) -> Organisation:
    """The organisation says that what is told of it is right.

    Raises:
        NotFound: there is none, or it is not the caller's.
        NotTheOrganisation: the caller acts for another or for none.
        OrganisationIsMerged: it was given up for another.
        DateInFuture, DateOutOfOrder: it cannot have said so then, or has said so later.
    """
    tx.own(organisation_id)
    before = lock_organisation(tx, organisation_id)
    if tx.principal.organisation_id != organisation_id:
        raise NotTheOrganisation()
    tx.expect(OrganisationMessage.aggregate, organisation_id)
    require_kept(before.merged_into)
    require_occurred(command.occurred_on, today=tx.today)
    if before.confirmed_on is not None:
        require_order(command.occurred_on, earliest=before.confirmed_on)
    after = before.model_copy(update={"confirmed_on": command.occurred_on})
    replace(tx, [after])
    tx.publish(OrganisationConfirmed(occurred_on=command.occurred_on, organisation=after))
    return after


def known_references(tx: Transaction, *facts: OrganisationFacts) -> frozenset[str]:
    """Those of the short names of successors that are known."""
    asked = {each.successor_reference for each in facts if each.successor_reference is not None}
    chosen = sa.select(ORGANISATIONS.c.reference).where(ORGANISATIONS.c.reference.in_(asked))
    return frozenset(tx.connection.execute(chosen).scalars()) if asked else frozenset()


def known_programmes(tx: Transaction, *facts: OrganisationFacts) -> frozenset[str]:
    """Those of the programmes that are governed that are known."""
    asked = {programme for each in facts for programme in each.governs}
    chosen = sa.select(MEMBERSHIP_PROGRAMMES.c.reference).where(MEMBERSHIP_PROGRAMMES.c.reference.in_(asked))
    return frozenset(tx.connection.execute(chosen).scalars()) if asked else frozenset()


def standing(tx: Transaction, members: Iterable[Membership]) -> frozenset[UUID]:
    """Those of the members that are known and were not given up for another record."""
    ids = {member.organisation_id for member in members}
    if not ids:
        return frozenset()
    chosen = sa.select(ORGANISATIONS.c.organisation_id).where(
        ORGANISATIONS.c.organisation_id.in_(ids), ORGANISATIONS.c.merged_into.is_(None)
    )
    return frozenset(tx.connection.execute(chosen).scalars())
