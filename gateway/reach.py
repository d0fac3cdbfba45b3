"""Which codes mean a municipality on a date: its own, those whose area it has, and the counties around them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.contracts.geography import COMPLETE_FROM, Geography, UnknownCode
from services.contracts.heirs import is_same_area, main_branches


@dataclass(frozen=True, slots=True)
class Areas:
    """What an offer may name to mean one place. Former codes count, because facts stay on the code they were given."""

    code: str
    units: frozenset[str]
    counties: frozenset[str]


@dataclass(frozen=True, slots=True)
class Heir:
    """The unit that something told of a code falls to; ``is_whole``: what it was told of is that unit, not a part."""

    code: str
    is_whole: bool


def heir_of(geography: Geography, code: str, happened_on: date, on: date) -> Heir | None:
    """The unit of a date that has the area of what had the code on a day, as reporting counts (BR-51).

    None where the area was divided, so that nobody can say which part was meant, and for a code that never was.
    """
    if geography.is_undone(code):
        return None
    if geography.valid(code, happened_on) and geography.valid(code, on):
        return Heir(code, is_whole=True)
    branches = main_branches(geography, code, happened_on, on)
    if len(branches) != 1:
        return None
    return Heir(branches[0].code, is_same_area(geography, branches[0]))


def former_codes(geography: Geography, on: date) -> Mapping[str, frozenset[str]]:
    """For each code of the date, the earlier codes that it has the area of, or a recorded share of."""
    former: dict[str, set[str]] = defaultdict(set)
    for unit in geography.units.values():
        if unit.valid_to is not None and unit.valid_to <= on:
            for branch in geography.related(unit.code, on):
                former[branch.code].add(unit.code)
    return {code: frozenset(earlier) for code, earlier in former.items()}


def line_of(geography: Geography, code: str) -> frozenset[str]:
    """The code, every code on the main ways to it since the tables began, and every one on those that lead on.

    A city district has the line of its municipality too.

    Raises:
        UnknownCode: no unit ever had the code.
    """
    if code not in geography.units:
        raise UnknownCode(code)
    unit = geography.units[code]
    last_day = (unit.valid_to or date.max) - date.resolution
    ways = [*geography.predecessors(code, last_day, min(COMPLETE_FROM, last_day)), *geography.related(code, date.max)]
    line = {code}.union(*(way.path for way in ways if way.relation.is_main))
    if unit.parent_code is not None and unit.parent_code in geography.units:
        line |= line_of(geography, unit.parent_code)
    return frozenset(line)


def areas_of(geography: Geography, former: Mapping[str, frozenset[str]], code: str, on: date) -> Areas:
    """The areas of a unit.

    A county of a former code counts only when it is itself gone: who moved from a county that still exists is no
    longer meant by it.

    Raises:
        UnknownCode, NotValidOn: for the code on the date.
    """
    unit = geography.unit(code, on)
    own = {code, unit.parent_code} if unit.parent_code else {code}
    units = own.union(*(former.get(each, frozenset()) for each in own))
    counties = {unit.county_code} if unit.county_code else set()
    for earlier in units - own:
        county = geography.units[earlier].county_code
        if county is not None and not geography.valid(county, on):
            counties.add(county)
    return Areas(code, frozenset(units), frozenset(counties))
