"""Units' roles in programmes over HTTP on both databases: BR-61, and lists that may be taken in again and again."""

import asyncio
from datetime import timedelta
from typing import Any

from deploy.reference_tables import read_reference
from services.contracts.registry.memberships import MembershipRole
from services.kernel.clock import FixedClock
from services.registry.commands import register_membership_programmes
from tests.service.registry_house import Caller, House
from tests.statements import statements

FIRST = '"1"'
PATH = "/programme-memberships"
SCHEME = "psykologer-i-kommunene"
NINE_YEARS = timedelta(days=9 * 365)
NOBODY = "00000000-0000-7000-8000-000000000000"


def a_role(owner_id: str | None, **changes: Any) -> dict[str, Any]:
    told = {
        "programme": "overdosenettverk",
        "unit_code": "1902",
        "role": "participant",
        "valid_from": "2014-09-01",
        "owner_id": owner_id,
        "occurred_on": "2016-03-01",
    }
    return told | changes


def a_list(*rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"programme": SCHEME, "rows": list(rows), "occurred_on": "2016-03-01", "dry_run": False} | changes


def a_member(unit_code: str, valid_from: str = "2015-01-01", **changes: Any) -> dict[str, Any]:
    return {"unit_code": unit_code, "role": "member", "valid_from": valid_from} | changes


async def the_editor(house: House, centre: str = "KoRus-Nord") -> tuple[Caller, str]:
    centre_id = await house.organisation_id(centre)
    return house.caller("ED", centre_id), str(centre_id)


async def roles(house: House, **asked: str) -> dict[tuple[str, str], str]:
    """The roles by programme and unit."""
    found = await house.anybody.pages(PATH, limit=2, **asked)
    assert len({(each["programme"], each["unit_code"], each["valid_from"]) for each in found}) == len(found)
    return {(each["programme"], each["unit_code"]): each["role"] for each in found}


async def test_br_61_a_role_belongs_to_one_programme_and_never_to_the_unit(house: House) -> None:
    editor, owner_id = await the_editor(house)
    for changes in (
        {"programme": "bti", "role": "key"},
        {"programme": "overdosenettverk", "role": "participant"},
        {"programme": "overdosenettverk", "role": "participant", "unit_code": "1804"},
        {"programme": "ip-kompetanseprogram", "role": "pilot", "unit_code": "1924"},
    ):
        assert (await editor.post(PATH, a_role(owner_id, **changes))).status_code == 201
    assert await roles(house, unit_code="1902") == {
        ("bti", "1902"): "key",
        ("overdosenettverk", "1902"): "participant",
    }
    assert await roles(house, programme="overdosenettverk", role="pilot") == {}
    assert len(await roles(house, programme="overdosenettverk", role="participant", on="2016-04-08")) == 2
    assert await roles(house, programme="overdosenettverk", on="2014-08-31") == {}
    unit = (await house.anybody.get("/municipalities/1902", on="2016-04-08")).json()
    assert not {"role", "roles", "programme"} & unit.keys()


async def test_br_61_a_unit_has_one_role_at_a_time_in_a_programme(house: House) -> None:
    editor, owner_id = await the_editor(house)
    await editor.post(PATH, a_role(owner_id, valid_to="2016-01-01"))
    at_the_same_time = await editor.post(PATH, a_role(owner_id, role="pilot", valid_from="2015-12-31"))
    assert at_the_same_time.json()["type"] == "urn:samla:problem:periods-overlap"
    afterwards = await editor.post(PATH, a_role(owner_id, role="pilot", valid_from="2016-01-01"))
    assert afterwards.status_code == 201
    back = a_role(owner_id, role="pilot", valid_from="2015-06-01")
    path = afterwards.headers["location"]
    assert (await editor.post(f"{path}/change", just(back), if_match=FIRST)).status_code == 422
    back |= {"valid_from": "2016-02-01"}
    changed = await editor.post(f"{path}/change", just(back), if_match=FIRST)
    assert (changed.status_code, changed.json()["valid_from"]) == (200, "2016-02-01")


