"""Mappings over HTTP on both databases: who may, which places, which steps, and what the others are told."""

import asyncio
from typing import Any
from uuid import UUID

from services.kernel.clock import FixedClock
from tests.service.registry_house import Caller, House

FIRST = '"1"'


async def the_editor(house: House, centre: str = "KoRus-Nord") -> tuple[Caller, str]:
    """An editor of a centre, and the centre's id."""
    centre_id = await house.organisation_id(centre)
    return house.caller("ED", centre_id), str(centre_id)


def an_invitation(centre_id: str, **changes: Any) -> dict[str, Any]:
    told = {
        "tool": "brukerplan",
        "unit_code": "1902",
        "year": 2015,
        "centre_id": centre_id,
        "occurred_on": "2015-03-01",
    }
    return {name: value for name, value in (told | changes).items() if value is not None}


async def test_a_mapping_goes_from_invited_to_agreed_to_completed(house: House) -> None:
    editor, centre_id = await the_editor(house)
    invited = await editor.post("/mappings", an_invitation(centre_id))
    assert (invited.status_code, invited.headers["etag"]) == (201, FIRST)
    path = invited.headers["location"]
    assert invited.headers["samla-version"] == f"mapping/{invited.json()['mapping_id']}@1"
    agreed = await editor.post(f"{path}/agree", {"occurred_on": "2015-05-01"}, if_match=FIRST)
    completed = await editor.post(f"{path}/complete", {"occurred_on": "2015-11-02"}, if_match=agreed.headers["etag"])
    assert completed.headers["etag"] == '"3"'
    shown = await house.anybody.get(path)
    assert (shown.json(), shown.headers["etag"]) == (completed.json(), '"3"')
    assert completed.json() | {"mapping_id": None} == {
        "mapping_id": None,
        "tool": "brukerplan",
        "unit_code": "1902",
        "county_code": None,
        "year": 2015,
        "sequence": 1,
        "centre_id": centre_id,
        "status": "completed",
        "invited_on": "2015-03-01",
        "agreed_on": "2015-05-01",
        "completed_on": "2015-11-02",
        "cancelled_on": None,
        "source": None,
    }
    told = await house.told("mapping")
    assert [(each["type"], each["aggregateversion"], each["data"]["occurred_on"]) for each in told] == [
        ("samla.registry.mapping.invited.v1", 1, "2015-03-01"),
        ("samla.registry.mapping.agreed.v1", 2, "2015-05-01"),
        ("samla.registry.mapping.completed.v1", 3, "2015-11-02"),
    ]
    assert told[-1]["data"]["mapping"]["status"] == "completed"


async def test_another_centres_mapping_does_not_exist(house: House) -> None:
    editor, centre_id = await the_editor(house)
    other, other_id = await the_editor(house, "KoRus-Midt")
    assert (await other.post("/mappings", an_invitation(centre_id))).status_code == 404
    path = (await editor.post("/mappings", an_invitation(centre_id))).headers["location"]
    step = {"occurred_on": "2015-05-01"}
    theirs = await other.post(f"{path}/agree", step, if_match=FIRST)
    nobodys = await other.post("/mappings/00000000-0000-7000-8000-000000000000/agree", step, if_match=FIRST)
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json() | {"trace_id": ""} == nobodys.json() | {"trace_id": ""}
    coordinator = house.caller("KOO")
    assert (await coordinator.post(f"{path}/agree", step, if_match=FIRST)).status_code == 200
    assert (await coordinator.post("/mappings", an_invitation(other_id, unit_code="1804"))).status_code == 201


async def test_who_may_not_write_is_told_so(house: House) -> None:
    _, centre_id = await the_editor(house)
    for role in ("PRO", "KOM", "KOM+", "SB", "HD", "DRIFT", "REV"):
        assert (await house.caller(role).post("/mappings", an_invitation(centre_id))).status_code == 403, role
    assert (await house.anybody.post("/mappings", an_invitation(centre_id))).status_code == 401


