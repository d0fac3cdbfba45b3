"""What became of a code: its branches to the codes of another date. Pure; docs/geography.md explains the words."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from services.contracts.registry import ChangeKind, GeographicChange


class Relation(StrEnum):
    """How the area of a code relates to a code of a later date. The order is the strength, strongest first."""

    same = "same"
    """The code itself lives on."""
    whole = "whole"
    """All of it went there, alone or with others."""
    split = "split"  # type: ignore[assignment]  # hides str.split, which no relation needs
    """It was divided, and a share went there."""
    part = "part"
    """A smaller area moved there; the main way on is another branch."""
    part_via_successor = "part_via_successor"
    """A smaller area of a later, larger municipality moved there; it may or may not be from here."""

    @property
    def is_main(self) -> bool:
        """Whether figures follow this way. Smaller areas never carry figures with them."""
        return self in _MAIN


_MAIN = frozenset((Relation.same, Relation.whole, Relation.split))
_STRENGTH = {relation: position for position, relation in enumerate(Relation)}


@dataclass(frozen=True, slots=True)
class Branch:
    """One way from a code to a code of a later date.

    ``weight`` is the share of the old code that went this way: 1 for all of it, none where nobody recorded it.
    ``path`` holds every code on the way, both ends included.
    """

    code: str
    relation: Relation
    weight: float | None
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """When a code is valid; ``until`` is exclusive, empty while current."""

    since: date
    until: date | None

    def holds(self, on: date) -> bool:
        """Whether the code is valid on the date."""
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class _Step:
    """A code reached on the way, and what is known of the area followed until there."""

    code: str
    since: date
    path: tuple[str, ...]
    relation: Relation = Relation.whole
    weight: float | None = 1.0
    is_same_area: bool = True
    """Only recodes lie behind: the code reached is what we started from."""


class Lineage:
    """The graph of codes and changes of one level, municipalities or counties. Changes come in the order of time."""

    def __init__(self, spans: Mapping[str, Span], changes: Iterable[GeographicChange]) -> None:
        self._spans = spans
        self._onward: dict[str, list[GeographicChange]] = defaultdict(list)
        self._moved: dict[str, list[GeographicChange]] = defaultdict(list)
        self._grew_on: dict[str, list[date]] = defaultdict(list)
        for change in changes:
            if change.old_code not in spans or change.new_code not in spans:
                continue
            if change.kind is ChangeKind.part:
                self._moved[change.old_code].append(change)
            elif change.kind is not ChangeKind.rename:
                self._onward[change.old_code].append(change)
                self._grew_on[change.new_code].append(change.effective_on)
        ends = {end for span in spans.values() for end in (span.since, span.until) if end is not None}
        ends |= {change.effective_on for moved in self._moved.values() for change in moved}
        self._boundaries = sorted(ends)
        self._known: dict[tuple[str, int, int], tuple[Branch, ...]] = {}
        self._sources: dict[tuple[int, int], Mapping[str, tuple[Branch, ...]]] = {}

    def era(self, on: date) -> int:
        """The number of the interval that the date lies in. Within an interval nothing changes."""
        return bisect_right(self._boundaries, on)

    def branches(self, code: str, since: date, on: date) -> tuple[Branch, ...]:
        """Every code of ``on`` that the area of ``code`` went to after ``since``, sorted by code.

        ``code`` must be valid on ``since``, and ``on`` not earlier.
        """
        key = (code, self.era(since), self.era(on))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _joined(self._walk(_Step(code, since, (code,)), on))
        return known

    def sources(self, code: str, at: date, on: date) -> tuple[Branch, ...]:
        """Every code of ``on``, an earlier date, that has ``code`` of ``at`` among its branches, sorted by code.

        ``code`` of each is the earlier one; relation, weight and path are of the way from there.
        """
        key = (self.era(on), self.era(at))
        if key not in self._sources:
            found: dict[str, list[Branch]] = defaultdict(list)
            for earlier in sorted(code for code, span in self._spans.items() if span.holds(on)):
                for branch in self.branches(earlier, on, at):
                    found[branch.code].append(replace(branch, code=earlier))
            self._sources[key] = {code: tuple(branches) for code, branches in found.items()}
        return self._sources[key].get(code, ())

    def _walk(self, step: _Step, on: date) -> Iterator[Branch]:
        for change in self._moved.get(step.code, ()):
            if step.since < change.effective_on <= on:
                yield from self._walk(self._small_area(step, change), on)
        until = self._spans[step.code].until
        if until is None or on < until:
            relation = Relation.same if len(step.path) == 1 else step.relation
            yield Branch(step.code, relation, step.weight, step.path)
            return
        onward = self._ways(step)
        for change in onward:
            yield from self._walk(self._next(step, change, is_only=len(onward) == 1), on)

    def _small_area(self, step: _Step, change: GeographicChange) -> _Step:
        grew = any(step.since < day <= change.effective_on for day in self._grew_on.get(step.code, ()))
        is_from_here = step.is_same_area and not grew
        return _Step(
            change.new_code,
            change.effective_on,
            (*step.path, change.new_code),
            Relation.part if is_from_here else Relation.part_via_successor,
            change.weight if is_from_here else None,
            is_same_area=False,
        )

    def _ways(self, step: _Step) -> list[GeographicChange]:
        """The changes that the area followed takes.

        A change that restores an earlier code takes exactly what came by that code; what came by another goes the
        other ways. Only who starts from the divided code itself is divided.
        """
        onward = self._onward[step.code]
        for change in onward:
            if change.restores in step.path:
                return [change]
        if step.is_same_area:
            return onward
        return [change for change in onward if change.restores is None] or onward

    def _next(self, step: _Step, change: GeographicChange, *, is_only: bool) -> _Step:
        reached = replace(
            step,
            code=change.new_code,
            since=change.effective_on,
            path=(*step.path, change.new_code),
            is_same_area=step.is_same_area and change.kind in (ChangeKind.recode, ChangeKind.county_change),
        )
        if is_only:
            return reached
        # A recorded weight is a share of the divided code, so it says nothing of one municipality inside it.
        is_known = step.is_same_area and step.weight is not None and change.weight is not None
        weight = (step.weight or 0.0) * (change.weight or 0.0) if is_known else None
        return replace(reached, relation=Relation.split if step.relation.is_main else step.relation, weight=weight)


def _joined(branches: Iterable[Branch]) -> tuple[Branch, ...]:
    """One branch per code: shares that meet again are added, a smaller area gives way to the main way."""
    strongest: dict[str, Branch] = {}
    for branch in branches:
        other = strongest.get(branch.code)
        if other is None:
            strongest[branch.code] = branch
        elif branch.relation is Relation.split and other.relation is Relation.split:
            is_known = branch.weight is not None and other.weight is not None
            weight = (branch.weight or 0.0) + (other.weight or 0.0) if is_known else None
            strongest[branch.code] = replace(other, weight=weight)
        elif _STRENGTH[branch.relation] < _STRENGTH[other.relation]:
            strongest[branch.code] = branch
    main = [branch for branch in strongest.values() if branch.relation.is_main]
    if len(main) == 1 and main[0].relation is Relation.split:
        strongest[main[0].code] = replace(main[0], relation=Relation.whole, weight=1.0)
    return tuple(strongest[code] for code in sorted(strongest))
