"""Days, courses, levels and what centres carry together."""

from datetime import date

from services.contracts.events import ActivityStatus, CoOrganiser, CoOrganiserStatus, Mode
from services.reporting.domain.facts import Why
from services.reporting.domain.scope import Sources
from tests.unit.reporting_world import (
    KORFOR,
    NAPHA,
    an_activity,
    an_offer,
    answer,
    answers,
    ask,
    behind,
    excepted,
    invited,
    units_of_2016,
    yes_from,
)

UNITS = units_of_2016()
NORDLAND, TROMS, FINNMARK = (tuple(code for code in UNITS if code.startswith(county)) for county in ("18", "19", "20"))


def training() -> Sources:
    """ST-01: two days in Nordland, one in Troms; Finnmark and three single ones take part remotely."""
    far = (*FINNMARK, NORDLAND[0], NORDLAND[1], TROMS[0])
    series = "brukerplan_training"
    on_site = [
        an_activity(date(2016, 5, 10), series=series, county_code="18", units=invited(*NORDLAND[2:20])),
        an_activity(date(2016, 5, 11), series=series, county_code="18", units=invited(*NORDLAND[20:])),
        an_activity(date(2016, 5, 19), series=series, county_code="19", units=invited(*TROMS[1:])),
    ]
    remote = an_activity(
        date(2016, 6, 7), series=series, county_code=None, mode=Mode.remote, units=invited(*far, mode=Mode.remote)
    )
    return Sources(activities=(*on_site, remote))


def test_st_01_on_site_days_by_county_and_everybody_is_offered():
    region, *counties = answers(ask("brukerplan_training", by="county"), training())
    assert (region.numerator, region.extra["days_by_county"]) == (3, {"18": 2, "19": 1, "20": 0})
    assert [figure.numerator for figure in counties] == [2, 1, 0]
    assert region.extra["offered"] == {"numerator": 87, "denominator": 87, "value": 1.0}
    assert region.extra["not_offered"] == []


def test_br_09_remote_training_is_an_offer_but_no_day_on_site():
    assert [row.why for row in behind("brukerplan_training", training()) if not row.counted] == [Why.remote]
    only_on_site = Sources(activities=training().activities[:3])
    assert answer("brukerplan_training", only_on_site).extra["offered"]["numerator"] == 65


def test_an_invitation_counts_from_the_day_it_went_out():
    figure = answer("brukerplan_training", training(), as_of=date(2016, 2, 29))
    assert figure.extra["offered"]["numerator"] == 0


def seminars(*, bodo_arranged: bool = True) -> Sources:
    """ST-02: five days with NAPHA; Tromsø and Bodø get arrangements of their own, the governors are guests."""
    shared = {"series": "brukerplan_seminars", "co_organisers": (yes_from(NAPHA),)}
    own = (excepted("1902", date(2016, 9, 1)), excepted("1804", date(2016, 9, 8) if bodo_arranged else None))
    return Sources(
        activities=(
            an_activity(date(2016, 8, 30), days=2, county_code="18", units=invited(*NORDLAND[1:21]), **shared),
            an_activity(date(2016, 9, 6), county_code="19", guest_ids=(KORFOR,), excepted=own, **shared),
            an_activity(
                date(2016, 9, 13), days=2, county_code="20", units=invited(*FINNMARK[:5]), guest_ids=(KORFOR,), **shared
            ),
        )
    )


def test_st_02_seminar_days_own_arrangements_and_guests():
    figure = answer("brukerplan_seminars", seminars())
    assert (figure.numerator, figure.extra["days_by_county"]) == (5, {"18": 2, "19": 1, "20": 2})
    assert figure.extra["invited"] == 25
    assert figure.extra["excepted_and_invited"] == 0
    assert figure.extra["own_arrangements"] == 2
    assert figure.extra["guests"] == 1


def test_br_10_an_own_arrangement_counts_only_when_it_is_made():
    assert answer("brukerplan_seminars", seminars(bodo_arranged=False)).extra["own_arrangements"] == 1


