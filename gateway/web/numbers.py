"""The numbers a municipality has had while it stayed the same: 1902 became 5401 in 2020 and 5501 in 2024."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.contracts.geography import Geography
from services.contracts.registry import ChangeKind

SAME = frozenset((ChangeKind.recode, ChangeKind.county_change))
"""The changes by which a municipality only got another number."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number and the time it was in use; ``until`` is the day it ceased, empty while current."""

    code: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class InUse:
    """When a number that is not in use on the day asked about is: from ``day``, or until it."""

    how: Literal["to_come", "began", "ends", "ended"]
    day: date


def in_use(since: date, until: date | None, on: date, today: date) -> InUse:
    """What to say of a number on a day on which it is not in use."""
    if until is None or on < since:
        return InUse("to_come" if since > today else "began", since)
    return InUse("ends" if until > today else "ended", until - date.resolution)


def number_history(geography: Geography, code: str) -> tuple[Numbered, ...]:
    """All numbers of a municipality, the oldest first. One that came of several, or was divided, begins anew."""
    codes = [code]
    while (before := _step(geography, codes[0], is_back=True)) is not None and before not in codes:
        codes.insert(0, before)
    while (after := _step(geography, codes[-1], is_back=False)) is not None and after not in codes:
        codes.append(after)
    units = (geography.units[each] for each in codes)
    return tuple(Numbered(unit.code, unit.valid_from, unit.valid_to) for unit in units)


def _step(geography: Geography, code: str, *, is_back: bool) -> str | None:
    ways = [
        change
        for change in geography.changes_of(code)
        if change.kind not in (ChangeKind.part, ChangeKind.rename)
        and change.old_code != change.new_code
        and code == (change.new_code if is_back else change.old_code)
    ]
    if len(ways) != 1 or ways[0].kind not in SAME:
        return None
    other = ways[0].old_code if is_back else ways[0].new_code
    return other if other in geography.units else None
