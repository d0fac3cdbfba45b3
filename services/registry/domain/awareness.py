"""Who counts as told."""

from collections.abc import Sequence
from datetime import date

from services.contracts.registry import Awareness, BounceKind, Channel, DispatchLetter
from services.registry.domain.dates import require_occurred, require_order
from services.registry.domain.letters import require_named_once
from services.registry.domain.refusals import StepOutOfOrder


def letters_to(command: DispatchLetter) -> Sequence[str]:
    """The units of a yearly letter: one letter each (BR-02).

    Raises:
        Invalid: a unit is named twice.
    """
    require_named_once(command.unit_codes)
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
    return awareness.model_copy(update={"bounced_on": on, "bounce": BounceKind.returned})
