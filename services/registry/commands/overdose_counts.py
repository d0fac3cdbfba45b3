"""Deaths by overdose in a unit and year: counted, corrected, withdrawn."""

from datetime import date
from uuid import UUID

from services.contracts.registry.overdoses import (
    CorrectOverdoseCount,
    OverdoseCount,
    OverdoseCountCorrected,
    OverdoseCountMessage,
    OverdoseCountRecorded,
    OverdoseCountWithdrawn,
    RecordOverdoseCount,
    WithdrawOverdoseCount,
)
from services.kernel.transaction import Transaction
from services.registry.commands.references import lock_own, require_own_centre, require_places
from services.registry.domain.dates import require_occurred
from services.registry.domain.overdoses import require_stands, require_year
from services.registry.tables import OverdoseCountRow


def record_overdose_count(tx: Transaction, command: RecordOverdoseCount) -> OverdoseCount:
    """Keep how many died by overdose in a unit in a year. What is told of it says nothing of fewer than five (R115).

    Raises:
        NotFound: the centre is another's.
        UnknownOrganisation, NotACentre: it is no centre.
        DateInFuture: the year or the day lies ahead.
        UnknownUnit, UnitNotValid: it was no unit on the year's last day.
        OverdoseCountExists: the unit has a count for the year.
    """
    require_own_centre(tx, command.centre_id)
    require_occurred(command.occurred_on, today=tx.today)
    require_year(command.year, today=tx.today)
    require_places(tx, {"/unit_code": command.unit_code}, on=date(command.year, 12, 31))
    row = OverdoseCountRow(
        overdose_count_id=tx.new_id(),
        recorded_on=command.occurred_on,
        **command.model_dump(exclude={"occurred_on"}),
    )
    tx.add(row)
    overdose_count = row.public()
    tx.publish(OverdoseCountRecorded(occurred_on=command.occurred_on, overdose_count=overdose_count))
    return overdose_count


def correct_overdose_count(tx: Transaction, overdose_count_id: UUID, command: CorrectOverdoseCount) -> OverdoseCount:
    """The number is another than was thought, and why.

    Raises:
        NotFound: there is none, or it is another centre's.
        StepOutOfOrder, DateInFuture, DateOutOfOrder: it was withdrawn, or cannot have been corrected then.
    """
    row = lock_own(tx, OverdoseCountRow, overdose_count_id, OverdoseCountMessage)
    require_stands(row.withdrawn_on, row.recorded_on, command.occurred_on, step="correct", today=tx.today)
    tx.reason = command.reason
    row.deaths, row.source = command.deaths, command.source
    overdose_count = row.public()
    tx.publish(OverdoseCountCorrected(occurred_on=command.occurred_on, overdose_count=overdose_count))
    return overdose_count


def withdraw_overdose_count(tx: Transaction, overdose_count_id: UUID, command: WithdrawOverdoseCount) -> OverdoseCount:
    """There is no such count after all, and why.

    Raises:
        NotFound: there is none, or it is another centre's.
        StepOutOfOrder, DateInFuture, DateOutOfOrder: it was withdrawn before, or cannot have been then.
    """
    row = lock_own(tx, OverdoseCountRow, overdose_count_id, OverdoseCountMessage)
    require_stands(row.withdrawn_on, row.recorded_on, command.occurred_on, step="withdraw", today=tx.today)
    tx.reason = command.reason
    row.withdrawn_on = command.occurred_on
    overdose_count = row.public()
    tx.publish(OverdoseCountWithdrawn(occurred_on=command.occurred_on, overdose_count=overdose_count))
    return overdose_count
