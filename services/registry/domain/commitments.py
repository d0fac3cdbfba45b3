"""What comes of a commitment: evidence, another party's yes to it, or a breach (BR-19)."""

from datetime import date, timedelta
from uuid import UUID

from services.contracts.registry.agreement_requests import ProvideEvidence, VerifyCommitment
from services.contracts.registry.agreements import (
    Agreement,
    AgreementStatus,
    Commitment,
    Edition,
    Evidence,
    Party,
    PartyKind,
)
from services.kernel.problems import FieldError, Forbidden, Invalid, NotFound
from services.registry.domain.dates import require_occurred, require_order
from services.registry.domain.refusals import StepOutOfOrder

DAY = timedelta(days=1)


class EvidenceOfAnotherKind(Invalid):
    """What is shown is not of the kind that was agreed."""

    code = "evidence-of-another-kind"


class VerifiedByItself(Forbidden):
    """Nobody says of its own evidence that it holds."""

    code = "verified-by-itself"


def binding(agreement: Agreement, step: str) -> Edition:
    """The edition that is in force.

    Raises:
        StepOutOfOrder: none is.
    """
    if agreement.status is not AgreementStatus.in_force or agreement.signed is None:
        raise StepOutOfOrder(
            step=step, current_status=str(agreement.status), allowed_from=[str(AgreementStatus.in_force)]
        )
    return agreement.signed


def commitment_in(agreement: Agreement, commitment_id: UUID) -> Commitment:
    """A commitment of the edition that is or was in force.

    Raises:
        NotFound: it has no such commitment.
    """
    commitments = agreement.signed.commitments if agreement.signed else ()
    for commitment in commitments:
        if commitment.commitment_id == commitment_id:
            return commitment
    raise NotFound()


def provided(
    agreement: Agreement, commitment_id: UUID, command: ProvideEvidence, provider_id: UUID | None, *, today: date
) -> Agreement:
    """The agreement after a commitment has something to show. What was overdue is not any more.

    Better evidence may come in its place until it is verified.

    Raises:
        NotFound: it has no such commitment.
        StepOutOfOrder: the agreement is not in force, or the evidence is verified.
        EvidenceOfAnotherKind: it is not what was agreed.
        DateInFuture, DateOutOfOrder: it cannot have been provided then.
    """
    commitment = commitment_in(agreement, commitment_id)
    edition = binding(agreement, "provide_evidence")
    if commitment.verified_on is not None:
        raise StepOutOfOrder(step="provide_evidence", current_status="verified", allowed_from=["agreed", "provided"])
    if command.kind is not commitment.evidence_kind:
        raise EvidenceOfAnotherKind(errors=[FieldError("/kind", code="evidence-of-another-kind")])
    require_occurred(command.occurred_on, today=today)
    require_order(command.occurred_on, earliest=edition.in_force_on or edition.drafted_on)
    is_for_another = commitment.responsible.party_id not in (provider_id, agreement.centre_id)
    evidence = Evidence(
        kind=command.kind,
        reference=command.reference,
        provided_on=command.occurred_on,
        provided_for_by=agreement.centre_id if is_for_another else None,
    )
    return _with(agreement, commitment.model_copy(update={"evidence": evidence, "overdue_on": None}))


def verified(
    agreement: Agreement, commitment_id: UUID, command: VerifyCommitment, by_id: UUID | None, *, today: date
) -> Agreement:
    """The agreement after another party has said that the evidence holds.

    Raises:
        NotFound: it has no such commitment, or whoever says so is no party.
        StepOutOfOrder: the agreement is not in force, or there is no evidence, or it is verified.
        VerifiedByItself: the responsible party says so itself.
        DateInFuture, DateOutOfOrder: it cannot have been said then.
    """
    commitment = commitment_in(agreement, commitment_id)
    if by_id is None or Party(kind=PartyKind.organisation, party_id=by_id) not in agreement.parties:
        raise NotFound()
    binding(agreement, "verify")
    if commitment.evidence is None or commitment.verified_on is not None:
        status = "agreed" if commitment.evidence is None else "verified"
        raise StepOutOfOrder(step="verify", current_status=status, allowed_from=["provided"])
    if commitment.responsible.party_id == by_id:
        raise VerifiedByItself()
    require_occurred(command.occurred_on, today=today)
    require_order(command.occurred_on, earliest=commitment.evidence.provided_on)
    return _with(agreement, commitment.model_copy(update={"verified_on": command.occurred_on, "verified_by": by_id}))