UNSUITABLE: list[tuple[dict[str, Any], str, str]] = [
    ({"unit_code": "9999"}, "unknown-unit", "/unit_code"),
    ({"unit_code": "5501"}, "unit-not-valid", "/unit_code"),
    ({"unit_code": "19"}, "invalid", "/unit_code"),
    ({"unit_code": None}, "invalid", "/unit_code"),
    ({"county_code": "19"}, "invalid", "/county_code"),
    ({"tool": "ungdata_upper_secondary"}, "invalid", "/unit_code"),
    ({"tool": "ungdata_upper_secondary", "unit_code": None, "county_code": "55"}, "unit-not-valid", "/county_code"),
    ({"tool": "questback"}, "unknown-mapping-tool", "/tool"),
    ({"tool": "Questback!"}, "invalid", "/tool"),
    ({"occurred_on": "yesterday"}, "invalid", "/occurred_on"),
]


async def test_a_place_that_does_not_suit_is_refused_and_nothing_is_stored(house: House) -> None:
    editor, centre_id = await the_editor(house)
    for changes, slug, pointer in UNSUITABLE:
        answer = await editor.post("/mappings", an_invitation(centre_id, **changes))
        assert (changes, answer.status_code, answer.json()["type"]) == (changes, 422, f"urn:samla:problem:{slug}")
        assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert (await editor.get("/mappings")).json() == {"items": []}
    assert await house.told("mapping") == []


async def test_a_code_of_another_time_is_told_with_what_was_valid(house: House) -> None:
    editor, centre_id = await the_editor(house)
    problem = (await editor.post("/mappings", an_invitation(centre_id, unit_code="5530"))).json()
    assert problem["on"] == "2015-03-01"
    assert problem["places"] == [
        {"code": "5530", "valid_from": "2024-01-01", "valid_to": None, "instead": ["1927", "1928", "1929", "1931"]}
    ]


async def test_only_a_known_competence_centre_runs_mappings(house: House) -> None:
    coordinator = house.caller("KOO")
    directorate = str(await house.organisation_id("Helsedirektoratet"))
    for centre_id, slug in (
        (directorate, "not-a-centre"),
        ("00000000-0000-7000-8000-000000000000", "unknown-organisation"),
    ):
        answer = await coordinator.post("/mappings", an_invitation(centre_id))
        assert (answer.status_code, answer.json()["type"]) == (422, f"urn:samla:problem:{slug}")


async def test_a_step_needs_the_version_that_the_caller_has_seen(house: House) -> None:
    editor, centre_id = await the_editor(house)
    path = (await editor.post("/mappings", an_invitation(centre_id))).headers["location"]
    step = {"occurred_on": "2015-05-01"}
    assert (await editor.post(f"{path}/agree", step)).status_code == 428
    assert (await editor.post(f"{path}/agree", step, if_match='"2"')).status_code == 412
    assert (await editor.post(f"{path}/agree", step, if_match=FIRST)).status_code == 200
    assert (await editor.post(f"{path}/cancel", step, if_match=FIRST)).status_code == 412


async def test_a_step_out_of_order_is_a_conflict_that_says_where_the_mapping_stands(house: House) -> None:
    editor, centre_id = await the_editor(house)
    path = (await editor.post("/mappings", an_invitation(centre_id))).headers["location"]
    await editor.post(f"{path}/cancel", {"occurred_on": "2015-05-01"}, if_match=FIRST)
    answer = await editor.post(f"{path}/complete", {"occurred_on": "2015-06-01"}, if_match='"2"')
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (409, "urn:samla:problem:step-out-of-order")
    assert (problem["current_status"], problem["allowed_from"]) == ("cancelled", ["agreed", "invited"])


