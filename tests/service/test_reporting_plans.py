"""A plan over HTTP on both databases: in from its file, its reasons, and adopted."""

import copy
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.kernel.clock import FixedClock
from services.reporting.service import reporting
from tests.conftest import OpenDatabase
from tests.service.reporting_house import NOTHING, PLAN, House, the_north


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[House]:
    """Reporting that knows the north and the centres."""
    found = House(await open_database(reporting), clock)
    await found.apply(*the_north())
    async with found.client:
        yield found


async def give_reasons(house: House, plan_id: str, *codes: str) -> None:
    for code in codes:
        path = f"/plans/{plan_id}/assignments/{code}"
        etag = (await house.editor.get(path)).headers["ETag"]
        reason = {"reason": "Står i et eget vedlegg.", "occurred_on": "2016-04-08"}
        answer = await house.editor.post(f"{path}/reason", reason, if_match=etag)
        assert answer.status_code == 200, answer.text


async def adopt(house: House, plan_id: str) -> Any:
    etag = (await house.lead.get(f"/plans/{plan_id}")).headers["ETag"]
    return await house.lead.post(f"/plans/{plan_id}/adopt", {"occurred_on": "2016-04-08"}, if_match=etag)


async def test_the_plan_comes_in_with_what_it_holds(house: House):
    summary = await house.import_plan()
    del summary["plan_id"]
    assert summary == {
        "assignments": 45,
        "planned_activities": 189,
        "distinct": 179,
        "own": 166,
        "repeats": 10,
        "tasks": 65,
        "own_tasks": 63,
        "changed": 235,
    }


async def test_the_same_file_again_changes_and_publishes_nothing(house: House):
    first = await house.import_plan()
    ids = (await house.editor.get(f"/plans/{first['plan_id']}/activities", limit=200)).json()
    published = (await house.stored())["outbox"]
    again = await house.import_plan()
    assert (again["changed"], again["plan_id"]) == (0, first["plan_id"])
    assert (await house.stored())["outbox"] == published
    assert (await house.editor.get(f"/plans/{first['plan_id']}/activities", limit=200)).json() == ids


async def test_a_changed_line_changes_one_thing_and_keeps_its_id(house: House):
    first = await house.import_plan()
    changed = copy.deepcopy(PLAN)
    changed["areas"][0]["assignments"][0]["activities"][0]["status"] = "done"
    answer = await house.editor.post("/plans", changed)
    assert (answer.json()["changed"], answer.json()["plan_id"]) == (1, first["plan_id"])


async def test_a_file_that_leaves_something_out_is_refused_and_names_it(house: House):
    await house.import_plan()
    shorter = copy.deepcopy(PLAN)
    shorter["areas"][0]["assignments"][0]["activities"].pop()
    answer = await house.editor.post("/plans", shorter)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:samla:problem:plan-leaves-out")
    assert answer.json()["codes"] == "F1-A09"


@pytest.mark.parametrize(
    ("place", "value", "status", "pointer", "code"),
    [
        (("areas", 0, "assignments", 1, "code"), "F1", 422, "/areas/0/assignments/1/code", "repeated-id"),
        (("areas", 0, "assignments", 0, "activities", 3, "id"), "F1-A01", 422,
         "/areas/0/assignments/0/activities/3/id", "repeated-id"),
        (("areas", 0, "assignments", 0, "activities", 3, "level"), "1", 422,
         "/areas/0/assignments/0/activities/3/level", "wrong-kind"),
        (("areas", 0, "assignments", 0, "colour"), "blue", 422, "/areas/0/assignments/0", "unknown-field"),
        (("source", "publisher"), "KoRus Atlantis", 409, "/source/publisher", "unknown-name"),
        (("language", "Atlantis"), "blue\u200b", 422, "/language", "invisible-character"),
        (("source", "region", "Atlantis"), ["blue\u200b"], 422, "/source/region", "invisible-character"),
        (("source", "Atlantis"), "blue\u200b", 422, "/source", "unknown-field"),
        (("areas", 0, "assignments", 0, "activities", 3, "quantity", 0, "by_county"), {"Atlantis": "blue"}, 422,
         "/areas/0/assignments/0/activities/3/quantity/0/by_county", "wrong-kind"),
    ],
)  # fmt: skip
async def test_a_wrong_file_is_refused_says_where_and_leaves_nothing(house: House, place, value, status, pointer, code):
    wrong = copy.deepcopy(PLAN)
    part: Any = wrong
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    answer = await house.editor.post("/plans", wrong)
    assert answer.status_code == status
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
    assert "Atlantis" not in answer.text
    assert "blue" not in answer.text
    assert await house.stored() == NOTHING


