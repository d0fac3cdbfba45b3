"""Who should run a survey, from the whole country's history: BR-08 and BR-51 one by one."""

from datetime import date
from functools import cache
from itertools import count
from uuid import UUID

import pytest

from deploy.reference_tables import read_reference
from services.contracts.geography import BeforeTheTables, Geography
from services.contracts.message import Text
from services.contracts.registry import GeographicChange, Mapping, MappingStatus, MappingTool
from services.contracts.registry.mapping_tools import DuePlace, DueReason, RunBy, SurveyTool
from services.registry.domain.due import due, months_after

LENVIK, SENJA, TROMSO, TROMSO_OF_2020 = "1931", "5421", "1902", "5401"
TYSFJORD, NARVIK_OF_2020, HAMAROY_OF_2020 = "1850", "1806", "1875"
_ids = count(1)


@cache
def country() -> Geography:
    reference = read_reference()
    changes = (
        GeographicChange(change_id=UUID(int=number), **change.model_dump())
        for number, change in enumerate(reference.changes)
    )
    return Geography(reference.units, reference.counties, changes)


def a_tool(interval_months: int | None = 36, run_by: RunBy = RunBy.unit) -> SurveyTool:
    return SurveyTool(
        tool=MappingTool.ungdata,
        name=Text(nb="Ungdata"),
        run_by=run_by,
        interval_months=interval_months,
        source="the test",
        certainty="high",
    )


def a_run(code: str, completed_on: date | None = None, **changes: object) -> Mapping:
    place = "county_code" if len(code) == 2 else "unit_code"
    facts: dict[str, object] = {
        "mapping_id": UUID(int=next(_ids)),
        "tool": "ungdata",
        place: code,
        "year": completed_on.year if completed_on else 2016,
        "sequence": 1,
        "centre_id": UUID(int=1),
        "status": MappingStatus.completed if completed_on else MappingStatus.invited,
        "completed_on": completed_on,
    }
    return Mapping.model_validate(facts | changes)


def listed(*runs: Mapping, on: date, tool: SurveyTool | None = None, county: str | None = None) -> dict[str, DuePlace]:
    found = due(tool or a_tool(), runs, country(), on, county)
    assert [place.unit_code or place.county_code for place in found] == sorted(
        place.unit_code or place.county_code or "" for place in found
    )
    return {place.unit_code or place.county_code or "": place for place in found}


def test_br_08_all_without_a_survey_are_listed_by_name() -> None:
    runs = [a_run(unit.code, date(2015, 3, 1)) for unit in country().units_on(date(2016, 4, 8), "19")]
    assert len(runs) == 24
    found = listed(*runs[1:], on=date(2016, 4, 8), county="19")
    assert [(place.name, place.reason, place.last_completed_on) for place in found.values()] == [
        ("Tromsø", DueReason.never, None)
    ]
    assert len(listed(*runs, on=date(2016, 4, 8))) == 428 - 24


@pytest.mark.parametrize(("on", "is_due"), [(date(2018, 2, 28), False), (date(2018, 3, 1), True)])
def test_a_run_is_due_again_on_the_day_on_which_the_interval_has_passed(on: date, is_due: bool) -> None:
    found = listed(a_run(TROMSO, date(2015, 3, 1)), on=on, county="19")
    assert (TROMSO in found) is is_due
    if is_due:
        place = found[TROMSO]
        assert (place.reason, place.last_completed_on, place.due_on) == (
            DueReason.too_long_ago, date(2015, 3, 1), date(2018, 3, 1),
        )  # fmt: skip


def test_only_what_had_happened_on_the_date_counts_and_the_newest_of_it() -> None:
    runs = (a_run(TROMSO, date(2011, 3, 1)), a_run(TROMSO, date(2015, 3, 1)))
    assert listed(*runs, on=date(2010, 1, 1), county="19")[TROMSO].reason is DueReason.never
    assert listed(*runs, on=date(2015, 2, 28), county="19")[TROMSO].last_completed_on == date(2011, 3, 1)
    assert TROMSO not in listed(*runs, on=date(2015, 3, 1), county="19")


