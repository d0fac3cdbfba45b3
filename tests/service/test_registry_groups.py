"""Municipality groups and localities over HTTP on both databases."""

from typing import Any

from deploy.reference_tables import read_reference
from services.contracts.registry import NewGroupMember
from services.registry.commands import register_groups, register_localities
from tests.service.registry_house import House
from tests.statements import selects

FIRST = '"1"'
NOBODY = "00000000-0000-7000-8000-000000000000"


def members(*codes: str, since: str = "2016-01-01", until: str | None = None) -> list[dict[str, str | None]]:
    return [{"unit_code": code, "valid_from": since, "valid_to": until} for code in codes]


def a_group(*rows: list[dict[str, str | None]], **changes: Any) -> dict[str, Any]:
    told = {
        "reference": "sammen-om-mestring",
        "name": "Sammen om mestring",
        "kind": "shared_clinic",
        "members": [member for each in rows for member in each] or members("1902", "1804"),
        "occurred_on": "2016-01-01",
    }
    return told | changes


async def groups_on(house: House, on: str, **parameters: str) -> dict[str, tuple[list[str], list[str]]]:
    """The municipalities and counties of each group on a date, by the groups' short names."""
    found = (await house.anybody.get("/groups", on=on, **parameters)).json()["items"]
    return {each["reference"]: (each["unit_codes"], each["county_codes"]) for each in found}


async def test_a_group_crosses_a_county_border_and_follows_its_municipalities_through_mergers(house: House) -> None:
    in_2016 = await groups_on(house, "2016-06-01")
    assert in_2016["evenes-tjeldsund-skanland"] == (["1852", "1853", "1913"], ["18", "19"])
    today = await groups_on(house, "2024-06-01")
    # Tjeldsund and Skånland are one municipality in Troms; Evenes is still in Nordland.
    assert today["evenes-tjeldsund-skanland"] == (["1853", "5512"], ["18", "55"])
    # Tysfjord was divided: both parts are shown, for nobody has said which of them is still in the group.
    assert today["tysfjord-hamaroy-steigen"][0] == ["1806", "1848", "1875"]
    assert set(await groups_on(house, "2015-12-31")) == set(in_2016)
    assert (await groups_on(house, "2015-12-31"))["evenes-tjeldsund-skanland"] == ([], [])


async def test_the_groups_that_a_municipality_is_in_on_a_date(house: House) -> None:
    assert set(await groups_on(house, "2016-06-01", unit="1913")) == {"evenes-tjeldsund-skanland"}
    assert set(await groups_on(house, "2024-06-01", unit="5512")) == {"evenes-tjeldsund-skanland"}
    assert await groups_on(house, "2024-06-01", unit="1913") == {}


async def test_a_group_is_made_known_and_changed_with_its_members_dated(house: House) -> None:
    owner_id = await house.organisation_id("KoRus-Nord")
    owner = house.caller("GK", owner_id)
    made = await owner.post("/groups", a_group(owner_id=str(owner_id)))
    assert (made.status_code, made.headers["etag"]) == (201, FIRST)
    path = made.headers["location"]
    rows = [*members("1902"), *members("1804", until="2016-03-01"), *members("1805", "1806", since="2016-03-01")]
    change = {
        "name": "Sammen",
        "kind": "cooperation",
        "members": rows[:3],
        "source": "a letter",
        "occurred_on": "2016-03-01",
    }
    assert (await owner.post(f"{path}/change", change)).status_code == 428
    assert (await owner.post(f"{path}/change", change, if_match='"3"')).status_code == 412
    changed = await owner.post(f"{path}/change", change, if_match=FIRST)
    assert (changed.status_code, changed.json()["name"], changed.headers["etag"]) == (200, "Sammen", '"2"')
    shown = await house.anybody.get(path, on="2016-02-01")
    assert (shown.json()["unit_codes"], shown.headers["etag"]) == (["1804", "1902"], '"2"')
    assert (await house.anybody.get(path)).json()["unit_codes"] == ["1805", "1902"]
    facts = [told["type"].split(".")[3] for told in await house.told("group")]
    assert facts[-2:] == ["registered", "changed"]


