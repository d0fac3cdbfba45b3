"""The municipalities that a figure is over, on the figure's date, and the way to them from the codes of other dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.contracts.geography import COMPLETE_FROM, Geography
from services.contracts.heirs import is_same_area, main_branches
from services.contracts.lineage import Branch
from services.contracts.registry import Coverage, Organisation, UnitCoverage
from services.contracts.regrouping import Regrouped
from services.reporting.domain.facts import Why


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a fact falls in the geography of a figure: a code, or the reason why it falls nowhere."""

    code: str | None
    why: Why | None = None


class Region:
    """The municipalities of some counties on a date, and some of others. Codes of other dates follow their areas.

    ``is_whole`` is false for a single county of a centre's region.
    """

    def __init__(
        self,
        geography: Geography,
        counties: Iterable[str],
        on: date,
        *,
        units: Iterable[str] = (),
        is_whole: bool = True,
    ) -> None:
        self.geography, self.on, self.is_whole = geography, on, is_whole
        self.counties = tuple(sorted(self._now(counties)))
        named = self._now(units)
        self.units = tuple(
            unit for unit in geography.units_on(on) if unit.county_code in self.counties or unit.code in named
        )
        self.codes = frozenset(unit.code for unit in self.units)
        self._placed: dict[tuple[str, date, bool], Placed | None] = {}

    def only(self, county: str) -> "Region":
        """One county of the region."""
        return Region(self.geography, (county,), self.on, is_whole=False)

    def place(self, code: str, happened_on: date, *, inherits: bool) -> Placed | None:
        """The municipality that a fact at ``code`` falls to; none for a fact outside the region.

        The same municipality under another code keeps its facts. One that was merged takes over those of its
        predecessors only where ``inherits`` (BR-51), and a division is never decided by us.
        """
        key = (code, happened_on, inherits)
        if key not in self._placed:
            self._placed[key] = self._find(code, happened_on, inherits=inherits)
        return self._placed[key]

    def shared(self, code: str, happened_on: date, amount: float) -> Regrouped[float]:
        """An amount at ``code`` by the municipalities of the figure's date, the region's and others.

        A recorded share divides it. Where none is recorded it is undecided, and so is what was merged, when the figure
        is shown in an earlier geography.
        """
        if code not in self.geography.units and not self.geography.is_undone(code):
            return Regrouped({}, (), ())
        return self.geography.regroup({code: amount}, self._day_in_use(code, happened_on), self.on)

    def holds_county(self, code: str | None, happened_on: date) -> bool:
        """Whether what a centre holds in the county is shown for the region: all of it, or only that of one county."""
        return self.is_whole or (code is not None and self.county(code, happened_on) is not None)

    def place_county(self, code: str, happened_on: date) -> Placed | None:
        """The county that a fact at ``code`` falls to; none for a fact outside the region, or at a divided county."""
        if self.geography.is_undone(code):
            is_here = any(branch.code in self.counties for branch in self.geography.instead_of(code, self.on))
            return Placed(None, Why.undone) if is_here else None
        county = self.county(code, happened_on)
        return None if county is None else Placed(county)

    def county(self, code: str, happened_on: date) -> str | None:
        """The county of the region that a county of another date is, or lies in; none outside and for a divided one."""
        if self.geography.is_undone(code):
            return None
        branches = self._main_branches(code, happened_on)
        found = [branch.code for branch in branches if branch.code in self.counties]
        return found[0] if len(branches) == 1 and found else None

    def differs_from(self, day: date) -> bool:
        """Whether the area of the region was parted otherwise into municipalities on another day."""
        other = max(day, COMPLETE_FROM)
        if other == self.on:
            return False
        areas = self.geography.comparable_areas(self.on, other)
        return any(area.earlier != area.later for area in areas if self.codes & (area.earlier | area.later))

    def named(self, codes: Iterable[str]) -> list[dict[str, str]]:
        """Units by code and name, for lists of who is left."""
        return [{"code": code, "name": self.geography.name(code, self.on)} for code in sorted(codes)]

    def _find(self, code: str, happened_on: date, *, inherits: bool) -> Placed | None:
        if code in self.codes and self.geography.valid(code, happened_on):
            return Placed(code)
        branches = self._main_branches(code, happened_on)
        if not any(branch.code in self.codes for branch in branches):
            return None
        if self.geography.is_undone(code):
            return Placed(None, Why.undone)
        if len(branches) > 1:
            return Placed(None, Why.divided if happened_on <= self.on else Why.merged)
        is_its_own = inherits or is_same_area(self.geography, branches[0])
        return Placed(branches[0].code) if is_its_own else Placed(None, Why.merged)

    def _now(self, codes: Iterable[str]) -> frozenset[str]:
        """The codes that the areas have on the region's date."""
        return frozenset(branch.code for code in codes for branch in self._main_branches(code, self.on))

    def _main_branches(self, code: str, happened_on: date) -> tuple[Branch, ...]:
        """The ways from the code on that day to the region's date."""
        return main_branches(self.geography, code, happened_on, self.on)

    def _day_in_use(self, code: str, day: date) -> date:
        """The day, or the nearest on which the code was in use: much is entered before a change is known."""
        if code not in self.geography.units:
            return day
        unit = self.geography.units[code]
        return max(unit.valid_from, min(day, (unit.valid_to or date.max) - date.resolution))


def region_of(geography: Geography, centre: Organisation, on: date) -> Region:
    """The municipalities that the centre covers on the date, with their counties or by themselves."""
    counties = [cover.county_code for cover in centre.coverage if _holds(cover, on)]
    units = [cover.unit_code for cover in centre.unit_coverage if _holds(cover, on)]
    return Region(geography, counties, on, units=units)


def _holds(cover: Coverage | UnitCoverage, on: date) -> bool:
    return cover.valid_from <= on and (cover.valid_to is None or on < cover.valid_to)
