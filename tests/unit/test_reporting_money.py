"""Awards by municipality, in the geography of their own time and of any other year."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import pytest

from services.reporting.domain.facts import Why
from services.reporting.domain.measures import Measure, Window
from services.reporting.domain.money import awarded, whole_ore
from services.reporting.domain.region import Region
from services.reporting.domain.scope import Scope, Sources
from tests.unit.reporting_world import NORD, a_grant, country

IN_2016, IN_2021, IN_2024 = date(2016, 12, 31), date(2021, 12, 31), date(2024, 12, 31)


def over(counties: tuple[str, ...], on: date, *grants: tuple[str, date, int]) -> Measure:
    """Grants at a code, on a day, of so many øre, over the municipalities that the counties have on a date."""
    known = tuple(
        a_grant(code, awarded_on=day, year=day.year, amount_ore=amount_ore) for code, day, amount_ore in grants
    )
    year = grants[0][1].year
    window = Window(date(year, 1, 1), date(year, 12, 31))
    return awarded(Sources(grants=known), Scope(NORD, year, window, IN_2024, Region(country(), counties, on)))


def by_unit(measured: Measure) -> Mapping[str, int]:
    return {each["code"]: each["awarded_ore"] for each in measured.extra["by_unit"]}


def told(measured: Measure) -> tuple[list[str], list[str], list[str]]:
    return measured.extra["divided"], measured.extra["undecided"], measured.extra["approximate"]


def test_in_its_own_geography_an_award_stays_where_it_was_given():
    measured = over(("15",), IN_2021, ("1507", date(2021, 3, 1), 100_000_00), ("1507", date(2021, 6, 1), 1))
    assert (by_unit(measured), measured.numerator) == ({"1507": 100_000_01}, 100_000_01)
    assert measured.extra["by_unit"] == [{"code": "1507", "name": "Ålesund", "awarded_ore": 100_000_01}]
    assert told(measured) == ([], [], [])


def test_a_divided_municipality_is_parted_by_the_recorded_shares_in_whole_ore():
    """The shipped shares: 59 663 of 69 123 inhabitants in Ålesund, 9 460 in Haram."""
    measured = over(("15",), IN_2024, ("1507", date(2021, 3, 1), 100_000_01))
    assert by_unit(measured) == {"1508": 86_314_31, "1580": 13_685_70}
    assert (measured.numerator, told(measured)) == (100_000_01, (["1507"], [], []))
    (fact,) = measured.facts
    assert (fact.amount, fact.place, fact.why) == (100_000_01, None, None)


def test_old_haram_goes_to_haram_alone_and_back_again():
    there = over(("15",), IN_2024, ("1534", date(2016, 3, 1), 500), ("1504", date(2016, 3, 1), 300))
    assert by_unit(there) == {"1508": 300, "1580": 500}
    back = over(("15",), IN_2016, ("1580", date(2024, 3, 1), 500))
    assert (by_unit(back), told(back)) == ({"1534": 500}, ([], [], []))


def test_a_division_without_recorded_shares_is_named_and_not_counted():
    """Tysfjord was divided between Narvik and Hamarøy, and nobody has counted who went where."""
    measured = over(("18",), IN_2024, ("1850", date(2016, 3, 1), 700), ("1804", date(2016, 3, 1), 5))
    assert (by_unit(measured), measured.numerator) == ({"1804": 5}, 5)
    assert told(measured) == ([], ["1850"], [])
    assert [(fact.unit_code, fact.why) for fact in measured.facts if not fact.counts] == [("1850", Why.divided)]


def test_what_was_put_together_of_several_is_not_taken_apart_for_an_earlier_year():
    measured = over(("15",), IN_2016, ("1507", date(2021, 3, 1), 700))
    assert (measured.numerator, told(measured)) == (0, ([], ["1507"], []))
    assert [fact.why for fact in measured.facts] == [Why.merged]


def test_merged_municipalities_are_added():
    measured = over(
        ("55",), IN_2024, ("1927", date(2016, 3, 1), 1), ("1928", date(2016, 4, 1), 20), ("1931", date(2016, 4, 1), 300)
    )
    assert (by_unit(measured), measured.numerator) == ({"5530": 321}, 321)


def test_an_amount_follows_the_main_way_and_a_smaller_area_is_told():
    """A smaller area of Vågsøy went elsewhere than to Kinn."""
    measured = over(("46",), IN_2024, ("1439", date(2016, 3, 1), 9))
    assert (by_unit(measured), told(measured)) == ({"4602": 9}, ([], [], ["1439"]))


def test_what_falls_outside_the_region_is_no_part_of_it():
    assert over(("18",), IN_2024, ("1507", date(2021, 3, 1), 9)).facts == ()
    assert over(("15",), IN_2024, ("0000", date(2021, 3, 1), 9)).facts == ()


def test_an_award_entered_on_a_code_after_its_end_follows_the_code():
    assert by_unit(over(("55",), IN_2024, ("1902", date(2021, 3, 1), 9))) == {"5501": 9}


@pytest.mark.parametrize("amount_ore", [1, 2, 3, 99, 100, 250_000_00, 1_234_567_89])
@pytest.mark.parametrize("weights", [(0.863143, 0.136857), (1 / 3, 1 / 3, 1 / 3), (0.5, 0.5), (0.999, 0.001)])
def test_no_ore_is_lost_or_made_in_a_division(amount_ore: int, weights: tuple[float, ...]):
    shares = {str(UUID(int=number)): amount_ore * weight for number, weight in enumerate(weights)}
    parted = whole_ore(shares, amount_ore)
    assert sum(parted.values()) == amount_ore
    assert all(abs(parted[code] - share) < 1 for code, share in shares.items())
