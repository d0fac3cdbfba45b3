"""The refusals of reporting by name."""

from datetime import date

from services.kernel.problems import Conflict, FieldError, Invalid


class DateInFuture(Invalid):
    """What is said to have occurred lies after today."""

    code = "date-in-future"


class BeforeFirstRecord(Invalid):
    """Nothing was recorded yet at the moment that ``known_at`` names."""

    code = "before-first-record"


class PlanIsAdopted(Conflict):
    """An adopted plan stands as it is."""

    code = "plan-adopted"


class PlanLeavesOut(Conflict):
    """The file lacks codes that the plan already has. What was planned is never deleted, only given another status."""

    code = "plan-leaves-out"


class AssignmentsUnanswered(Conflict):
    """Some assignments have neither an activity nor a written reason (BR-26)."""

    code = "assignments-unanswered"


def require_occurred(on: date, *, today: date) -> None:
    """Refuse a business date after today in Norway.

    Raises:
        DateInFuture: ``on`` lies after ``today``.
    """
    if on > today:
        raise DateInFuture(errors=[FieldError("/occurred_on", code="date-in-future")])