async def test_a_completion_in_the_future_or_after_the_municipality_is_refused(house: House, clock: FixedClock) -> None:
    editor, centre_id = await the_editor(house)
    path = (await editor.post("/mappings", an_invitation(centre_id, unit_code="1913"))).headers["location"]
    future = await editor.post(f"{path}/complete", {"occurred_on": "2016-04-09"}, if_match=FIRST)
    assert future.json()["type"] == "urn:samla:problem:date-in-future"
    clock.advance(clock.now().replace(year=2021) - clock.now())
    gone = await (await the_editor(house))[0].post(f"{path}/complete", {"occurred_on": "2020-01-01"}, if_match=FIRST)
    assert gone.json()["type"] == "urn:samla:problem:unit-not-valid"
    assert gone.json()["places"][0]["instead"] == ["5412"]


async def test_a_run_goes_on_where_the_municipality_only_gets_another_number(house: House, clock: FixedClock) -> None:
    clock.advance(clock.now().replace(year=2021) - clock.now())
    editor, centre_id = await the_editor(house)
    run = an_invitation(centre_id, tool="ungdata", year=2020, occurred_on="2019-11-01")
    invited = await editor.post("/mappings", run)
    path = invited.headers["location"]
    await editor.post(f"{path}/agree", {"occurred_on": "2019-12-01"}, if_match=FIRST)
    again = await editor.post("/mappings", run | {"unit_code": "5401", "occurred_on": "2020-01-10"})
    assert (again.status_code, again.json()["type"]) == (409, "urn:samla:problem:mapping-exists")
    next_run = await editor.post("/mappings", run | {"unit_code": "5401", "year": 2023, "occurred_on": "2020-01-10"})
    assert (invited.json()["sequence"], next_run.json()["sequence"]) == (1, 2)
    completed = await editor.post(f"{path}/complete", {"occurred_on": "2020-03-01"}, if_match='"2"')
    # It stays where it was agreed on: facts stay on the code where they happened.
    assert (completed.status_code, completed.json()["unit_code"]) == (200, "1902"), completed.text
    due = await house.anybody.pages("/mapping-tools/ungdata/due", county="54", on="2020-12-01")
    assert "5401" not in {each["unit_code"] for each in due}
    # What a municipality has gone into is another.
    told = {"tool": "ungdata", "year": 2020}
    skanland = await editor.post("/mappings", an_invitation(centre_id, unit_code="1913", **told))
    tjeldsund = an_invitation(centre_id, unit_code="5412", **told, occurred_on="2020-01-10")
    assert [skanland.json()["sequence"], (await editor.post("/mappings", tjeldsund)).json()["sequence"]] == [1, 1]


