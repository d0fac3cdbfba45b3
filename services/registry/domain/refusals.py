"""What the registry refuses on more than one occasion, by name."""

from collections.abc import Sequence
from datetime import date

from services.contracts.geography import NotValidOn
from services.kernel.problems import Conflict, FieldError, Invalid


class UnknownUnit(Invalid):
    """No unit or county ever had the code."""

    code = "unknown-unit"

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(errors=errors)


class UnitNotValid(Invalid):
    """A code is not in use on the date. ``places`` says of each when it is, and which codes have its area instead."""

    code = "unit-not-valid"

    def __init__(self, on: date, refused: Sequence[NotValidOn], *errors: FieldError) -> None:
        super().__init__(errors=errors, on=on.isoformat(), places=[_told(refusal) for refusal in refused])


def _told(refusal: NotValidOn) -> dict[str, object]:
    return {
        "code": refusal.code,
        "valid_from": refusal.valid_from.isoformat(),
        "valid_to": refusal.valid_to.isoformat() if refusal.valid_to else None,
        "instead": list(refusal.instead),
    }


class DateBeforeTables(Invalid):
    """The list of units is not complete for so early a date. ``earliest`` is the first date that is."""

    code = "date-before-tables"


class UnknownOrganisation(Invalid):
    """There is no such organisation. ``pointers`` are the fields that name one; else it is the centre."""

    code = "unknown-organisation"

    def __init__(self, *pointers: str) -> None:
        named = pointers or ("/centre_id",)
        super().__init__(errors=[FieldError(pointer, code="unknown-organisation") for pointer in named])


class DateInFuture(Invalid):
    """What is said to have occurred lies after today."""

    code = "date-in-future"


class DateOutOfOrder(Invalid):
    """The step would lie before a step that it follows. ``earliest`` is the first date that would not."""

    code = "date-out-of-order"


class StepOutOfOrder(Conflict):
    """The thing does not stand where the step starts; says ``step``, ``current_status`` and ``allowed_from``."""

    code = "step-out-of-order"
