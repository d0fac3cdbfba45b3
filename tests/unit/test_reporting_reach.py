"""Who was told of the offer, and who has had some of it."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from services.contracts.events import ActivityStatus, Programme
from services.contracts.message import Text
from services.contracts.registry import Channel, Coverage, UnitCoverage
from services.reporting.domain.facts import Why
from services.reporting.domain.measures import Window
from services.reporting.domain.reach import Untold, majority_over_time, untold
from services.reporting.domain.region import region_of
from services.reporting.domain.scope import Scope, Sources
from tests.unit.reporting_world import (
    END_OF_2016,
    NAPHA,
    NORD,
    PROGRAMME,
    SCHEME,
    a_contact,
    a_grant,
    a_scheme,
    an_activity,
    answer,
    answers,
    ask,
    attended,
    behind,
    country,
    excepted,
    known,
    korus_nord,
    north,
    percent,
    units_of_2016,
)

UNITS = units_of_2016()


def letters(*, bounced: str) -> list:
    return [a_contact(code, bounced_on=date(2016, 2, 9) if code == bounced else None) for code in UNITS]


def test_br_01_the_duty_is_met_only_when_every_unit_is_told():
    sources = Sources(awareness=(*letters(bounced="2030"),))
    figure = answer("awareness", sources)
    assert (figure.numerator, figure.denominator, figure.needed, figure.reached) == (86, 87, 87, False)
    assert figure.extra["uninformed"] == [{"code": "2030", "name": "Sør-Varanger"}]


def test_br_01_a_coverage_without_an_end_follows_its_area_when_a_code_is_gone():
    since = date(2020, 1, 1)
    centre = korus_nord().model_copy(update={"coverage": (
        Coverage(county_code="18", valid_from=since), Coverage(county_code="54", valid_from=since),
    )})  # fmt: skip
    before, after = (region_of(country(), centre, day) for day in (date(2023, 12, 31), date(2024, 1, 1)))
    assert (before.counties, after.counties) == (("18", "54"), ("18", "55", "56"))
    assert len(before.codes) == len(after.codes) == 80
    assert after.only("55").counties == ("55",)


def test_br_01_a_centre_is_to_tell_the_municipalities_that_it_covers_by_themselves():
    since, day = date(2016, 1, 1), date(2026, 1, 1)
    covered = (UnitCoverage(unit_code="1902", valid_from=since), UnitCoverage(unit_code="1804", valid_from=since))
    centre = korus_nord().model_copy(update={"coverage": (), "unit_coverage": covered})
    region = region_of(country(), centre, day)
    assert (sorted(region.codes), region.counties) == (["1804", "5501"], ())
    with_county = centre.model_copy(update={"coverage": (Coverage(county_code="18", valid_from=since),)})
    assert len(region_of(country(), with_county, day).codes) == 41 + 1


def test_whatever_a_record_that_was_given_up_has_given_is_the_centres():
    held, offered = an_activity(lead_id=NAPHA, units=attended("1902")), a_grant("1826", owner_id=NAPHA)
    sources = Sources(activities=(held,), grants=(offered,))
    scope = Scope(NORD, 2016, Window(date(2016, 1, 1), END_OF_2016), END_OF_2016, north())
    assert majority_over_time(sources, scope).numerator == 0
    assert majority_over_time(sources, replace(scope, given_up=frozenset((NAPHA,)))).numerator == 2


def test_br_02_a_bounced_letter_informs_nobody_but_a_call_does():
    call = a_contact("2030", Channel.dialogue, informed_on=date(2016, 2, 12))
    sources = Sources(awareness=(*letters(bounced="2030"), call))
    figure = answer("awareness", sources)
    assert (figure.numerator, figure.reached, figure.reached_on) == (87, True, date(2016, 2, 12))
    assert figure.extra["by_letter"]["numerator"] == 86
    assert percent(figure.extra["by_letter"]["value"]) == "98.9%"
    assert figure.extra["not_by_letter"] == [{"code": "2030", "name": "Sør-Varanger"}]
    before_it_came_back = answer("awareness", sources, as_of=date(2016, 2, 8))
    assert before_it_came_back.extra["by_letter"]["numerator"] == 87


def untold_of_2016(sources: Sources, as_of: date = END_OF_2016, channel: Channel | None = None) -> list[Untold]:
    scope = Scope(NORD, 2016, Window(date(2016, 1, 1), END_OF_2016), as_of, north())
    return untold(sources, scope, channel)


def test_br_01_the_uninformed_are_those_whom_the_indicator_does_not_count():
    call = a_contact("1902", Channel.call, informed_on=date(2016, 3, 1))
    sources = Sources(awareness=(*letters(bounced="2030"), call))
    figure = answer("awareness", sources)
    assert [each.code for each in untold_of_2016(sources)] == [each["code"] for each in figure.extra["uninformed"]]
    assert untold_of_2016(sources) == [Untold("2030", date(2016, 2, 1))]
    assert untold_of_2016(sources, as_of=date(2016, 2, 8)) == []
    assert len(untold_of_2016(sources, channel=Channel.call)) == 86
    assert {each.bounced_on for each in untold_of_2016(sources, channel=Channel.call)} == {None}
    assert untold_of_2016(Sources()) == [Untold(code) for code in UNITS]


def test_br_03_a_newsletter_informs_those_whom_it_reached():
    sources = Sources(awareness=tuple(a_contact(code, Channel.newsletter) for code in UNITS[:30]))
    figure = answer("awareness", sources)
    assert figure.numerator == 30
    assert figure.extra["by_channel"] == {"newsletter": 30}


def test_awareness_is_of_one_centre_and_one_year():
    others = a_contact(UNITS[0], centre_id=NAPHA)
    last_year = a_contact(UNITS[1], informed_on=date(2015, 12, 31))
    assert answer("awareness", Sources(awareness=(others, last_year))).numerator == 0


def test_br_04_to_be_told_is_not_to_have_received_an_offer():
    assert answer("majority_over_time", Sources(awareness=tuple(letters(bounced="")))).numerator == 0


def held_for(number: int) -> list:
    first = date(2016, 3, 1)
    return [
        an_activity(first + timedelta(days=day), units=attended(code, on=first + timedelta(days=day)))
        for day, code in enumerate(UNITS[:number])
    ]


@pytest.mark.parametrize(("delivered", "share", "reached"), [(43, "49.4%", False), (44, "50.6%", True)])
def test_br_17_more_than_half_must_have_had_an_offer(delivered, share, reached):
    figure = answer("majority_over_time", Sources(activities=tuple(held_for(delivered))))
    assert percent(figure.value) == share
    assert (figure.needed, figure.reached) == (44, reached)
    assert len(figure.extra["without_offer"]) == 87 - delivered
    assert figure.reached_on == (date(2016, 3, 1) + timedelta(days=43) if reached else None)


@pytest.mark.parametrize(("delivered", "reached"), [(21, False), (22, False), (23, True)])
def test_br_17_exactly_half_is_no_majority(delivered, reached):
    nordland = [code for code in UNITS if code.startswith("18")]
    assert len(nordland) == 44
    activities = tuple(an_activity(units=attended(code)) for code in nordland[:delivered])
    figure = answers(ask("majority_over_time", by="county"), Sources(activities=activities))[1]
    assert (figure.by, figure.numerator, figure.denominator) == ("18", delivered, 44)
    assert (figure.needed, figure.reached) == (23, reached)


def test_br_17_delivered_is_attendance_an_own_arrangement_or_a_grant():
    tromso, bodo, invited_only = "1902", "1804", "1805"
    sources = Sources(
        activities=(
            an_activity(units=attended("2030"), excepted=(excepted(tromso, date(2016, 9, 1)), excepted(bodo, None))),
            an_activity(None, units=attended(invited_only)),
        ),
        grants=(a_grant("1826"),),
    )
    figure = answer("majority_over_time", sources)
    assert figure.extra["first_delivered"] == {"1826": "2016-06-01", "1902": "2016-09-01", "2030": "2016-05-10"}


def test_br_17_what_others_delivered_and_what_was_cancelled_does_not_count():
    theirs = an_activity(lead_id=NAPHA, units=attended("2030"))
    cancelled = an_activity(units=attended("2030"), status=ActivityStatus.cancelled, cancelled_on=date(2016, 5, 11))
    assert answer("majority_over_time", Sources(activities=(theirs, cancelled))).numerator == 0


def test_br_17_the_window_is_a_term_of_four_years_and_may_be_chosen():
    sources = Sources(activities=(an_activity(date(2012, 5, 10), units=attended("2030", on=date(2012, 5, 10))),))
    assert answer("majority_over_time", sources).window_from == date(2013, 1, 1)
    assert answer("majority_over_time", sources).numerator == 0
    assert [row.why for row in behind("majority_over_time", sources)] == [Why.outside_window]
    assert answer("majority_over_time", sources, since=date(2012, 1, 1)).numerator == 1


def test_a_second_offer_to_the_same_unit_is_a_repeat():
    sources = Sources(activities=(an_activity(units=attended("2030")), an_activity(units=attended("2030"))))
    assert [row.why for row in behind("majority_over_time", sources)] == [None, Why.repeat]


def schemes() -> Sources:
    other = UUID(int=70)
    grants = (
        a_grant("1826"),
        a_grant("1902", amount_ore=1),
        a_grant("1804", scheme_id=other, item="74", amount_ore=100),
    )
    return Sources(schemes=(a_scheme(SCHEME, "21"), a_scheme(other, "74")), grants=grants)


def test_br_80_each_scheme_keeps_its_own_sum_with_chapter_and_item():
    whole, overdose, other = answers(ask("awarded_per_scheme", by="scheme"), schemes())
    assert (whole.numerator, whole.unit) == (250_001_01, "ore")
    assert (overdose.numerator, other.numerator) == (250_000_01, 100)
    assert [(line["chapter"], line["item"]) for line in overdose.extra["schemes"]] == [("765", "21")]
    assert overdose.by == str(SCHEME)


def test_a_grant_tied_to_the_centres_programme_is_the_centres_even_when_another_owns_the_scheme():
    theirs = a_grant("1826", owner_id=NAPHA)
    programme = Programme(
        programme_id=PROGRAMME, name=Text(nb="AAH"), theme="alcohol", lead_id=NORD, started_on=date(2015, 1, 1)
    )
    assert answer("awarded_per_scheme", Sources(grants=(theirs,))).numerator == 0
    tied = Sources(grants=(theirs,), programmes=(known(programme),))
    assert answer("awarded_per_scheme", tied).numerator == 250_000_00


def test_a_grant_counts_from_the_day_it_is_awarded():
    sources = Sources(grants=(a_grant("1826"),))
    assert answer("awarded_per_scheme", sources, as_of=date(2016, 5, 31)).numerator == 0
    assert answer("awarded_per_scheme", sources, as_of=date(2016, 6, 1)).numerator == 250_000_00
    assert answer("awarded_per_scheme", sources, year=2015, geography=END_OF_2016).numerator == 0
