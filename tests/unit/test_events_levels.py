"""The four levels of competence work (BR-20 … BR-24), and the calendar months that divide them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.events import ActivityKind
from services.events.domain.level import PROCESSES, competence_level, months_later

SINGLE = sorted(set(ActivityKind) - PROCESSES)
days = st.dates(date(2000, 1, 1), date(2090, 1, 1))
lengths = st.integers(min_value=0, max_value=1200)


@pytest.mark.parametrize("kind", SINGLE)
def test_br_20_a_single_thing_is_level_1_however_many_days(kind: ActivityKind):
    assert competence_level(kind, date(2016, 1, 1), date(2016, 1, 1)) == 1
    assert competence_level(kind, date(2016, 1, 1), date(2017, 12, 31)) == 1


@pytest.mark.parametrize("kind", sorted(PROCESSES))
def test_the_duration_and_not_the_kind_of_a_process_decides_its_level(kind: ActivityKind):
    assert competence_level(kind, date(2016, 1, 1), date(2016, 5, 31)) == 2
    assert competence_level(kind, date(2016, 1, 1), date(2016, 9, 30)) == 3
    assert competence_level(kind, date(2016, 1, 1), date(2017, 2, 28)) == 4


@pytest.mark.parametrize(
    ("starts_on", "last_day_of_six_months"),
    [
        ("2016-01-01", "2016-06-30"),
        ("2016-01-02", "2016-07-01"),
        ("2016-03-01", "2016-08-31"),
        ("2016-05-15", "2016-11-14"),
        ("2016-07-01", "2016-12-31"),
        ("2015-09-01", "2016-02-29"),
        ("2016-09-01", "2017-02-28"),
        ("2015-08-29", "2016-02-28"),
        ("2015-08-30", "2016-02-29"),
        ("2016-08-29", "2017-02-28"),
        ("2016-08-31", "2017-02-28"),
        ("2016-03-31", "2016-09-30"),
        ("2016-12-31", "2017-06-30"),
        ("2016-02-29", "2016-08-28"),
    ],
)
def test_br_24_six_months_is_level_2_and_a_day_more_is_level_3(starts_on: str, last_day_of_six_months: str):
    start, last = date.fromisoformat(starts_on), date.fromisoformat(last_day_of_six_months)
    assert competence_level(ActivityKind.network, start, last) == 2
    assert competence_level(ActivityKind.network, start, last + timedelta(days=1)) == 3


@pytest.mark.parametrize(
    ("starts_on", "last_day_of_twelve_months"),
    [
        ("2016-01-01", "2016-12-31"),
        ("2016-03-01", "2017-02-28"),
        ("2015-03-01", "2016-02-29"),
        ("2016-02-29", "2017-02-28"),
        ("2016-05-15", "2017-05-14"),
        ("2016-12-31", "2017-12-30"),
    ],
)
def test_br_24_twelve_months_is_level_3_and_a_day_more_is_level_4(starts_on: str, last_day_of_twelve_months: str):
    start, last = date.fromisoformat(starts_on), date.fromisoformat(last_day_of_twelve_months)
    assert competence_level(ActivityKind.project, start, last) == 3
    assert competence_level(ActivityKind.project, start, last + timedelta(days=1)) == 4


def test_an_activity_that_ends_before_it_starts_has_no_level():
    with pytest.raises(ValueError, match="before it starts"):
        competence_level(ActivityKind.network, date(2016, 2, 1), date(2016, 1, 31))


@given(days, lengths)
def test_a_longer_process_is_never_on_a_lower_level(start: date, length: int):
    last = start + timedelta(days=length)
    shorter = competence_level(ActivityKind.network, start, last)
    longer = competence_level(ActivityKind.network, start, last + timedelta(days=1))
    assert shorter <= longer <= shorter + 1


@given(days, lengths)
def test_a_process_that_starts_later_and_ends_on_the_same_day_is_never_on_a_higher_level(start: date, length: int):
    last = start + timedelta(days=length + 1)
    assert competence_level(ActivityKind.network, start + timedelta(days=1), last) <= competence_level(
        ActivityKind.network, start, last
    )


@given(days, st.integers(min_value=0, max_value=60))
def test_months_later_is_the_same_day_of_the_month_or_the_first_after_it_has_ended(day: date, months: int):
    later = months_later(day, months)
    passed = (later.year - day.year) * 12 + later.month - day.month
    assert (passed, later.day) in ((months, day.day), (months + 1, 1))
    if later.day != day.day:
        assert (later - timedelta(days=1)).day < day.day


@given(st.integers(min_value=2000, max_value=2090), st.integers(min_value=1, max_value=12))
def test_whole_calendar_months_count_as_months_whatever_their_length(year: int, month: int):
    start = date(year, month, 1)
    assert competence_level(ActivityKind.network, start, months_later(start, 6) - timedelta(days=1)) == 2
    assert competence_level(ActivityKind.network, start, months_later(start, 12) - timedelta(days=1)) == 3
