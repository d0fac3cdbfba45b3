"""The country as it was on a date: which codes were valid, what they were called, and what became of them.

Built once from published units, counties and changes, and asked by every part. A unit is a code with a date. History is
never rewritten: a fact stays on the unit where it happened, and regrouping is a question.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from services.contracts.lineage import Branch, Lineage, Relation, Span
from services.contracts.registry import County, GeographicChange, PlaceName, Unit, UnitKind
from services.contracts.regrouping import Amount, ComparableArea, Parting, Regrouped, shares, total

COMPLETE_FROM = date(2002, 1, 1)
"""The first date for which the reference tables hold every municipality and county."""

Place = TypeVar("Place", Unit, County)


class GeographyError(LookupError):
    """A code or a date that the geography cannot answer for."""


class UnknownCode(GeographyError):
    """No unit or county ever had the code."""


class NotValidOn(GeographyError):
    """The code exists, but not on the date. ``instead`` holds the codes of that date that have its area."""

    def __init__(self, code: str, on: date, span: Span, instead: tuple[str, ...]) -> None:
        super().__init__(f"{code} is not valid on {on}")
        self.code = code
        self.on = on
        self.valid_from = span.since
        self.valid_to = span.until
        self.instead = instead


class BeforeTheTables(GeographyError):
    """The date lies before ``COMPLETE_FROM``, so that no answer would be complete."""


class Geography:
    """Units and counties with their history. Immutable: build a new one when a unit, county or change is published.

    What has not arrived yet is not there: a change to an unknown code is left out until the code is known. What is
    undone never was: it answers to no question but ``record_of`` and ``instead_of``.
    """

    def __init__(
        self, units: Iterable[Unit] = (), counties: Iterable[County] = (), changes: Iterable[GeographicChange] = ()
    ) -> None:
        self.units, self.undone_units = _parted(units)
        self.counties, self.undone_counties = _parted(counties)
        recorded = sorted(changes, key=lambda change: (change.effective_on, change.old_code, change.new_code))
        self.changes = tuple(change for change in recorded if change.undone_on is None)
        self.undone_changes = tuple(change for change in recorded if change.undone_on is not None)
        unit_spans = {code: Span(unit.valid_from, unit.valid_to) for code, unit in self.units.items()}
        county_spans = {code: Span(county.valid_from, county.valid_to) for code, county in self.counties.items()}
        self._units = Lineage(unit_spans, self.changes)
        self._counties = Lineage(county_spans, self.changes)
        self._spans = unit_spans | county_spans
        self._units_on: dict[tuple[int, str | None, UnitKind], tuple[Unit, ...]] = {}

    def valid(self, code: str, on: date) -> bool:
        """Whether a unit or county has the code on the date."""
        return code in self._spans and self._spans[code].holds(on)

    def require(self, code: str, on: date) -> None:
        """Raise as ``unit`` unless a unit or county has the code on the date."""
        span = self._span(code)
        if not span.holds(on):
            raise NotValidOn(code, on, span, tuple(branch.code for branch in self.related(code, on)))

    def unit(self, code: str, on: date) -> Unit:
        """The unit that has the code on the date.

        Raises:
            UnknownCode: no unit ever had the code.
            NotValidOn: it has another code on the date, or does not exist.
        """
        if code not in self.units:
            raise UnknownCode(code)
        self.require(code, on)
        return self.units[code]

    def county(self, code: str, on: date) -> County:
        """The county that has the code on the date. Raises as ``unit``."""
        if code not in self.counties:
            raise UnknownCode(code)
        self.require(code, on)
        return self.counties[code]

    def names(self, code: str, on: date) -> PlaceName:
        """What the unit or county is called on the date. Raises as ``unit``."""
        versions = self.county(code, on).names if code in self.counties else self.unit(code, on).names
        return next((name for name in reversed(versions) if name.valid_from <= on), versions[0])

    def name(self, code: str, on: date) -> str:
        """The Norwegian name on the date. Raises as ``unit``."""
        return self.names(code, on).name

    def county_of(self, code: str, on: date) -> str | None:
        """The code of the county that the unit lies in on the date. Raises as ``unit``."""
        return self.unit(code, on).county_code

    def units_on(self, on: date, county: str | None = None, kind: UnitKind = UnitKind.municipality) -> tuple[Unit, ...]:
        """The units of a kind valid on the date, sorted by code.

        Raises:
            BeforeTheTables: the tables are not complete for the date.
        """
        if on < COMPLETE_FROM:
            raise BeforeTheTables(on)
        key = (self._units.era(on), county, kind)
        if key not in self._units_on:
            self._units_on[key] = tuple(
                unit
                for code, unit in self.units.items()
                if unit.kind is kind and county in (None, unit.county_code) and self._spans[code].holds(on)
            )
        return self._units_on[key]

    def counties_on(self, on: date) -> tuple[County, ...]:
        """The counties valid on the date, sorted by code. Raises as ``units_on``."""
        if on < COMPLETE_FROM:
            raise BeforeTheTables(on)
        return tuple(county for code, county in self.counties.items() if self._spans[code].holds(on))

    def changes_of(self, code: str) -> tuple[GeographicChange, ...]:
        """The recorded changes from or to the code, in the order of time."""
        return tuple(change for change in self.changes if code in (change.old_code, change.new_code))

    def record_of(self, code: str) -> tuple[GeographicChange, ...]:
        """The same, and behind them those that did not happen after all."""
        undone = (change for change in self.undone_changes if code in (change.old_code, change.new_code))
        return (*self.changes_of(code), *undone)

    def is_undone(self, code: str) -> bool:
        """Whether the code was entered and never was."""
        return code in self.undone_units or code in self.undone_counties

    def instead_of(self, code: str, on: date) -> tuple[Branch, ...]:
        """Where facts of a code that never was may belong: the codes of ``on`` that it was said to come from.

        Empty for every other code. Nobody knows which of them, or how much.
        """
        found: dict[str, Branch] = {}
        for origin in self._origins(code):
            for branch in self.related(origin, on):
                found.setdefault(branch.code, Branch(branch.code, Relation.split, None, (code, *branch.path)))
        return tuple(found[code] for code in sorted(found))

    def successors(self, code: str, since: date, on: date) -> tuple[Branch, ...]:
        """What the code, as it was on ``since``, is on the same or a later date, sorted by code.

        Raises:
            UnknownCode, NotValidOn: for the code on ``since``.
            ValueError: ``on`` is earlier.
        """
        if on < since:
            raise ValueError("a successor is of the same or a later date")
        self.require(code, since)
        return self._lineage(code).branches(code, since, on)

    def predecessors(self, code: str, at: date, on: date) -> tuple[Branch, ...]:
        """What the code, as it was at ``at``, consisted of on the same or an earlier date, sorted by code.

        A branch is the way from the earlier code, seen from there: ``split`` means that a share of it is here.

        Raises:
            UnknownCode, NotValidOn: for the code at ``at``.
            ValueError: ``on`` is later.
        """
        if at < on:
            raise ValueError("a predecessor is of the same or an earlier date")
        self.require(code, at)
        return self._lineage(code).sources(code, at, on)

    def related(self, code: str, on: date) -> tuple[Branch, ...]:
        """The main ways between a code, from its last or first day, and a date on which it may not be valid.

        Raises:
            UnknownCode: no unit or county ever had the code.
        """
        span = self._span(code)
        if span.holds(on):
            branches = self.successors(code, on, on)
        elif on < span.since:
            branches = self.predecessors(code, span.since, on)
        else:
            branches = self.successors(code, (span.until or on) - date.resolution, on)
        return tuple(branch for branch in branches if branch.relation.is_main)

    def regroup(self, amounts: Mapping[str, Amount], since: date, on: date) -> Regrouped[Amount]:
        """The amounts of the codes of ``since``, by the codes of ``on``, which may be earlier or later.

        A number crosses a division by its recorded weights, a set never does. What cannot be placed is told, and so
        is what was entered on a code that never was.

        Raises:
            UnknownCode, NotValidOn: for a code on ``since``.
        """
        placed: dict[str, Amount] = {}
        undecided: list[Parting] = []
        approximate: list[Parting] = []
        for code in sorted(amounts):
            if self.is_undone(code):
                undecided.append(Parting(code, self.instead_of(code, on)))
                continue
            branches = self.successors(code, since, on) if since <= on else self.predecessors(code, since, on)
            main = tuple(branch for branch in branches if branch.relation.is_main)
            if len(main) < len(branches):
                approximate.append(Parting(code, tuple(branch for branch in branches if not branch.relation.is_main)))
            parts = shares(amounts[code], main, is_forward=since <= on)
            if not parts:
                undecided.append(Parting(code, main))
            for target, share in parts:
                placed[target] = total(placed[target], share) if target in placed else share
        return Regrouped(placed, tuple(undecided), tuple(approximate))

    def comparable_areas(self, one: date, other: date) -> tuple[ComparableArea, ...]:
        """The least groups of municipalities with the same area on both dates: a partition of each date's codes."""
        earlier, later = sorted((one, other))
        areas: list[tuple[set[str], set[str]]] = []
        for unit in self.units_on(earlier):
            before = {unit.code}
            after = {branch.code for branch in self.successors(unit.code, earlier, later) if branch.relation.is_main}
            apart: list[tuple[set[str], set[str]]] = []
            for area in areas:
                if area[1].isdisjoint(after):
                    apart.append(area)
                else:
                    before |= area[0]
                    after |= area[1]
            areas = [*apart, (before, after)]
        return tuple(ComparableArea(frozenset(before), frozenset(after)) for before, after in areas)

    def _origins(self, code: str) -> list[str]:
        """The codes from which changes that are undone led to a code that never was, in the order of their codes."""
        if not self.is_undone(code):
            return []
        seen, waiting = {code}, [code]
        while waiting:
            reached = waiting.pop()
            came_from = {change.old_code for change in self.undone_changes if change.new_code == reached} - seen
            seen |= came_from
            waiting += came_from - self._spans.keys()
        return sorted(seen & self._spans.keys())

    def _span(self, code: str) -> Span:
        if code not in self._spans:
            raise UnknownCode(code)
        return self._spans[code]

    def _lineage(self, code: str) -> Lineage:
        return self._counties if code in self.counties else self._units


def _parted(places: Iterable[Place]) -> tuple[Mapping[str, Place], Mapping[str, Place]]:
    """By code, in its order: those that are or were, and those that never were."""
    by_code = {place.code: place for place in sorted(places, key=lambda place: place.code)}
    undone = {code: place for code, place in by_code.items() if place.undone_on is not None}
    return {code: place for code, place in by_code.items() if code not in undone}, undone
