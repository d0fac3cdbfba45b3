"""What an agreement becomes: drafted, signed by each party, in force, changed by a new edition, ended or replaced."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from services.contracts.registry.agreement_requests import (
    AgreementTerms,
    DraftAgreement,
    EndAgreement,
    SignAgreement,
)
from services.contracts.registry.agreements import (
    Agreement,
    AgreementStatus,
    Commitment,
    Edition,
    Party,
    PartyKind,
    Signature,
)
from services.kernel.problems import Conflict, FieldError, Invalid
from services.registry.domain.agreement_terms import NewId, NotAParty, edition_of, party_of
from services.registry.domain.commitments import carried_over, marked
from services.registry.domain.dates import require_occurred, require_order
from services.registry.domain.refusals import StepOutOfOrder


class AlreadySigned(Conflict):
    """The party has signed this edition."""

    code = "already-signed"


class DocumentMissing(Conflict):
    """There is nothing written to sign yet."""

    code = "document-missing"


class AnotherDocument(Conflict):
    """What the caller would sign is not what is to be signed."""

    code = "another-document"


def drafted(command: DraftAgreement, agreement_id: UUID, new_id: NewId) -> Agreement:
    """A new agreement that nobody has signed yet."""
    return Agreement(
        agreement_id=agreement_id,
        status=AgreementStatus.drafted,
        parties=tuple(map(party_of, command.parties)),
        drafted=edition_of(command, 1, {}, new_id),
        **command.model_dump(include={"kind", "centre_id", "replaces", "source"}),
    )


def changed(agreement: Agreement, terms: AgreementTerms, new_id: NewId) -> Agreement:
    """The agreement with something else to sign. An edition that somebody has signed is followed by a new one.

    What is in force stays so until all have signed the new edition.

    Raises:
        StepOutOfOrder: it has ended or is replaced.
        DateOutOfOrder: the edition before it is newer, or came in force later.
    """
    require_standing(agreement, "change", AgreementStatus.drafted, AgreementStatus.in_force)
    newest = newest_edition(agreement)
    require_order(terms.occurred_on, earliest=newest.in_force_on or newest.drafted_on)
    number = newest.number + 1 if newest.signatures else newest.number
    return agreement.model_copy(update={"drafted": edition_of(terms, number, known_commitments(agreement), new_id)})


def signed(agreement: Agreement, command: SignAgreement, signer_id: UUID | None, *, today: date) -> Agreement:
    """The agreement after a party's signature. The last one puts the edition in force, from the newest one's day.

    ``signer_id`` is the organisation that signs. Where it is another than the party, it signs for the party, which may
    still sign itself.

    Raises:
        StepOutOfOrder: there is nothing that is not signed by all.
        NotAParty: the agreement has no such party.
        AlreadySigned: it has signed.
        DocumentMissing, AnotherDocument: the document is not there, or another.
        Invalid: somebody signs for a party and does not say by what.
        DateInFuture, DateOutOfOrder: it cannot have been signed then.
    """
    edition = agreement.drafted
    if edition is None or agreement.status not in (AgreementStatus.drafted, AgreementStatus.in_force):
        raise _out_of_order(agreement, "sign", AgreementStatus.drafted)
    signature = _signature(agreement, command, signer_id)
    others = [each for each in edition.signatures if each.party != signature.party]
    earlier = next((each for each in edition.signatures if each.party == signature.party), None)
    if earlier is not None and (earlier.signed_for_by is None or signature.signed_for_by is not None):
        raise AlreadySigned()
    _require_document(edition, command.document_sha256)
    require_occurred(command.occurred_on, today=today)
    require_order(command.occurred_on, earliest=edition.drafted_on)
    signatures = tuple(each for party in agreement.parties for each in (*others, signature) if each.party == party)
    edition = edition.model_copy(update={"signatures": signatures})
    if len(signatures) < len(agreement.parties):
        return agreement.model_copy(update={"drafted": edition})
    return _in_force(agreement, edition)


def _in_force(agreement: Agreement, edition: Edition) -> Agreement:
    """What was shown for a commitment still is; a term that has been set anew is not overdue."""
    since = max(each.signed_on for each in edition.signatures)
    commitments = tuple(carried_over(agreement.signed, each) for each in edition.commitments)
    binding = edition.model_copy(update={"in_force_on": since, "commitments": commitments})
    update = {
        "status": AgreementStatus.in_force,
        "signed": binding,
        "drafted": None,
        "in_force_since": agreement.in_force_since or since,
        "revision_overdue_on": None,
    }
    return marked(agreement.model_copy(update=update))


def ended(agreement: Agreement, command: EndAgreement, *, today: date) -> Agreement:
    """The agreement after it has come to an end, or was given up before all had signed.

    Raises:
        StepOutOfOrder: it has ended or is replaced.
        DateInFuture, DateOutOfOrder: it cannot have ended then.
    """
    require_standing(agreement, "end", AgreementStatus.drafted, AgreementStatus.in_force)
    require_occurred(command.occurred_on, today=today)
    began = [edition.in_force_on or edition.drafted_on for edition in (agreement.signed, agreement.drafted) if edition]
    require_order(command.occurred_on, earliest=max(began))
    update = {"status": AgreementStatus.ended, "ended_on": command.occurred_on, "end_reason": command.reason}
    return _at_rest(agreement.model_copy(update=update))


def replaced(agreement: Agreement, by: Agreement) -> Agreement | None:
    """The agreement in whose place another has come; nothing where it was no longer in force."""
    if agreement.status is not AgreementStatus.in_force:
        return None
    # The other may have been signed on an earlier day than the newest edition of this one.
    days = [each.signed.in_force_on for each in (agreement, by) if each.signed is not None]
    ended_on = max(day for day in days if day is not None)
    update = {"status": AgreementStatus.replaced, "replaced_by": by.agreement_id, "ended_on": ended_on}
    return _at_rest(agreement.model_copy(update=update))


def _at_rest(agreement: Agreement) -> Agreement:
    """Of what binds nobody nothing is overdue."""
    return agreement.model_copy(update={"in_breach_since": None, "revision_overdue_on": None})


def require_replaceable(other: Agreement | None, centre_id: UUID) -> None:
    """Refuse to come in the place of what is not in force, or is another centre's.

    Raises:
        Invalid: it is not; the caller cannot tell which.
    """
    if other is None or other.centre_id != centre_id or other.status is not AgreementStatus.in_force:
        raise Invalid(errors=[FieldError("/replaces", code="no-such-thing")])


def require_standing(agreement: Agreement, step: str, *allowed: AgreementStatus) -> None:
    """Refuse a step that the agreement cannot take from where it stands.

    Raises:
        StepOutOfOrder: says where it stands, and where the step starts.
    """
    if agreement.status not in allowed:
        raise _out_of_order(agreement, step, *allowed)


def newest_edition(agreement: Agreement) -> Edition:
    """What is put before the parties, or where there is nothing new, what they have signed."""
    edition = agreement.drafted or agreement.signed
    assert edition is not None  # noqa: S101 - an agreement begins with an edition
    return edition


def known_commitments(agreement: Agreement) -> Mapping[UUID, Commitment]:
    """The commitments that a new edition may keep; of one that binds, as it binds."""
    editions = [edition for edition in (agreement.drafted, agreement.signed) if edition is not None]
    return {each.commitment_id: each for edition in editions for each in edition.commitments}


def acts_for(agreement: Agreement, party: Party, caller_id: UUID | None) -> UUID:
    """Whose right it takes to act for a party: its own where it is the one who asks, else the drafting centre's."""
    is_itself = party.kind is PartyKind.organisation and party.party_id == caller_id
    return party.party_id if is_itself and party_of(party) in agreement.parties else agreement.centre_id


