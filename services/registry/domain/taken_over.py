"""What was taken over from Statistics Norway, beside tables of ours that may not know of it yet."""

from collections.abc import Iterable
from typing import TypeVar

from services.contracts.registry import Amendment, County, Unit
from services.registry.domain.draft import ended

Place = TypeVar("Place", Unit, County)


def beside(told: Place, taken_over: Iterable[Amendment]) -> Place:
    """A place as a table tells it, and as it was taken over where the table still tells what was before.

    ``taken_over`` are the changes of that place, the oldest first. Of a change that the table knows, the table knows
    more, and stands; and so does whatever else it tells.
    """
    for amendment in taken_over:
        before, after = amendment.before, amendment.after
        if isinstance(before, Unit | County) and isinstance(after, Unit | County):
            told = _after(told, before, after)
    return told


def _after(told: Place, before: Unit | County, after: Unit | County) -> Place:
    changed = [field for field in type(told).model_fields if getattr(before, field) != getattr(after, field)]
    unknown = [field for field in changed if getattr(told, field) == getattr(before, field)]
    told = told.model_copy(update={field: getattr(after, field) for field in unknown})
    if "valid_to" in unknown and after.valid_to is not None:
        # Names that the table tells otherwise end with the place all the same.
        return ended(told, after.valid_to)
    return told
