"""How dates, numbers and bars are written for readers."""

from datetime import UTC, date, datetime

import pytest

from gateway.web import formats
from gateway.web.bars import Bar, share_bar, span_bar
from gateway.web.dates import asked_day, end_of
from gateway.web.numbers import InUse, in_use
from gateway.web.page import link

BLANK = formats.NO_BREAK


@pytest.mark.parametrize(
    ("since", "until", "shown"),
    [
        (date(2016, 5, 10), date(2016, 5, 10), "10. mai 2016"),
        (date(2016, 5, 10), date(2016, 5, 12), "10.–12. mai 2016"),
        (date(2016, 1, 1), date(2016, 12, 31), "1. januar–31. desember 2016"),
        (date(2015, 1, 1), date(2016, 12, 31), "1. januar 2015–31. desember 2016"),
    ],
)
def test_a_period_says_nothing_twice(since: date, until: date, shown: str):
    assert formats.period(since, until, "nb") == shown


def test_numbers_are_norwegian():
    assert formats.percent(44 / 87, "nb") == f"50,6{BLANK}%"
    assert [formats.percent(part / 80, "nb").replace(BLANK, "") for part in (1, 3, 5, 49)] == [
        "1,3%", "3,8%", "6,3%", "61,3%",
    ]  # fmt: skip
    assert formats.target(0.8, "nb") == f"80{BLANK}%"
    assert formats.target(0.125, "nn") == f"12,5{BLANK}%"
    assert formats.kroner(250_000_00, "nb").replace(BLANK, " ") == "250 000 kr"
    assert formats.kroner(50, "nn").replace(BLANK, " ") == "0,50 kr"


def test_names_are_listed_as_in_a_sentence():
    assert formats.listed(("Berg",), "nb") == "Berg"
    assert formats.listed(("Berg", "Lenvik", "Torsken"), "nn") == "Berg, Lenvik og Torsken"


def test_moments_are_in_norwegian_time():
    assert formats.moment(datetime(2016, 6, 1, 12, 0, 1, tzinfo=UTC), "nb") == "1. juni 2016 kl. 14.00.01"


def test_a_share_is_drawn_with_its_target_inside_the_picture():
    assert share_bar(0.5057, 0.8) == Bar("0%", "50.57%", "80.00%")
    assert share_bar(1.2) == Bar("0%", "100.00%", None)


def test_a_span_is_never_too_short_to_see_and_never_outside():
    assert span_bar(0, 0, 0) == Bar("0.00%", "0.50%")
    assert span_bar(100, 0, 100) == Bar("99.50%", "0.50%")


@pytest.mark.parametrize("text", [None, "", "  "])
def test_no_day_is_today(text: str | None):
    assert asked_day(text, date(2016, 6, 1)).day == date(2016, 6, 1)


def test_a_day_may_be_written_as_people_do():
    assert asked_day("8.4.2016", date(2020, 1, 1)).day == date(2016, 4, 8)


def test_what_was_known_on_a_day_is_what_was_known_when_it_ended_in_norway():
    assert end_of(date(2016, 6, 1)).astimezone(UTC) == datetime(2016, 6, 1, 21, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("on", "today", "told"),
    [
        (date(2016, 6, 1), date(2026, 1, 1), InUse("began", date(2020, 1, 1))),
        (date(2016, 6, 1), date(2019, 1, 1), InUse("to_come", date(2020, 1, 1))),
        (date(2025, 6, 1), date(2026, 1, 1), InUse("ended", date(2023, 12, 31))),
        (date(2025, 6, 1), date(2022, 1, 1), InUse("ends", date(2023, 12, 31))),
    ],
)
def test_a_number_out_of_use_says_when_it_was_or_will_be(on: date, today: date, told: InUse):
    assert in_use(date(2020, 1, 1), date(2024, 1, 1), on, today) == told


def test_links_stay_in_their_language_and_leave_out_what_is_empty():
    assert link("nb", "/") == "/"
    assert link("nn", "/") == "/nn"
    assert link("nn", "/rapport", dato=date(2016, 6, 1), kjent=None) == "/nn/rapport?dato=2016-06-01"
