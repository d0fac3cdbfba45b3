"""What an activity becomes: planned, announced, held and closed, or cancelled."""

from datetime import date
from uuid import UUID

from services.contracts.events import Activity, ActivityStatus, ExceptedUnit, PlanActivity, Programme
from services.events.domain.co_organisers import answered, invited, require_accepted
from services.events.domain.dates import require_order, require_period
from services.events.domain.level import PROCESSES, competence_level
from services.events.domain.steps import ActivityStep, require_activity_step
from services.kernel.problems import Conflict, FieldError, Invalid


class DaysBeyondPeriod(Invalid):
    """The activity has more days than there are from its first to its last. The refusal says ``most``."""

    code = "days-beyond-period"


class LevelWithoutReason(Invalid):
    """A level set by a person needs a reason, and a reason needs a level."""

    code = "level-without-reason"


class OwnArrangementMissing(Conflict):
    """An excepted unit has no arrangement of its own yet (BR-10). The refusal names the units: ``codes``."""

    code = "own-arrangement-missing"


def plan(request: PlanActivity, activity_id: UUID) -> Activity:
    """A new activity. Its level follows from kind and duration unless a person sets it and says why.

    Raises:
        PeriodReversed: it ends before it starts.
        DaysBeyondPeriod: it has more days than its period.
        LevelWithoutReason: only one of level and reason is given.
    """
    require_period(request.starts_on, request.ends_on, pointer="/ends_on")
    span_days = _span_days(request.starts_on, request.ends_on)
    if request.days is not None and request.days > span_days:
        raise DaysBeyondPeriod(errors=[FieldError("/days", code="days-beyond-period")], most=span_days)
    if (request.level is None) != (request.level_reason is None):
        missing = "/level_reason" if request.level_reason is None else "/level"
        raise LevelWithoutReason(errors=[FieldError(missing, code="level-without-reason")])
    return Activity(
        activity_id=activity_id,
        status=ActivityStatus.planned,
        planned_on=request.occurred_on,
        days=request.days or span_days,
        level=request.level or competence_level(request.kind, request.starts_on, request.ends_on),
        excepted=tuple(ExceptedUnit(code=code) for code in sorted(set(request.excepted_codes))),
        **request.model_dump(exclude={"occurred_on", "days", "level", "excepted_codes"}),
    )


def invite_co_organiser(activity: Activity, organisation_id: UUID, on: date) -> Activity:
    """The activity with one more organisation asked to carry it.

    Raises:
        StepOutOfOrder: it is held or cancelled.
        LeadAsCoOrganiser: the organisation leads it.
        AlreadyInvited: the organisation is asked already.
    """
    require_activity_step(ActivityStep.invite_co_organiser, activity)
    require_order(on, earliest=activity.planned_on)
    co_organisers = invited(activity.co_organisers, organisation_id, lead_id=activity.lead_id, on=on)
    return activity.model_copy(update={"co_organisers": co_organisers})


def answer_invitation(activity: Activity, organisation_id: UUID | None, *, accept: bool, on: date) -> Activity:
    """The activity after an invited organisation's own answer.

    Raises:
        NotFound: the organisation is not invited.
        StepOutOfOrder: the activity is held or cancelled.
        AlreadyAnswered: it has answered before.
        DateOutOfOrder: the answer lies before the invitation.
    """
    co_organisers = answered(activity.co_organisers, organisation_id, accept=accept, on=on)
    require_activity_step(ActivityStep.answer_invitation, activity)
    return activity.model_copy(update={"co_organisers": co_organisers})


def announce(activity: Activity, on: date) -> Activity:
    """The activity as made known.

    Raises:
        StepOutOfOrder: it is not merely planned.
        DateOutOfOrder: it was planned later.
        CoOrganiserPending: a named co-organiser has not accepted (BR-44).
    """
    require_activity_step(ActivityStep.announce, activity)
    require_order(on, earliest=activity.planned_on)
    require_accepted(activity.co_organisers)
    return activity.model_copy(update={"status": ActivityStatus.announced, "announced_on": on})


def hold(activity: Activity, on: date) -> Activity:
    """The activity as held on the day.

    A process is held on its last day: one that ended earlier or later than planned gets its real end, and the level of
    its real duration unless a person has set it (BR-25).

    Raises:
        StepOutOfOrder: it is not announced.
        DateOutOfOrder: it starts or was announced later.
    """
    require_activity_step(ActivityStep.hold, activity)
    require_order(on, earliest=max(activity.starts_on, activity.announced_on or activity.starts_on))
    held = activity.model_copy(update={"status": ActivityStatus.held, "held_on": on})
    if activity.kind not in PROCESSES or on == activity.ends_on:
        return held
    level = activity.level if activity.level_reason else competence_level(activity.kind, activity.starts_on, on)
    days = min(activity.days, _span_days(activity.starts_on, on))
    return held.model_copy(update={"ends_on": on, "days": days, "level": level})


def close(activity: Activity, on: date) -> Activity:
    """The activity with nothing left to do.

    Raises:
        StepOutOfOrder: it is not held, or closed already.
        DateOutOfOrder: it was held later.
        OwnArrangementMissing: names the excepted units that nothing is arranged for (BR-10).
    """
    require_activity_step(ActivityStep.close, activity)
    require_order(on, earliest=activity.held_on)
    missing = [excepted.code for excepted in activity.excepted if excepted.arranged_on is None]
    if missing:
        raise OwnArrangementMissing(codes=missing)
    return activity.model_copy(update={"closed_on": on})


def cancel(activity: Activity, on: date) -> Activity:
    """The activity as something that will not take place.

    Raises:
        StepOutOfOrder: it is held or cancelled already.
        DateOutOfOrder: it was planned or announced later.
    """
    require_activity_step(ActivityStep.cancel, activity)
    require_order(on, earliest=activity.announced_on or activity.planned_on)
    return activity.model_copy(update={"status": ActivityStatus.cancelled, "cancelled_on": on})


def require_programme(programme: Programme | None) -> None:
    """Refuse an activity of a programme that does not exist.

    Raises:
        Invalid: there is none.
    """
    if programme is None:
        raise Invalid(errors=[FieldError("/programme_id", code="no-such-thing")])


def _span_days(first: date, last: date) -> int:
    return (last - first).days + 1
