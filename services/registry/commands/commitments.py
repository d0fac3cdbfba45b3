"""Commitments: shown to be met, and found to hold by another party."""

from uuid import UUID

from services.contracts.registry.agreement_requests import ProvideEvidence, VerifyCommitment
from services.contracts.registry.agreements import Agreement, CommitmentVerified, EvidenceProvided
from services.kernel.transaction import Transaction
from services.registry.commands.agreement_rows import expect_agreement, lock_agreement, store_agreement
from services.registry.commands.sides import own_side, speaks_as
from services.registry.domain.agreements import acts_for, speaks_in
from services.registry.domain.commitments import commitment_in, provided, verified


def provide_evidence(tx: Transaction, agreement_id: UUID, commitment_id: UUID, command: ProvideEvidence) -> Agreement:
    """The responsible party shows that a commitment is met; the drafting centre may enter it for the party.

    Raises:
        NotFound: there is no such commitment, or the caller is neither the party nor the drafting centre.
        Problem: as ``provided``.
    """
    agreement = lock_agreement(tx, agreement_id)
    responsible = commitment_in(agreement, commitment_id).responsible
    provider_id = speaks_as(tx, (responsible,))
    own_side(tx, acts_for(agreement, responsible, provider_id))
    expect_agreement(tx, agreement_id)
    after = provided(agreement, commitment_id, command, provider_id, today=tx.today)
    store_agreement(tx, agreement, after)
    tx.publish(EvidenceProvided(occurred_on=command.occurred_on, agreement=after, commitment_id=commitment_id))
    return after


def verify_commitment(tx: Transaction, agreement_id: UUID, commitment_id: UUID, command: VerifyCommitment) -> Agreement:
    """Another party than the responsible one says that the evidence holds.

    Raises:
        NotFound: there is no such commitment, or the caller is no party.
        Problem: as ``verified``.
    """
    agreement = lock_agreement(tx, agreement_id)
    # Who stands for the responsible party is that party, whatever else it stands for.
    by_id = speaks_as(tx, (commitment_in(agreement, commitment_id).responsible, *agreement.parties))
    own_side(tx, speaks_in(agreement, by_id))
    expect_agreement(tx, agreement_id)
    after = verified(agreement, commitment_id, command, by_id, today=tx.today)
    store_agreement(tx, agreement, after)
    tx.publish(CommitmentVerified(occurred_on=command.occurred_on, agreement=after, commitment_id=commitment_id))
    return after