def overdue(agreement: Agreement, commitment_id: UUID) -> Agreement | None:
    """The agreement in breach, because the commitment is past its date without evidence (BR-19); or nothing.

    It is in breach from the first day after the date, or from the day on which it came in force if that is later.
    """
    edition = agreement.signed
    if agreement.status is not AgreementStatus.in_force or edition is None:
        return None
    commitment = next((each for each in edition.commitments if each.commitment_id == commitment_id), None)
    if commitment is None or commitment.evidence is not None or commitment.overdue_on is not None:
        return None
    since = max(commitment.due_on + DAY, edition.in_force_on or edition.drafted_on)
    return _with(agreement, commitment.model_copy(update={"overdue_on": since}))


def revision_overdue(agreement: Agreement) -> Agreement | None:
    """The agreement when the term for revising it has passed (BR-43); or nothing."""
    edition = agreement.signed
    if agreement.status is not AgreementStatus.in_force or edition is None or edition.revise_by is None:
        return None
    if agreement.revision_overdue_on is not None:
        return None
    since = max(edition.revise_by + DAY, edition.in_force_on or edition.drafted_on)
    return agreement.model_copy(update={"revision_overdue_on": since})


def carried_over(before: Edition | None, commitment: Commitment) -> Commitment:
    """A commitment of a new edition with what was shown for it, or missing, in the one before.

    Evidence counts on where the same is promised; a new date makes what was overdue due anew.
    """
    earlier = {each.commitment_id: each for each in before.commitments} if before is not None else {}
    known = earlier.get(commitment.commitment_id)
    if known is None:
        return commitment
    if known.evidence is not None and _promises_the_same(known, commitment):
        shown = ("evidence", "verified_on", "verified_by")
        return commitment.model_copy(update={field: getattr(known, field) for field in shown})
    overdue_on = known.overdue_on if known.due_on == commitment.due_on else None
    return commitment.model_copy(update={"overdue_on": overdue_on})


def _promises_the_same(before: Commitment, after: Commitment) -> bool:
    """Whether what was shown for the one shows the other: the same text, by the same party, in the same way, in time.

    Nobody but the parties can tell a mended word from another promise, or a date put off from the next year's round.
    So what is not the same for certain is shown and verified again: a promise that counts as met is never asked for.
    """
    both = ((before.text.nb, after.text.nb), (before.text.nn, after.text.nn))
    # A form that comes beside the other says the same.
    forms = [(earlier, later) for earlier, later in both if earlier is not None and later is not None]
    return (
        bool(forms)
        and all(earlier == later for earlier, later in forms)
        and (before.responsible, before.evidence_kind) == (after.responsible, after.evidence_kind)
        and after.due_on <= before.due_on
    )


def marked(agreement: Agreement) -> Agreement:
    """The agreement with the mark that its commitments give it: since when it is in breach, if it is."""
    commitments = agreement.signed.commitments if agreement.signed else ()
    since = min((each.overdue_on for each in commitments if each.overdue_on is not None), default=None)
    return agreement.model_copy(update={"in_breach_since": since})


def _with(agreement: Agreement, commitment: Commitment) -> Agreement:
    assert agreement.signed is not None  # noqa: S101 - it is where the commitment was found
    commitments = tuple(
        commitment if each.commitment_id == commitment.commitment_id else each for each in agreement.signed.commitments
    )
    return marked(
        agreement.model_copy(update={"signed": agreement.signed.model_copy(update={"commitments": commitments})})
    )
