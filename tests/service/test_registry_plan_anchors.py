"""Municipal plans over HTTP on both databases: recorded, changed, ended, and found."""

from typing import Any
from uuid import UUID

from tests.service.registry_house import Caller, House

FIRST = '"1"'


def facts(**changes: Any) -> dict[str, Any]:
    """What is told of a public-health plan of 2014 to 2018."""
    told = {
        "plan_type": "public_health_plan",
        "name": "Folkehelseplan 2014–2018",
        "valid_from": "2014-07-01",
        "valid_to": "2018-07-01",
        "contains_topic": True,
        "themes": ["alcohol_drug_action_plan", "overdose"],
        "adopted_on": "2014-06-25",
        "occurred_on": "2016-03-01",
    }
    return told | changes


async def the_editor(house: House, centre: str = "KoRus-Nord") -> tuple[Caller, str]:
    centre_id = await house.organisation_id(centre)
    return house.caller("ED", centre_id), str(centre_id)


async def test_a_plan_is_recorded_changed_and_ended(house: House) -> None:
    editor, centre_id = await the_editor(house)
    made = await editor.post("/plan-anchors", facts(unit_code="1902", centre_id=centre_id))
    assert (made.status_code, made.headers["etag"]) == (201, FIRST)
    path = made.headers["location"]
    renamed = facts(name="Folkehelseplan for Tromsø", themes=["overdose"], valid_to=None)
    changed = await editor.post(f"{path}/change", renamed, if_match=FIRST)
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    end = {"valid_to": "2016-02-01", "occurred_on": "2016-03-01"}
    ended = await editor.post(f"{path}/end", end, if_match='"2"')
    shown = await house.anybody.get(path)
    assert (shown.json(), shown.headers["etag"]) == (ended.json(), '"3"')
    assert ended.json() | {"plan_anchor_id": None} == {
        "plan_anchor_id": None,
        "unit_code": "1902",
        "plan_type": "public_health_plan",
        "name": "Folkehelseplan for Tromsø",
        "valid_from": "2014-07-01",
        "valid_to": "2016-02-01",
        "contains_topic": True,
        "themes": ["overdose"],
        "adopted_on": "2014-06-25",
        "centre_id": centre_id,
        "source": None,
    }
    told = await house.told("plan_anchor")
    assert [(each["type"], each["aggregateversion"], each["data"]["occurred_on"]) for each in told] == [
        ("samla.registry.plan_anchor.recorded.v1", 1, "2016-03-01"),
        ("samla.registry.plan_anchor.changed.v1", 2, "2016-03-01"),
        ("samla.registry.plan_anchor.ended.v1", 3, "2016-03-01"),
    ]
    assert told[-1]["data"]["plan_anchor"]["valid_to"] == "2016-02-01"


async def test_a_plan_that_never_held_ends_on_its_first_day_and_is_found_on_no_date(house: House) -> None:
    editor, centre_id = await the_editor(house)
    made = await editor.post("/plan-anchors", facts(unit_code="1902", centre_id=centre_id))
    path = made.headers["location"]
    too_early = {"valid_to": "2014-06-30", "occurred_on": "2016-03-01"}
    refused = await editor.post(f"{path}/end", too_early, if_match=FIRST)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:samla:problem:period-reversed")
    never = {"valid_to": "2014-07-01", "occurred_on": "2016-03-01"}
    assert (await editor.post(f"{path}/end", never, if_match=FIRST)).status_code == 200
    for on in ("2014-06-30", "2014-07-01", "2016-03-01"):
        assert (await house.anybody.get("/plan-anchors", on=on)).json() == {"items": []}
    # It may still be told of anew, if that was wrong.
    again = await editor.post(f"{path}/change", facts(), if_match='"2"')
    assert again.json()["valid_to"] == "2018-07-01"


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"unit_code": "9999"}, "unknown-unit", "/unit_code"),
    ({"unit_code": "5501"}, "unit-not-valid", "/unit_code"),
    ({"unit_code": "19"}, "invalid", "/unit_code"),
    ({"plan_type": "wish_list"}, "invalid", "/plan_type"),
    ({"name": ""}, "invalid", "/name"),
    ({"valid_to": "2014-07-01"}, "period-reversed", "/valid_to"),
    ({"contains_topic": False}, "invalid", "/contains_topic"),
    ({"themes": ["overdose", "overdose"]}, "invalid", "/themes/1"),
    ({"themes": ["Overdose!"]}, "invalid", "/themes/0"),
    ({"adopted_on": "2016-04-09"}, "date-in-future", "/adopted_on"),
    ({"occurred_on": "2016-04-09"}, "date-in-future", "/occurred_on"),
    ({"page": 3}, "unknown-field", ""),
]


