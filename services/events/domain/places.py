"""Is a code or organisation known to this part's copies, and was it valid on the date?

The copies follow the registry with a delay. What is well formed and unknown may be on its way: that is a conflict that
passes, not an error. What is known and not valid on the date will not get better by waiting.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.kernel.problems import FieldError, Invalid, NotYetKnown

RETRY_AFTER_S = 1
"""When to try again what is not yet known: the web waits as long for its own copy."""


class UnitNotValid(Invalid):
    """The code was no unit or county on the date. The refusal names the codes: ``codes`` and ``on``."""

    code = "unit-not-valid"


@dataclass(frozen=True, slots=True)
class Validity:
    """When a code is in use; ``valid_to`` is exclusive, empty while current."""

    valid_from: date
    valid_to: date | None

    def holds(self, on: date) -> bool:
        """Whether the code is in use on the day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


def require_known(known: Mapping[Any, object], wanted: Sequence[Any], *, pointer: str) -> None:
    """Refuse what no copy knows.

    ``pointer`` is the field; for a list it ends in ``/`` and gets the place in the list.

    Raises:
        NotYetKnown: points at every one of them, and says when to try again.
    """
    errors = [
        FieldError(_at(pointer, place), code="not-yet-known") for place, one in enumerate(wanted) if one not in known
    ]
    if errors:
        raise NotYetKnown(errors=errors, retry_after_s=RETRY_AFTER_S)


def require_valid(known: Mapping[str, Validity], codes: Sequence[str], *, on: date, pointer: str) -> None:
    """Refuse codes that are unknown, then codes that are known and not in use on the day.

    Raises:
        NotYetKnown: a code is unknown.
        UnitNotValid: a code is not in use on ``on``; all of them are named, sorted.
    """
    require_known(known, codes, pointer=pointer)
    wrong = [place for place, code in enumerate(codes) if not known[code].holds(on)]
    if wrong:
        errors = [FieldError(_at(pointer, place), code="unit-not-valid") for place in wrong]
        raise UnitNotValid(errors=errors, codes=sorted({codes[place] for place in wrong}), on=on.isoformat())


def _at(pointer: str, place: int) -> str:
    return f"{pointer}{place}" if pointer.endswith("/") else pointer
