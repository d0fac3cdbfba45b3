"""Programmes: what units take part in over time."""

from services.contracts.events import Programme, ProgrammeStarted, StartProgramme
from services.events.commands.references import require_organisations
from services.events.domain.dates import require_occurred
from services.events.tables.offers import PROGRAMMES
from services.kernel.transaction import Transaction


def start_programme(tx: Transaction, request: StartProgramme) -> Programme:
    """Begin a programme, for anyone to see.

    Raises:
        NotFound: another organisation leads it.
        DateInFuture: it has not begun yet.
        NotYetKnown: the lead is not known here yet.
    """
    tx.own(request.lead_id)
    require_occurred(request.occurred_on, today=tx.today)
    require_organisations(tx, [request.lead_id], pointer="/lead_id")
    programme = Programme(
        programme_id=tx.new_id(),
        started_on=request.occurred_on,
        **request.model_dump(exclude={"occurred_on"}),
    )
    tx.connection.execute(PROGRAMMES.insert(), programme.model_dump())
    tx.publish(ProgrammeStarted(occurred_on=programme.started_on, programme=programme))
    return programme
