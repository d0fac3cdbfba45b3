"""Activities over HTTP and on both databases: planned, carried together, announced, filled, held and closed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.contracts.registry import OrganisationKind
from services.events.service import events
from services.kernel.clock import FixedClock
from tests.conftest import OpenDatabase
from tests.service.neighbourhood import (
    BODO,
    COUNTY_GOVERNOR,
    FINNMARK,
    HARSTAD,
    KORUS_NORD,
    NAPHA,
    NARVIK,
    NORDLAND,
    RVTS_NORD,
    TROMS,
    TROMSO,
    TROMSO_AS_A_BODY,
    TROMSO_FROM_2020,
    UNKNOWN,
    UNTIL_2020,
    Caller,
    House,
    counties,
    organisation,
    problem,
    units,
)
from tests.statements import statements

REGION = (
    [f"18{number:02}" for number in range(44)]
    + [f"19{number:02}" for number in range(24)]
    + [f"20{number:02}" for number in range(19)]
)
"""87 codes, as many as the three northern counties have in 2016."""

PLAN: dict[str, Any] = {
    "title": {"nb": "Seminardag om BrukerPlan"},
    "kind": "seminar_day",
    "theme": "brukerplan",
    "lead_id": str(KORUS_NORD),
    "starts_on": "2016-03-15",
    "ends_on": "2016-03-15",
    "county_code": NORDLAND,
    "occurred_on": "2016-01-20",
}
OWN_ARRANGEMENT = {"nb": "Egen gjennomgang med kommunen", "nn": "Eigen gjennomgang med kommunen"}


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[House]:
    house = House(events, await open_database(events), clock)
    await house.tell(
        *units(*{*REGION, TROMSO, BODO, HARSTAD, NARVIK}),
        *units(TROMSO_FROM_2020, since=UNTIL_2020, until=None),
        *counties(NORDLAND, TROMS, FINNMARK),
        organisation(KORUS_NORD, "korus-nord", OrganisationKind.korus),
        organisation(NAPHA, "napha", OrganisationKind.national),
        organisation(RVTS_NORD, "rvts-nord", OrganisationKind.rvts),
        organisation(COUNTY_GOVERNOR, "fylkesmannen-i-troms", OrganisationKind.county_governor),
        organisation(TROMSO_AS_A_BODY, "tromso-kommune", OrganisationKind.municipality),
    )
    async with house.client:
        yield house


@pytest.fixture
def editor(house: House) -> Caller:
    return house.caller("ED", KORUS_NORD)


@pytest.fixture
def napha(house: House) -> Caller:
    return house.caller("ED", NAPHA)


async def plan(editor: Caller, **changes: Any) -> str:
    """A planned activity; answers its path."""
    planned = await editor.post("/activities", {**PLAN, **changes})
    assert planned.status_code == 201, planned.text
    assert planned.headers["location"] == f"/activities/{planned.json()['activity_id']}"
    return str(planned.headers["location"])


async def announce(editor: Caller, **changes: Any) -> str:
    """An announced activity; answers its path."""
    path = await plan(editor, **changes)
    announced = await editor.change(f"{path}/announce", {"occurred_on": "2016-01-25"})
    assert announced.status_code == 200, announced.text
    return path


async def test_st_02_a_seminar_day_with_napha_from_plan_to_close(house: House, editor: Caller, napha: Caller) -> None:
    path = await plan(editor, excepted_codes=[TROMSO, BODO], series="brukerplan_seminar")
    asked = await editor.change(f"{path}/co-organisers", {"organisation_id": str(NAPHA), "occurred_on": "2016-01-21"})
    assert asked.json()["co_organisers"][0]["status"] == "invited"
    waiting = await editor.change(f"{path}/announce", {"occurred_on": "2016-01-25"})
    assert problem(waiting) == (409, "co-organiser-pending")
    assert waiting.json()["organisation_ids"] == [str(NAPHA)]
    yes = await napha.change(f"{path}/co-organisers/answer", {"accept": True, "occurred_on": "2016-01-24"})
    assert yes.json()["co_organisers"][0]["status"] == "accepted"
    assert (await editor.change(f"{path}/announce", {"occurred_on": "2016-01-25"})).status_code == 200

    excepted = await editor.change(
        f"{path}/invitations", {"unit_codes": [TROMSO, NARVIK, BODO], "occurred_on": "2016-02-01"}
    )
    assert problem(excepted) == (409, "excepted-unit-invited")
    assert excepted.json()["codes"] == [BODO, TROMSO]
    invited = await editor.change(
        f"{path}/invitations",
        {"unit_codes": [NARVIK, HARSTAD], "guest_ids": [str(COUNTY_GOVERNOR)], "occurred_on": "2016-02-01"},
    )
    assert [unit["code"] for unit in invited.json()["units"]] == [NARVIK, HARSTAD]
    assert invited.json()["guest_ids"] == [str(COUNTY_GOVERNOR)]

    assert (await editor.change(f"{path}/hold", {"occurred_on": "2016-03-15"})).status_code == 200
    came = await editor.change(f"{path}/attendance", {"unit_codes": [NARVIK], "occurred_on": "2016-03-15"})
    assert [unit.get("attended_on") for unit in came.json()["units"]] == ["2016-03-15", None]
    for code, missing in ((BODO, [BODO, TROMSO]), (TROMSO, [TROMSO])):
        early = await editor.change(f"{path}/close", {"occurred_on": "2016-04-01"})
        assert problem(early) == (409, "own-arrangement-missing")
        assert early.json()["codes"] == missing
        own = {"code": code, "arrangement": OWN_ARRANGEMENT, "occurred_on": "2016-03-20"}
        assert (await editor.change(f"{path}/replacements", own)).status_code == 200
    closed = await editor.change(f"{path}/close", {"occurred_on": "2016-04-01"})
    assert closed.json()["closed_on"] == "2016-04-01"

    told = await house.told("activity")
    assert [message["type"].split(".")[3] for message in told] == [
        "planned", "co_organiser_invited", "co_organiser_answered", "announced", "units_invited", "held",
        "attendance_recorded", "unit_replaced", "unit_replaced", "closed",
    ]  # fmt: skip
    assert [message["aggregateversion"] for message in told] == list(range(1, 11))
    shown = (await house.anybody.get(path)).json()
    assert shown == closed.json()
    assert told[-1]["data"]["activity"] == without_none(shown)


def without_none(state: Any) -> Any:
    """A state as a message carries it."""
    if isinstance(state, dict):
        return {name: without_none(value) for name, value in state.items() if value is not None}
    return [without_none(value) for value in state] if isinstance(state, list) else state


async def test_st_01_every_unit_of_the_region_is_offered_onsite_or_remote_training(
    house: House, editor: Caller
) -> None:
    onsite, remote = REGION[:60], REGION[60:]
    path = await announce(editor, kind="training_day", series="brukerplan_training")
    for codes, mode in ((onsite, "onsite"), (remote, "remote")):
        invited = await editor.change(
            f"{path}/invitations", {"unit_codes": codes, "mode": mode, "occurred_on": "2016-02-01"}
        )
        assert invited.status_code == 200, invited.text
    listed = (await house.anybody.get(path)).json()["units"]
    assert len(listed) == 87
    assert [unit["code"] for unit in listed] == sorted(REGION)
    assert sum(unit["mode"] == "remote" for unit in listed) == 27
    (of_the_last,) = (await house.anybody.get("/activities", unit_code=REGION[-1])).json()["items"]
    assert f"/activities/{of_the_last['activity_id']}" == path


async def test_st_10_six_courses_one_of_each_kind_in_every_county(house: House, editor: Caller) -> None:
    for county in (NORDLAND, TROMS, FINNMARK):
        for series, last_day in (("mi_introductory", "2016-03-16"), ("mi_advanced", "2016-03-15")):
            path = await announce(
                editor, kind="course", theme="mi", county_code=county, series=series, ends_on=last_day
            )
            assert (await editor.change(f"{path}/hold", {"occurred_on": last_day})).status_code == 200
    introductory = (await house.anybody.get("/activities", series="mi_introductory", status="held")).json()["items"]
    assert len(introductory) == 3
    assert sum(activity["days"] for activity in introductory) == 6
    assert {activity["level"] for activity in introductory} == {1}
    advanced = (await house.anybody.get("/activities", series="mi_advanced")).json()["items"]
    assert {activity["county_code"] for activity in advanced} == {NORDLAND, TROMS, FINNMARK}


async def test_what_is_only_planned_is_seen_by_those_whose_affair_it_is(
    house: House, editor: Caller, napha: Caller
) -> None:
    path = await plan(editor)
    rvts, coordinator = house.caller("ED", RVTS_NORD), house.caller("KOO")

    async def seen_by(*callers: Caller) -> list[int]:
        assert [len((await each.get("/activities")).json()["items"]) for each in callers] == [
            int((await each.get(path)).status_code == 200) for each in callers
        ]
        return [(await each.get(path)).status_code for each in callers]

    assert await seen_by(editor, coordinator, napha, rvts, house.anybody) == [200, 200, 404, 404, 404]
    await editor.change(f"{path}/co-organisers", {"organisation_id": str(NAPHA), "occurred_on": "2016-01-21"})
    assert await seen_by(napha, rvts, house.anybody) == [200, 404, 404]
    await napha.change(f"{path}/co-organisers/answer", {"accept": False, "occurred_on": "2016-01-22"})
    assert await seen_by(napha) == [404]
    await editor.change(f"{path}/announce", {"occurred_on": "2016-01-25"})
    assert await seen_by(rvts, house.anybody) == [200, 200]


async def test_what_was_dropped_before_it_was_announced_stays_unseen(house: House, editor: Caller) -> None:
    path = await plan(editor)
    assert (await editor.change(f"{path}/cancel", {"occurred_on": "2016-02-01"})).json()["status"] == "cancelled"
    assert problem(await house.anybody.get(path)) == (404, "not-found")


async def test_only_the_invited_organisation_answers(house: House, editor: Caller, napha: Caller) -> None:
    path = await plan(editor)
    answer = {"accept": True, "occurred_on": "2016-01-22"}
    assert problem(await napha.post(f"{path}/co-organisers/answer", answer)) == (404, "not-found")
    await editor.change(f"{path}/co-organisers", {"organisation_id": str(NAPHA), "occurred_on": "2016-01-21"})
    for stranger in (editor, house.caller("ED", RVTS_NORD), house.caller("ED")):
        refused = await stranger.post(f"{path}/co-organisers/answer", answer)
        assert problem(refused) == (404, "not-found")
    assert problem(await napha.post(f"{path}/co-organisers/answer", answer)) == (428, "precondition-required")
    assert (await napha.change(f"{path}/co-organisers/answer", answer)).status_code == 200
    again = await napha.change(f"{path}/co-organisers/answer", answer)
    assert problem(again) == (409, "already-answered")


async def test_another_centre_can_do_nothing_with_an_activity(house: House, editor: Caller, napha: Caller) -> None:
    path = await announce(editor)
    on = {"occurred_on": "2016-03-15"}
    steps: dict[str, dict[str, Any]] = {
        "co-organisers": {"organisation_id": str(RVTS_NORD), **on},
        "announce": on,
        "invitations": {"unit_codes": [NARVIK], **on},
        "attendance": {"unit_codes": [NARVIK], **on},
        "replacements": {"code": TROMSO, "arrangement": OWN_ARRANGEMENT, **on},
        "hold": on,
        "close": on,
        "cancel": on,
    }
    for step, body in steps.items():
        assert problem(await napha.change(f"{path}/{step}", body)) == (404, "not-found"), step
        missing = await napha.post(f"/activities/{UNKNOWN}/{step}", body, if_match='"1"')
        assert problem(missing) == (404, "not-found"), step
    assert problem(await napha.post("/activities", PLAN)) == (404, "not-found")
    assert len(await house.told("activity")) == 2


async def test_a_change_is_based_on_the_newest_version(editor: Caller) -> None:
    path = await plan(editor)
    on = {"occurred_on": "2016-01-25"}
    assert problem(await editor.post(f"{path}/announce", on)) == (428, "precondition-required")
    assert (await editor.post(f"{path}/announce", on, if_match='"1"')).headers["etag"] == '"2"'
    assert problem(await editor.post(f"{path}/cancel", on, if_match='"1"')) == (412, "precondition-failed")


async def test_a_code_that_is_not_known_yet_may_come_and_one_not_valid_will_not(house: House, editor: Caller) -> None:
    path = await announce(editor)
    unknown = await editor.change(f"{path}/invitations", {"unit_codes": [NARVIK, "9999"], "occurred_on": "2016-02-01"})
    assert problem(unknown) == (409, "not-yet-known")
    assert unknown.headers["retry-after"] == "1"
    assert [error["pointer"] for error in unknown.json()["errors"]] == ["/unit_codes/1"]
    assert "9999" not in unknown.text
    later = await editor.change(
        f"{path}/invitations", {"unit_codes": [TROMSO_FROM_2020, NARVIK], "occurred_on": "2016-02-01"}
    )
    assert problem(later) == (422, "unit-not-valid")
    assert later.json()["codes"] == [TROMSO_FROM_2020]
    assert await house.rows("activity_unit") == 0

    await house.tell(*units("9999"))
    assert (
        await editor.change(f"{path}/invitations", {"unit_codes": ["9999"], "occurred_on": "2016-02-01"})
    ).is_success


@pytest.mark.parametrize(
    ("changes", "status", "slug", "pointer"),
    [
        ({"excepted_codes": ["9999"]}, 409, "not-yet-known", "/excepted_codes/0"),
        ({"county_code": "99"}, 409, "not-yet-known", "/county_code"),
        ({"ends_on": "2016-03-14"}, 422, "period-reversed", "/ends_on"),
        ({"days": 2}, 422, "days-beyond-period", "/days"),
        ({"level": 3}, 422, "level-without-reason", "/level_reason"),
        ({"occurred_on": "2016-04-09"}, 422, "date-in-future", "/occurred_on"),
        ({"offer_id": str(UNKNOWN)}, 422, "invalid", "/offer_id"),
        ({"programme_id": str(UNKNOWN)}, 422, "invalid", "/programme_id"),
        ({"kind": "party"}, 422, "invalid", "/kind"),
    ],
)
async def test_a_plan_that_is_wrong_is_refused_where_it_is_wrong(
    house: House, editor: Caller, changes: dict[str, Any], status: int, slug: str, pointer: str
) -> None:
    refused = await editor.post("/activities", {**PLAN, **changes})
    assert problem(refused) == (status, slug)
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert all(error["detail"] for error in refused.json()["errors"])
    assert await house.rows("activity") == 0


async def test_a_lead_that_has_not_been_told_of_yet_waits(house: House) -> None:
    stranger = house.caller("ED", UNKNOWN)
    refused = await stranger.post("/activities", {**PLAN, "lead_id": str(UNKNOWN)})
    assert problem(refused) == (409, "not-yet-known")
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/lead_id"]


async def test_a_municipality_is_invited_as_a_unit_and_never_as_a_guest(house: House, editor: Caller) -> None:
    path = await announce(editor)
    guests = {"guest_ids": [str(COUNTY_GOVERNOR), str(TROMSO_AS_A_BODY)], "occurred_on": "2016-02-01"}
    refused = await editor.change(f"{path}/invitations", guests)
    assert problem(refused) == (422, "guest-is-municipality")
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/guest_ids/1"]
    assert await house.rows("activity_guest") == 0


async def test_br_25_a_project_that_ended_earlier_is_told_with_its_new_level(house: House, editor: Caller) -> None:
    path = await announce(
        editor, kind="project", starts_on="2015-03-01", ends_on="2016-12-31", occurred_on="2015-02-01"
    )
    held = await editor.change(f"{path}/hold", {"occurred_on": "2016-02-29"})
    assert (held.json()["level"], held.json()["ends_on"]) == (3, "2016-02-29")
    assert [message["data"]["activity"]["level"] for message in await house.told("activity")] == [4, 4, 3]


async def test_two_who_announce_at_once_do_it_once(house: House, editor: Caller) -> None:
    path = await plan(editor)
    on = {"occurred_on": "2016-01-25"}
    answers = await asyncio.gather(*(editor.post(f"{path}/announce", on, if_match='"1"') for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    assert len(await house.told("activity")) == 2


async def test_a_change_costs_the_same_statements_for_one_unit_as_for_87(house: House, editor: Caller) -> None:
    counted = [await number_for(house, editor, REGION[:1]), await number_for(house, editor, REGION)]
    assert counted[0] == counted[1] <= 25


async def number_for(house: House, editor: Caller, codes: list[str]) -> int:
    path = await announce(editor)
    seen = (await editor.get(path)).headers["etag"]
    invitation = {"unit_codes": codes, "occurred_on": "2016-02-01"}
    with statements(house.database) as sent:
        invited = await editor.post(f"{path}/invitations", invitation, if_match=seen)
    assert invited.status_code == 200, invited.text
    return len(sent)


async def test_an_activity_with_87_invited_and_attending_units_fits_in_a_message(house: House, editor: Caller) -> None:
    path = await announce(editor)
    await editor.change(f"{path}/invitations", {"unit_codes": REGION, "occurred_on": "2016-02-01"})
    await editor.change(f"{path}/hold", {"occurred_on": "2016-03-15"})
    await editor.change(f"{path}/attendance", {"unit_codes": REGION, "occurred_on": "2016-03-15"})
    listed = (await house.told("activity"))[-1]["data"]["activity"]["units"]
    assert len(listed) == 87
    assert max(len(str(unit).replace(" ", "")) for unit in listed) <= 100


async def test_lists_come_in_pages_narrowed_and_whole(house: House, editor: Caller) -> None:
    paths = {await announce(editor) for _ in range(5)}
    listed, address = set(), "/activities?limit=2&theme=brukerplan&since=2016-03-01&until=2016-03-31"
    while address:
        page = await house.client.get(address)
        listed |= {f"/activities/{activity['activity_id']}" for activity in page.json()["items"]}
        address = page.headers.get("link", "").split(">")[0].removeprefix("<")
    assert listed == paths
    for nothing in ({"theme": "mi"}, {"since": "2016-03-16"}, {"kind": "course"}, {"status": "held"}):
        assert (await house.anybody.get("/activities", **nothing)).json() == {"items": []}
    assert problem(await house.anybody.get("/activities", colour="red")) == (400, "unknown-query-parameter")
    assert problem(await house.anybody.get("/activities", limit=201)) == (422, "invalid")
