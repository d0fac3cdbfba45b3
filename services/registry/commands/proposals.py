"""Changes to the country: one person proposes, two approve the same difference, and then it is done at once."""

from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry import (
    Amendment,
    ApproveProposal,
    GeographicProposal,
    GeographicProposalApplied,
    GeographicProposalApproved,
    GeographicProposalMessage,
    GeographicProposalOpened,
    GeographicProposalRejected,
    GeographicProposalRenewed,
    ProposalOrigin,
    ProposalStatus,
    ProposeChanges,
    ProposeUndo,
    RejectProposal,
)
from services.kernel.transaction import Transaction
from services.registry.commands.places import amend, hold_country
from services.registry.domain.amendments import digest_of
from services.registry.domain.proposals import (
    PERSONS_NEEDED,
    Asked,
    DiffChanged,
    numbers_of,
    require_open,
    worked_out,
)
from services.registry.queries.places import geography
from services.registry.tables import ApprovalRow, ProposalRow
from services.registry.tables.proposals import APPROVALS


def propose_changes(tx: Transaction, command: ProposeChanges) -> GeographicProposal:
    """Propose what is to happen to the country on a day.

    Raises:
        Problem: what ``amended`` refuses, or nothing would change.
    """
    asked = Asked(steps=(command,))
    return open_proposal(tx, ProposalOrigin.by_hand, asked, reason=command.reason, source=command.source)


def propose_undo(tx: Transaction, command: ProposeUndo) -> GeographicProposal:
    """Propose that recorded changes did not happen after all.

    Raises:
        Problem: what ``undone`` refuses.
    """
    asked = Asked(change_ids=command.change_ids)
    return open_proposal(tx, ProposalOrigin.undo, asked, reason=command.reason, source=command.reason)


def open_proposal(
    tx: Transaction, origin: ProposalOrigin, asked: Asked, *, reason: str, source: str
) -> GeographicProposal:
    """Keep what is asked for, and tell how much it would change.

    Raises:
        Problem: it cannot be done, or would change nothing.
    """
    amendments = worked_out(geography(tx.connection), asked, today=tx.today)
    numbers = numbers_of(amendments)
    row = ProposalRow(
        proposal_id=tx.new_id(),
        origin=origin,
        status=ProposalStatus.open,
        request=asked.model_dump(mode="json", exclude_defaults=True),
        digest=digest_of(amendments),
        units=numbers["units"],
        counties=numbers["counties"],
        changes=numbers["changes"],
        reason=reason,
        source=source,
        proposed_on=tx.today,
    )
    tx.add(row)
    return _tell(tx, GeographicProposalOpened, row)


def approve_proposal(tx: Transaction, proposal_id: UUID, command: ApproveProposal) -> GeographicProposal:
    """Approve what the digest stands for. The second person's approval changes the country.

    What the proposal would change is worked out anew. If that is not what was approved before, the earlier approvals
    are gone and the proposal has the new digest. If it is not what the caller approves either, the answer is the
    proposal with no approval at all, which is stored and told; the route makes ``DiffChanged`` of it.

    Raises:
        NotFound: there is none.
        StepOutOfOrder: it is applied or rejected.
        DiffChanged: the caller has seen an older difference.
        AlreadyApproved: the caller has approved it before.
        Problem: it cannot be done any more.
    """
    row = tx.lock(ProposalRow, proposal_id)
    tx.expect(GeographicProposalMessage.aggregate, proposal_id)
    require_open(row.status, "approve")
    hold_country(tx)
    asked = Asked.model_validate(row.request)
    amendments = worked_out(geography(tx.connection), asked, today=tx.today, new_id=tx.new_id)
    digest = digest_of(amendments)
    if digest != row.digest:
        renewed = _renew(tx, row, digest, amendments)
        if command.digest != digest:
            return renewed
    if command.digest != digest:
        raise DiffChanged(digest=digest)
    tx.add(ApprovalRow(proposal_id=proposal_id, subject=tx.principal.subject, approved_at=tx.now))
    tx.flush()  # The same person's second approval meets its constraint here, before anything is changed.
    if _approvals(tx, proposal_id) < PERSONS_NEEDED:
        return _tell(tx, GeographicProposalApproved, row)
    _close(tx, row, ProposalStatus.applied, amendments)
    applied = _tell(tx, GeographicProposalApplied, row)
    amend(tx, amendments)
    return applied


def reject_proposal(tx: Transaction, proposal_id: UUID, command: RejectProposal) -> GeographicProposal:
    """Say why the proposal will not be done.

    Raises:
        NotFound: there is none.
        StepOutOfOrder: it is applied or rejected.
    """
    row = tx.lock(ProposalRow, proposal_id)
    tx.expect(GeographicProposalMessage.aggregate, proposal_id)
    require_open(row.status, "reject")
    row.rejection = command.reason
    _close(tx, row, ProposalStatus.rejected, ())
    return _tell(tx, GeographicProposalRejected, row)


def _renew(tx: Transaction, row: ProposalRow, digest: str, amendments: tuple[Amendment, ...]) -> GeographicProposal:
    tx.connection.execute(sa.delete(APPROVALS).where(APPROVALS.c.proposal_id == row.proposal_id))
    row.sqlmodel_update({"digest": digest, **numbers_of(amendments)})
    return _tell(tx, GeographicProposalRenewed, row)


def _close(tx: Transaction, row: ProposalRow, status: ProposalStatus, amendments: tuple[Amendment, ...]) -> None:
    told = [amendment.model_dump(mode="json", exclude_none=True) for amendment in amendments]
    row.sqlmodel_update({"status": status, "closed_on": tx.today, "amendments": told})


def _tell(tx: Transaction, fact: type[GeographicProposalMessage], row: ProposalRow) -> GeographicProposal:
    proposal = row.public(_approvals(tx, row.proposal_id))
    tx.publish(fact(occurred_on=tx.today, proposal=proposal))
    return proposal


def _approvals(tx: Transaction, proposal_id: UUID) -> int:
    counted = sa.select(sa.func.count()).where(APPROVALS.c.proposal_id == proposal_id)
    return tx.connection.execute(counted).scalar_one()
