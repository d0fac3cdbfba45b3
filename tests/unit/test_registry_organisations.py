"""Periods, numbers and coverage that is united: what holds for whatever is told."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.registry import Coverage
from services.registry.domain.coverage import united
from services.registry.domain.organisations import is_organisation_number
from services.registry.domain.periods import NO_END, Period, joined, without

FIRST = date(2016, 1, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(15)]

starts = st.integers(0, 10)
lengths = st.integers(1, 4)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    since = FIRST + timedelta(days=draw(starts))
    return Period(since, draw(st.one_of(st.just(NO_END), lengths.map(lambda days: since + timedelta(days=days)))))


@st.composite
def coverages(draw: st.DrawFn) -> Coverage:
    period = draw(periods())
    themes = draw(st.lists(st.sampled_from(("ungdata", "brukerplan", "recovery")), unique=True, max_size=2))
    county = draw(st.sampled_from(("18", "19")))
    return Coverage(county_code=county, themes=tuple(themes), valid_from=period.since, valid_to=period.valid_to)


def held(told: Sequence[Period], on: date) -> bool:
    return any(period.holds(on) for period in told)


@given(st.lists(periods()), st.lists(periods()))
def test_periods_joined_and_taken_from_each_other_hold_the_same_days(one: list[Period], other: list[Period]) -> None:
    for on in DAYS:
        assert held(joined(one), on) == held(one, on)
        assert held(without(one, other), on) == (held(one, on) and not held(other, on))
    for left in (joined(one), without(one, other)):
        assert all(before.until < after.since for before, after in pairwise(left))
        assert all(period.since < period.until for period in left)


def covers(rows: Sequence[Coverage], county: str, theme: str, on: date) -> int:
    """How many rows say that the county is covered for the theme on the day."""
    return sum(
        row.county_code == county and (not row.themes or theme in row.themes) and Period.of(row).holds(on)
        for row in rows
    )


@given(st.lists(coverages(), max_size=8))
def test_united_coverage_covers_what_either_did_and_tells_nothing_twice(rows: list[Coverage]) -> None:
    told = united(rows)
    for county in ("18", "19"):
        for theme in ("ungdata", "brukerplan", "recovery", "anything_else"):
            for on in DAYS:
                assert covers(told, county, theme, on) == min(covers(rows, county, theme, on), 1)
    assert united(told) == told
    assert united(tuple(reversed(rows))) == told


@pytest.mark.parametrize("number", ["983974899", "974760673", "889640782"])
def test_numbers_whose_last_digit_follows_from_the_others(number: str) -> None:
    assert is_organisation_number(number)
    wrong = [number[:-1] + digit for digit in "0123456789" if digit != number[-1]]
    assert not any(map(is_organisation_number, wrong))


@pytest.mark.parametrize("number", ["", "98397489", "9839748990"])
def test_a_number_of_another_length_is_none(number: str) -> None:
    assert not is_organisation_number(number)
