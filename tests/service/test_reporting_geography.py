"""Figures and the country they are over: as it was known at a moment, and after a change that was undone."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from services.contracts.events import ActivityHeld
from services.contracts.funding import GrantAwarded
from services.contracts.message import Message
from services.contracts.registry import (
    Amendment,
    AwarenessRecorded,
    County,
    CountyChanged,
    GeographicChange,
    GeographicChangeRecorded,
    GeographicChangeUndone,
    MappingCompleted,
    MappingTool,
    ProposeChanges,
    Unit,
    UnitChanged,
)
from services.kernel.clock import FixedClock
from services.registry.domain.amendments import amended, undone
from services.reporting.domain.catalogue import INDICATORS
from services.reporting.queries.places import geography
from services.reporting.service import reporting
from tests.conftest import NOW, OpenDatabase
from tests.service.reporting_house import House, the_north
from tests.unit.reporting_world import a_contact, a_grant, a_mapping, an_activity, attended

NOVEMBER, DECEMBER = datetime(2016, 11, 30, tzinfo=UTC), datetime(2016, 12, 1, tzinfo=UTC)
CHRISTMAS = datetime(2016, 12, 24, tzinfo=UTC)
BODO, BEIARN, NEW = "1804", "1839", "1899"
NUMBERS = count(1)


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[House]:
    """Reporting that knows the north and the centres, at the end of 2016; Bodø has had something of each kind."""
    clock.advance(timedelta(days=267))
    found = House(await open_database(reporting), clock)
    await found.apply(*the_north())
    await found.tell(*facts(BODO), recorded_at=NOW)
    async with found.client:
        yield found


def facts(code: str, on: date = date(2016, 3, 1)) -> Iterable[Message]:
    """A survey of each kind, a letter, and a course that somebody came to."""
    for tool in (MappingTool.brukerplan, MappingTool.ungdata):
        yield MappingCompleted(occurred_on=on, mapping=a_mapping(code, on, tool=tool).state)
    yield AwarenessRecorded(occurred_on=on, awareness=a_contact(code).state)
    yield ActivityHeld(occurred_on=date(2016, 5, 10), activity=an_activity(units=attended(code)).state)


def told(amendments: Iterable[Amendment]) -> Iterable[Message]:
    """What the registry publishes of them."""
    for amendment in amendments:
        match amendment.after:
            case Unit() as unit:
                yield UnitChanged(occurred_on=date(2016, 12, 1), unit=unit)
            case County() as county:
                yield CountyChanged(occurred_on=date(2016, 12, 1), county=county)
            case GeographicChange() as change if change.undone_on:
                yield GeographicChangeUndone(occurred_on=change.undone_on, change=change)
            case change:
                yield GeographicChangeRecorded(occurred_on=change.effective_on, change=change)


async def merge(house: House, recorded_at: datetime = DECEMBER) -> list[UUID]:
    """Bodø and Beiarn became one on 1 July, entered in December. The ids of the changes."""
    step = ProposeChanges.model_validate(
        {
            "effective_on": "2016-07-01",
            "units": [{"code": NEW, "name": "Prøvestad"}],
            "changes": [{"old_code": old, "new_code": NEW, "kind": "merge"} for old in (BODO, BEIARN)],
            "reason": "a test",
            "source": "invented for a test",
        }
    )
    country = await house.database.read(geography)
    amendments = amended(country, [step], new_id=lambda: UUID(int=0x7000_9000_0000_0000_0000 + next(NUMBERS)))
    await house.tell(*told(amendments), recorded_at=recorded_at)
    return [each.after.change_id for each in amendments if isinstance(each.after, GeographicChange)]


async def undo(house: House, ids: list[UUID], recorded_at: datetime = CHRISTMAS) -> None:
    country = await house.database.read(geography)
    await house.tell(*told(undone(country, ids, today=recorded_at.date())), recorded_at=recorded_at)


async def every_figure(house: House, **parameters: str) -> dict[str, list[dict[str, Any]]]:
    """All indicators by all their breakdowns, without the question itself; none of those that nothing was known for."""
    found = {}
    for indicator in INDICATORS.values():
        for by in (None, *indicator.ways):
            asked = {"centre": "korus-nord", **parameters, **({"by": by} if by else {})}
            answer = await house.anybody.get(f"/indicators/{indicator.id}/values", **asked)
            if answer.status_code == 200:
                found[f"{indicator.id} by {by}"] = [
                    {name: value for name, value in figure.items() if name not in ("figure_id", "known_at")}
                    for figure in answer.json()["items"]
                ]
    assert {"brukerplan_coverage by None", "awareness by county", "majority_over_time by None"} <= found.keys()
    return found


async def coverage(house: House, indicator: str, **parameters: str) -> tuple[int, int]:
    (figure,) = await house.figures(indicator, **parameters)
    return figure["numerator"], figure["denominator"]


async def test_br_51_known_at_before_and_after_a_late_entered_merger(house: House) -> None:
    before = await every_figure(house)
    await merge(house)
    for indicator, after in (("brukerplan_coverage", (0, 86)), ("ungdata_coverage", (1, 86))):
        assert await coverage(house, indicator) == after
        assert await coverage(house, indicator, known_at="2016-11-30T00:00:00Z") == (1, 87)
        assert await coverage(house, indicator, known_at="2016-12-01T00:00:00Z") == after
    then = await every_figure(house, known_at="2016-11-30T00:00:00Z")
    assert then == {name: before[name] for name in then}


async def test_undoing_a_merger_restores_every_figure(house: House) -> None:
    before = await every_figure(house)
    ids = await merge(house)
    assert await every_figure(house) != before
    merged = await every_figure(house)
    await undo(house, ids)
    assert await every_figure(house) == before
    then = await every_figure(house, known_at="2016-12-23T00:00:00Z")
    assert then == {name: merged[name] for name in then}


async def test_what_was_entered_on_the_municipality_that_never_was_is_undecided(house: House) -> None:
    ids = await merge(house)
    (survey, *_) = facts(NEW, date(2016, 9, 1))
    await house.tell(survey, recorded_at=DECEMBER)
    assert await coverage(house, "brukerplan_coverage") == (1, 86)
    await undo(house, ids)
    (figure,) = await house.figures("brukerplan_coverage")
    assert (figure["numerator"], figure["denominator"], figure["extra"]["undecided"]) == (1, 87, [NEW])
    rows = await house.anybody.get(f"/figures/{figure['figure_id']}/provenance", limit=200)
    assert {row["unit_code"]: row["why"] for row in rows.json()["items"]} == {BODO: None, NEW: "undone"}


async def test_what_was_entered_on_a_code_after_its_end_follows_it(house: House) -> None:
    """The merger is known in December only, so a survey of September stands on Bodø, which had ended in July."""
    (_, survey, *_) = facts(BEIARN, date(2016, 9, 1))
    await house.tell(survey, recorded_at=NOVEMBER)
    assert await coverage(house, "ungdata_coverage") == (2, 87)
    await merge(house)
    assert await coverage(house, "ungdata_coverage") == (1, 86)
    (figure,) = await house.figures("ungdata_coverage")
    rows = (await house.anybody.get(f"/figures/{figure['figure_id']}/provenance", limit=200)).json()["items"]
    assert [(row["unit_code"], row["why"]) for row in rows] == [(BODO, None), (BEIARN, "repeat")]


async def test_a_figure_says_when_it_is_shown_in_the_geography_of_another_time(house: House) -> None:
    (own,) = await house.figures("brukerplan_coverage")
    (same,) = await house.figures("brukerplan_coverage", geography="2016-03-01")
    (other,) = await house.figures("brukerplan_coverage", geography="2024-01-01")
    assert (own["notes"], same["notes"]) == ([], [])
    assert [set(note) for note in other["notes"]] == [{"nb", "nn"}]


async def test_what_each_municipality_was_awarded_is_told_in_the_geography_of_any_year(house: House) -> None:
    """Tysfjord (1850) was divided in 2020 and nobody recorded the shares; Tromsø only changed its number."""
    for code, amount_ore in (("1902", 300_00), ("1850", 20_00), ("1805", 1_00)):
        grant = a_grant(code, amount_ore=amount_ore).state
        await house.tell(GrantAwarded(occurred_on=date(2016, 6, 1), grant=grant), recorded_at=NOW)

    async def awarded(day: str) -> tuple[dict[str, int], int, list[str], int, str]:
        whole = (await house.figures("awarded_per_scheme", geography=day))[0]
        units = {each["code"]: each["awarded_ore"] for each in whole["extra"]["by_unit"]}
        return units, whole["numerator"], whole["extra"]["undecided"], len(whole["notes"]), whole["figure_id"]

    *then, _ = await awarded("2016-12-31")
    assert then == [{"1805": 1_00, "1850": 20_00, "1902": 300_00}, 321_00, [], 0]
    *now, figure_id = await awarded("2024-01-01")
    assert now == [{"1806": 1_00, "5501": 300_00}, 301_00, ["1850"], 1]
    rows = (await house.anybody.get(f"/figures/{figure_id}/provenance", limit=200)).json()["items"]
    assert {row["unit_code"]: (row["counted"], row["why"]) for row in rows} == {
        "1902": (True, None), "1850": (False, "divided"), "1805": (True, None)
    }  # fmt: skip


async def test_a_moment_before_the_country_was_known_is_refused(house: House) -> None:
    asked = {"centre": "korus-nord", "known_at": (NOW - timedelta(seconds=1)).isoformat().replace("+00:00", "Z")}
    answer = await house.anybody.get("/indicators/majority_over_time/values", **asked)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:samla:problem:before-first-record")