def test_without_a_recommended_interval_only_who_never_ran_it_is_due() -> None:
    old = a_run(TROMSO, date(2005, 3, 1))
    found = listed(old, on=date(2016, 4, 8), tool=a_tool(None), county="19")
    assert TROMSO not in found
    assert {place.reason for place in found.values()} == {DueReason.never}
    assert {place.due_on for place in found.values()} == {None}


def test_br_51_a_recoded_municipality_is_the_same_municipality() -> None:
    run = a_run(TROMSO, date(2019, 3, 1))
    assert TROMSO_OF_2020 not in listed(run, on=date(2020, 6, 1), county="54")
    later = listed(run, on=date(2023, 6, 1), county="54")[TROMSO_OF_2020]
    assert (later.reason, later.run_in) == (DueReason.too_long_ago, (TROMSO,))


def test_br_51_a_merged_municipality_has_its_parts_history_for_ever_and_no_run_of_its_own() -> None:
    run = a_run(LENVIK, date(2019, 3, 1))
    found = listed(run, on=date(2020, 6, 1), county="54")[SENJA]
    assert (found.reason, found.run_in, found.last_completed_on, found.due_on) == (
        DueReason.merged, (LENVIK,), date(2019, 3, 1), None,
    )  # fmt: skip
    assert SENJA not in listed(run, on=date(2020, 6, 1), tool=a_tool(None), county="54")
    own = a_run(SENJA, date(2020, 3, 1))
    assert SENJA not in listed(run, own, on=date(2020, 6, 1), county="54")


def test_a_divided_municipalitys_run_is_told_and_never_given_to_a_part() -> None:
    run = a_run(TYSFJORD, date(2019, 3, 1))
    found = listed(run, on=date(2020, 6, 1), tool=a_tool(None), county="18")
    assert {found[code].reason for code in (NARVIK_OF_2020, HAMAROY_OF_2020)} == {DueReason.divided}
    assert found[NARVIK_OF_2020].run_in == (TYSFJORD,)


def test_br_47_a_county_authoritys_tool_is_due_by_county() -> None:
    tool = a_tool(run_by=RunBy.county_authority)
    found = listed(a_run("18", date(2013, 4, 15)), a_run("19", date(2015, 4, 13)), on=date(2016, 4, 15), tool=tool)
    assert len(found) == 19 - 1
    assert "19" not in found
    assert (found["18"].due_on, found["18"].unit_code) == (date(2016, 4, 15), None)
    assert (found["20"].name, found["20"].reason) == ("Finnmark", DueReason.never)


def test_a_run_that_is_asked_for_stands_beside_who_is_due() -> None:
    invited = a_run(TROMSO, invited_on=date(2016, 1, 4))
    agreed = a_run(LENVIK, invited_on=date(2016, 1, 4), agreed_on=date(2016, 2, 1), status=MappingStatus.agreed)
    cancelled = a_run("1903", invited_on=date(2016, 1, 4), cancelled_on=date(2016, 2, 1))
    found = listed(invited, agreed, cancelled, on=date(2016, 4, 8), county="19")
    runs = {code: found[code].open_run for code in (TROMSO, LENVIK, "1903")}
    assert {code: run and (run.status, run.since) for code, run in runs.items()} == {
        TROMSO: ("invited", date(2016, 1, 4)),
        LENVIK: ("agreed", date(2016, 2, 1)),
        "1903": None,
    }
    before = listed(invited, agreed, cancelled, on=date(2016, 1, 15), county="19")
    standing = [before[code].open_run for code in runs]
    assert [run and run.status for run in standing] == ["invited"] * 3


def test_before_the_tables_there_is_no_list() -> None:
    with pytest.raises(BeforeTheTables):
        listed(on=date(2001, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2015, 3, 1), 36, date(2018, 3, 1)),
        (date(2015, 12, 31), 2, date(2016, 2, 29)),
        (date(2016, 2, 29), 12, date(2017, 2, 28)),
        (date(2015, 11, 30), 1, date(2015, 12, 30)),
    ],
)
def test_months_later_is_the_same_day_or_the_months_last(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later
