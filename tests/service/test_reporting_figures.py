"""Figures over HTTP on both databases: from neighbours' messages to a figure and the facts behind it."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.contracts.events import ActivityHeld, ActivityPlanned
from services.contracts.registry import (
    LetterBounced,
    LetterDispatched,
    Mapping,
    MappingAgreed,
    MappingCompleted,
    MappingStatus,
    MappingTool,
    OrganisationMerged,
    OrganisationRegistered,
)
from services.kernel.clock import FixedClock
from services.kernel.inspection import dump
from services.reporting.domain.catalogue import INDICATORS
from services.reporting.service import reporting
from tests.conftest import NOW, OpenDatabase
from tests.service.reporting_house import House, body_of, the_north
from tests.statements import statements
from tests.unit.reporting_world import NORD, a_contact, an_activity, attended, korus_nord, percent, units_of_2016

UNITS = units_of_2016()


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[House]:
    """Reporting that knows the north and the centres, at the end of 2016."""
    clock.advance(timedelta(days=267))
    found = House(await open_database(reporting), clock)
    await found.apply(*the_north())
    async with found.client:
        yield found


async def test_br_01_who_has_not_been_told_is_named_over_http(house: House) -> None:
    letters = [known.state for known in (a_contact(code) for code in UNITS[:-1])]
    came_back = letters[0].model_copy(update={"bounced_on": date(2016, 2, 9)})
    await house.tell(*(LetterDispatched(occurred_on=date(2016, 2, 1), awareness=each) for each in letters))
    await house.tell(LetterBounced(occurred_on=date(2016, 2, 9), awareness=came_back))

    answer = await house.anybody.get("/awareness/uninformed", centre="korus-nord", year=2016)

    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["units"], told["informed"], told["is_met"]) == (87, 85, False)
    assert [(each["code"], each["last_bounce_of"]) for each in told["items"]] == [
        (UNITS[0], "2016-02-01"), (UNITS[-1], None),
    ]  # fmt: skip
    (figure, *_) = await house.figures("awareness", year=2016)
    assert [(each["code"], each["name"]) for each in told["items"]] == [
        (each["code"], each["name"]) for each in figure["extra"]["uninformed"]
    ]
    by_visit = await house.anybody.get("/awareness/uninformed", centre="korus-nord", year=2016, channel="visit")
    assert (by_visit.json()["informed"], len(by_visit.json()["items"])) == (0, 87)
    before = await house.anybody.get("/awareness/uninformed", centre="korus-nord", year=2016, as_of="2016-02-08")
    assert [each["code"] for each in before.json()["items"]] == [UNITS[-1]]
    refused = await house.anybody.get("/awareness/uninformed", centre="nobody")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "unknown-centre")


async def test_br_01_what_was_told_of_a_record_that_was_given_up_counts_for_the_one_that_is_kept(house: House) -> None:
    double = korus_nord().model_copy(update={"organisation_id": UUID(int=77), "reference": "korus-nord-2"})
    letters = [a_contact(UNITS[0]).state, *(a_contact(code, centre_id=UUID(int=77)).state for code in UNITS[1:3])]
    await house.tell(OrganisationRegistered(occurred_on=date(2016, 1, 1), organisation=double))
    await house.tell(*(LetterDispatched(occurred_on=date(2016, 2, 1), awareness=each) for each in letters))
    assert (await house.figures("awareness", year=2016, centre="korus-nord"))[0]["numerator"] == 1
    given_up = double.model_copy(update={"merged_into": NORD, "merge_reason": "The same centre twice."})
    await house.tell(OrganisationMerged(occurred_on=date(2016, 12, 1), organisation=given_up))
    figure, *counties = await house.figures("awareness", year=2016, centre="korus-nord", by="county")
    assert (figure["numerator"], sum(each["numerator"] for each in counties)) == (3, 3)
    told = (await house.anybody.get("/awareness/uninformed", centre="korus-nord", year=2016)).json()
    assert (told["informed"], len(told["items"])) == (3, 84)
    # A neighbour that tells nonsense, such as a record given up for itself, is answered about all the same.
    itself = double.model_copy(update={"merged_into": UUID(int=77)})
    await house.tell(OrganisationMerged(occurred_on=date(2016, 12, 2), organisation=itself))
    assert (await house.figures("awareness", year=2016, centre="korus-nord"))[0]["numerator"] == 1


def a_run(number: int, code: str, completed_on: date | None, **changes: Any) -> Mapping:
    """BrukerPlan in one municipality."""
    fields: dict[str, Any] = {
        "mapping_id": UUID(int=number),
        "tool": MappingTool.brukerplan,
        "unit_code": code,
        "year": 2015,
        "sequence": 1,
        "centre_id": NORD,
        "status": MappingStatus.completed if completed_on else MappingStatus.agreed,
        "agreed_on": date(2014, 1, 2),
        "completed_on": completed_on,
        "source": "example",
    }
    return Mapping(**fields | changes)


def completions(inside: int, in_2014: int = 0) -> list[MappingCompleted]:
    first = date(2015, 2, 1)
    runs = [a_run(number, code, first + timedelta(days=number)) for number, code in enumerate(UNITS[:inside])]
    runs += [
        a_run(1000 + number, code, date(2014, 5, 5)) for number, code in enumerate(UNITS[inside : inside + in_2014])
    ]
    return [MappingCompleted(occurred_on=run.completed_on or first, mapping=run) for run in runs]


async def test_st_03_brukerplan(house: House):
    await house.tell(*completions(44, in_2014=6))
    (figure,) = await house.figures("brukerplan_coverage")
    assert percent(figure["value"]) == "50.6%"
    assert (figure["numerator"], figure["denominator"], figure["needed"], figure["gap"]) == (44, 87, 70, 26)
    assert (figure["geography"], figure["example"], figure["reached"]) == ("2016-12-31", True, False)


@pytest.mark.parametrize(("completed", "reached_on"), [(69, None), (70, "2015-04-11")])
async def test_st_03_the_target_is_reached_by_the_seventieth(house: House, completed: int, reached_on: str | None):
    await house.tell(*completions(completed))
    (figure,) = await house.figures("brukerplan_coverage")
    assert (figure["reached"], figure["reached_on"]) == (reached_on is not None, reached_on)


async def test_every_fact_behind_a_figure_can_be_read_page_by_page(house: House):
    await house.tell(*completions(44, in_2014=6))
    (figure,) = await house.figures("brukerplan_coverage")
    rows: list[dict[str, Any]] = []
    path = f"/figures/{figure['figure_id']}/provenance?limit=20"
    while path:
        page = await house.client.get(path)
        rows += page.json()["items"]
        path = page.links["next"]["url"] if "next" in page.links else ""
    assert len({row["message_id"] for row in rows}) == len(rows) == 50
    assert sum(row["counted"] for row in rows) == figure["numerator"]
    assert {row["why"] for row in rows if not row["counted"]} == {"outside-window"}
    assert all(row["why_text"]["nn"] for row in rows if not row["counted"])


async def test_the_public_is_shown_what_came_true_and_the_centres_all_of_it(house: House):
    agreed = a_run(900, UNITS[60], None)
    await house.tell(*completions(3), MappingAgreed(occurred_on=date(2014, 1, 2), mapping=agreed))
    (figure,) = await house.figures("brukerplan_coverage")
    path = f"/figures/{figure['figure_id']}/provenance"
    assert [row["why"] for row in (await house.anybody.get(path)).json()["items"]] == [None] * 3
    assert [row["why"] for row in (await house.editor.get(path)).json()["items"]] == ["not-completed", *[None] * 3]


async def test_as_of_reads_dates_and_known_at_reads_what_was_recorded(house: House):
    june, december = datetime(2016, 6, 1, tzinfo=UTC), datetime(2016, 12, 1, tzinfo=UTC)
    agreed = a_run(1, "1804", None)
    await house.tell(MappingAgreed(occurred_on=date(2014, 1, 2), mapping=agreed), recorded_at=june)
    done = a_run(1, "1804", date(2015, 3, 1))
    await house.tell(MappingCompleted(occurred_on=date(2015, 3, 1), mapping=done), recorded_at=december)

    async def numerator(**parameters: str) -> int:
        (figure,) = await house.figures("brukerplan_coverage", **parameters)
        return int(figure["numerator"])

    assert await numerator() == 1
    assert await numerator(as_of="2015-02-28") == 0
    assert await numerator(known_at="2016-11-30T00:00:00Z") == 0
    assert await numerator(known_at="2016-12-01T00:00:00Z") == 1
    before = await house.anybody.get(
        "/indicators/brukerplan_coverage/values", centre="korus-nord", known_at="2016-05-31T00:00:00Z"
    )
    assert (before.status_code, before.json()["type"]) == (422, "urn:samla:problem:before-first-record")


async def test_a_figure_in_the_geography_of_today(house: House):
    await house.tell(*completions(87))
    (figure,) = await house.figures("brukerplan_coverage", geography="2024-01-01")
    assert figure["denominator"] == len(await northern_units_today(house))
    # What was merged since does not inherit a windowed target; the rest, Tromsø among them, only got new codes.
    assert 0 < figure["numerator"] < figure["denominator"]
    rows = await house.anybody.get(f"/figures/{figure['figure_id']}/provenance", limit=200)
    whys = {row["unit_code"]: row["why"] for row in rows.json()["items"]}
    assert (whys["1902"], whys["1931"], whys["1850"]) == (None, "merged", "divided")


async def northern_units_today(house: House) -> list[str]:
    found = await house.figures("awareness", geography="2024-01-01")
    return [unit["code"] for unit in found[0]["extra"]["uninformed"]]


async def test_held_activities_feed_the_majority_and_the_levels(house: House):
    for number in range(44):
        code, day = UNITS[number], date(2016, 5, 10)
        activity = an_activity(day, activity_id=UUID(int=number), units=attended(code, on=day)).state
        await house.tell(ActivityHeld(occurred_on=day, activity=activity))
    planned = an_activity(None, activity_id=UUID(int=99)).state
    await house.tell(ActivityPlanned(occurred_on=planned.planned_on, activity=planned))
    (majority,) = await house.figures("majority_over_time")
    assert (majority["numerator"], majority["needed"], majority["reached"]) == (44, 44, True)
    levels = await house.figures("activities_per_level")
    assert [(level["by"], level["numerator"]) for level in levels] == [
        (None, 44),
        ("1", 44),
        ("2", 0),
        ("3", 0),
        ("4", 0),
    ]


async def test_the_plan_is_counted_when_it_is_adopted_and_its_past_can_be_asked_for(house: House):
    plan_id = (await house.import_plan())["plan_id"]
    for code in ("A5", "A6"):
        path = f"/plans/{plan_id}/assignments/{code}"
        reason = {"reason": "Står i et eget vedlegg.", "occurred_on": "2016-04-08"}
        await house.editor.post(f"{path}/reason", reason, if_match='"1"')
    imported_at = house.clock.now()
    house.clock.advance(timedelta(hours=1))
    adopted = await house.caller("GK").post(f"/plans/{plan_id}/adopt", {"occurred_on": "2016-04-08"}, if_match='"1"')
    assert adopted.status_code == 200
    (counts,) = await house.figures("plan_counts")
    assert (counts["numerator"], counts["denominator"], counts["extra"]["own_tasks"]) == (166, 179, 63)
    (before,) = await house.figures("plan_counts", known_at=imported_at.isoformat())
    assert before["denominator"] == 0
    (before,) = await house.figures("plan_counts", as_of="2016-04-07")
    assert before["denominator"] == 0
    # With one plan known, nobody needs to name the centre or the year.
    answer = await house.anybody.get("/indicators/planned_against_held/values", as_of="2016-12-31")
    assert answer.json()["items"][0]["denominator"] == 166


async def test_any_order_and_any_repetition_gives_the_same_bytes_on_both_databases(
    sqlite_database: OpenDatabase, postgres_database: OpenDatabase, clock: FixedClock
):
    bodies = [*the_north(), *(body_of(message, 1, NOW) for message in completions(30, in_2014=5))]
    ordered = House(await sqlite_database(reporting), clock)
    await ordered.apply(*bodies)
    shuffled = [*bodies, *bodies[::3]]
    random.Random(8).shuffle(shuffled)
    other = House(await postgres_database(reporting), clock)
    for start in range(0, len(shuffled), 97):
        await other.apply(*shuffled[start : start + 97])
    one, two = [
        await house.database.read(lambda connection: list(dump(connection, reporting))) for house in (ordered, other)
    ]
    assert one == two
    assert len(one) > 300


async def test_the_list_of_indicators_says_what_each_can_be_asked(house: House):
    items = (await house.anybody.get("/indicators")).json()["items"]
    assert [each["indicator"] for each in items] == list(INDICATORS)
    brukerplan = items[0]
    assert (brukerplan["target"], brukerplan["window_from"], brukerplan["by"]) == (0.8, "2015-01-01", ["county"])
    assert next(each for each in items if each["indicator"] == "ungdata_coverage")["target"] is None


@pytest.mark.parametrize(
    ("path", "parameters", "status", "where"),
    [
        ("/indicators/happiness/values", {}, 404, None),
        ("/indicators/awareness/values", {"centre": "korus-atlantis"}, 422, "centre"),
        ("/indicators/awareness/values", {}, 422, "centre"),
        ("/indicators/awareness/values", {"centre": "korus-nord", "by": "scheme"}, 422, "by"),
        ("/indicators/awareness/values", {"centre": "korus-nord", "since": "2015-01-01"}, 422, "since"),
        ("/indicators/awareness/values", {"centre": "korus-nord", "as_of": "yesterday"}, 422, "as_of"),
        ("/indicators/awareness/values", {"centre": "korus-nord", "known_at": "2016-06-01T00:00:00"}, 422, "known_at"),
        ("/indicators/awareness/values", {"centre": "korus-nord", "geography": "1995-01-01"}, 422, "geography"),
        ("/indicators/awareness/values", {"centre": "korus-nord", "as_of": "0001-01-01"}, 422, "as_of"),
        ("/indicators/awareness/values", {"centre": "korus-nord", "year": "12016"}, 422, "year"),
        (
            "/indicators/awareness/values",
            {"centre": "korus-nord", "known_at": "9999-12-31T23:00:00-12:00"},
            422,
            "known_at",
        ),
        ("/indicators/awareness/values", {"centre": "korus-nord", "colour": "blue"}, 400, None),
        ("/figures/e30/provenance", {}, 404, None),
        ("/figures/nothing/provenance", {}, 404, None),
    ],
)
async def test_what_cannot_be_asked_is_refused_and_says_where(
    house: House, path: str, parameters: dict[str, str], status: int, where: str | None
):
    answer = await house.anybody.get(path, **parameters)
    assert answer.status_code == status
    if where is not None:
        assert [error["parameter"] for error in answer.json()["errors"]] == [where]


async def test_a_figure_takes_the_same_number_of_statements_whatever_is_behind_it(house: House):
    async def number() -> int:
        with statements(house.database) as sent:
            await house.figures("brukerplan_coverage")
        return len(sent)

    await house.tell(*completions(2))
    await house.figures("brukerplan_coverage")
    few = await number()
    await house.tell(*(a_completion(number) for number in range(200, 270)))
    assert await number() == few


def a_completion(number: int) -> MappingCompleted:
    run = a_run(number, UNITS[number % 87], date(2015, 6, 1))
    return MappingCompleted(occurred_on=date(2015, 6, 1), mapping=run)
