"""The plan of 2016 from its file: what it holds, what its names stand for, and what is wrong in a broken one."""

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from pydantic import ValidationError

from services.contracts.plan_file import PlanFile
from services.contracts.reporting import Assignment, Plan, PlannedActivity
from services.kernel.problems import Invalid, NotYetKnown
from services.reporting.domain.facts import Why
from services.reporting.domain.plan_checks import check
from services.reporting.domain.plan_import import Reading, publisher_of
from services.reporting.domain.plan_names import Names
from services.reporting.domain.scope import Sources
from tests.unit.reporting_world import (
    NORD,
    an_activity,
    answer,
    behind,
    country,
    known,
    korus_nord,
    organisations,
)

PLAN = json.loads((Path(__file__).parents[2] / "deploy/example/plan2016.json").read_text(encoding="utf-8"))
PLAN_ID = UUID(int=7)


@cache
def names() -> Names:
    return Names(organisations(), country(), 2016)


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The plan's file with one thing changed."""
    file: dict[str, Any] = json.loads(json.dumps(PLAN))
    change(file)
    return file


def ungdata(file: dict[str, Any]) -> Any:
    """The first assignment, which stands at /areas/0/assignments/0."""
    return file["areas"][0]["assignments"][0]


def id_of(code: str) -> UUID:
    return uuid5(PLAN_ID, code)


def read(file: dict[str, Any] = PLAN) -> Reading:
    parsed = PlanFile.model_validate(file)
    check(parsed)
    return Reading(parsed, PLAN_ID, publisher_of(parsed, names()), names())


def planned(code: str) -> PlannedActivity:
    return next(each for each in read().planned_activities(id_of) if each.code == code)


def test_the_plan_holds_what_it_says():
    assignments, activities = read().assignments(id_of), read().planned_activities(id_of)
    distinct = [each for each in activities if each.duplicate_of is None]
    assert (len(assignments), len(activities), len(distinct)) == (45, 189, 179)
    tasks = [task for assignment in assignments for task in assignment.tasks]
    assert [task.code for task in tasks if not task.own] == ["B1-T1", "B1-T4"]
    assert len(tasks) == 65
    assert sum(each.own for each in distinct) == 166


def test_br_34_a_task_that_each_centre_has_is_the_centres_own():
    overdose = next(each for each in read().assignments(id_of) if each.code == "B1")
    assert {task.code: task.own for task in overdose.tasks}["B1-T3"]


def test_br_33_repeats_are_kept_and_linked():
    repeats = [each for each in read().planned_activities(id_of) if each.duplicate_of]
    assert len(repeats) == 10
    assert planned("M1-A02").duplicate_of == "F1-A04"


def test_br_31_a_goal_without_number_gets_none():
    goals = {goal.code: goal for assignment in read().assignments(id_of) for goal in assignment.goals}
    assert goals["F1-G1"].target_value is None
    assert (goals["B2-G1"].target_value, goals["B2-G1"].comparator) == (80, ">=")


def test_places_are_codes_of_the_plans_year():
    assert planned("B5-A05").unit_codes == ("1850", "1849", "1848")
    assert planned("B2-A02").county_codes == ("18", "19")
    every = {code for each in read().planned_activities(id_of) for code in each.unit_codes}
    assert len(every) == 32
    assert all(country().valid(code, date(2016, 12, 31)) for code in every)


def test_a_spelling_that_the_file_admits_to_finds_the_municipality():
    file = changed(lambda file: ungdata(file)["activities"][0]["municipalities"].append("Alstadhaug"))
    assert read(file).planned_activities(id_of)[0].unit_codes == ("1820",)


def test_leads_are_linked_by_the_organisations_other_names():
    assert planned("B2-A01").lead == "KORFOR"
    assert planned("B2-A01").lead_id is not None
    assert not planned("B2-A01").own
    assert planned("B2-A02").lead_id == NORD


def test_the_plans_centre_is_its_publisher():
    assert publisher_of(PlanFile.model_validate(PLAN), names()) == korus_nord()


