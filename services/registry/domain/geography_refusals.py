"""What may not be done with the country, by name. Each error points at a field of the proposal."""

from collections.abc import Iterable
from typing import Any

from services.kernel.problems import Conflict, FieldError, Invalid, Problem


class ChangeIntoItself(Invalid):
    """A code is to become itself, which only a rename does; or a rename is to give another code."""

    code = "change-into-itself"


class ChangesInACycle(Invalid):
    """Codes are to become each other on the same day."""

    code = "changes-in-a-cycle"


class ValidityOverlaps(Invalid):
    """The code has been in use in another period: a code has one period of validity."""

    code = "validity-overlaps"


class CodeWithoutHeir(Invalid):
    """A code would end without a main change: nothing would say what has its area, or a part of it, afterwards."""

    code = "code-without-heir"


class CodeWithoutOrigin(Invalid):
    """A municipality or county would begin, and nothing says where its area comes from."""

    code = "code-without-origin"


class PlaceLeftBehind(Invalid):
    """A unit would lie in a county or municipality that does not exist as long as it does. Says ``codes``."""

    code = "place-left-behind"


class WeightsNotWhole(Invalid):
    """The recorded shares of a divided code are not all given, or do not sum to one."""

    code = "weights-not-whole"


class RestoresNoEarlierCode(Invalid):
    """The change is to give back a code that did not go into the one that it changes."""

    code = "restores-no-earlier-code"


class SplitAndMerged(Invalid):
    """One code is to go several ways on a day, and not all of them are divisions."""

    code = "split-and-merged"


class NotTheSameArea(Invalid):
    """A recode is to lead to a code that was in use before, or that something else becomes too: that is a merger."""

    code = "not-the-same-area"


class ChangeRecorded(Conflict):
    """The change is recorded already."""

    code = "change-recorded"


class LaterChange(Conflict):
    """Something later builds upon what would be changed. Undo or take in that first. Says ``codes``."""

    code = "later-change"


class UndoneInPart(Invalid):
    """A code ended by several changes at once: all of them are undone, or none. Says ``changes``."""

    code = "undone-in-part"


class AlreadyUndone(Conflict):
    """The change is undone already."""

    code = "already-undone"


def refuse(refusal: type[Problem], pointers: Iterable[str], **facts: Any) -> None:
    """Refuse what the pointers point at, if they point at anything."""
    errors = [FieldError(pointer, code=refusal.code) for pointer in pointers]
    if errors:
        raise refusal(errors=errors, **facts)
