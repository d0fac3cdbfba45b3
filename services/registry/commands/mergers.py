"""Two records of the same body become one, and both keep their history."""

from uuid import UUID

from services.contracts.registry import (
    MergeOrganisations,
    Organisation,
    OrganisationChanged,
    OrganisationMerged,
    OrganisationMessage,
)
from services.kernel.transaction import Transaction
from services.registry.commands.organisation_rows import lock_organisation, replace
from services.registry.domain.dates import require_occurred
from services.registry.domain.mergers import merged
from services.registry.domain.refusals import UnknownOrganisation
from services.registry.tables import OrganisationRow


def merge_organisations(tx: Transaction, organisation_id: UUID, command: MergeOrganisations) -> Organisation:
    """Give up a record for another one of the same body. Returns the one that is given up; it says where to go.

    Raises:
        NotFound: there is none.
        UnknownOrganisation: there is none to keep.
        MergeIntoItself, OrganisationIsMerged: they are one record, or one of them was given up before.
        DateInFuture: it cannot have been found out yet.
    """
    # Locked in one order, so that two mergers of the same pair wait for each other and not for themselves.
    for each in sorted((organisation_id, command.kept_id)):
        if tx.session.get(OrganisationRow, each, with_for_update=True) is None and each == command.kept_id:
            raise UnknownOrganisation("/kept_id")
    given_up = lock_organisation(tx, organisation_id)
    kept = lock_organisation(tx, command.kept_id)
    tx.expect(OrganisationMessage.aggregate, organisation_id)
    require_occurred(command.occurred_on, today=tx.today)
    given_up, kept = merged(given_up, kept, command.reason)
    replace(tx, [given_up, kept])
    tx.publish(OrganisationMerged(occurred_on=command.occurred_on, organisation=given_up))
    tx.publish(OrganisationChanged(occurred_on=command.occurred_on, organisation=kept))
    return given_up
