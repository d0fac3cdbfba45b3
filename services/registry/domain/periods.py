"""Periods of time: from a day until another that is not part of it, or without end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, Self

from services.kernel.problems import FieldError, Invalid

NO_END = date.max


class PeriodReversed(Invalid):
    """A period ends before it has begun."""

    code = "period-reversed"


class PeriodsOverlap(Invalid):
    """The same is told twice for the same time. ``errors`` point at the later of the two in the request."""

    code = "periods-overlap"


class Dated(Protocol):
    """Whatever holds for a period; ``valid_to`` is exclusive and empty while there is no end."""

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_to(self) -> date | None: ...


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From ``since`` until ``until``, exclusive."""

    since: date
    until: date

    @classmethod
    def of(cls, dated: Dated) -> Self:
        """The period of something."""
        return cls(dated.valid_from, dated.valid_to or NO_END)

    @property
    def valid_to(self) -> date | None:
        """The end as resources tell it."""
        return None if self.until == NO_END else self.until

    def holds(self, on: date) -> bool:
        """Whether the day lies in it."""
        return self.since <= on < self.until

    def overlaps(self, other: "Period") -> bool:
        """Whether they have a day in common."""
        return self.since < other.until and other.since < self.until


def is_valid(since: date | None, until: date | None, on: date) -> bool:
    """Whether something that may have neither a known beginning nor an end holds on the day."""
    return Period(since or date.min, until or NO_END).holds(on)


def joined(periods: Iterable[Period]) -> list[Period]:
    """The same days in the fewest periods, in the order of time."""
    found: list[Period] = []
    for period in sorted(periods):
        if found and period.since <= found[-1].until:
            found[-1] = Period(found[-1].since, max(found[-1].until, period.until))
        else:
            found.append(period)
    return found


def without(periods: Iterable[Period], taken: Iterable[Period]) -> list[Period]:
    """The days of the first that are in none of the others, in the order of time."""
    left = joined(periods)
    for gone in joined(taken):
        pieces = [
            (Period(period.since, min(period.until, gone.since)), Period(max(period.since, gone.until), period.until))
            for period in left
        ]
        left = [piece for pair in pieces for piece in pair if piece.since < piece.until]
    return left


def require_end(since: date, until: date) -> None:
    """Refuse an end before the beginning. On the first day is allowed: it says that the period never was.

    Raises:
        PeriodReversed: it lies before.
    """
    if until < since:
        raise PeriodReversed(errors=[FieldError("/valid_to", code="period-reversed")])


def require_period(since: date | None, until: date | None, pointer: str = "") -> None:
    """Refuse a period without a day. ``pointer`` is that of the object with the two dates.

    Raises:
        PeriodReversed: it ends on or before the day on which it begins.
    """
    if since is not None and until is not None and until <= since:
        raise PeriodReversed(errors=[FieldError(f"{pointer}/valid_to", code="period-reversed")])
