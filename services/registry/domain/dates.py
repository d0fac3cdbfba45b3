"""When a thing may have occurred."""

from datetime import date

from services.kernel.problems import FieldError
from services.registry.domain.refusals import DateInFuture, DateOutOfOrder


def require_occurred(on: date, *, today: date, pointer: str = "/occurred_on") -> None:
    """Refuse a business date after today in Norway. ``pointer`` is that of the date.

    Raises:
        DateInFuture: ``on`` lies after ``today``.
    """
    if on > today:
        raise DateInFuture(errors=[FieldError(pointer, code="date-in-future")])


def require_order(on: date, *, earliest: date) -> None:
    """Refuse a step before the one it follows.

    Raises:
        DateOutOfOrder: ``on`` lies before ``earliest``.
    """
    if on < earliest:
        error = FieldError("/occurred_on", code="date-out-of-order")
        raise DateOutOfOrder(errors=[error], earliest=earliest.isoformat())
