"""Focus municipalities: how many stand on a day, where, and what was decided in the year."""

from datetime import date
from uuid import UUID

from services.reporting.domain.facts import Why
from services.reporting.domain.figures import measure, provenance
from services.reporting.domain.scope import Sources
from tests.unit.reporting_world import NAPHA, a_nomination, answer, answers, ask, behind, percent, scope_of

TROMSO, HARSTAD, BODO, HAMMERFEST = "1902", "1903", "1804", "2004"
FOCUS = "focus_municipalities"


def year() -> Sources:
    """Two that are designated, one that is refused and one that is not decided."""
    return Sources(
        focus_nominations=(
            a_nomination(TROMSO),
            a_nomination(BODO, date(2016, 6, 1)),
            a_nomination(HARSTAD, refused_on=date(2016, 5, 1)),
            a_nomination(HAMMERFEST, None),
        )
    )


def test_br_16_the_figure_tells_each_countys_part_beside_its_part_of_the_municipalities():
    figure = answer(FOCUS, year())
    assert (figure.numerator, figure.denominator, figure.unit, figure.target) == (2, None, "count", None)
    assert (figure.extra["designated"], figure.extra["refused"]) == (2, 1)
    shares = ("share", "share_of_municipalities")
    assert [
        (each["county_code"], each["focus_municipalities"], *(percent(each[name]) for name in shares))
        for each in figure.extra["distribution"]
    ] == [("18", 1, "50.0%", "50.6%"), ("19", 1, "50.0%", "27.6%"), ("20", 0, "0.0%", "21.8%")]


def test_br_18_five_criteria_are_counted_for_each_that_was_assessed_in_the_year():
    assert answer(FOCUS, year()).extra["criteria_assessed"] == 20
    assert answer(FOCUS, year(), as_of=date(2016, 3, 19)).extra["criteria_assessed"] == 0
    assert answer(FOCUS, year(), year=2017, as_of=date(2017, 12, 31)).extra["criteria_assessed"] == 0


def test_a_figure_for_each_county():
    _, nordland, troms, finnmark = answers(ask(FOCUS, by="county"), year())
    assert [each.numerator for each in (nordland, troms, finnmark)] == [1, 1, 0]
    assert [each.extra["refused"] for each in (nordland, troms, finnmark)] == [0, 1, 0]


def test_every_nomination_stands_behind_the_figure_and_says_why_it_does_not_count():
    assert {row.unit_code: row.why for row in behind(FOCUS, year())} == {
        TROMSO: None,
        BODO: None,
        HARSTAD: Why.refused,
        HAMMERFEST: Why.not_decided,
    }
    assert {row.unit_code: row.why for row in behind(FOCUS, year(), as_of=date(2016, 5, 15))} == {
        TROMSO: None,
        BODO: Why.not_decided,
        HARSTAD: Why.refused,
        HAMMERFEST: Why.not_decided,
    }


def test_a_focus_municipality_counts_until_it_is_ended():
    sources = Sources(focus_nominations=(a_nomination(TROMSO, ended_on=date(2016, 10, 1)),))
    assert answer(FOCUS, sources, as_of=date(2016, 9, 30)).numerator == 1
    assert answer(FOCUS, sources, as_of=date(2016, 10, 1)).numerator == 0
    assert [row.why for row in behind(FOCUS, sources)] == [Why.ended]
    assert answer(FOCUS, sources, year=2015, as_of=date(2016, 12, 31)).numerator == 0
    assert behind(FOCUS, sources, year=2017, as_of=date(2017, 12, 31)) == []


def test_it_still_counts_in_the_years_after_and_only_once():
    sources = Sources(
        focus_nominations=(
            a_nomination(TROMSO),
            a_nomination(TROMSO, date(2017, 2, 1), nominated_on=date(2017, 1, 10)),
            a_nomination(BODO, refused_on=date(2016, 5, 1)),
        )
    )
    figure = answer(FOCUS, sources, year=2017, as_of=date(2017, 12, 31))
    assert (figure.numerator, figure.extra["designated"], figure.extra["refused"]) == (1, 1, 0)
    assert [row.why for row in behind(FOCUS, sources, year=2017, as_of=date(2017, 12, 31))] == [None, Why.repeat]


def test_others_and_what_was_given_up_before_it_was_decided_are_not_there():
    sources = Sources(
        focus_nominations=(
            a_nomination(TROMSO, centre_id=NAPHA),
            a_nomination(BODO, None, ended_on=date(2016, 4, 1)),
            a_nomination("0301", nomination_id=UUID(int=5)),
        )
    )
    assert (answer(FOCUS, sources).numerator, behind(FOCUS, sources)) == (0, [])
    # Before it was given up it was open.
    assert [row.why for row in behind(FOCUS, sources, as_of=date(2016, 3, 31))] == [Why.not_decided]


def test_who_was_considered_and_not_designated_is_nobodys_who_may_not_read_the_register():
    question = ask(FOCUS)
    rows = provenance(measure(question, year(), scope_of(question)), with_pending=False)
    assert sorted(row.unit_code or "" for row in rows) == [BODO, TROMSO]
