"""The country as it was on a date: which codes were valid, what they were called, and what became of them.

Built once from published units, counties and changes, and asked by every part. A unit is a code with a date. History is
never rewritten: a fact stays on the unit where it happened, and regrouping is a question.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from services.contracts.lineage import Branch, Lineage, Span
from services.contracts.registry import County, GeographicChange, PlaceName, Unit, UnitKind

COMPLETE_FROM = date(2002, 1, 1)
"""The first date for which the reference tables hold every municipality and county."""

Amount = TypeVar("Amount", float, frozenset[str])
"""What a code carries: a number, or a set of things that happened there."""


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


@dataclass(frozen=True, slots=True)
class Parting:
    """A code whose area, or some of it, went several ways between two dates."""

    code: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Regrouped(Generic[Amount]):
    """Amounts by the codes of another date.

    ``undecided`` could not be placed and is in no amount: the area parted and nobody recorded the shares.
    ``approximate`` gave or got a smaller area; its amount follows the main way whole.
    """

    amounts: Mapping[str, Amount]
    undecided: tuple[Parting, ...]
    approximate: tuple[Parting, ...]


@dataclass(frozen=True, slots=True)
class ComparableArea:
    """The least group of municipalities that covers the same area on two dates, smaller areas apart."""

    earlier: frozenset[str]
    later: frozenset[str]


class Geography:
    """Units and counties with their history. Immutable: build a new one when a unit, county or change is published.

    What has not arrived yet is not there: a change to an unknown code is left out until the code is known.
    """

    def __init__(
        self, units: Iterable[Unit] = (), counties: Iterable[County] = (), changes: Iterable[GeographicChange] = ()
    ) -> None:
        self.units: Mapping[str, Unit] = {unit.code: unit for unit in sorted(units, key=lambda unit: unit.code)}
        self.counties: Mapping[str, County] = {
            county.code: county for county in sorted(counties, key=lambda county: county.code)
        }
        unit_spans = {code: Span(unit.valid_from, unit.valid_to) for code, unit in self.units.items()}
        county_spans = {code: Span(county.valid_from, county.valid_to) for code, county in self.counties.items()}
        self.changes = tuple(
            sorted(changes, key=lambda change: (change.effective_on, change.old_code, change.new_code))
        )
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

        A number crosses a division by its recorded weights, a set never does. What cannot be placed is told.

        Raises:
            UnknownCode, NotValidOn: for a code on ``since``.
        """
        placed: dict[str, Amount] = {}
        undecided: list[Parting] = []
        approximate: list[Parting] = []
        for code in sorted(amounts):
            branches = self.successors(code, since, on) if since <= on else self.predecessors(code, since, on)
            main = tuple(branch for branch in branches if branch.relation.is_main)
            if len(main) < len(branches):
                approximate.append(Parting(code, tuple(branch for branch in branches if not branch.relation.is_main)))
            shares = _shares(amounts[code], main, is_forward=since <= on)
            if not shares:
                undecided.append(Parting(code, main))
            for target, share in shares:
                placed[target] = _sum(placed[target], share) if target in placed else share
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

    def _span(self, code: str) -> Span:
        if code not in self._spans:
            raise UnknownCode(code)
        return self._spans[code]

    def _lineage(self, code: str) -> Lineage:
        return self._counties if code in self.counties else self._units


def _shares(amount: Any, main: Sequence[Branch], *, is_forward: bool) -> list[tuple[str, Any]]:
    """What of an amount goes to which code; nothing where that cannot be told.

    Backwards a weight does not help: it is a share of the earlier code, not of the later.
    """
    if len(main) == 1:
        return [(main[0].code, amount)]
    weights = [branch.weight for branch in main if branch.weight is not None]
    if isinstance(amount, frozenset) or not is_forward or len(weights) < len(main):
        return []
    return [(branch.code, amount * weight) for branch, weight in zip(main, weights, strict=True)]


def _sum(one: Any, other: Any) -> Any:
    return one | other if isinstance(one, frozenset) else one + other
