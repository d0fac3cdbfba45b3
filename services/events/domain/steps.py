"""Which step an offer, an activity or a network may take from where it stands: the state machines, as tables."""

from collections.abc import Mapping
from enum import StrEnum

from services.contracts.events import Activity, Network, Offer
from services.kernel.problems import Conflict


class StepOutOfOrder(Conflict):
    """The thing does not stand where the step starts; says ``step``, ``current_status`` and ``allowed_from``."""

    code = "step-out-of-order"


class OfferStep(StrEnum):
    """What can be done with an offer."""

    invite_co_organiser = "invite_co_organiser"
    answer_invitation = "answer_invitation"
    publish = "publish"
    withdraw = "withdraw"


class ActivityStep(StrEnum):
    """What can be done with an activity."""

    invite_co_organiser = "invite_co_organiser"
    answer_invitation = "answer_invitation"
    announce = "announce"
    invite_units = "invite_units"
    replace_unit = "replace_unit"
    hold = "hold"
    record_attendance = "record_attendance"
    close = "close"
    cancel = "cancel"


class NetworkStep(StrEnum):
    """What can be done with a network."""

    open = "open"
    close = "close"


OFFER_STEPS: Mapping[OfferStep, frozenset[str]] = {
    OfferStep.invite_co_organiser: frozenset(("draft", "published")),
    OfferStep.answer_invitation: frozenset(("draft", "published")),
    OfferStep.publish: frozenset(("draft",)),
    OfferStep.withdraw: frozenset(("draft", "published")),
}

ACTIVITY_STEPS: Mapping[ActivityStep, frozenset[str]] = {
    ActivityStep.invite_co_organiser: frozenset(("planned", "announced")),
    ActivityStep.answer_invitation: frozenset(("planned", "announced")),
    ActivityStep.announce: frozenset(("planned",)),
    ActivityStep.invite_units: frozenset(("announced",)),
    ActivityStep.replace_unit: frozenset(("planned", "announced", "held")),
    ActivityStep.hold: frozenset(("announced",)),
    ActivityStep.record_attendance: frozenset(("held",)),
    ActivityStep.close: frozenset(("held",)),
    ActivityStep.cancel: frozenset(("planned", "announced")),
}
"""An activity that is closed stands nowhere in this table: nothing more happens to it."""

NETWORK_STEPS: Mapping[NetworkStep, frozenset[str]] = {
    NetworkStep.open: frozenset(("prepared",)),
    NetworkStep.close: frozenset(("prepared", "open")),
}


def require_offer_step(step: OfferStep, offer: Offer) -> None:
    """Refuse a step that the offer cannot take now.

    Raises:
        StepOutOfOrder: it stands somewhere else.
    """
    _require(step, offer.status, OFFER_STEPS[step])


def require_activity_step(step: ActivityStep, activity: Activity) -> None:
    """Refuse a step that the activity cannot take now.

    Raises:
        StepOutOfOrder: it stands somewhere else.
    """
    _require(step, "closed" if activity.closed_on else activity.status, ACTIVITY_STEPS[step])


def require_network_step(step: NetworkStep, network: Network) -> None:
    """Refuse a step that the network cannot take now.

    Raises:
        StepOutOfOrder: it stands somewhere else.
    """
    _require(step, network.status, NETWORK_STEPS[step])


def _require(step: str, status: str, allowed_from: frozenset[str]) -> None:
    if status not in allowed_from:
        raise StepOutOfOrder(step=str(step), current_status=str(status), allowed_from=sorted(allowed_from))
