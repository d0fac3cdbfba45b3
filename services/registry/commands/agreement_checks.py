"""What falls due about agreements: reminders, breaches (BR-19) and revisions (BR-43). All parties are told by mail."""

from datetime import date
from uuid import UUID

from services.contracts.registry.agreements import (
    Agreement,
    AgreementRevisionDue,
    CommitmentOverdue,
)
from services.kernel.effects import add_effects
from services.kernel.transaction import Transaction
from services.registry.commands.agreement_rows import lock_agreement, store_agreement
from services.registry.domain.agreement_deadlines import ids_in
from services.registry.domain.agreement_notices import (
    AGREEMENT_BREACH,
    COMMITMENT_DUE,
    REVISION_DUE,
    REVISION_OVERDUE,
    occasion_of,
)
from services.registry.domain.commitments import commitment_in, overdue, revision_overdue
from services.registry.queries import geography
from services.registry.queries.agreement_parties import bodies_of
from services.registry.queries.standing import standing_for


def remind_of_commitment(tx: Transaction, subject: str) -> None:
    """A commitment falls due in thirty days."""
    agreement_id, commitment_id = ids_in(subject)
    agreement = lock_agreement(tx, agreement_id)
    _remind(tx, COMMITMENT_DUE, agreement, commitment_in(agreement, commitment_id).due_on, commitment_id)


def check_commitment(tx: Transaction, subject: str) -> None:
    """A commitment's date has passed: without evidence the agreement is in breach, and both sides are told (BR-19)."""
    agreement_id, commitment_id = ids_in(subject)
    agreement = lock_agreement(tx, agreement_id)
    after = overdue(agreement, commitment_id)
    if after is None:
        return
    commitment = commitment_in(after, commitment_id)
    store_agreement(tx, agreement, after)
    occurred_on = commitment.overdue_on or tx.today
    tx.publish(CommitmentOverdue(occurred_on=occurred_on, agreement=after, commitment_id=commitment_id))
    _tell(tx, AGREEMENT_BREACH, after, commitment.due_on, commitment_id, since=occurred_on)


def remind_of_revision(tx: Transaction, subject: str) -> None:
    """An agreement is to be revised in thirty days."""
    agreement = lock_agreement(tx, UUID(subject))
    if agreement.signed is not None and agreement.signed.revise_by is not None:
        _remind(tx, REVISION_DUE, agreement, agreement.signed.revise_by)


def check_revision(tx: Transaction, subject: str) -> None:
    """The term for revising an agreement has passed (BR-43)."""
    agreement = lock_agreement(tx, UUID(subject))
    after = revision_overdue(agreement)
    if after is None or after.signed is None or after.signed.revise_by is None:
        return
    store_agreement(tx, agreement, after)
    tx.publish(AgreementRevisionDue(occurred_on=after.revision_overdue_on or tx.today, agreement=after))
    _tell(tx, REVISION_OVERDUE, after, after.signed.revise_by)


def _remind(tx: Transaction, kind: str, agreement: Agreement, day: date, commitment_id: UUID | None = None) -> None:
    """As ``_tell``, unless the day has passed while nobody looked: then there is more to tell than a reminder."""
    if day >= tx.today:
        _tell(tx, kind, agreement, day, commitment_id)


def _tell(
    tx: Transaction,
    kind: str,
    agreement: Agreement,
    day: date,
    commitment_id: UUID | None = None,
    *,
    since: date | None = None,
) -> None:
    """One mail for each body that speaks for a party, about a day; of what is told again the first stands.

    ``since`` is when a breach began. Evidence ends it for its edition, and the next edition may be broken about the
    same day: that is another breach, and is told.
    """
    edition = agreement.signed
    if edition is None or occasion_of(kind, agreement, commitment_id, day, since) is None:
        return
    facts = {"agreement_id": str(agreement.agreement_id), "day": day.isoformat(), "on": tx.today.isoformat()}
    if commitment_id is not None:
        facts["commitment_id"] = str(commitment_id)
    about = f"{commitment_id or agreement.agreement_id}/{day}"
    if since is not None:
        facts["since"] = since.isoformat()
        about += f"/{edition.number}"
    speaking = bodies_of(tx.connection, agreement.parties, geography(tx.connection), tx.today)
    bodies = dict.fromkeys(standing_for(tx.connection, speaking, tx.today).values())
    add_effects(tx, kind, {f"{kind}/{about}/{body_id}": (f"organisation/{body_id}", facts) for body_id in bodies})
