"""A ratio: what is measured against what, and what it should be. Rounds interleave, so that noise hits both alike."""

import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

ROUNDS = 3

Rate = Callable[[], Awaitable[float]]
"""Does its work once and returns how much of it was done in a second."""


@dataclass(frozen=True)
class Ratio:
    """One line of the bench. ``higher`` is better, or for latency and memory lower is; without a goal it is printed."""

    name: str
    base: str
    figure: float
    goal: float | None
    higher: bool = True

    @property
    def short(self) -> bool:
        """It has a goal and does not reach it."""
        if self.goal is None:
            return False
        return self.figure < self.goal if self.higher else self.figure > self.goal

    def line(self) -> str:
        """As printed: the figure first, then its goal, its name and its base."""
        sign = "≥" if self.higher else "≤"
        goal = "printed" if self.goal is None else f"{sign} {self.goal:g}"
        verdict = "SHORT" if self.short else "ok" if self.goal is not None else "–"
        return f"{self.figure:8.2f}  {goal:>8}  {verdict:5}  {self.name}  /  {self.base}"


async def interleaved(ours: Rate, base: Rate, *, rounds: int = ROUNDS) -> float:
    """The median of our rate to the base's, round by round. One round before them is not counted."""
    await base()
    await ours()
    found = []
    for _ in range(rounds):
        below = await base()
        found.append(await ours() / below)
    return statistics.median(found)


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._since