async def test_only_the_plans_own_centre_takes_it_in(house: House):
    assert (await house.other_editor.post("/plans", PLAN)).status_code == 404
    assert (await house.anybody.post("/plans", PLAN)).status_code == 401
    assert await house.stored() == NOTHING


async def test_br_26_a_plan_that_leaves_an_assignment_unanswered_is_not_adopted(house: House):
    plan_id = (await house.import_plan())["plan_id"]
    refusal = await adopt(house, plan_id)
    assert (refusal.status_code, refusal.json()["type"]) == (409, "urn:samla:problem:assignments-unanswered")
    assert refusal.json()["codes"] == "A5, A6"
    await give_reasons(house, plan_id, "A5", "A6")
    adopted = await adopt(house, plan_id)
    assert (adopted.status_code, adopted.json()["adopted_on"]) == (200, "2016-04-08")


async def test_an_adopted_plan_stands_but_the_same_file_may_come_again(house: House):
    plan_id = (await house.import_plan())["plan_id"]
    await give_reasons(house, plan_id, "A5", "A6")
    await adopt(house, plan_id)
    assert (await house.import_plan())["changed"] == 0
    changed = copy.deepcopy(PLAN)
    changed["source"]["title"] = "En annen plan"
    assert (await house.editor.post("/plans", changed)).json()["type"] == "urn:samla:problem:plan-adopted"
    assert (await adopt(house, plan_id)).json()["type"] == "urn:samla:problem:plan-adopted"


async def test_adopting_needs_the_newest_version_and_the_right_role(house: House):
    plan_id = (await house.import_plan())["plan_id"]
    path, body = f"/plans/{plan_id}/adopt", {"occurred_on": "2016-04-08"}
    assert (await house.lead.post(path, body)).status_code == 428
    assert (await house.lead.post(path, body, if_match='"7"')).status_code == 412
    assert (await house.editor.post(path, body, if_match='"1"')).status_code == 403
    future = {"occurred_on": "2016-04-09"}
    assert (await house.lead.post(path, future, if_match='"1"')).json()["type"] == "urn:samla:problem:date-in-future"


async def test_a_plan_is_read_by_anybody_in_pages_once_it_is_adopted(house: House):
    plan_id = (await house.import_plan())["plan_id"]
    assert (await house.anybody.get("/plans")).json()["items"] == []
    assert (await house.anybody.get(f"/plans/{plan_id}")).status_code == 404
    await give_reasons(house, plan_id, "A5", "A6")
    await adopt(house, plan_id)
    (plan,) = (await house.anybody.get("/plans")).json()["items"]
    assert (plan["plan_id"], plan["year"], plan["title"]) == (plan_id, 2016, "Gjennomføringsplan 2016")
    details = (await house.anybody.get(f"/plans/{plan_id}")).json()
    assert len(details["assignments"]) == 45
    seen: list[str] = []
    path = f"/plans/{plan_id}/activities?limit=100"
    while path:
        page = await house.client.get(path)
        seen += [each["code"] for each in page.json()["items"]]
        path = page.links["next"]["url"] if "next" in page.links else ""
    assert len(seen) == len(set(seen)) == 189


async def test_what_is_not_there_is_not_found(house: House):
    plan_id = (await house.import_plan())["plan_id"]
    unknown = "00000000-0000-7000-8000-000000000009"
    for path in (f"/plans/{unknown}", f"/plans/{plan_id}/assignments/Z9", f"/plans/{unknown}/activities"):
        assert (await house.editor.get(path)).status_code == 404, path