async def test_br_61_a_role_does_not_end_later_than_the_next_one_begins(house: House) -> None:
    editor, owner_id = await the_editor(house)
    first = await editor.post(PATH, a_role(owner_id, valid_to="2016-01-01"))
    await editor.post(PATH, a_role(owner_id, role="pilot", valid_from="2016-01-01"))
    path = f"{first.headers['location']}/end"
    later = await editor.post(path, {"valid_to": "2018-01-01", "occurred_on": "2016-03-01"}, if_match=FIRST)
    assert [(error["pointer"], error["code"]) for error in later.json()["errors"]] == [("/valid_to", "periods-overlap")]
    assert await roles(house, on="2016-03-01") == {("overdosenettverk", "1902"): "pilot"}
    for version, end in (('"1"', "2015-06-01"), ('"2"', "2016-01-01"), ('"3"', "2014-09-01")):
        ended = await editor.post(path, {"valid_to": end, "occurred_on": "2016-03-01"}, if_match=version)
        assert (ended.status_code, ended.json()["valid_to"]) == (200, end)
    # What never was is no role, and it is not made one for a time that has another.
    await editor.post(PATH, a_role(owner_id, role="pilot", valid_to="2015-01-01"))
    again = await editor.post(path, {"valid_to": "2014-12-01", "occurred_on": "2016-03-01"}, if_match='"4"')
    assert (again.status_code, again.json()["type"]) == (422, "urn:samla:problem:periods-overlap")


def just(told: dict[str, Any]) -> dict[str, Any]:
    """What may be told anew of a membership."""
    return {name: told[name] for name in ("role", "valid_from", "occurred_on")}


async def test_br_61_a_unit_has_one_role_at_a_time_whatever_its_number(house: House, clock: FixedClock) -> None:
    await the_editor(house)
    clock.advance(NINE_YEARS)
    editor, owner_id = await the_editor(house)
    made = await editor.post(PATH, a_role(owner_id))
    later = {"unit_code": "5501", "valid_from": "2024-01-01", "occurred_on": "2024-01-10"}
    refused = await editor.post(PATH, a_role(owner_id, **later))
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("/valid_from", "periods-overlap")
    ]
    await editor.post(PATH, a_role(owner_id, programme="bti", role="key"))
    on_a_list = a_member("5501", "2024-01-01", role="participant")
    listed = a_list(on_a_list, programme="overdosenettverk", owner_id=owner_id, occurred_on="2024-01-10")
    refused = await editor.post(f"{PATH}/import", listed)
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("/rows/0/valid_from", "periods-overlap")
    ]
    ended = {"valid_to": "2024-01-01", "occurred_on": "2024-01-10"}
    assert (await editor.post(f"{made.headers['location']}/end", ended, if_match=FIRST)).status_code == 200
    moved = await editor.post(PATH, a_role(owner_id, **later))
    assert moved.status_code == 201
    longer = {"role": "participant", "valid_from": "2014-09-01", "occurred_on": "2024-01-10"}
    refused = await editor.post(f"{made.headers['location']}/change", longer, if_match='"2"')
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:samla:problem:periods-overlap")


async def test_a_role_ends_or_never_was_and_may_be_told_again(house: House) -> None:
    editor, owner_id = await the_editor(house)
    made = await editor.post(PATH, a_role(owner_id))
    path = made.headers["location"]
    early = await editor.post(f"{path}/end", {"valid_to": "2014-08-31", "occurred_on": "2016-03-01"}, if_match=FIRST)
    assert early.json()["type"] == "urn:samla:problem:period-reversed"
    ended = await editor.post(f"{path}/end", {"valid_to": "2016-02-01", "occurred_on": "2016-03-01"}, if_match=FIRST)
    assert (ended.status_code, ended.headers["etag"]) == (200, '"2"')
    assert await roles(house, on="2016-01-31") == {("overdosenettverk", "1902"): "participant"}
    assert await roles(house, on="2016-02-01") == {}
    await editor.post(f"{path}/end", {"valid_to": "2014-09-01", "occurred_on": "2016-03-01"}, if_match='"2"')
    assert await roles(house, on="2014-09-01") == {}
    assert (await editor.post(PATH, a_role(owner_id, role="pilot"))).status_code == 201
    assert (await house.anybody.get(path)).headers["etag"] == '"3"'
    assert [each["type"].split(".")[3] for each in await house.told("programme_membership")] == [
        *("recorded", "ended", "ended", "recorded"),
    ]


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"programme": "no-such-programme"}, "unknown-programme", "/programme"),
    ({"programme": "No such!"}, "invalid", "/programme"),
    ({"role": "key"}, "role-not-in-programme", "/role"),
    ({"role": "leader"}, "invalid", "/role"),
    ({"unit_code": "9999"}, "unknown-unit", "/unit_code"),
    ({"unit_code": "5501"}, "unit-not-valid", "/unit_code"),
    ({"valid_to": "2014-09-01"}, "period-reversed", "/valid_to"),
    ({"occurred_on": "2016-04-09"}, "date-in-future", "/occurred_on"),
    ({"contact": "somebody"}, "unknown-field", ""),
]


