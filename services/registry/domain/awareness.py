"""Who counts as told."""

from collections.abc import Sequence
from datetime import date

from services.contracts.registry import Awareness, Channel, DispatchLetter
from services.kernel.problems import FieldError, Invalid
from services.registry.domain.dates import require_occurred, require_order
from services.registry.domain.refusals import StepOutOfOrder


def letters_to(command: DispatchLetter) -> Sequence[str]:
    """The units of a yearly letter: one letter each (BR-02).

    Raises:
        Invalid: a unit is named twice.
    """
    twice = [place for place, code in enumerate(command.unit_codes) if code in command.unit_codes[:place]]
    if twice:
        raise Invalid(errors=[FieldError(f"/unit_codes/{place}", code="named-twice") for place in twice])
    return command.unit_codes


def bounced(awareness: Awareness, on: date, *, today: date) -> Awareness:
    """The letter after it came back: the unit was not informed by it (BR-02).

    Raises:
        StepOutOfOrder: it is no letter, or came back before.
        DateInFuture, DateOutOfOrder: on a date when it cannot have come back.
    """
    if awareness.channel is not Channel.letter or awareness.bounced_on is not None:
        status = "bounced" if awareness.bounced_on else str(awareness.channel)
        raise StepOutOfOrder(step="bounce", current_status=status, allowed_from=[str(Channel.letter)])
    require_occurred(on, today=today)
    require_order(on, earliest=awareness.informed_on)
    return awareness.model_copy(update={"bounced_on": on})
