"""What an agreement may say: who its parties are, whom it concerns, and what they commit themselves to."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from services.contracts.registry.agreement_requests import AgreementTerms, DraftAgreement
from services.contracts.registry.agreements import (
    Anchoring,
    Commitment,
    Edition,
    Party,
    PartyKind,
)
from services.kernel.problems import FieldError, Invalid
from services.registry.domain.dates import require_occurred
from services.registry.domain.periods import require_period
from services.registry.domain.refusals import DateInFuture, DateOutOfOrder

NewId = Callable[[], UUID]


class CentreNotAParty(Invalid):
    """The centre that drafts an agreement is one of its parties."""

    code = "centre-not-a-party"


class MunicipalityNotAParty(Invalid):
    """An agreement with a focus municipality has the municipality itself, or a group that it is in, as a party."""

    code = "municipality-not-a-party"


class NotAParty(Invalid):
    """The agreement has no such party."""

    code = "not-a-party"


def party_of(told: Party) -> Party:
    """A party as agreements keep it, equal to any other that means the same."""
    return Party(kind=told.kind, party_id=told.party_id)


def require_parties(command: DraftAgreement) -> None:
    """The parties are different ones, and the centre is among them.

    Raises:
        Invalid: a party is named twice.
        CentreNotAParty: the centre is none.
    """
    _require_different("parties", command.parties)
    centre = Party(kind=PartyKind.organisation, party_id=command.centre_id)
    if centre not in map(party_of, command.parties):
        raise CentreNotAParty(errors=[FieldError("/parties", code="centre-not-a-party")])


def require_terms(
    terms: AgreementTerms, parties: Sequence[Party], known: Mapping[UUID, Commitment], *, today: date
) -> None:
    """What is to be agreed on can be agreed on. ``known`` are the commitments of the agreement's editions so far.

    Raises:
        DateInFuture: it, or a decision that anchors it, cannot have been told of yet.
        DateOutOfOrder: something falls due before it is agreed on.
        NotAParty: who is to be responsible is none.
        PeriodReversed: a plan ends before it begins.
        Invalid: the same is named twice, or a commitment is said to be known and is not.
    """
    require_occurred(terms.occurred_on, today=today)
    _require_different("unit_codes", terms.unit_codes)
    require_anchoring(terms.anchoring, today=today)
    _require_commitments(terms, parties, known)
    if terms.revise_by is not None and terms.revise_by < terms.occurred_on:
        raise _too_early(["/revise_by"], terms.occurred_on)


def require_anchoring(anchoring: Anchoring, *, today: date) -> None:
    """Decisions have been made, and plans have a period.

    Raises:
        DateInFuture, PeriodReversed: points at what is not so.
    """
    for name in ("administrative", "political"):
        decision = getattr(anchoring, name)
        if decision is not None and decision.decided_on > today:
            raise DateInFuture(errors=[FieldError(f"/anchoring/{name}/decided_on", code="date-in-future")])
    for place, plan in enumerate(anchoring.plans):
        require_period(plan.valid_from, plan.valid_to, f"/anchoring/plans/{place}")


def require_municipalities(unit_codes: Sequence[str], of_parties: Collection[str]) -> None:
    """An agreement with focus municipalities says which, and has them as parties. ``of_parties`` are their codes.

    Raises:
        Invalid: it names none.
        MunicipalityNotAParty: points at each that is another's.
    """
    if not unit_codes:
        raise Invalid(errors=[FieldError("/unit_codes", code="missing")])
    others = [place for place, code in enumerate(unit_codes) if code not in of_parties]
    if others:
        errors = [FieldError(f"/unit_codes/{place}", code="municipality-not-a-party") for place in others]
        raise MunicipalityNotAParty(errors=errors)


def edition_of(terms: AgreementTerms, number: int, known: Mapping[UUID, Commitment], new_id: NewId) -> Edition:
    """The edition that the terms make. A commitment of an earlier one keeps its id, and nothing else."""
    commitments = tuple(
        Commitment.model_validate(
            {**each.model_dump(), "commitment_id": each.commitment_id if each.commitment_id in known else new_id()}
        )
        for each in terms.commitments
    )
    told = terms.model_dump(include={"title", "scope", "unit_codes", "anchoring", "document", "revise_by"})
    return Edition.model_validate(
        {**told, "number": number, "commitments": commitments, "drafted_on": terms.occurred_on}
    )


def _require_commitments(terms: AgreementTerms, parties: Sequence[Party], known: Mapping[UUID, Commitment]) -> None:
    errors: list[FieldError] = []
    ids = [each.commitment_id for each in terms.commitments if each.commitment_id is not None]
    for place, commitment in enumerate(terms.commitments):
        pointer, its_id = f"/commitments/{place}/commitment_id", commitment.commitment_id
        if its_id is not None and its_id not in known:
            errors.append(FieldError(pointer, code="no-such-thing"))
        elif its_id is not None and ids.count(its_id) > 1:
            errors.append(FieldError(pointer, code="named-twice"))
    if errors:
        raise Invalid(errors=errors)
    sides = [party_of(party) for party in parties]
    strangers = [place for place, each in enumerate(terms.commitments) if party_of(each.responsible) not in sides]
    if strangers:
        pointers = (f"/commitments/{place}/responsible" for place in strangers)
        raise NotAParty(errors=[FieldError(pointer, code="not-a-party") for pointer in pointers])
    early = [
        f"/commitments/{place}/due_on"
        for place, each in enumerate(terms.commitments)
        if each.due_on < terms.occurred_on and each.due_on != _due_on(each.commitment_id, known)
    ]
    if early:
        raise _too_early(early, terms.occurred_on)


def _require_different(field: str, told: Sequence[object]) -> None:
    twice = [place for place, each in enumerate(told) if each in told[:place]]
    if twice:
        raise Invalid(errors=[FieldError(f"/{field}/{place}", code="named-twice") for place in twice])


def _due_on(commitment_id: UUID | None, known: Mapping[UUID, Commitment]) -> date | None:
    return known[commitment_id].due_on if commitment_id is not None else None


def _too_early(pointers: Sequence[str], earliest: date) -> DateOutOfOrder:
    errors = [FieldError(pointer, code="date-out-of-order") for pointer in pointers]
    return DateOutOfOrder(errors=errors, earliest=earliest.isoformat())
