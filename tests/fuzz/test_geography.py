"""Every pair of years that the tables are complete for: the same areas on two maps, and what regrouping does to sums.

Exhaustive, so nothing is drawn: 625 pairs of first of Januaries, forwards and backwards.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

import pytest

from services.contracts.lineage import Relation
from services.contracts.regrouping import ComparableArea
from tests.unit.test_geography import COUNTRY, MUNICIPALITIES

YEARS = tuple(MUNICIPALITIES)

Ways = Mapping[str, frozenset[str]]


def codes_on(day: date) -> list[str]:
    return [unit.code for unit in COUNTRY.units_on(day)]


def main_ways(since: date, on: date) -> Ways:
    """Where each code of a date goes on the same or another date, smaller areas apart."""
    follow = COUNTRY.successors if since <= on else COUNTRY.predecessors
    return {
        code: frozenset(branch.code for branch in follow(code, since, on) if branch.relation.is_main)
        for code in codes_on(since)
    }


def components(ways: Ways) -> set[tuple[frozenset[str], frozenset[str]]]:
    """The connected parts of the graph of ways, found by spreading from each code, not as the product finds them."""
    into: dict[str, set[str]] = defaultdict(set)
    for code, targets in ways.items():
        for target in targets:
            into[target].add(code)
    found = set()
    for start in ways:
        earlier, later, waiting = {start}, set[str](), [start]
        while waiting:
            for target in ways[waiting.pop()] - later:
                later.add(target)
                waiting += into[target] - earlier
                earlier |= into[target]
        found.add((frozenset(earlier), frozenset(later)))
    return found


def total(amounts: Mapping[str, float], codes: Iterable[str]) -> float:
    return sum(amounts.get(code, 0.0) for code in codes)


@pytest.mark.parametrize("year", YEARS)
def test_comparable_areas_are_the_connected_parts_and_partition_both_years(year: int) -> None:
    for other in (each for each in YEARS if each >= year):
        earlier, later = date(year, 1, 1), date(other, 1, 1)
        areas = COUNTRY.comparable_areas(earlier, later)
        assert areas == COUNTRY.comparable_areas(later, earlier)
        assert sorted(code for area in areas for code in area.earlier) == codes_on(earlier)
        assert sorted(code for area in areas for code in area.later) == codes_on(later)
        assert {(area.earlier, area.later) for area in areas} == components(main_ways(earlier, later))


@pytest.mark.parametrize("since", YEARS)
def test_regrouped_sums_equal_the_total_where_nothing_was_divided_and_say_so_where_it_was(since: int) -> None:
    for year in YEARS:
        day, on = date(since, 1, 1), date(year, 1, 1)
        amounts = {code: float(number + 1) for number, code in enumerate(codes_on(day))}
        regrouped = COUNTRY.regroup(amounts, day, on)
        ways = main_ways(day, on)
        divided = {code for code, targets in ways.items() if len(targets) > 1}
        undecided = {parting.code for parting in regrouped.undecided}
        weighed = {code for code in divided if day < on and is_weighed(code, day, on)}
        assert undecided == divided - weighed
        for parting in regrouped.undecided:
            assert {branch.code for branch in parting.branches} == ways[parting.code]
        for area in COUNTRY.comparable_areas(day, on):
            here, there = sides(area, is_forward=day <= on)
            expected = total(amounts, here - undecided)
            placed = total(regrouped.amounts, there)
            assert placed == expected if not here & weighed else placed == pytest.approx(expected, abs=1e-9)
        assert set(regrouped.amounts) <= set(codes_on(on))


@pytest.mark.parametrize("since", YEARS)
def test_a_set_is_placed_whole_or_told_as_undecided(since: int) -> None:
    for year in YEARS:
        day, on = date(since, 1, 1), date(year, 1, 1)
        ways = main_ways(day, on)
        regrouped = COUNTRY.regroup({code: frozenset({code}) for code in ways}, day, on)
        assert {parting.code for parting in regrouped.undecided} == {code for code in ways if len(ways[code]) > 1}
        assert regrouped.amounts == united(ways)


def test_the_divisions_of_the_tables() -> None:
    """What the properties above are about: without a division they would hold of themselves."""
    first, last = date(YEARS[0], 1, 1), date(YEARS[-1], 1, 1)
    divided = {code for code, targets in main_ways(first, last).items() if len(targets) > 1}
    assert divided == {"1613", "1850"}
    assert [code for code, targets in main_ways(date(2021, 1, 1), last).items() if len(targets) > 1] == ["1507"]


def is_weighed(code: str, since: date, on: date) -> bool:
    branches = [branch for branch in COUNTRY.successors(code, since, on) if branch.relation is Relation.split]
    return all(branch.weight is not None for branch in branches)


def sides(area: ComparableArea, *, is_forward: bool) -> tuple[frozenset[str], frozenset[str]]:
    return (area.earlier, area.later) if is_forward else (area.later, area.earlier)


def united(ways: Ways) -> dict[str, frozenset[str]]:
    """Every code that goes one way, by where it goes."""
    into: dict[str, set[str]] = defaultdict(set)
    for code, targets in ways.items():
        if len(targets) == 1:
            into[next(iter(targets))].add(code)
    return {target: frozenset(codes) for target, codes in into.items()}
