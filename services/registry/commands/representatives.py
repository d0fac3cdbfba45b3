"""The centre that represents a region: an election is called, votes are cast, and the seat is left (BR-42)."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry import (
    CallElection,
    CastVote,
    ElectionCalled,
    EndRepresentation,
    Region,
    Representative,
    RepresentativeElected,
    RepresentativeEnded,
    RepresentativeMessage,
    VoteCast,
)
from services.kernel.transaction import Transaction
from services.registry.domain.dates import require_occurred, require_order
from services.registry.domain.representatives import candidates_among, electors_of, ended, voted
from services.registry.queries import OrganisationFilter, organisations
from services.registry.tables import RepresentativeRow
from services.registry.tables.representatives import REPRESENTATIVES


def call_election(tx: Transaction, command: CallElection) -> Representative:
    """Ask the electors of a region to choose the centre that represents it.

    Raises:
        RegionHasRepresentative: there is one, or an election that has not ended.
        NobodyToElect: nobody can be chosen on the day.
        DateInFuture, DateOutOfOrder: it cannot have been called then, or the seat was taken.
    """
    require_occurred(command.occurred_on, today=tx.today)
    electors = electors_of(
        command.region, organisations(tx.connection, OrganisationFilter(), tx.today), command.occurred_on
    )
    row = RepresentativeRow(
        representative_id=tx.new_id(),
        region=command.region,
        electors=[str(elector.organisation_id) for elector in electors],
        candidates=[str(candidate.organisation_id) for candidate in candidates_among(electors)],
        votes=[],
        called_on=command.occurred_on,
    )
    tx.add(row)
    tx.flush()
    require_order(command.occurred_on, earliest=_taken_until(tx, command.region) or command.occurred_on)
    election = row.public()
    tx.publish(ElectionCalled(occurred_on=command.occurred_on, representative=election))
    return election


def cast_vote(tx: Transaction, representative_id: UUID, command: CastVote) -> Representative:
    """An elector chooses, or chooses anew. The vote that makes more than half of the electors agree fills the seat.

    Raises:
        NotFound: there is no such election, or the elector is another's.
        StepOutOfOrder, NotAnElector, NotACandidate, DateInFuture, DateOutOfOrder: as ``voted``.
    """
    tx.own(command.elector_id)
    row = tx.lock(RepresentativeRow, representative_id)
    tx.expect(RepresentativeMessage.aggregate, representative_id)
    election = voted(row.public(), command, today=tx.today)
    row.votes = [vote.model_dump(mode="json") for vote in election.votes]
    row.sqlmodel_update({"elected_id": election.elected_id, "valid_from": election.valid_from})
    fact = VoteCast if election.elected_id is None else RepresentativeElected
    tx.publish(fact(occurred_on=command.occurred_on, representative=election))
    return election


def end_representation(tx: Transaction, representative_id: UUID, command: EndRepresentation) -> Representative:
    """The representative leaves the seat, or an election without result is given up.

    Raises:
        NotFound: there is no such election.
        StepOutOfOrder, DateInFuture, DateOutOfOrder: as ``ended``.
    """
    row = tx.lock(RepresentativeRow, representative_id)
    tx.expect(RepresentativeMessage.aggregate, representative_id)
    election = ended(row.public(), command.occurred_on, today=tx.today)
    row.valid_to = election.valid_to
    tx.publish(RepresentativeEnded(occurred_on=command.occurred_on, representative=election))
    return election


def _taken_until(tx: Transaction, region: Region) -> date | None:
    """The last day, exclusive, on which the region had a representative or an election. Those do not change."""
    chosen = sa.select(sa.func.max(REPRESENTATIVES.c.valid_to)).where(REPRESENTATIVES.c.region == region)
    found: date | None = tx.connection.execute(chosen).scalar()
    return found