async def test_who_may_tell_of_a_group(house: House) -> None:
    korus, napha = await house.organisation_id("KoRus-Nord"), await house.organisation_id("NAPHA")
    approver, coordinator = house.caller("GK", korus), house.caller("KOO")
    assert (await approver.post("/groups", a_group(owner_id=str(napha)))).status_code == 404
    assert (await approver.post("/groups", a_group())).status_code == 404
    assert (await house.caller("ED", korus).post("/groups", a_group(owner_id=str(korus)))).status_code == 403
    assert (await house.anybody.post("/groups", a_group())).status_code == 401
    made = await coordinator.post("/groups", a_group(owner_id=str(napha)))
    change = {"name": "Ny", "kind": "cooperation", "members": members("1902", "1804"), "occurred_on": "2016-01-02"}
    path = made.headers["location"]
    assert (await approver.post(f"{path}/change", change, if_match=FIRST)).status_code == 404
    assert (await approver.post(f"/groups/{NOBODY}/change", change, if_match=FIRST)).status_code == 404
    assert (await house.anybody.get(f"/groups/{NOBODY}")).status_code == 404
    again = await coordinator.post("/groups", a_group())
    assert (again.status_code, again.json()["type"]) == (409, "urn:samla:problem:group-exists")


WRONG: list[tuple[dict[str, Any], str, str]] = [
    (a_group(members("1902", "9999")), "unknown-unit", "/members/1/unit_code"),
    (a_group(members("1902", "5512")), "unit-not-valid", "/members/1/valid_from"),
    (a_group(members("1902", "1804"), members("1902", since="2016-02-01")), "periods-overlap", "/members/2/valid_from"),
    (a_group(members("1902", "1804", until="2016-01-01")), "period-reversed", "/members/0/valid_to"),
    (a_group(members("1902")), "invalid", "/members"),
    (a_group(owner_id=NOBODY), "unknown-organisation", "/owner_id"),
    (a_group([{**members("1902")[0], "role": "lead"}], members("1804", "1805")), "unknown-field", "/members/0"),
    (a_group(kind="friends"), "invalid", "/kind"),
    (a_group(occurred_on="2016-04-09"), "date-in-future", "/occurred_on"),
    (a_group(members(*(["1902"] * 401))), "invalid", "/members"),
]


async def test_a_group_that_cannot_be_is_refused_by_name_and_nothing_is_stored(house: House) -> None:
    before = len(await house.told("group"))
    for request, slug, pointer in WRONG:
        answer = await house.caller("KOO").post("/groups", request)
        assert (answer.status_code, answer.json()["type"]) == (422, f"urn:samla:problem:{slug}"), request
        assert answer.json()["errors"][0]["pointer"] == pointer
    assert len(await house.told("group")) == before == 3


async def test_a_municipality_may_come_back_and_be_merged_while_it_is_a_member(house: House) -> None:
    rows = [*members("1913", until="2016-02-01"), *members("1913", since="2016-03-01"), *members("1902")]
    assert (await house.caller("KOO").post("/groups", a_group(rows))).status_code == 201
    found = await groups_on(house, "2016-02-15")
    assert found["sammen-om-mestring"] == (["1902"], ["19"])


async def test_tables_that_are_loaded_again_leave_alone_what_somebody_has_changed(house: House) -> None:
    (told, *_) = read_reference().groups
    assert await house.database.write(register_groups, [told]) == 0
    renamed = told.model_copy(update={"name": "Evenes og de andre"})
    assert await house.database.write(register_groups, [renamed]) == 1
    (found,) = (await house.anybody.get("/groups", unit="1913")).json()["items"]
    change = {"name": "Vårt", "kind": "cooperation", "members": found["members"], "occurred_on": "2016-04-08"}
    path = f"/groups/{found['group_id']}/change"
    assert (await house.caller("KOO").post(path, change, if_match='"2"')).status_code == 200
    longer = told.model_copy(update={"members": (*told.members, NewGroupMember.model_validate(members("1902")[0]))})
    assert await house.database.write(register_groups, [longer]) == 0


async def test_a_locality_lies_in_municipalities_and_says_how_sure_that_is(house: House) -> None:
    found = {each["name"]: each for each in (await house.anybody.get("/localities")).json()["items"]}
    assert list(found) == ["Finnsnes", "Kirkenes", "Lofoten", "Mo i Rana", "Ofoten", "Vesterålen", "Ytre Helgeland"]
    assert (found["Kirkenes"]["unit_codes"], found["Kirkenes"]["certainty"]) == (["2030"], "high")
    assert found["Ytre Helgeland"]["certainty"] == "low"
    told = read_reference().localities
    assert await house.database.write(register_localities, told) == 0
    moved = told[0].model_copy(update={"unit_codes": ("1902",)})
    assert await house.database.write(register_localities, [moved]) == 1
    assert [each["type"].split(".")[3] for each in await house.told("locality")].count("changed") == 1


async def test_each_list_is_a_constant_number_of_statements(house: House) -> None:
    for path, number in (
        ("/groups", 4),
        ("/localities", 1),
        ("/organisations?unit=1902&theme=ungdata&county=19", 5),
        ("/representatives", 1),
    ):
        with selects(house.database) as asked:
            assert (await house.anybody.get(path)).status_code == 200
        assert len(asked) == number, path