def interviewing() -> Sources:
    """ST-10: an introductory course of two days and an advanced one in each county."""
    return Sources(
        activities=tuple(
            an_activity(date(2016, 4, 26), series=f"mi_{kind}", days=days, county_code=county)
            for kind, days in (("introductory", 2), ("advanced", 1))
            for county in ("18", "19", "20")
        )
    )


def test_st_10_courses_days_and_no_county_left_out():
    figure = answer("mi_courses", interviewing())
    assert (figure.extra["introductory"], figure.extra["introductory_days"], figure.extra["advanced"]) == (3, 6, 3)
    assert figure.extra["counties_without_course"] == []
    assert figure.numerator == 6


def test_a_county_without_a_course_is_named():
    activities = [each for each in interviewing().activities if each.state.county_code != "20"]
    assert answer("mi_courses", Sources(activities=tuple(activities))).extra["counties_without_course"] == ["20"]


def test_br_64_what_is_only_planned_or_was_cancelled_is_not_held():
    planned = an_activity(None)
    cancelled = an_activity(status=ActivityStatus.cancelled, cancelled_on=date(2016, 5, 20))
    sources = Sources(activities=(an_activity(), planned, cancelled))
    assert answer("activities_per_level", sources).numerator == 1
    assert sorted(row.why for row in behind("activities_per_level", sources) if row.why) == [
        Why.cancelled,
        Why.not_held,
    ]
    assert answer("activities_per_level", sources, as_of=date(2016, 5, 9)).numerator == 0


def test_levels_are_shown_apart_also_those_without_activity():
    sources = Sources(activities=(an_activity(level=1), an_activity(level=1), an_activity(level=3)))
    region, *by_level = answers(ask("activities_per_level", by="level"), sources)
    assert [(figure.by, figure.numerator) for figure in by_level] == [("1", 2), ("2", 0), ("3", 1), ("4", 0)]
    assert region.numerator == 3


def test_an_activity_is_the_centres_when_it_leads_or_has_said_yes():
    asked_only = CoOrganiser(organisation_id=NAPHA, status=CoOrganiserStatus.invited, invited_on=date(2016, 1, 12))
    sources = Sources(activities=(an_activity(lead_id=NAPHA), an_activity(lead_id=KORFOR, co_organisers=(asked_only,))))
    assert answer("activities_per_level", sources).numerator == 0


def test_st_12_one_offer_three_municipalities_co_organised():
    sources = Sources(offers=(an_offer(co_organisers=(yes_from(NAPHA, date(2016, 3, 1)),)),))
    figure = answer("co_organised", sources)
    assert (figure.numerator, figure.denominator) == (1, 1)
    assert figure.extra == {"offers": 1, "municipalities": 3}
    before_the_yes = answer("co_organised", sources, as_of=date(2016, 2, 15))
    assert (before_the_yes.numerator, before_the_yes.denominator) == (0, 1)


def test_offers_may_be_shown_by_theme_and_only_published_ones_count():
    draft = an_offer(theme="recovery", published_on=None)
    withdrawn = an_offer(theme="mi", withdrawn_on=date(2016, 6, 1))
    sources = Sources(offers=(an_offer(), draft, withdrawn, an_offer(theme="bti", county_codes=("20",), unit_codes=())))
    region, *by_theme = answers(ask("co_organised", by="theme"), sources)
    assert region.extra == {"offers": 2, "municipalities": 22}
    assert [figure.by for figure in by_theme] == ["bti", "kor"]


def test_an_offer_is_offered_before_its_period_begins():
    later = an_offer(period_from=date(2016, 9, 1))
    assert answer("co_organised", Sources(offers=(later,)), as_of=date(2016, 3, 1)).extra["municipalities"] == 3


def test_what_the_centre_holds_elsewhere_is_its_own_but_no_countys():
    in_trondheim = Sources(activities=(an_activity(county_code="16"),))
    region, *counties = answers(ask("activities_per_level", by="county"), in_trondheim)
    assert region.numerator == 1
    assert [figure.numerator for figure in counties] == [0, 0, 0]
