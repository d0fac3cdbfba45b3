"""Business dates: what has occurred lies in the past, and one step never lies before the step it follows."""

from datetime import date

from services.kernel.problems import FieldError, Invalid


class DateInFuture(Invalid):
    """What is said to have occurred lies after today."""

    code = "date-in-future"


class DateOutOfOrder(Invalid):
    """The step would lie before a step that it follows."""

    code = "date-out-of-order"


class PeriodReversed(Invalid):
    """The last day lies before the first."""

    code = "period-reversed"


def require_occurred(on: date, *, today: date) -> None:
    """Refuse a business date after today in Norway.

    Raises:
        DateInFuture: ``on`` lies after ``today``.
    """
    if on > today:
        raise DateInFuture(errors=[FieldError("/occurred_on", code="date-in-future")])


def require_order(on: date, *, earliest: date | None) -> None:
    """Refuse a step before the one it follows.

    Raises:
        DateOutOfOrder: ``on`` lies before ``earliest``, which the refusal names.
    """
    if earliest is not None and on < earliest:
        error = FieldError("/occurred_on", code="date-out-of-order")
        raise DateOutOfOrder(errors=[error], earliest=earliest.isoformat())


def require_period(first: date, last: date, *, pointer: str) -> None:
    """Refuse a period that ends before it begins; ``pointer`` is the field of its last day.

    Raises:
        PeriodReversed: it does.
    """
    if last < first:
        raise PeriodReversed(errors=[FieldError(pointer, code="period-reversed")])
