"""How two persons decide whether somebody is erased who wants to be."""

from collections.abc import Mapping

from services.contracts.registry.contact_persons import ErasureDecision, ErasureStatus
from services.kernel.problems import Conflict
from services.registry.domain.refusals import StepOutOfOrder

PERSONS = 2
"""How many must decide the same."""


class AlreadyDecided(Conflict):
    """The caller has decided this already; now somebody else must decide the same."""

    code = "already-decided"


def require_open(status: ErasureStatus) -> None:
    """Refuse to decide again what is decided.

    Raises:
        StepOutOfOrder: it is.
    """
    if status is not ErasureStatus.open:
        allowed = [str(ErasureStatus.open)]
        raise StepOutOfOrder(step="decide", current_status=str(status), allowed_from=allowed)


def require_new(before: Mapping[str, ErasureDecision], subject: str, decision: ErasureDecision) -> None:
    """Refuse what adds nothing. ``before`` are the decisions by who has taken them; who changes their mind may.

    Raises:
        AlreadyDecided: the same person has decided the same.
    """
    if before.get(subject) is decision:
        raise AlreadyDecided()


def is_agreed(decisions: Mapping[str, ErasureDecision], decision: ErasureDecision) -> bool:
    """Whether enough different persons have decided this."""
    return sum(each is decision for each in decisions.values()) >= PERSONS


def status_after(decision: ErasureDecision) -> ErasureStatus:
    """Where a request stands once it is decided."""
    return ErasureStatus.erased if decision is ErasureDecision.erase else ErasureStatus.kept
