"""Surveys and overdoses over HTTP on both databases: BR-45 to BR-48, and what is told of tools and municipalities."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.contracts.message import Text
from services.contracts.registry import Mapping, MappingAgreed, MappingCompleted, MappingStatus, MappingTool
from services.contracts.registry.mapping_tools import RunBy, SurveyTool, SurveyToolChanged, SurveyToolRegistered
from services.contracts.registry.overdoses import (
    Milestone,
    MilestoneKind,
    OverdoseUnit,
    OverdoseUnitChanged,
    OverdoseUnitEnded,
    OverdoseUnitRecorded,
)
from services.kernel.clock import FixedClock
from services.reporting.service import reporting
from tests.conftest import OpenDatabase
from tests.service.reporting_house import House, the_north
from tests.unit.reporting_world import NORD, percent, units_of_2016

UNITS = units_of_2016()
JANUARY = date(2016, 1, 15)


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[House]:
    """Reporting that knows the north and the centres, at the end of 2016."""
    clock.advance(timedelta(days=267))
    found = House(await open_database(reporting), clock)
    await found.apply(*the_north())
    async with found.client:
        yield found


def a_run(
    number: int, code: str, on: date, *, is_done: bool = True, **changes: Any
) -> MappingCompleted | MappingAgreed:
    """Ungdata, completed on the day or only agreed to."""
    facts = {
        "mapping_id": UUID(int=number),
        "tool": MappingTool.ungdata,
        "county_code" if len(code) == 2 else "unit_code": code,
        "year": on.year,
        "sequence": 1,
        "centre_id": NORD,
        "status": MappingStatus.completed if is_done else MappingStatus.agreed,
        "agreed_on": on,
        "completed_on": on if is_done else None,
    }
    mapping = Mapping.model_validate(facts | changes)
    return (MappingCompleted if is_done else MappingAgreed)(occurred_on=on, mapping=mapping)


def a_tool(tool: str, counts_towards: str | None) -> SurveyTool:
    return SurveyTool(
        tool=MappingTool(tool),
        name=Text(nb="Undersøkelsen"),
        run_by=RunBy.unit,
        counts_towards=counts_towards,
        source="the test",
        certainty="high",
    )


async def test_br_45_a_municipality_counts_once_however_often_it_has_run_it(house: House):
    first = [a_run(number, code, date(2013, 3, 1)) for number, code in enumerate(UNITS[:51])]
    again = [a_run(100 + number, code, date(2015, 3, 1), sequence=2) for number, code in enumerate(UNITS[:20])]
    too_early = a_run(200, UNITS[60], date(2009, 12, 31))
    await house.tell(*first, *again, too_early)
    (figure,) = await house.figures("ungdata_coverage")
    assert (figure["numerator"], figure["denominator"], percent(figure["value"])) == (51, 87, "58.6%")
    answer = await house.editor.get(f"/figures/{figure['figure_id']}/provenance", limit=200)
    whys = [row["why"] for row in answer.json()["items"]]
    assert (whys.count(None), whys.count("repeat"), whys.count("outside-window")) == (51, 20, 1)


async def test_br_46_the_forecast_stands_apart_and_only_first_timers_move_it(house: House):
    before = [a_run(number, code, date(2013, 3, 1)) for number, code in enumerate(UNITS[:51])]
    january = [
        a_run(100 + number, code, JANUARY, is_done=False) for number, code in enumerate((*UNITS[51:61], *UNITS[:10]))
    ]
    await house.tell(*before, *january)
    (figure,) = await house.figures("ungdata_coverage")
    forecast, expected = figure["extra"]["forecast"], figure["extra"]["surveys_expected"]
    assert (percent(figure["value"]), percent(forecast["value"]), expected) == ("58.6%", "70.1%", 20)
    await house.tell(*(a_run(200 + n, code, JANUARY, is_done=False) for n, code in enumerate(UNITS[20:25])))
    (later,) = await house.figures("ungdata_coverage")
    assert (later["extra"]["forecast"], later["extra"]["surveys_expected"]) == (forecast, 25)
    assert later["numerator"] == figure["numerator"]


async def test_br_47_a_county_authoritys_round_is_in_its_own_figure_alone(house: House):
    await house.tell(a_run(1, UNITS[0], date(2013, 3, 1)))
    (municipal,) = await house.figures("ungdata_coverage")
    rounds = (("18", 2013), ("20", 2014), ("19", 2015), ("18", 2016))
    tool = MappingTool.ungdata_upper_secondary
    await house.tell(*(a_run(10 + n, county, date(year, 4, 13), tool=tool) for n, (county, year) in enumerate(rounds)))
    (figure,) = await house.figures("ungdata_upper_secondary")
    assert (figure["numerator"], figure["denominator"], figure["extra"]["rounds"]) == (3, 3, 4)
    assert await house.figures("ungdata_coverage") == [municipal]


async def test_br_48_ungdatas_target_is_empty_and_never_eighty(house: House):
    await house.tell(*(a_run(number, code, date(2013, 3, 1)) for number, code in enumerate(UNITS[:80])))
    (figure,) = await house.figures("ungdata_coverage")
    assert percent(figure["value"]) == "92.0%"
    assert [figure[name] for name in ("target", "needed", "gap", "reached", "reached_on")] == [None] * 5


async def test_which_figure_a_tools_runs_count_in_is_what_was_told_of_the_tool_last(house: House):
    runs = [a_run(1, UNITS[0], date(2013, 3, 1), tool="ungdata_junior"), a_run(2, UNITS[1], date(2013, 3, 1))]
    await house.tell(*runs)

    async def counted() -> int:
        (figure,) = await house.figures("ungdata_coverage")
        return int(figure["numerator"])

    # Ungdata counted before anything was told of it; of the new one nothing is known yet.
    assert await counted() == 1
    junior = SurveyToolRegistered(occurred_on=JANUARY, mapping_tool=a_tool("ungdata_junior", "ungdata_coverage"))
    await house.tell(junior)
    assert await counted() == 2
    await house.tell(SurveyToolChanged(occurred_on=JANUARY, mapping_tool=a_tool("ungdata_junior", None)))
    assert await counted() == 1


async def test_st_20_four_of_nine_have_begun_by_kind_and_without_a_target(house: House):
    units = [
        OverdoseUnit(overdose_unit_id=UUID(int=number), unit_code=code, centre_id=NORD, recorded_on=date(2015, 1, 1))
        for number, code in enumerate(UNITS[:9])
    ]
    await house.tell(*(OverdoseUnitRecorded(occurred_on=date(2015, 1, 1), overdose_unit=unit) for unit in units))
    (figure,) = await house.figures("overdose_begun")
    assert (figure["numerator"], figure["extra"]["with_overdose_problems"]) == (0, 9)
    kinds = (("mapping",), ("measures",), ("plan",), ("mapping", "plan"))
    begun = [
        unit.model_copy(
            update={"milestones": tuple(Milestone(kind=MilestoneKind(k), begun_on=date(2015, 6, 1)) for k in each)}
        )
        for unit, each in zip(units, kinds, strict=False)
    ]
    await house.tell(*(OverdoseUnitChanged(occurred_on=date(2015, 6, 1), overdose_unit=unit) for unit in begun))
    (figure,) = await house.figures("overdose_begun")
    assert (figure["numerator"], figure["denominator"], figure["unit"]) == (4, None, "count")
    assert figure["extra"] == {
        "with_overdose_problems": 9,
        "begun_by_kind": {"mapping": 2, "measures": 1, "plan": 2},
    }
    assert [figure[name] for name in ("target", "needed", "gap", "reached")] == [None] * 4
    path = f"/figures/{figure['figure_id']}/provenance"
    assert len((await house.editor.get(path)).json()["items"]) == 9
    # Which of the others have such problems is not everybody's to know.
    shown = (await house.anybody.get(path)).json()["items"]
    assert sorted(row["unit_code"] for row in shown) == sorted(UNITS[:4])
    ended = begun[0].model_copy(update={"ended_on": date(2016, 2, 1)})
    await house.tell(OverdoseUnitEnded(occurred_on=date(2016, 2, 1), overdose_unit=ended))
    (figure,) = await house.figures("overdose_begun")
    assert (figure["numerator"], figure["extra"]["with_overdose_problems"]) == (3, 8)
    (before,) = await house.figures("overdose_begun", as_of="2016-01-31")
    assert before["numerator"] == 4