@pytest.mark.parametrize(
    ("change", "where", "kind"),
    [
        (lambda file: ungdata(file).update(owner="x"), ("areas", 0, "assignments", 0, "owner"), "extra_forbidden"),
        (lambda file: ungdata(file).pop("code"), ("areas", 0, "assignments", 0, "code"), "missing"),
        (lambda file: ungdata(file).update(source_occurrences="1"),
         ("areas", 0, "assignments", 0, "source_occurrences"), "int_type"),
        (lambda file: ungdata(file)["activities"][2].update(status="maybe"),
         ("areas", 0, "assignments", 0, "activities", 2, "status"), "enum"),
        (lambda file: file["source"].update(dated="8. april"), ("source", "dated"), "date_from_datetime_parsing"),
    ],
)  # fmt: skip
def test_a_wrong_column_is_named_where_it_stands(change, where, kind):
    with pytest.raises(ValidationError) as refusal:
        PlanFile.model_validate(changed(change))
    (error,) = refusal.value.errors()
    assert (error["loc"], error["type"]) == (where, kind)


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        (lambda file: ungdata(file)["activities"][3].update(id="F1-A01"),
         "/areas/0/assignments/0/activities/3/id", "repeated-id"),
        (lambda file: file["areas"][0]["assignments"][1].update(code="F1"),
         "/areas/0/assignments/1/code", "repeated-id"),
        (lambda file: ungdata(file)["tasks"][0].update(id="F9-T9"),
         "/areas/0/assignments/0/tasks/0/id", "another-assignment"),
        (lambda file: ungdata(file)["activities"][0].update(duplicate_of="Z9-A01"),
         "/areas/0/assignments/0/activities/0/duplicate_of", "unknown-reference"),
        (lambda file: ungdata(file)["activities"][0].update(duplicate_of="M1-A02"),
         "/areas/0/assignments/0/activities/0/duplicate_of", "unknown-reference"),
        (lambda file: file["source"].update(plan_year=2001), "/source/plan_year", "before-the-tables"),
    ],
)  # fmt: skip
def test_a_file_that_contradicts_itself_is_refused_and_says_where(change, pointer, code):
    with pytest.raises(Invalid) as refusal:
        check(PlanFile.model_validate(changed(change)))
    assert (pointer, code) in [(error.pointer, error.code) for error in refusal.value.errors]


def test_a_place_that_the_registry_has_not_told_of_may_come_later():
    file = changed(lambda file: ungdata(file)["activities"][1]["municipalities"].append("Atlantis"))
    with pytest.raises(NotYetKnown) as refusal:
        read(file).planned_activities(id_of)
    assert [error.pointer for error in refusal.value.errors] == ["/areas/0/assignments/0/activities/1/municipalities/0"]
    assert refusal.value.retry_after_s


def test_a_name_of_several_municipalities_is_the_one_in_the_centres_own_counties():
    heroy = changed(lambda file: ungdata(file)["activities"][0]["municipalities"].append("Herøy"))
    assert read(heroy).planned_activities(id_of)[0].unit_codes == ("1818",)
    nes = changed(lambda file: ungdata(file)["activities"][0]["municipalities"].append("Våler"))
    with pytest.raises(Invalid) as refusal:
        read(nes).planned_activities(id_of)
    assert [error.code for error in refusal.value.errors] == ["ambiguous-name"]


def adopted(*held: Any, adopted_on: date | None = date(2016, 4, 8)) -> Sources:
    plan = Plan(plan_id=PLAN_ID, centre_id=NORD, year=2016, title="Plan", adopted_on=adopted_on)
    assignments: list[Assignment] = read().assignments(id_of)
    return Sources(
        plans=(known(plan, "plan"),),
        assignments=tuple(known(each, "assignment") for each in assignments),
        planned_activities=tuple(known(each, "planned_activity") for each in read().planned_activities(id_of)),
        activities=held,
    )


def test_br_33_and_34_the_plan_counts_each_activity_once_and_only_its_own():
    figure = answer("plan_counts", adopted())
    assert (figure.numerator, figure.denominator) == (166, 179)
    assert (figure.extra["tasks"], figure.extra["own_tasks"]) == (65, 63)
    whys = [row.why for row in behind("plan_counts", adopted())]
    assert (whys.count(Why.repeat), whys.count(Why.other_lead), whys.count(None)) == (10, 13, 166)


def test_a_plan_is_in_force_from_the_day_it_was_adopted():
    assert answer("plan_counts", adopted(), as_of=date(2016, 4, 7)).denominator == 0
    assert answer("plan_counts", adopted(), as_of=date(2016, 4, 8)).denominator == 179
    assert answer("plan_counts", adopted(adopted_on=None)).denominator == 0


def test_br_64_what_was_held_stands_against_what_was_planned():
    held = an_activity(planned_activity_code="B2-A02")
    again = an_activity(planned_activity_code="B2-A02")
    only_planned = an_activity(None, planned_activity_code="B1-A05")
    figure = answer("planned_against_held", adopted(held, again, only_planned))
    assert (figure.numerator, figure.denominator) == (1, 166)
    assert sum(figure.extra["not_held_by_status"].values()) == 165


def test_what_carries_out_a_repeat_carries_out_what_it_repeats():
    youth_conference = an_activity(planned_activity_code="M1-A02")
    rows = behind("planned_against_held", adopted(youth_conference))
    assert [row.label.split()[0] for row in rows if row.counted] == ["F1-A04"]
