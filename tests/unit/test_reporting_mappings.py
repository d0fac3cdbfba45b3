"""BrukerPlan and Ungdata: what counts, when, and what a merger does to it."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.geography import Geography
from services.contracts.message import Text
from services.contracts.registry import ChangeKind, County, GeographicChange, MappingStatus, MappingTool
from services.contracts.registry.mapping_tools import RunBy, SurveyTool
from services.reporting.domain.facts import Known, Why
from services.reporting.domain.measures import Target
from services.reporting.domain.region import Placed, Region
from services.reporting.domain.scope import Sources
from tests.unit.reporting_world import (
    a_mapping,
    an_agreement,
    answer,
    answers,
    ask,
    behind,
    country,
    known,
    north,
    percent,
    units_of_2016,
)

UNITS = units_of_2016()


def brukerplan(inside: int, *, in_2014_only: int = 0) -> Sources:
    """``inside`` municipalities completed one a day from 1 February 2015, the next ones in 2014."""
    first = date(2015, 2, 1)
    done = [a_mapping(code, first + timedelta(days=number)) for number, code in enumerate(UNITS[:inside])]
    early = [a_mapping(code, date(2014, 5, 5)) for code in UNITS[inside : inside + in_2014_only]]
    return Sources(mappings=(*done, *early))


def test_the_north_has_87_municipalities_in_2016():
    assert len(UNITS) == 87
    assert [len(north().only(county).units) for county in north().counties] == [44, 24, 19]


def test_br_49_only_completions_inside_the_window_count():
    figure = answer("brukerplan_coverage", brukerplan(44, in_2014_only=6))
    assert (figure.numerator, figure.denominator) == (44, 87)
    assert percent(figure.value) == "50.6%"
    assert (figure.needed, figure.gap, figure.reached, figure.target) == (70, 26, False, 0.8)
    assert (figure.window_from, figure.window_to) == (date(2015, 1, 1), date(2016, 12, 31))
    whys = [row.why for row in behind("brukerplan_coverage", brukerplan(44, in_2014_only=6)) if not row.counted]
    assert whys == [Why.outside_window] * 6


@pytest.mark.parametrize(("completed", "share", "reached"), [(69, "79.3%", False), (70, "80.5%", True)])
def test_br_49_eighty_percent_is_tested_on_the_unrounded_share(completed, share, reached):
    figure = answer("brukerplan_coverage", brukerplan(completed))
    assert percent(figure.value) == share
    assert figure.reached is reached
    assert figure.reached_on == (date(2015, 2, 1) + timedelta(days=69) if reached else None)


def test_a_figure_as_of_an_earlier_day_knows_only_what_had_happened():
    figure = answer("brukerplan_coverage", brukerplan(70), as_of=date(2015, 2, 10))
    assert figure.numerator == 10
    assert figure.as_of == date(2015, 2, 10)


def test_a_cancelled_or_only_agreed_run_does_not_count_and_says_why():
    cancelled = a_mapping(UNITS[0], date(2015, 3, 1), status=MappingStatus.cancelled, cancelled_on=date(2015, 4, 1))
    agreed = a_mapping(UNITS[1], status=MappingStatus.agreed, agreed_on=date(2016, 2, 1))
    sources = Sources(mappings=(cancelled, agreed))
    assert answer("brukerplan_coverage", sources).numerator == 0
    assert [row.why for row in behind("brukerplan_coverage", sources)] == [Why.cancelled, Why.not_completed]


def test_by_county_parts_the_same_figure():
    region, *counties = answers(ask("brukerplan_coverage", by="county"), brukerplan(50))
    assert [figure.by for figure in counties] == ["18", "19", "20"]
    assert sum(figure.numerator for figure in counties) == region.numerator == 50
    assert [figure.denominator for figure in counties] == [44, 24, 19]


def ungdata(*, later: int = 0) -> Sources:
    """51 municipalities before 2016; 20 agreements in January, 10 of them first-timers; ``later`` repeats."""
    before = [a_mapping(code, date(2014, 3, 1), tool=MappingTool.ungdata) for code in UNITS[:51]]
    january = [an_agreement(code, date(2016, 1, 15)) for code in (*UNITS[51:61], *UNITS[:10])]
    repeats = [an_agreement(code, date(2016, 3, 1)) for code in UNITS[20 : 20 + later]]
    return Sources(mappings=(*before, *january, *repeats))


@pytest.mark.parametrize(("later", "expected"), [(0, 20), (5, 25)])
def test_br_46_the_forecast_adds_first_timers_and_repeats_do_not_move_it(later, expected):
    figure = answer("ungdata_coverage", ungdata(later=later))
    assert percent(figure.value) == "58.6%"
    assert percent(figure.extra["forecast"]["value"]) == "70.1%"
    assert figure.extra["forecast"]["numerator"] == 61
    assert figure.extra["surveys_expected"] == expected
    assert figure.extra["agreed_first_time"] == 10


def test_br_45_a_repeat_never_raises_coverage():
    again = [a_mapping(code, date(2015, 3, 1), tool=MappingTool.ungdata) for code in UNITS[:51]]
    figure = answer("ungdata_coverage", Sources(mappings=(*ungdata().mappings, *again)))
    assert figure.numerator == 51


def test_br_48_ungdata_has_no_target():
    figure = answer("ungdata_coverage", ungdata())
    assert (figure.target, figure.needed, figure.gap, figure.reached) == (None, None, None, None)


def a_tool(tool: MappingTool, counts_towards: str | None) -> Known[SurveyTool]:
    told = SurveyTool(
        tool=tool,
        name=Text(nb="Undersøkelsen"),
        run_by=RunBy.unit,
        counts_towards=counts_towards,
        source="the test",
        certainty="high",
    )
    return known(told, "mapping_tool")


def test_br_45_which_tools_runs_count_is_told_with_the_tool():
    junior = MappingTool("ungdata_junior")
    mappings = (a_mapping(UNITS[0], date(2014, 3, 1), tool=junior), a_mapping(UNITS[1], date(2014, 3, 1), tool=junior))
    told = Sources(mappings=mappings, mapping_tools=(a_tool(junior, "ungdata_coverage"),))
    assert answer("ungdata_coverage", told).numerator == 2
    assert answer("ungdata_coverage", Sources(mappings=mappings)).numerator == 0
    elsewhere = Sources(mappings=mappings, mapping_tools=(a_tool(junior, "brukerplan_coverage"),))
    assert answer("ungdata_coverage", elsewhere).numerator == 0
    no_longer = replace(ungdata(), mapping_tools=(a_tool(MappingTool.ungdata, None),))
    assert answer("ungdata_coverage", no_longer).numerator == 0


def upper_secondary() -> Sources:
    def round_of(county, completed_on):
        return a_mapping(None, completed_on, county_code=county, tool=MappingTool.ungdata_upper_secondary)

    agreed = a_mapping(
        None,
        county_code="20",
        tool=MappingTool.ungdata_upper_secondary,
        status=MappingStatus.agreed,
        agreed_on=date(2016, 10, 17),
        year=2017,
    )
    rounds = [("18", date(2013, 4, 1)), ("20", date(2014, 4, 1)), ("19", date(2015, 4, 1)), ("18", date(2016, 4, 1))]
    return Sources(mappings=(*(round_of(*each) for each in rounds), agreed))


def test_br_47_upper_secondary_is_a_figure_of_counties_and_never_of_municipalities():
    figure = answer("ungdata_upper_secondary", upper_secondary())
    assert (figure.numerator, figure.denominator) == (3, 3)
    assert figure.extra == {"rounds": 4, "rounds_by_county": {"18": 2, "19": 1, "20": 1}}
    assert answer("ungdata_coverage", upper_secondary()).numerator == 0


def test_br_51_a_merged_municipality_inherits_for_ever_but_not_for_a_windowed_target():
    lenvik = "1931"
    completed = (a_mapping(lenvik, date(2015, 3, 1)), a_mapping(lenvik, date(2015, 3, 1), tool=MappingTool.ungdata))
    sources = Sources(mappings=completed)
    today = date(2024, 1, 1)
    assert answer("ungdata_coverage", sources, geography=today).numerator == 1
    assert answer("brukerplan_coverage", sources, geography=today).numerator == 0
    assert [row.why for row in behind("brukerplan_coverage", sources, geography=today)] == [Why.merged]


def test_br_51_skanlands_survey_of_2015_counts_for_tjeldsund_today_and_for_skanland_in_its_own_window():
    skanland, tjeldsund, today = "1913", "5512", date(2026, 1, 1)
    done = date(2015, 3, 1)
    sources = Sources(mappings=(a_mapping(skanland, done), a_mapping(skanland, done, tool=MappingTool.ungdata)))
    ever = answer("ungdata_coverage", sources, geography=today)
    assert ever.numerator == 1
    assert tjeldsund not in {missing["code"] for missing in ever.extra["missing"]}
    own_window = answer("brukerplan_coverage", sources)
    assert (own_window.numerator, own_window.geography, own_window.notes) == (1, date(2016, 12, 31), ())
    assert skanland not in {missing["code"] for missing in own_window.extra["missing"]}
    elsewhere = answer("brukerplan_coverage", sources, geography=today)
    assert (elsewhere.numerator, [set(note) for note in elsewhere.notes]) == (0, [{"nb", "nn"}])
    assert tjeldsund in {missing["code"] for missing in elsewhere.extra["missing"]}


def test_br_51_old_haram_goes_to_haram_alone_and_alesund_of_2020_to_both():
    sunnmore = Region(country(), ("15",), date(2026, 1, 1))
    assert sunnmore.place("1534", date(2015, 3, 1), inherits=True) == Placed("1580")
    assert sunnmore.place("1504", date(2015, 3, 1), inherits=True) == Placed("1508")
    assert sunnmore.place("1507", date(2021, 3, 1), inherits=True) == Placed(None, Why.divided)


def test_what_is_entered_on_a_county_that_never_was_falls_to_none():
    troms = country().counties["19"]
    never_was = County(code="98", names=troms.names, valid_from=date(2016, 2, 1), undone_on=date(2016, 5, 1))
    said = GeographicChange(
        change_id=UUID(int=98), level="county", effective_on=date(2016, 2, 1), old_code="19", new_code="98",
        kind=ChangeKind.merge, undone_on=date(2016, 5, 1),
    )  # fmt: skip
    known = country()
    then = Geography(known.units.values(), (*known.counties.values(), never_was), (*known.changes, said))
    assert Region(then, ("19",), date(2016, 12, 31)).place_county("98", date(2016, 3, 1)) == Placed(None, Why.undone)
    assert Region(then, ("18",), date(2016, 12, 31)).place_county("98", date(2016, 3, 1)) is None
    assert Region(then, ("19",), date(2016, 12, 31)).place_county("19", date(2016, 3, 1)) == Placed("19")


def test_br_51_a_recoded_municipality_is_the_same_municipality():
    tromso = Sources(mappings=(a_mapping("1902", date(2015, 3, 1)),))
    for on in (date(2016, 12, 31), date(2020, 1, 1), date(2024, 1, 1)):
        assert answer("brukerplan_coverage", tromso, geography=on).numerator == 1


def test_br_51_a_divided_municipality_is_told_and_never_placed():
    tysfjord = Sources(mappings=(a_mapping("1850", date(2015, 3, 1), tool=MappingTool.ungdata),))
    figure = answer("ungdata_coverage", tysfjord, geography=date(2024, 1, 1))
    assert figure.numerator == 0
    assert figure.extra["undecided"] == ["1850"]


@given(st.permutations(brukerplan(12, in_2014_only=3).mappings))
def test_the_order_of_delivery_changes_nothing(mappings: list[Known]):
    told = answer("brukerplan_coverage", Sources(mappings=tuple(mappings)))
    assert told == answer("brukerplan_coverage", brukerplan_as(mappings))


def brukerplan_as(mappings):
    return Sources(mappings=tuple(sorted(mappings, key=lambda known: known.message_id)))


@given(st.integers(1, 400), st.integers(0, 400))
def test_needed_is_the_least_numerator_that_reaches_the_share(denominator, numerator):
    from fractions import Fraction

    eighty = Target(Fraction(80, 100))
    half = Target(Fraction(1, 2), is_exceeded=True)
    assert (numerator >= eighty.needed(denominator)) == (100 * numerator >= 80 * denominator)
    assert (numerator >= half.needed(denominator)) == (2 * numerator > denominator)