def speaks_in(agreement: Agreement, caller_id: UUID | None) -> UUID:
    """Whose right it takes to speak as one of the parties: the caller's where it is one, else the drafting centre's."""
    return acts_for(agreement, Party(kind=PartyKind.organisation, party_id=caller_id or agreement.centre_id), caller_id)


def _signature(agreement: Agreement, command: SignAgreement, signer_id: UUID | None) -> Signature:
    party = party_of(command.party)
    if party not in agreement.parties:
        raise NotAParty(errors=[FieldError("/party", code="not-a-party")])
    is_for_another = party.party_id not in (signer_id, agreement.centre_id)
    if is_for_another and command.document_reference is None:
        raise Invalid(errors=[FieldError("/document_reference", code="missing")])
    return Signature(
        party=party,
        signed_on=command.occurred_on,
        signed_for_by=agreement.centre_id if is_for_another else None,
        document_reference=command.document_reference,
    )


def _require_document(edition: Edition, sha256: str) -> None:
    if edition.document is None:
        raise DocumentMissing()
    if edition.document.sha256 != sha256:
        raise AnotherDocument()


def _out_of_order(agreement: Agreement, step: str, *allowed: AgreementStatus) -> StepOutOfOrder:
    return StepOutOfOrder(step=step, current_status=str(agreement.status), allowed_from=sorted(map(str, allowed)))
