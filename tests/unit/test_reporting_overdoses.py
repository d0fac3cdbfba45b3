"""Municipalities with overdose problems that have begun: a count without a target, and whom it tells of."""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from services.contracts.registry.overdoses import Milestone, MilestoneKind, OverdoseUnit
from services.reporting.domain.facts import Known, Why
from services.reporting.domain.figures import measure, provenance
from services.reporting.domain.scope import Sources
from tests.unit.reporting_world import NORD, answer, answers, ask, behind, known, scope_of

NINE = ("1804", "1805", "1833", "1870", "1902", "1903", "1931", "2012", "2030")
_ids = count(1)


def a_unit(code: str, *begun: tuple[str, date], **changes: Any) -> Known[OverdoseUnit]:
    facts = {
        "overdose_unit_id": UUID(int=next(_ids)),
        "unit_code": code,
        "centre_id": NORD,
        "recorded_on": date(2015, 1, 1),
        "milestones": tuple(Milestone(kind=MilestoneKind(kind), begun_on=day) for kind, day in begun),
    }
    return known(OverdoseUnit.model_validate(facts | changes), "overdose_unit")


def nine() -> Sources:
    """Nine with overdose problems, of which four have begun."""
    begun = (
        (("mapping", date(2015, 5, 4)),),
        (("measures", date(2015, 9, 1)),),
        (("plan", date(2016, 1, 1)),),
        (("mapping", date(2016, 3, 1)), ("plan", date(2014, 6, 1))),
    )
    some = (a_unit(code, *each) for code, each in zip(NINE, begun, strict=False))
    return Sources(overdose_units=(*some, *(a_unit(code) for code in NINE[4:])))


def test_st_20_four_of_nine_have_begun_and_there_is_no_target():
    figure = answer("overdose_begun", nine())
    assert (figure.numerator, figure.denominator, figure.value, figure.unit) == (4, None, None, "count")
    assert (figure.target, figure.needed, figure.gap, figure.reached) == (None, None, None, None)
    assert figure.extra == {"with_overdose_problems": 9, "begun_by_kind": {"mapping": 2, "measures": 1, "plan": 2}}
    assert (figure.window_from, figure.window_to) == (date(2014, 1, 1), date(2017, 12, 31))


def test_each_county_has_its_own():
    _, *counties = answers(ask("overdose_begun", by="county"), nine())
    assert {each.by: (each.numerator, each.extra["with_overdose_problems"]) for each in counties} == {
        "18": (4, 4),
        "19": (0, 3),
        "20": (0, 2),
    }


def test_only_what_had_been_begun_by_the_day_inside_the_strategys_years_counts():
    early = answer("overdose_begun", nine(), as_of=date(2015, 8, 31))
    assert (early.numerator, early.extra["begun_by_kind"]) == (2, {"mapping": 1, "plan": 1})
    before = Sources(overdose_units=(a_unit("1902", ("plan", date(2013, 12, 31))),))
    assert answer("overdose_begun", before).numerator == 0
    assert [row.why for row in behind("overdose_begun", before)] == [Why.not_begun]


def test_a_municipality_counts_from_the_day_on_which_it_is_told_of_until_it_is_not_any_more():
    unit = a_unit("1902", ("plan", date(2014, 6, 1)), recorded_on=date(2015, 3, 1), ended_on=date(2016, 3, 1))
    sources = Sources(overdose_units=(unit,))
    days = (date(2015, 2, 28), date(2015, 3, 1), date(2016, 2, 29), date(2016, 3, 1))
    assert [answer("overdose_begun", sources, as_of=day).numerator for day in days] == [0, 1, 1, 0]


def test_br_51_a_merged_municipality_counts_once():
    lenvik, berg = a_unit("1931", ("plan", date(2015, 6, 1))), a_unit("1929", ("mapping", date(2016, 6, 1)))
    merged = answer("overdose_begun", Sources(overdose_units=(lenvik, berg)), geography=date(2020, 1, 1))
    assert (merged.numerator, merged.extra["with_overdose_problems"]) == (1, 1)
    assert merged.extra["begun_by_kind"] == {"mapping": 1, "plan": 1}


def test_which_municipality_has_begun_nothing_is_no_strangers_business():
    question = ask("overdose_begun")
    measured = measure(question, nine(), scope_of(question))
    assert len(provenance(measured)) == 9
    public = provenance(measured, with_pending=False)
    assert sorted(row.unit_code or "" for row in public) == sorted(NINE[:4])
    assert {row.label for row in public} == {"mapping", "measures", "plan"}
