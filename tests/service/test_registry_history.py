"""The history of every record: who, when, before, after and why, one shape for all, and no more than one may read."""

from services.registry.api.history import RECORDS
from tests.service.registry_house import House
from tests.statements import selects

NOBODY = "00000000-0000-7000-8000-000000000000"


async def a_mapping(house: House) -> str:
    """The path of a survey that was invited by one person and agreed to through another."""
    centre_id = await house.organisation_id("KoRus-Nord")
    asked = {"tool": "brukerplan", "unit_code": "1902", "year": 2016, "centre_id": str(centre_id)}
    invited = await house.caller("ED", centre_id).post("/mappings", {**asked, "occurred_on": "2016-02-01"})
    path = f"/mappings/{invited.json()['mapping_id']}"
    other = house.caller("ED", centre_id, who="b")
    await other.post(f"{path}/agree", {"occurred_on": "2016-03-01"}, if_match='"1"')
    return path


async def test_each_version_tells_who_when_before_and_after(house: House) -> None:
    path = await a_mapping(house)
    invited, agreed = (await house.caller("KOO").get(f"{path}/history")).json()["items"]
    assert [each["command"] for each in (invited, agreed)] == ["invite_mapping", "move_mapping"]
    assert (invited["person"], agreed["person"]) == (1, 2)
    assert invited["recorded_by"] == agreed["recorded_by"] == str(await house.organisation_id("KoRus-Nord"))
    assert agreed["recorded_at"] == "2016-04-08T10:00:00.000000Z"
    assert agreed["changed"] == [
        {"field": "status", "before": "invited", "after": "agreed"},
        {"field": "agreed_on", "before": None, "after": "2016-03-01"},
    ]
    assert {each["field"]: each["after"] for each in invited["changed"]}["unit_code"] == "1902"


async def test_who_reads_a_part_of_the_register_reads_no_history_of_what_it_may_not_see_whole(house: House) -> None:
    path = await a_mapping(house)
    midt = await house.organisation_id("KoRus-Midt")
    for caller in (house.anybody, house.caller("KOM"), house.caller("API", midt)):
        assert (await caller.get(f"{path}/history")).status_code == 404
    for caller in (house.caller("HD"), house.caller("ED", midt), house.caller("REV")):
        assert (await caller.get(f"{path}/history")).status_code == 200


async def test_what_is_not_there_has_no_history(house: House) -> None:
    names = {address.partition("/")[0] for address in RECORDS}
    assert names >= {"organisations", "groups", "representatives", "mappings", "awareness"}
    for name in (*names, "letters"):
        assert (await house.caller("KOO").get(f"/{name}/{NOBODY}/history")).status_code == 404


async def test_a_history_costs_as_many_statements_however_long_it_is(house: House) -> None:
    path = await a_mapping(house)

    async def number() -> int:
        with selects(house.database) as asked:
            await house.caller("KOO").get(f"{path}/history")
        return len(asked)

    before = await number()
    cancel = {"occurred_on": "2016-04-01"}
    assert (await house.caller("KOO").post(f"{path}/cancel", cancel, if_match='"2"')).status_code == 200
    assert await number() == before == 2
