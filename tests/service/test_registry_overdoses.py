"""Deaths by overdose as counts, and what has been begun, over HTTP on both databases: R115 above all."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.kernel.clock import FixedClock
from tests.service.registry_house import Caller, House

FIRST = '"1"'
COUNTS, UNITS = "/overdose-counts", "/overdose-units"
NINE_YEARS = timedelta(days=9 * 365)
NINE = ("1902", "1804", "1903", "1833", "1805", "2012", "2030", "1931", "1870")


async def the_editor(house: House, centre: str = "KoRus-Nord") -> tuple[Caller, str]:
    centre_id = await house.organisation_id(centre)
    return house.caller("ED", centre_id), str(centre_id)


def a_count(centre_id: str, deaths: int, **changes: Any) -> dict[str, Any]:
    told = {
        "unit_code": "1902",
        "year": 2014,
        "deaths": deaths,
        "centre_id": centre_id,
        "source": "Dødsårsaksregisteret",
        "occurred_on": "2016-02-01",
    }
    return told | changes


@pytest.mark.parametrize(
    ("deaths", "told"),
    [(0, {"fewer_than": 5}), (1, {"fewer_than": 5}), (4, {"fewer_than": 5}), (5, {"deaths": 5}), (17, {"deaths": 17})],
)
async def test_r115_fewer_than_five_are_told_to_nobody_outside(house: House, deaths: int, told: dict[str, int]) -> None:
    editor, centre_id = await the_editor(house)
    made = await editor.post(COUNTS, a_count(centre_id, deaths))
    assert made.status_code == 201, made.text
    nothing = {"deaths": None, "fewer_than": None}
    path = made.headers["location"]
    for shown in (
        made.json(),
        (await house.anybody.get(path)).json(),
        (await house.caller("HD").get(path)).json(),
        (await editor.get(path)).json(),
        *(await house.anybody.get(COUNTS)).json()["items"],
    ):
        assert {name: shown[name] for name in nothing} == nothing | told
    (message,) = await house.told("overdose_count")
    state = message["data"]["overdose_count"]
    assert {name: state.get(name) for name in nothing} == nothing | told


async def test_r115_what_is_published_and_audited_is_the_same_bytes_for_any_small_number(house: House) -> None:
    """Nothing that leaves the row tells two small numbers from each other."""
    editor, centre_id = await the_editor(house)
    paths = []
    for unit, deaths in (("1902", 0), ("1804", 3)):
        made = await editor.post(COUNTS, a_count(centre_id, deaths, unit_code=unit))
        paths.append(made.headers["location"])
        step = {"deaths": 4 - deaths, "source": "Dødsårsaksregisteret", "reason": "rettet", "occurred_on": "2016-03-01"}
        assert (await editor.post(f"{made.headers['location']}/correct", step, if_match=FIRST)).status_code == 200
    told = [each["data"]["overdose_count"] for each in await house.told("overdose_count")]
    own = ("overdose_count_id", "unit_code")
    same = [{name: value for name, value in each.items() if name not in own} for each in told]
    assert len(same) == 4
    assert same == [same[0]] * 4

    def audited(connection: sa.Connection) -> list[Any]:
        chosen = "SELECT facts FROM audit WHERE subject LIKE 'overdose_count/%'"
        return list(connection.execute(sa.text(chosen)).scalars())

    assert await house.database.read(audited) == [None] * 4
    for path in paths:
        _, corrected = (await house.caller("KOO").get(f"{path}/history")).json()["items"]
        assert (corrected["reason"], corrected["changed"]) == ("rettet", [])


async def test_the_exact_numbers_are_for_the_centre_that_keeps_them_and_the_coordinator(house: House) -> None:
    editor, centre_id = await the_editor(house)
    other, other_id = await the_editor(house, "KoRus-Midt")
    for unit, deaths in (("1902", 3), ("1804", 7), ("1833", 1), ("2012", 7)):
        await editor.post(COUNTS, a_count(centre_id, deaths, unit_code=unit, year=2015))
    await other.post(COUNTS, a_count(other_id, 9, unit_code="1601", year=2015))
    path = f"{COUNTS}/numbers"

    async def numbers(caller: Caller, **asked: object) -> list[tuple[str, str, int]]:
        items = (await caller.get(path, **asked)).json()["items"]
        return [(each["unit_code"], each["name"], each["deaths"]) for each in items]

    # Those with most come first: they are contacted first. Last year is asked about, if no other is named.
    mine = [("1804", "Bodø", 7), ("2012", "Alta", 7), ("1902", "Tromsø", 3), ("1833", "Rana", 1)]
    assert await numbers(editor) == mine
    assert await numbers(editor, year=2014) == []
    assert await numbers(editor, county="18") == [mine[0], mine[3]]
    assert await numbers(other, year=2015) == [("1601", "Trondheim", 9)]
    assert await numbers(house.caller("KOO")) == [("1601", "Trondheim", 9), *mine]
    assert (await house.anybody.get(path)).status_code == 401
    for role in ("HD", "KOM+", "SB", "REV", "DRIFT"):
        assert (await house.caller(role, UUID(centre_id)).get(path)).status_code == 403, role


async def test_a_count_is_corrected_and_withdrawn_with_a_reason(house: House) -> None:
    editor, centre_id = await the_editor(house)
    path = (await editor.post(COUNTS, a_count(centre_id, 5))).headers["location"]
    again = await editor.post(COUNTS, a_count(centre_id, 6))
    assert (again.status_code, again.json()["type"]) == (409, "urn:samla:problem:overdose-count-exists")
    step = {"deaths": 6, "source": "FHI", "reason": "sent meldt", "occurred_on": "2016-03-01"}
    corrected = await editor.post(f"{path}/correct", step, if_match=FIRST)
    assert (corrected.json()["deaths"], corrected.json()["source"]) == (6, "FHI")
    early = {"reason": "feil kommune", "occurred_on": "2016-01-31"}
    refused = await editor.post(f"{path}/withdraw", early, if_match='"2"')
    assert refused.json()["type"] == "urn:samla:problem:date-out-of-order"
    withdrawn = await editor.post(f"{path}/withdraw", early | {"occurred_on": "2016-03-02"}, if_match='"2"')
    assert withdrawn.json()["withdrawn_on"] == "2016-03-02"
    for verb, body in (("correct", step), ("withdraw", early)):
        out_of_order = await editor.post(f"{path}/{verb}", body | {"occurred_on": "2016-03-03"}, if_match='"3"')
        assert (out_of_order.status_code, out_of_order.json()["current_status"]) == (409, "withdrawn")
    assert (await house.anybody.get(COUNTS)).json() == {"items": []}
    assert (await editor.get(f"{COUNTS}/numbers", year=2014)).json() == {"items": []}
    assert (await editor.post(COUNTS, a_count(centre_id, 2))).status_code == 201

    def reasons(connection: sa.Connection) -> list[Any]:
        chosen = "SELECT reason FROM audit WHERE subject LIKE 'overdose_count/%' ORDER BY position"
        return list(connection.execute(sa.text(chosen)).scalars())

    assert await house.database.read(reasons) == [None, "sent meldt", "feil kommune", None]


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"unit_code": "9999"}, "unknown-unit", "/unit_code"),
    ({"unit_code": "5501"}, "unit-not-valid", "/unit_code"),
    ({"year": 2017}, "date-in-future", "/year"),
    ({"year": 1889}, "invalid", "/year"),
    ({"deaths": -1}, "invalid", "/deaths"),
    ({"deaths": "many"}, "invalid", "/deaths"),
    ({"source": None}, "invalid", "/source"),
    ({"occurred_on": "2016-04-09"}, "date-in-future", "/occurred_on"),
    ({"names": ["somebody"]}, "unknown-field", ""),
]


async def test_a_count_that_cannot_be_is_refused_by_name_and_nothing_is_stored(house: House) -> None:
    editor, centre_id = await the_editor(house)
    for changes, slug, pointer in WRONG:
        answer = await editor.post(COUNTS, a_count(centre_id, 5) | changes)
        assert (changes, answer.status_code, answer.json()["type"]) == (changes, 422, f"urn:samla:problem:{slug}")
        assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    other, _ = await the_editor(house, "KoRus-Midt")
    assert (await other.post(COUNTS, a_count(centre_id, 5))).status_code == 404
    assert await house.told("overdose_count") == []


async def test_twenty_counts_of_one_year_at_once_are_one(house: House) -> None:
    editor, centre_id = await the_editor(house)
    answers = await asyncio.gather(*(editor.post(COUNTS, a_count(centre_id, deaths)) for deaths in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert len(await house.told("overdose_count")) == 1


def a_unit(centre_id: str, unit_code: str, *milestones: dict[str, Any], **changes: Any) -> dict[str, Any]:
    told = {"unit_code": unit_code, "centre_id": centre_id, "milestones": milestones, "occurred_on": "2016-02-01"}
    return told | changes


def begun(kind: str, on: str = "2015-06-01", **evidence: Any) -> dict[str, Any]:
    return {"kind": kind, "begun_on": on, **evidence}


async def test_st_20_a_mapping_or_a_plan_of_the_unit_shows_that_it_has_begun(house: House) -> None:
    editor, centre_id = await the_editor(house)
    run = {"tool": "brukerplan", "year": 2015, "centre_id": centre_id, "occurred_on": "2015-03-01"}
    mapping = (await editor.post("/mappings", run | {"unit_code": "1902"})).json()["mapping_id"]
    others = (await editor.post("/mappings", run | {"unit_code": "1903"})).json()["mapping_id"]
    plan = {
        "plan_type": "sector_plan",
        "name": "Overdoseplan",
        "valid_from": "2015-01-01",
        "contains_topic": True,
        "unit_code": "1902",
        "centre_id": centre_id,
        "occurred_on": "2015-02-01",
    }
    anchor = (await editor.post("/plan-anchors", plan)).json()["plan_anchor_id"]
    # Invited is not begun, another's run is nobody else's, and a plan is no mapping.
    for milestones, place in (
        ([begun("mapping", evidence_id=mapping)], 0),
        ([begun("measures"), begun("mapping", evidence_id=others)], 1),
        ([begun("mapping", evidence_id=anchor)], 0),
        ([begun("measures", evidence_id=anchor)], 0),
    ):
        refused = await editor.post(UNITS, a_unit(centre_id, "1902", *milestones))
        assert refused.json()["errors"][0]["pointer"] == f"/milestones/{place}/evidence_id"
    step = await editor.post(f"/mappings/{mapping}/complete", {"occurred_on": "2015-11-02"}, if_match=FIRST)
    assert step.status_code == 200
    milestones = [begun("plan", "2015-01-01", evidence_id=anchor), begun("mapping", "2015-11-02", evidence_id=mapping)]
    made = await editor.post(UNITS, a_unit(centre_id, "1902", *milestones))
    assert [each["kind"] for each in made.json()["milestones"]] == ["mapping", "plan"]


@pytest.mark.parametrize(
    ("changes", "ended_on", "counts"),
    [
        ({}, None, True),
        ({}, "2015-07-01", True),
        ({}, "2015-01-01", False),
        ({}, "2015-06-01", False),
        ({"contains_topic": False}, None, False),
        ({"valid_from": "2016-02-01"}, None, True),
        ({"valid_from": "2016-02-02"}, None, False),
    ],
    ids=["held", "ran-out-later", "never-held", "ran-out-before", "of-another-topic", "held-since", "not-yet"],
)
async def test_st_20_a_plan_shows_it_that_has_held_and_speaks_of_the_topic(
    house: House, changes: dict[str, Any], ended_on: str | None, counts: bool
) -> None:
    """Begun on 1 June 2015, told on 1 February 2016."""
    editor, centre_id = await the_editor(house)
    plan = {"plan_type": "sector_plan", "name": "Overdoseplan", "valid_from": "2015-01-01", "contains_topic": True}
    place = {"unit_code": "1902", "centre_id": centre_id, "occurred_on": "2016-01-20"}
    made = await editor.post("/plan-anchors", plan | changes | place)
    if ended_on is not None:
        ended = {"valid_to": ended_on, "occurred_on": "2016-01-20"}
        assert (await editor.post(f"{made.headers['location']}/end", ended, if_match=FIRST)).status_code == 200
    shown = begun("plan", evidence_id=made.json()["plan_anchor_id"])
    answer = await editor.post(UNITS, a_unit(centre_id, "1902", shown))
    assert answer.status_code == (201 if counts else 422)
    if not counts:
        assert answer.json()["errors"][0] | {"detail": ""} == {
            "pointer": "/milestones/0/evidence_id", "code": "no-such-thing", "detail": "",
        }  # fmt: skip


async def test_st_20_a_municipality_by_its_new_code_is_counted_once(house: House, clock: FixedClock) -> None:
    clock.advance(NINE_YEARS)
    editor, centre_id = await the_editor(house)
    made = await editor.post(UNITS, a_unit(centre_id, "1902"))
    now = a_unit(centre_id, "5501") | {"occurred_on": "2024-02-01"}
    again = await editor.post(UNITS, now)
    assert (again.status_code, again.json()["type"]) == (409, "urn:samla:problem:overdose-unit-exists")
    ended = await editor.post(f"{made.headers['location']}/end", {"occurred_on": "2024-01-01"}, if_match=FIRST)
    assert ended.status_code == 200
    answers = await asyncio.gather(*(editor.post(UNITS, now) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_st_20_four_of_nine_have_begun(house: House) -> None:
    editor, centre_id = await the_editor(house)
    for unit in NINE:
        assert (await editor.post(UNITS, a_unit(centre_id, unit))).status_code == 201
    listed = (await house.caller("HD").get(UNITS)).json()["items"]
    for unit, kinds in zip(listed[:4], (["mapping"], ["measures"], ["plan"], ["mapping", "plan"]), strict=True):
        path = f"{UNITS}/{unit['overdose_unit_id']}/change"
        told = {"milestones": [begun(kind) for kind in kinds], "occurred_on": "2016-03-01"}
        assert (await editor.post(path, told, if_match=FIRST)).status_code == 200
    now = await editor.pages(UNITS, limit=4)
    assert (len(now), sum(bool(unit["milestones"]) for unit in now)) == (9, 4)
    assert [each["type"].split(".")[3] for each in await house.told("overdose_unit")] == [
        *("recorded",) * 9, *("changed",) * 4,
    ]  # fmt: skip


async def test_what_has_been_begun_is_told_anew_and_ends(house: House) -> None:
    editor, centre_id = await the_editor(house)
    path = (await editor.post(UNITS, a_unit(centre_id, "1902"))).headers["location"]
    again = await editor.post(UNITS, a_unit(centre_id, "1902"))
    assert (again.status_code, again.json()["type"]) == (409, "urn:samla:problem:overdose-unit-exists")
    for milestones, pointer in (
        ([begun("plan"), begun("plan", "2016-01-01")], "/milestones/1/kind"),
        ([begun("plan", "2016-04-09")], "/milestones/0/begun_on"),
        ([begun("hope")], "/milestones/0/kind"),
        ([begun("plan", note="somebody")], "/milestones/0"),
    ):
        told = {"milestones": milestones, "occurred_on": "2016-03-01"}
        refused = await editor.post(f"{path}/change", told, if_match=FIRST)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    early = await editor.post(f"{path}/end", {"occurred_on": "2016-01-31"}, if_match=FIRST)
    assert early.json()["type"] == "urn:samla:problem:date-out-of-order"
    ended = await editor.post(f"{path}/end", {"occurred_on": "2016-03-01"}, if_match=FIRST)
    assert ended.json()["ended_on"] == "2016-03-01"
    late_day = {"occurred_on": "2016-03-02"}
    for verb, body in (("change", {"milestones": [], **late_day}), ("end", late_day)):
        late = await editor.post(f"{path}/{verb}", body, if_match='"2"')
        assert (late.status_code, late.json()["current_status"]) == (409, "ended")
    assert (await editor.post(UNITS, a_unit(centre_id, "1902"))).status_code == 201


async def test_which_municipality_has_problems_is_told_to_who_reads_the_whole_register(house: House) -> None:
    editor, centre_id = await the_editor(house)
    path = (await editor.post(UNITS, a_unit(centre_id, "1902"))).headers["location"]
    own, other = house.caller("API", UUID(centre_id)), house.caller("API", await house.organisation_id("KoRus-Midt"))
    for caller, status in (
        (house.anybody, 404),
        (other, 404),
        (house.caller("KOM+"), 404),
        (own, 200),
        (house.caller("HD"), 200),
        (editor, 200),
    ):
        assert (await caller.get(path)).status_code == status
        assert len((await caller.get(UNITS)).json()["items"]) == (status == 200)
        assert len((await caller.get(UNITS, unit_code="1902")).json()["items"]) == (status == 200)
    foreign, _ = await the_editor(house, "KoRus-Midt")
    end = {"occurred_on": "2016-03-01"}
    assert (await foreign.post(f"{path}/end", end, if_match=FIRST)).status_code == 404
    assert (await editor.post(f"{path}/end", end)).status_code == 428
