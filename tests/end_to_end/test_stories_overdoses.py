"""The registry's part of ST-20: who takes part in the overdose network, and who has begun to do something."""

import json

import pytest

from deploy.example.places import BODO, TROMSO
from tests.end_to_end.figures import stands
from tests.end_to_end.installation import REGION, Installation

pytestmark = pytest.mark.asyncio(loop_scope="module")

NINE = REGION.all[:9]
NETWORK = "overdosenettverk"


async def test_st20_bodo_and_tromso_take_part_in_the_network_and_are_no_pilots(here: Installation) -> None:
    editor, korus = await here.user("korusnord.redaktor"), here.organisations["korus-nord"]
    for code in (BODO, TROMSO):
        role = {"programme": NETWORK, "unit_code": code, "role": "participant", "valid_from": "2014-09-01"}
        await editor.does("/programme-memberships", {**role, "owner_id": str(korus), "occurred_on": "2016-01-18"})
    key = {"programme": "bti", "unit_code": TROMSO, "role": "key", "valid_from": "2013-01-01"}
    await editor.does("/programme-memberships", {**key, "owner_id": str(korus), "occurred_on": "2016-01-18"})
    await here.settled()
    stranger = here.anybody()

    async def members(**asked: str) -> list[str]:
        found = await stranger.pages("/programme-memberships", programme=NETWORK, on="2016-12-31", **asked)
        return sorted(each["unit_code"] for each in found)

    assert await members(role="participant") == [BODO, TROMSO]
    assert await members(role="pilot") == []
    programmes = {each["reference"]: each for each in await stranger.pages("/membership-programmes")}
    assert programmes[NETWORK]["owner_reference"] == "korus-ost"
    roles = await stranger.pages("/programme-memberships", unit_code=TROMSO)
    assert {each["programme"]: each["role"] for each in roles} == {NETWORK: "participant", "bti": "key"}


async def test_st20_four_of_nine_have_begun_and_there_is_no_target(here: Installation) -> None:
    editor, korus = await here.user("korusnord.redaktor"), here.organisations["korus-nord"]
    units = []
    for code in NINE:
        told = {"unit_code": code, "centre_id": str(korus), "occurred_on": "2016-01-18"}
        units.append(f"/overdose-units/{(await editor.does('/overdose-units', told))['overdose_unit_id']}")
    run = {"tool": "brukerplan", "unit_code": NINE[0], "year": 2015, "centre_id": str(korus)}
    mapping = await editor.does("/mappings", {**run, "occurred_on": "2015-03-01"})
    await editor.moves(f"/mappings/{mapping['mapping_id']}", "complete", "2015-11-02")
    plan = {
        "plan_type": "sector_plan",
        "name": "Overdoseplan",
        "valid_from": "2016-01-01",
        "contains_topic": True,
        "themes": ["overdose"],
        "unit_code": NINE[1],
        "centre_id": str(korus),
        "occurred_on": "2016-01-18",
    }
    anchor = await editor.does("/plan-anchors", plan)
    for unit, milestone in zip(
        units[:4],
        (
            {"kind": "mapping", "begun_on": "2015-11-02", "evidence_id": mapping["mapping_id"]},
            {"kind": "plan", "begun_on": "2016-01-01", "evidence_id": anchor["plan_anchor_id"]},
            {"kind": "measures", "begun_on": "2016-02-01"},
            {"kind": "plan", "begun_on": "2016-02-15"},
        ),
        strict=True,
    ):
        await editor.moves(unit, "change", "2016-03-01", milestones=[milestone])
    await here.settled()

    figure = await editor.figure("overdose_begun")
    assert (figure["numerator"], figure["extra"]["with_overdose_problems"]) == (4, 9)
    assert figure["extra"]["begun_by_kind"] == {"mapping": 1, "measures": 1, "plan": 2}
    assert [figure.get(name) for name in ("target", "needed", "gap", "reached")] == [None] * 4
    rows = await stands(here, editor, figure)
    assert [row.get("why") for row in rows].count("not-begun") == 5
    assert (await editor.figure("overdose_begun", as_of="2015-12-31"))["numerator"] == 0
    assert len(await editor.pages("/overdose-units")) == 9
    assert await here.anybody().pages("/overdose-units") == []


async def test_r115_a_small_number_of_deaths_is_in_no_message_copy_or_feed(here: Installation) -> None:
    editor, korus = await here.user("korusnord.redaktor"), here.organisations["korus-nord"]
    for code, deaths in zip(NINE, (4, 3, 7), strict=False):
        counted = {"unit_code": code, "year": 2015, "deaths": deaths, "source": "Dødsårsaksregisteret"}
        await editor.does("/overdose-counts", {**counted, "centre_id": str(korus), "occurred_on": "2016-02-01"})
    await here.settled()
    stranger = here.anybody()
    shown = {each["unit_code"]: each for each in await stranger.pages("/overdose-counts", year=2015)}
    assert [(shown[code].get("deaths"), shown[code].get("fewer_than")) for code in NINE[:3]] == [
        (None, 5), (None, 5), (7, None),
    ]  # fmt: skip
    exact = (await editor.get("/overdose-counts/numbers", year=2015)).json()["items"]
    assert [(each["unit_code"], each["deaths"]) for each in exact] == [(NINE[2], 7), (NINE[0], 4), (NINE[1], 3)]
    counts = [
        each["data"]["overdose_count"] for each in await stranger.pages("/feed") if "overdose_count" in each["data"]
    ]
    copies = [json.loads(line) async for line in here.operator.ask("gateway", "dump")]
    counts += [row["state"] for table, row in copies if table == "overdose_count"]
    assert len(counts) == 6
    assert {each.get("deaths") for each in counts} == {None, 7}
