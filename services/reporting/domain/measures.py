"""The arithmetic of figures: windows, targets and shares. Exact; nothing is rounded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any

from services.reporting.domain.facts import Fact, in_order


@dataclass(frozen=True, slots=True)
class Window:
    """A period that facts are counted in. Both days are part of it."""

    since: date
    until: date

    def holds(self, day: date) -> bool:
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class Target:
    """The share that a goal asks for. ``is_exceeded`` when exactly the share is too little."""

    share: Fraction
    is_exceeded: bool = False

    def needed(self, denominator: int) -> int:
        """The least numerator that reaches the target, from the unrounded share (BR-17, BR-49)."""
        exact = self.share * denominator
        return floor(exact) + 1 if self.is_exceeded else ceil(exact)


@dataclass(frozen=True, slots=True)
class Measure:
    """What an indicator comes to, and the facts behind it."""

    numerator: int
    facts: tuple[Fact, ...]
    denominator: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def reached_on(self, needed: int) -> date | None:
        """The day of the fact that brought the numerator to what is needed; none while it is not reached."""
        total = 0
        for each in in_order(self.facts):
            total += each.amount if each.counts else 0
            if each.counts and total >= needed:
                return each.occurred_on
        return None


def value_of(numerator: int, denominator: int | None) -> float | None:
    """The unrounded share; none without a denominator or with one of zero."""
    return numerator / denominator if denominator else None


def share(numerator: int, denominator: int) -> dict[str, float | int | None]:
    """A share that belongs to another figure: never a bare number either."""
    return {"numerator": numerator, "denominator": denominator, "value": value_of(numerator, denominator)}


def count(facts: tuple[Fact, ...], denominator: int | None = None, extra: Mapping[str, Any] | None = None) -> Measure:
    """A measure whose numerator is the sum of what counts."""
    return Measure(sum(each.amount for each in facts if each.counts), facts, denominator, extra or {})