async def test_a_plan_that_cannot_be_is_refused_by_name_and_nothing_is_stored(house: House) -> None:
    editor, centre_id = await the_editor(house)
    for changes, slug, pointer in WRONG:
        answer = await editor.post("/plan-anchors", facts(unit_code="1902", centre_id=centre_id) | changes)
        assert (changes, answer.status_code, answer.json()["type"]) == (changes, 422, f"urn:samla:problem:{slug}")
        assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert await house.told("plan_anchor") == []


async def test_another_centres_plan_does_not_exist_and_the_version_must_be_the_one_that_was_seen(house: House) -> None:
    editor, centre_id = await the_editor(house)
    other, _ = await the_editor(house, "KoRus-Midt")
    assert (await other.post("/plan-anchors", facts(unit_code="1902", centre_id=centre_id))).status_code == 404
    path = (await editor.post("/plan-anchors", facts(unit_code="1902", centre_id=centre_id))).headers["location"]
    end = {"valid_to": "2016-02-01", "occurred_on": "2016-03-01"}
    for verb, body in (("change", facts()), ("end", end)):
        assert (await other.post(f"{path}/{verb}", body, if_match=FIRST)).status_code == 404
        assert (await editor.post(f"{path}/{verb}", body)).status_code == 428
        assert (await editor.post(f"{path}/{verb}", body, if_match='"7"')).status_code == 412
    assert (await house.caller("KOO").post(f"{path}/end", end, if_match=FIRST)).status_code == 200
    for role in ("PRO", "KOM", "KOM+", "SB", "HD", "DRIFT"):
        forbidden = await house.caller(role).post("/plan-anchors", facts(unit_code="1902", centre_id=centre_id))
        assert forbidden.status_code == 403, role


async def test_plans_are_found_by_unit_type_topic_and_date_in_pages(house: House) -> None:
    editor, centre_id = await the_editor(house)
    for unit, changes in (
        ("1902", {}),
        ("1902", {"plan_type": "alcohol_drug_action_plan", "valid_from": "2015-01-01", "valid_to": None}),
        ("1804", {"contains_topic": False, "themes": []}),
        ("1804", {"valid_from": "2010-01-01", "valid_to": "2014-01-01"}),
    ):
        made = await editor.post("/plan-anchors", facts(unit_code=unit, centre_id=centre_id, **changes))
        assert made.status_code == 201, made.text
    for asked, number in (
        ({}, 4),
        ({"unit_code": "1902"}, 2),
        ({"plan_type": "alcohol_drug_action_plan"}, 1),
        ({"contains_topic": "true"}, 3),
        ({"contains_topic": "false"}, 1),
        ({"on": "2013-12-31"}, 1),
        ({"on": "2014-01-01"}, 0),
        ({"on": "2018-06-30"}, 3),
        ({"on": "2018-07-01"}, 1),
        ({"unit_code": "1804", "on": "2016-04-08", "contains_topic": "true"}, 0),
    ):
        assert len(await house.anybody.pages("/plan-anchors", limit=2, **asked)) == number, asked
    assert (await house.anybody.get(f"/plan-anchors/{UUID(int=1)}")).status_code == 404
