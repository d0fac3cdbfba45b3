"""What a nomination becomes: assessed by the five criteria, designated or refused, and ended; and who comes first."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from services.contracts.geography import Geography
from services.contracts.registry.agreements import Agreement, AgreementKind, AgreementStatus, Anchoring
from services.contracts.registry.focus import (
    AssessedCriterion,
    AssessFocus,
    Assessment,
    Criterion,
    Designation,
    EndFocus,
    FocusCandidate,
    FocusNomination,
    FocusStatus,
    NominateFocus,
    Refusal,
    RefuseFocus,
    SpecialNeeds,
    Spread,
)
from services.kernel.problems import Conflict
from services.registry.domain.dates import require_occurred, require_order
from services.registry.domain.periods import Period
from services.registry.domain.refusals import StepOutOfOrder
from services.registry.domain.spread import county_of, shortfall
from services.registry.domain.validity import codes_on

REQUIRED = (Criterion.anchoring, Criterion.plans, Criterion.agreement)
"""What a focus municipality must fulfil. Spread warns (BR-16), and special needs decide who comes first (BR-15)."""

LONGEST_REFERENCE = 200


class FocusNominationExists(Conflict):
    """The centre has a nomination of the unit that has not ended, or the unit is its focus municipality."""

    code = "focus-nomination-exists"


class AgreementMissing(Conflict):
    """Without a signed written agreement that can be verified no unit becomes a focus municipality (BR-12)."""

    code = "agreement-missing"


class CriteriaNotFulfilled(Conflict):
    """The unit does not fulfil what it must. Says which ``criteria``."""

    code = "criteria-not-fulfilled"


STEPS: Mapping[str, frozenset[FocusStatus]] = {
    "assess": frozenset((FocusStatus.nominated, FocusStatus.assessed)),
    "designate": frozenset((FocusStatus.assessed,)),
    "refuse": frozenset((FocusStatus.assessed,)),
    "end": frozenset((FocusStatus.nominated, FocusStatus.assessed, FocusStatus.designated)),
}
"""Where a nomination may come from to each step."""


def nominated(command: NominateFocus, nomination_id: UUID, *, today: date) -> FocusNomination:
    """A unit that a centre considers.

    Raises:
        DateInFuture: it cannot be considered yet.
    """
    require_occurred(command.occurred_on, today=today)
    return FocusNomination.model_validate(
        {
            **command.model_dump(exclude={"occurred_on"}),
            "nomination_id": nomination_id,
            "status": FocusStatus.nominated,
            "nominated_on": command.occurred_on,
        }
    )


def assessed(
    nomination: FocusNomination, command: AssessFocus, agreement: Agreement | None, spread: Spread, country: Geography
) -> FocusNomination:
    """The nomination with what was found by each of the five criteria (BR-18), and what it rests on.

    ``agreement`` has the edition that was in force on the day, if one was. It may be assessed anew until it is decided.
    """
    needs = command.special_needs or nomination.special_needs
    anchoring = Anchoring.model_validate(command.anchoring.model_dump())
    is_bound = agreement is not None and binds(agreement, nomination, country, command.occurred_on)
    criteria = (
        _found(Criterion.anchoring, is_anchored(anchoring), _decisions(anchoring)),
        _found(Criterion.plans, *_plans(anchoring, command.occurred_on)),
        _found(Criterion.agreement, is_bound, _document(agreement)),
        _found(Criterion.geographic_spread, not spread.is_skewed, _counties(spread)),
        _found(Criterion.special_needs, needs is not None, [needs.source] if needs is not None else []),
    )
    assessment = Assessment(
        assessed_on=command.occurred_on,
        criteria=criteria,
        anchoring=anchoring,
        agreement_id=command.agreement_id,
        spread=spread,
    )
    told = SpecialNeeds.model_validate(needs.model_dump()) if needs is not None else None
    return nomination.model_copy(
        update={"status": FocusStatus.assessed, "assessment": assessment, "special_needs": told}
    )


def is_anchored(anchoring: Anchoring) -> bool:
    """A long-term view, with administrative and political leaders behind it: one of them is not enough (BR-13)."""
    return anchoring.is_long_term and anchoring.administrative is not None and anchoring.political is not None


def _plans(anchoring: Anchoring, on: date) -> tuple[bool, list[str]]:
    """At least one municipal plan that is valid on the day and speaks of the topic (BR-14)."""
    names = [plan.name for plan in anchoring.plans if plan.contains_topic and Period.of(plan).holds(on)]
    return bool(names), names


def binds(agreement: Agreement, nomination: FocusNomination, country: Geography, on: date) -> bool:
    """Whether all have signed an agreement of the centre's about the unit, with a commitment to verify (BR-12).

    Its signed edition is the one that is looked at, so it is to be the one of the date.
    """
    edition = agreement.signed
    if agreement.status is not AgreementStatus.in_force or edition is None or edition.in_force_on is None:
        return False
    unit = codes_on(country, nomination.unit_code, on)
    return (
        agreement.kind is AgreementKind.focus
        and agreement.centre_id == nomination.centre_id
        and edition.in_force_on <= on
        and bool(edition.commitments)
        and any(not unit.isdisjoint(codes_on(country, code, on)) for code in edition.unit_codes)
    )


def designated(nomination: FocusNomination, on: date, *, is_bound: bool, spread: Spread) -> FocusNomination:
    """The unit as focus municipality, with the spread as it becomes (BR-16).

    Raises:
        AgreementMissing: no agreement binds the municipality on the day (BR-12).
        CriteriaNotFulfilled: the unit is not anchored, or no plan of it speaks of the topic (BR-13, BR-14).
    """
    assessment = nomination.assessment
    if assessment is None or assessment.agreement_id is None or not is_bound:
        raise AgreementMissing()
    if missing := [each for each in unfulfilled(assessment) if each is not Criterion.agreement]:
        raise CriteriaNotFulfilled(criteria=[str(each) for each in missing])
    designation = Designation(designated_on=on, agreement_id=assessment.agreement_id, spread=spread)
    return nomination.model_copy(update={"status": FocusStatus.designated, "designation": designation})


def refused(nomination: FocusNomination, command: RefuseFocus) -> FocusNomination:
    """The unit that does not become a focus municipality, and the criteria that it must fulfil and does not."""
    criteria = unfulfilled(nomination.assessment) if nomination.assessment is not None else ()
    refusal = Refusal(refused_on=command.occurred_on, reasons=command.reasons, criteria=criteria)
    return nomination.model_copy(update={"status": FocusStatus.refused, "refusal": refusal})


def ended(nomination: FocusNomination, command: EndFocus) -> FocusNomination:
    """The unit that is no focus municipality any more, or is not considered as one."""
    update = {"status": FocusStatus.ended, "ended_on": command.occurred_on, "end_reason": command.reason}
    return nomination.model_copy(update=update)


def unfulfilled(assessment: Assessment) -> tuple[Criterion, ...]:
    """Those of the criteria that a focus municipality must fulfil which the unit did not when it was assessed."""
    return tuple(each.criterion for each in assessment.criteria if each.criterion in REQUIRED and not each.is_fulfilled)


def require_step(nomination: FocusNomination, step: str, on: date, *, today: date) -> None:
    """Refuse a step that the nomination cannot take now, or not on that date.

    Raises:
        StepOutOfOrder: it stands somewhere else.
        DateInFuture, DateOutOfOrder: it cannot have been taken then.
    """
    if nomination.status not in STEPS[step]:
        allowed = sorted(map(str, STEPS[step]))
        raise StepOutOfOrder(step=step, current_status=str(nomination.status), allowed_from=allowed)
    require_occurred(on, today=today)
    last = [nomination.nominated_on]
    last += [nomination.assessment.assessed_on] if nomination.assessment is not None else []
    last += [nomination.designation.designated_on] if nomination.designation is not None else []
    require_order(on, earliest=max(last))


def ranked(
    nominations: Iterable[FocusNomination], spreads: Mapping[UUID, Spread], country: Geography, on: date
) -> Sequence[FocusCandidate]:
    """Who comes first, whatever the order of nomination (BR-15).

    Units with special needs; then those that fulfil more of what they must; then those whose county is furthest behind
    its part of the municipalities; then those nominated first.
    """

    def place(each: FocusNomination) -> tuple[bool, int, float, date, UUID]:
        missing = unfulfilled(each.assessment) if each.assessment is not None else REQUIRED
        behind = shortfall(spreads[each.nomination_id], county_of(country, each.unit_code, on))
        return each.special_needs is None, len(missing), -behind, each.nominated_on, each.nomination_id

    in_order = sorted(nominations, key=place)
    return [FocusCandidate(rank=rank, nomination=each) for rank, each in enumerate(in_order, start=1)]


def _found(criterion: Criterion, is_fulfilled: bool, evidence: Collection[str]) -> AssessedCriterion:
    shown = tuple(each[:LONGEST_REFERENCE] for each in evidence)
    return AssessedCriterion(criterion=criterion, is_fulfilled=is_fulfilled, evidence=shown)


def _decisions(anchoring: Anchoring) -> list[str]:
    return [each.reference for each in (anchoring.administrative, anchoring.political) if each is not None]


def _document(agreement: Agreement | None) -> list[str]:
    document = agreement.signed.document if agreement is not None and agreement.signed is not None else None
    return [document.archive_reference] if document is not None else []


def _counties(spread: Spread) -> list[str]:
    return [f"{each.county_code}: {each.focus_before} → {each.focus_after}" for each in spread.counties]
