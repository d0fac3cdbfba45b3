"""What is told of deaths by overdose, and what a municipality has begun to do about them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from services.contracts.registry import Mapping, MappingStatus
from services.contracts.registry.overdoses import FEWEST_TOLD, Milestone, MilestoneKind, OverdoseUnit
from services.contracts.registry.plan_anchors import PlanAnchor
from services.kernel.problems import Conflict, FieldError, Invalid
from services.registry.domain.dates import require_occurred, require_order
from services.registry.domain.periods import Period
from services.registry.domain.refusals import DateInFuture, StepOutOfOrder


class OverdoseCountExists(Conflict):
    """The unit already has a count for the year. It is corrected, not counted again."""

    code = "overdose-count-exists"


class OverdoseUnitExists(Conflict):
    """The municipality is already among those with overdose problems."""

    code = "overdose-unit-exists"


def told_of(deaths: int) -> dict[str, int]:
    """What is told of a number outside the registry: itself, or that it is too small to be told (R115)."""
    return {"deaths": deaths} if deaths >= FEWEST_TOLD else {"fewer_than": FEWEST_TOLD}


def require_year(year: int, *, today: date) -> None:
    """Refuse a year that has not begun: nobody has died in it.

    Raises:
        DateInFuture: it lies after this one.
    """
    if year > today.year:
        raise DateInFuture(errors=[FieldError("/year", code="date-in-future")])


def require_stands(withdrawn_on: date | None, recorded_on: date, on: date, *, step: str, today: date) -> None:
    """Refuse a step on a count that was withdrawn, or before it was recorded.

    Raises:
        StepOutOfOrder, DateInFuture, DateOutOfOrder: it cannot be done, or not on that day.
    """
    if withdrawn_on is not None:
        raise StepOutOfOrder(step=step, current_status="withdrawn", allowed_from=["recorded"])
    require_occurred(on, today=today)
    require_order(on, earliest=recorded_on)


def require_milestones(
    milestones: Sequence[Milestone],
    mappings: Iterable[Mapping],
    plans: Iterable[PlanAnchor],
    *,
    on: date,
    today: date,
) -> None:
    """Each kind once, begun already, and shown by something of the unit where something is named.

    ``mappings`` and ``plans`` are all of the unit's; ``on`` is the day on which it is told.

    Raises:
        Invalid: points at each kind that is named twice, and at each evidence that is none.
        DateInFuture: points at what has not begun yet.
    """
    runs = {each.mapping_id for each in mappings if shows_beginning(each)}
    known = {each.plan_anchor_id: each for each in plans}
    kinds = [each.kind for each in milestones]
    errors = [
        FieldError(f"/milestones/{place}/kind", code="named-twice")
        for place, kind in enumerate(kinds)
        if kind in kinds[:place]
    ]
    errors += [
        FieldError(f"/milestones/{place}/evidence_id", code="no-such-thing")
        for place, each in enumerate(milestones)
        if each.evidence_id is not None and not _is_shown(each, runs, known.get(each.evidence_id), on)
    ]
    if errors:
        raise Invalid(errors=errors)
    for place, each in enumerate(milestones):
        require_occurred(each.begun_on, today=today, pointer=f"/milestones/{place}/begun_on")


def shows_beginning(mapping: Mapping) -> bool:
    """Whether a mapping shows that its unit has begun: it has agreed to it, or has run it."""
    return mapping.status in (MappingStatus.agreed, MappingStatus.completed)


def shows_plan(plan: PlanAnchor, begun_on: date, on: date) -> bool:
    """Whether a plan shows that its unit has begun: it speaks of the topic, and has held since then, when it is told.

    One that has run out in between shows it still. One that was ended on its first day never held.
    """
    has_held = plan.valid_from != plan.valid_to
    since = Period(begun_on, max(begun_on, on) + date.resolution)
    return plan.contains_topic and has_held and Period.of(plan).overlaps(since)


def _is_shown(milestone: Milestone, runs: Collection[UUID], plan: PlanAnchor | None, on: date) -> bool:
    if milestone.kind is MilestoneKind.plan:
        return plan is not None and shows_plan(plan, milestone.begun_on, on)
    return milestone.kind is MilestoneKind.mapping and milestone.evidence_id in runs


def sorted_milestones(milestones: Iterable[Milestone]) -> tuple[Milestone, ...]:
    """By kind, as they are kept and not as somebody has sent them."""
    order = list(MilestoneKind)
    kept = (Milestone.model_validate(each.model_dump()) for each in milestones)
    return tuple(sorted(kept, key=lambda each: order.index(each.kind)))


def ended(unit: OverdoseUnit, on: date, *, today: date) -> OverdoseUnit:
    """The municipality, not counted from the day on.

    Raises:
        StepOutOfOrder: it has ended before.
        DateInFuture, DateOutOfOrder: not on that day.
    """
    require_counted(unit, step="end")
    require_occurred(on, today=today)
    require_order(on, earliest=unit.recorded_on)
    return unit.model_copy(update={"ended_on": on})


def require_counted(unit: OverdoseUnit, *, step: str) -> None:
    """Refuse a step on a municipality that is not counted any more.

    Raises:
        StepOutOfOrder: it has ended.
    """
    if unit.ended_on is not None:
        raise StepOutOfOrder(step=step, current_status="ended", allowed_from=["recorded"])
