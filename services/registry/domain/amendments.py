"""What a proposal would change in the country, worked out from what it asks for: nothing is stored here.

The same country and the same request give the same amendments, apart from the ids of new changes. The digest leaves
those out, and the day on which something is undone: two who approve the same digest have seen the same.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

import orjson

from services.contracts.geography import Geography
from services.contracts.registry import Amendment, ProposeChanges
from services.registry.domain.draft import Draft, NewId
from services.registry.domain.steps import take
from services.registry.domain.undoing import undone as undone

__all__ = ["amended", "digest_of", "undone"]


def amended(country: Geography, steps: Sequence[ProposeChanges], *, new_id: NewId) -> tuple[Amendment, ...]:
    """What the steps would change, taken in the order of their days: counties, units and changes, each sorted.

    A field error points into the one step, or into ``/steps/{number}`` where there are several.

    Raises:
        Problem: one of ``geography_refusals``, ``UnknownUnit`` or ``UnitNotValid``; nothing is changed.
    """
    draft = Draft.of(country)
    for number, step in sorted(enumerate(steps), key=lambda each: each[1].effective_on):
        take(draft, step, f"/steps/{number}" if len(steps) > 1 else "", new_id)
    return draft.amendments(country)


def digest_of(amendments: Iterable[Amendment]) -> str:
    """SHA-256 of the amendments in one canonical form."""
    told = [_canonical(amendment) for amendment in amendments]
    return sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _canonical(amendment: Amendment) -> dict[str, Any]:
    told = amendment.model_dump(mode="json", exclude_none=True)
    after = told["after"]
    if amendment.before is None:
        after.pop("change_id", None)
    if "undone_on" in after:
        after["undone_on"] = True
    return told
