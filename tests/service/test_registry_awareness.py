"""Who was told about a centre's offer, over HTTP on both databases."""

from tests.service.registry_house import House

ROST = "1856"


async def the_87(house: House) -> list[str]:
    return [
        unit["code"]
        for county in ("18", "19", "20")
        for unit in (await house.anybody.get("/municipalities", on="2016-02-15", county=county)).json()["items"]
    ]


async def test_st_14_a_letter_to_87_mailboxes_one_bounce_and_one_call(house: House) -> None:
    centre_id = await house.organisation_id("KoRus-Nord")
    editor = house.caller("ED", centre_id)
    letter = {"centre_id": str(centre_id), "occurred_on": "2016-02-15", "unit_codes": await the_87(house)}

    dispatch = await editor.post("/dispatches", letter)

    assert (dispatch.status_code, len(dispatch.json()["awareness"])) == (201, 87)
    assert {each["dispatch_id"] for each in dispatch.json()["awareness"]} == {dispatch.json()["dispatch_id"]}
    came_back = next(each for each in dispatch.json()["awareness"] if each["unit_code"] == ROST)
    path = f"/awareness/{came_back['awareness_id']}"
    bounced = await editor.post(f"{path}/bounce", {"occurred_on": "2016-02-18"}, if_match='"1"')
    assert (bounced.status_code, bounced.json()["bounced_on"]) == (200, "2016-02-18")
    call = {"centre_id": str(centre_id), "unit_code": ROST, "channel": "dialogue", "occurred_on": "2016-03-01"}
    assert (await editor.post("/awareness", call)).status_code == 201

    told = await house.told("awareness")
    assert [each["type"].split(".")[3] for each in told] == ["letter_dispatched"] * 87 + ["letter_bounced", "informed"]
    records = await house.anybody.pages("/awareness", centre_id=centre_id, year=2016, limit=50)
    by_letter = {each["unit_code"] for each in records if each["channel"] == "letter" and not each["bounced_on"]}
    informed = {each["unit_code"] for each in records if not each["bounced_on"]}
    assert (len(records), len(by_letter), len(informed)) == (88, 86, 87)
    of_rost = (await house.anybody.get("/awareness", unit_code=ROST)).json()["items"]
    assert {each["channel"] for each in of_rost} == {"letter", "dialogue"}
    assert (await house.anybody.get("/awareness", year=2015)).json() == {"items": []}
    assert (await house.anybody.get(path)).json() == bounced.json()


async def test_br_02_a_dispatch_is_all_or_nothing(house: House) -> None:
    centre_id = await house.organisation_id("KoRus-Nord")
    editor = house.caller("GK", centre_id)
    for codes, slug, pointers in (
        (["1902", "9998", "1804", "9999"], "unknown-unit", ["/unit_codes/1", "/unit_codes/3"]),
        (["1902", "5501"], "unit-not-valid", ["/unit_codes/1"]),
        (["1902", "1804", "1902"], "invalid", ["/unit_codes/2"]),
    ):
        letter = {"centre_id": str(centre_id), "occurred_on": "2016-02-15", "unit_codes": codes}
        answer = await editor.post("/dispatches", letter)
        assert (answer.status_code, answer.json()["type"]) == (422, f"urn:samla:problem:{slug}")
        assert [error["pointer"] for error in answer.json()["errors"]] == pointers
    assert await house.told("awareness") == []


async def test_telling_is_past_and_the_own_centres(house: House) -> None:
    centre_id = await house.organisation_id("KoRus-Nord")
    call = {"centre_id": str(centre_id), "unit_code": ROST, "channel": "visit", "occurred_on": "2016-04-09"}
    future = await house.caller("ED", centre_id).post("/awareness", call)
    assert future.json()["type"] == "urn:samla:problem:date-in-future"
    midt = house.caller("ED", await house.organisation_id("KoRus-Midt"))
    assert (await midt.post("/awareness", call | {"occurred_on": "2016-04-08"})).status_code == 404
    assert (await house.caller("HD").post("/awareness", call)).status_code == 403


async def test_a_letter_bounces_once_by_its_own_centre_and_with_its_version(house: House) -> None:
    centre_id = await house.organisation_id("KoRus-Nord")
    editor, midt = house.caller("ED", centre_id), house.caller("ED", await house.organisation_id("KoRus-Midt"))
    letter = {"centre_id": str(centre_id), "occurred_on": "2016-02-15", "unit_codes": [ROST]}
    record = (await editor.post("/dispatches", letter)).json()["awareness"][0]
    path, step = f"/awareness/{record['awareness_id']}/bounce", {"occurred_on": "2016-02-18"}
    assert (await midt.post(path, step, if_match='"1"')).status_code == 404
    assert (await editor.post(path, step)).status_code == 428
    assert (await editor.post(path, step, if_match='"1"')).status_code == 200
    again = await editor.post(path, step, if_match='"2"')
    assert (again.status_code, again.json()["type"]) == (409, "urn:samla:problem:step-out-of-order")


async def test_br_04_being_told_is_a_fact_of_its_own(house: House) -> None:
    """Nothing is registered but that the unit was told: what it then takes part in is another part's business."""
    centre_id = await house.organisation_id("KoRus-Nord")
    call = {"centre_id": str(centre_id), "unit_code": ROST, "channel": "meeting", "occurred_on": "2016-04-08"}
    await house.caller("API", centre_id).post("/awareness", call)
    (told,) = await house.told("awareness")
    assert told["organisation"] == str(centre_id)
    assert set(told["data"]["awareness"]) == {"awareness_id", "unit_code", "centre_id", "channel", "informed_on"}
