"""Telling organisations about a centre's offer."""

from services.contracts.registry.organisation_awareness import (
    OrganisationAwareness,
    OrganisationInformed,
    RecordOrganisationAwareness,
)
from services.kernel.transaction import Transaction
from services.registry.commands.references import require_own_centre
from services.registry.domain.dates import require_occurred
from services.registry.domain.organisations import require_kept
from services.registry.domain.refusals import UnknownOrganisation
from services.registry.tables import OrganisationAwarenessRow, OrganisationRow


def record_organisation_awareness(tx: Transaction, command: RecordOrganisationAwareness) -> OrganisationAwareness:
    """An organisation was told about the centre's offer.

    Raises:
        NotFound: the centre is another's.
        UnknownOrganisation, NotACentre, OrganisationIsMerged: one of the two is none, or was given up.
        DateInFuture: it cannot have happened yet.
    """
    require_own_centre(tx, command.centre_id)
    require_occurred(command.occurred_on, today=tx.today)
    told = tx.session.get(OrganisationRow, command.organisation_id)
    if told is None:
        raise UnknownOrganisation("/organisation_id")
    require_kept(told.merged_into, "/organisation_id")
    row = OrganisationAwarenessRow(
        organisation_awareness_id=tx.new_id(),
        informed_on=command.occurred_on,
        **command.model_dump(exclude={"occurred_on"}),
    )
    tx.add(row)
    awareness = row.public()
    tx.publish(OrganisationInformed(occurred_on=command.occurred_on, organisation_awareness=awareness))
    return awareness