async def test_a_role_that_cannot_be_is_refused_by_name_and_nothing_is_stored(house: House) -> None:
    editor, owner_id = await the_editor(house)
    for changes, slug, pointer in WRONG:
        answer = await editor.post(PATH, a_role(owner_id, **changes))
        assert (changes, answer.status_code, answer.json()["type"]) == (changes, 422, f"urn:samla:problem:{slug}")
        assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    refused = await editor.post(PATH, a_role(owner_id, role="key"))
    assert refused.json()["roles"] == ["participant", "pilot"]
    nobodys = await house.caller("KOO").post(PATH, a_role(NOBODY))
    assert nobodys.json()["type"] == "urn:samla:problem:unknown-organisation"
    assert await house.told("programme_membership") == []


async def test_anothers_record_does_not_exist_and_the_coordinators_is_nobodys(house: House) -> None:
    editor, owner_id = await the_editor(house)
    other, _ = await the_editor(house, "KoRus-Midt")
    assert (await other.post(PATH, a_role(owner_id))).status_code == 404
    assert (await editor.post(PATH, a_role(None))).status_code == 404
    path = (await editor.post(PATH, a_role(owner_id))).headers["location"]
    end = {"valid_to": "2016-02-01", "occurred_on": "2016-03-01"}
    for verb, body in (("change", just(a_role(owner_id))), ("end", end)):
        assert (await other.post(f"{path}/{verb}", body, if_match=FIRST)).status_code == 404
        assert (await editor.post(f"{path}/{verb}", body)).status_code == 428
    coordinator = house.caller("KOO")
    assert (await coordinator.post(f"{path}/end", end, if_match=FIRST)).status_code == 200
    assert (await coordinator.post(PATH, a_role(None, unit_code="1804"))).status_code == 201
    for role in ("PRO", "KOM", "KOM+", "SB", "HD", "DRIFT"):
        assert (await house.caller(role).post(PATH, a_role(owner_id))).status_code == 403, role


async def test_the_directorates_list_twice_changes_nothing(house: House) -> None:
    coordinator = house.caller("KOO")
    members = a_list(*(a_member(code) for code in ("1902", "1804", "2030")), source="Helsedirektoratet")
    first = (await coordinator.post(f"{PATH}/import", members)).json()
    assert [row["outcome"] for row in first["rows"]] == ["new"] * 3
    again = (await coordinator.post(f"{PATH}/import", members)).json()
    assert again == {
        "stored": True,
        "rows": [{"unit_code": code, "outcome": "unchanged", "errors": []} for code in ("1902", "1804", "2030")],
        "missing": [],
        "ended": 0,
    }
    assert len(await house.told("programme_membership")) == 3
    assert len(await roles(house, programme=SCHEME)) == 3