async def test_of_two_invitations_at_once_by_both_numbers_of_a_municipality_one_stands(
    house: House, clock: FixedClock
) -> None:
    clock.advance(clock.now().replace(year=2021) - clock.now())
    editor, centre_id = await the_editor(house)
    days = {"1902": "2019-11-01", "5401": "2020-01-10"}
    answers = await asyncio.gather(
        *(
            editor.post("/mappings", an_invitation(centre_id, unit_code=code, year=2020, occurred_on=day))
            for code, day in [*days.items()] * 3
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]


async def test_runs_are_numbered_for_each_place_and_tool(house: House) -> None:
    editor, centre_id = await the_editor(house)

    async def run(**changes: Any) -> int:
        return int((await editor.post("/mappings", an_invitation(centre_id, **changes))).json()["sequence"])

    assert [await run(year=2011), await run(year=2014), await run(year=2014, tool="ungdata")] == [1, 2, 1]
    assert await run(unit_code="1804") == 1
    cancelled = await editor.post("/mappings", an_invitation(centre_id, year=2015))
    path = f"/mappings/{cancelled.json()['mapping_id']}"
    await editor.post(f"{path}/cancel", {"occurred_on": "2015-04-01"}, if_match=FIRST)
    assert (cancelled.json()["sequence"], await run(year=2015)) == (3, 3)


async def test_one_run_of_a_tool_a_year(house: House) -> None:
    editor, centre_id = await the_editor(house)
    await editor.post("/mappings", an_invitation(centre_id))
    again = await editor.post("/mappings", an_invitation(centre_id, occurred_on="2015-04-01"))
    assert (again.status_code, again.json()["type"]) == (409, "urn:samla:problem:mapping-exists")


async def test_twenty_invitations_at_once_get_twenty_numbers(house: House) -> None:
    editor, centre_id = await the_editor(house)
    answers = await asyncio.gather(
        *(editor.post("/mappings", an_invitation(centre_id, year=1995 + number)) for number in range(20))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert sorted(answer.json()["sequence"] for answer in answers) == list(range(1, 21))


async def test_the_same_key_is_one_invitation(house: House) -> None:
    editor, centre_id = await the_editor(house)
    one = await editor.post("/mappings", an_invitation(centre_id), key="the same")
    two = await editor.post("/mappings", an_invitation(centre_id), key="the same")
    assert (two.status_code, two.json()) == (201, one.json())
    other = await editor.post("/mappings", an_invitation(centre_id, year=2016), key="the same")
    assert other.json()["type"] == "urn:samla:problem:idempotency-key-reused"
    assert len(await house.told("mapping")) == 1


async def test_st_05_upper_secondary_rounds_are_kept_by_county_and_apart_from_the_units(house: House) -> None:
    editor, centre_id = await the_editor(house)
    for county, day in (("18", "2013-04-15"), ("20", "2014-04-14"), ("19", "2015-04-13"), ("18", "2016-04-04")):
        year = int(day[:4])
        round_ = an_invitation(
            centre_id, tool="ungdata_upper_secondary", unit_code=None, county_code=county, year=year, occurred_on=day
        )
        path = (await editor.post("/mappings", round_)).headers["location"]
        assert (await editor.post(f"{path}/complete", {"occurred_on": day}, if_match=FIRST)).status_code == 200
    rounds = (await house.anybody.get("/mappings", tool="ungdata_upper_secondary", status="completed")).json()["items"]
    assert sorted((each["county_code"], each["year"], each["sequence"]) for each in rounds) == [
        ("18", 2013, 1),
        ("18", 2016, 2),
        ("19", 2015, 1),
        ("20", 2014, 1),
    ]
    assert {each["unit_code"] for each in rounds} == {None}
    nordland = (await house.anybody.get("/mappings", county_code="18")).json()["items"]
    assert {each["year"] for each in nordland} == {2013, 2016}


async def test_who_reads_a_part_of_the_register_sees_what_was_completed_and_its_own(house: House) -> None:
    editor, centre_id = await the_editor(house)
    path = (await editor.post("/mappings", an_invitation(centre_id))).headers["location"]
    client, other = house.caller("API", UUID(centre_id)), house.caller("API", await house.organisation_id("KoRus-Midt"))
    for caller, status in ((house.anybody, 404), (other, 404), (client, 200), (house.caller("HD"), 200)):
        assert (await caller.get(path)).status_code == status
        assert len((await caller.get("/mappings")).json()["items"]) == (status == 200)
    await editor.post(f"{path}/complete", {"occurred_on": "2015-11-02"}, if_match=FIRST)
    assert len((await house.anybody.get("/mappings")).json()["items"]) == 1


async def test_mappings_in_pages(house: House) -> None:
    editor, centre_id = await the_editor(house)
    for year in range(2010, 2015):
        await editor.post("/mappings", an_invitation(centre_id, year=year))
    found = await editor.pages("/mappings", unit_code="1902", limit=2)
    assert sorted(each["year"] for each in found) == [2010, 2011, 2012, 2013, 2014]
    assert (await editor.get("/mappings", year=2012)).json()["items"][0]["year"] == 2012
    assert (await house.anybody.get("/mappings", after="bm90IGFuIGlk")).status_code == 422