async def test_two_lists_at_the_same_time_make_each_member_once(house: House) -> None:
    members = a_list(*(a_member(code) for code in ("1902", "1804", "2030")))
    answers = await asyncio.gather(*(house.caller("KOO").post(f"{PATH}/import", members) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len(await house.told("programme_membership")) == 3


async def test_a_newer_list_changes_what_differs_and_ends_whom_it_leaves_out_when_told_to(house: House) -> None:
    coordinator = house.caller("KOO")
    await coordinator.post(f"{PATH}/import", a_list(*(a_member(code) for code in ("1902", "1804", "2030"))))
    newer = a_list(a_member("1902", valid_to="2017-01-01"), a_member("1804"), a_member("1833", "2016-01-01"))
    kept = (await coordinator.post(f"{PATH}/import", newer)).json()
    assert [row["outcome"] for row in kept["rows"]] == ["changed", "unchanged", "new"]
    assert (kept["missing"], kept["ended"]) == (["2030"], 0)
    assert len(await roles(house, programme=SCHEME, on="2016-03-01")) == 4
    ended = (await coordinator.post(f"{PATH}/import", newer | {"ends_missing": True})).json()
    assert [row["outcome"] for row in ended["rows"]] == ["unchanged"] * 3
    assert (ended["missing"], ended["ended"]) == (["2030"], 1)
    assert set(await roles(house, programme=SCHEME, on="2016-03-01")) == {
        (SCHEME, code) for code in ("1902", "1804", "1833")
    }
    assert (SCHEME, "2030") in await roles(house, programme=SCHEME, on="2016-02-29")
    assert [each["type"].split(".")[3] for each in await house.told("programme_membership")] == [
        *("recorded",) * 3, "recorded", "changed", "ended",
    ]  # fmt: skip


async def test_one_wrong_row_stores_nothing_and_every_wrong_row_is_told(house: House) -> None:
    coordinator = house.caller("KOO")
    rows = (
        a_member("1902"),
        a_member("9999"),
        a_member("1804", role="pilot"),
        a_member("1902"),
        a_member("1902", "2016-01-01"),
        a_member("5501"),
        a_member("2030", valid_to="2014-01-01"),
    )
    tried = (await coordinator.post(f"{PATH}/import", a_list(*rows, dry_run=True))).json()
    assert tried["stored"] is False
    assert [(row["outcome"], [error["code"] for error in row["errors"]]) for row in tried["rows"]] == [
        ("new", []),
        (None, ["unknown-unit"]),
        (None, ["role-not-in-programme"]),
        (None, ["named-twice"]),
        (None, ["periods-overlap"]),
        (None, ["unit-not-valid"]),
        (None, ["period-reversed"]),
    ]
    refused = await coordinator.post(f"{PATH}/import", a_list(*rows))
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:samla:problem:invalid")
    assert [error["pointer"] for error in refused.json()["errors"]] == [
        *("/rows/1/unit_code", "/rows/2/role", "/rows/3/unit_code", "/rows/4/valid_from", "/rows/5/unit_code"),
        "/rows/6/valid_to",
    ]
    assert await house.told("programme_membership") == []
    right = (await coordinator.post(f"{PATH}/import", a_list(rows[0], dry_run=True))).json()
    assert (right["stored"], right["rows"][0]["outcome"]) == (False, "new")
    assert await house.told("programme_membership") == []


async def test_a_list_leaves_anothers_records_alone_and_agrees_with_them(house: House) -> None:
    editor, owner_id = await the_editor(house)
    other, other_id = await the_editor(house, "KoRus-Midt")
    network = {"programme": "overdosenettverk"}
    await other.post(PATH, a_role(other_id))
    same = a_member("1902", "2014-09-01", role="participant")
    agreed = await editor.post(f"{PATH}/import", a_list(same, owner_id=owner_id, ends_missing=True, **network))
    assert agreed.json()["rows"][0]["outcome"] == "unchanged"
    otherwise = a_list(same | {"role": "pilot"}, owner_id=owner_id, **network)
    refused = await editor.post(f"{PATH}/import", otherwise)
    assert [error["code"] for error in refused.json()["errors"]] == ["kept-by-another"]
    elsewhere = a_list(a_member("1804", role="pilot"), owner_id=owner_id, ends_missing=True, **network)
    left_alone = await editor.post(f"{PATH}/import", elsewhere)
    assert (left_alone.json()["missing"], left_alone.json()["ended"]) == ([], 0)
    assert ("overdosenettverk", "1902") in await roles(house, on="2016-03-01")
    assert (await house.caller("KOO").post(f"{PATH}/import", otherwise)).json()["rows"][0]["outcome"] == "changed"


async def test_a_list_of_every_municipality_costs_as_many_statements_as_one_of_one(house: House) -> None:
    units = (await house.anybody.get("/municipalities", on="2015-01-01")).json()["items"]

    async def number(rows: list[dict[str, Any]]) -> int:
        with statements(house.database) as sent:
            assert (await house.caller("KOO").post(f"{PATH}/import", a_list(*rows))).status_code == 200
        return len(sent)

    one = await number([a_member("1902")])
    assert await number([a_member(unit["code"]) for unit in units if unit["code"] != "1902"]) == one
    assert len(await house.told("programme_membership")) == len(units) == 428


async def test_the_programmes_are_told_with_their_roles_and_loading_them_again_changes_nothing(house: House) -> None:
    found = {each["reference"]: each for each in (await house.anybody.get("/membership-programmes")).json()["items"]}
    assert list(found) == ["bti", "ip-kompetanseprogram", "overdosenettverk", SCHEME]
    assert (found["overdosenettverk"]["owner_reference"], found["overdosenettverk"]["roles"]) == (
        "korus-ost", ["pilot", "participant"],
    )  # fmt: skip
    assert found[SCHEME]["name"]["nn"] == "Tilskot til psykologar i kommunane"
    told = read_reference().membership_programmes
    assert await house.database.write(register_membership_programmes, told) == 0
    wider = told[-1].model_copy(update={"roles": (MembershipRole.member, MembershipRole.pilot)})
    assert await house.database.write(register_membership_programmes, [wider]) == 1
    pilot = a_list(a_member("1902", role="pilot"))
    assert (await house.caller("KOO").post(f"{PATH}/import", pilot)).status_code == 200
