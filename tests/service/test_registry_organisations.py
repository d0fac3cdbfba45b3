"""Organisations over HTTP on both databases: told of, covered, confirmed, found twice and made one."""

import asyncio
import unicodedata
from typing import Any

import pytest

from deploy.reference_tables import read_reference
from services.registry.commands import register_organisations
from tests.service.registry_house import Caller, House
from tests.statements import selects

FIRST = '"1"'
NOBODY = "00000000-0000-7000-8000-000000000000"


def a_body(reference: str = "kbt", **changes: Any) -> dict[str, Any]:
    """What is told of a body that nobody knew."""
    told = {"reference": reference, "name": "KBT Midt-Norge", "kind": "partner", "occurred_on": "2016-01-01"}
    return told | changes


async def registered(house: House, reference: str = "kbt", **changes: Any) -> str:
    """The path of a new body."""
    answer = await house.caller("KOO").post("/organisations", a_body(reference, **changes))
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


async def a_change(house: House, path: str, **changes: Any) -> dict[str, Any]:
    """What is told of a body now, with something else."""
    now = (await house.anybody.get(path)).json()
    fixed = ("organisation_id", "reference", "kind", "unit_code", "county_code", "confirmed_on", "merged_into")
    kept = {field: value for field, value in now.items() if field not in (*fixed, "merge_reason")}
    return {**kept, "source": "told by itself", "occurred_on": "2016-04-08", **changes}


async def its_approver(house: House, name: str = "KoRus-Nord") -> tuple[Caller, str]:
    """Somebody who approves on behalf of an organisation, and the organisation's path."""
    organisation_id = await house.organisation_id(name)
    return house.caller("GK", organisation_id), f"/organisations/{organisation_id}"


async def slug_of(house: House, **changes: Any) -> tuple[int, str, str | None]:
    """What a body that is wrongly told of is refused with, and where the first error is."""
    answer = await house.caller("KOO").post("/organisations", a_body(**changes))
    problem = answer.json()
    pointers = [error.get("pointer") for error in problem.get("errors", ())]
    return (
        answer.status_code,
        str(problem["type"]).removeprefix("urn:samla:problem:"),
        pointers[0] if pointers else None,
    )


async def test_everything_that_is_told_of_a_body_is_shown_again(house: House) -> None:
    korus, rvts = str(await house.organisation_id("KoRus-Nord")), str(await house.organisation_id("RVTS Nord"))
    told = a_body(
        "forum-sor",
        name="Forum Sør",
        kind="forum",
        aliases=["FS", "Forum sør"],
        host="Sykehuset Innlandet HF",
        seat="Hamar",
        coverage=[
            {"county_code": "18", "themes": ["brukerplan", "ungdata"], "valid_from": "2015-01-01", "valid_to": None},
            {"county_code": "18", "themes": ["recovery"], "valid_from": "2015-01-01", "valid_to": "2016-01-01"},
        ],
        unit_coverage=[{"unit_code": "1902", "themes": [], "valid_from": "2015-01-01", "valid_to": None}],
        mandates=["regional", "national"],
        core_areas=["prevention"],
        members=[
            {"organisation_id": korus, "has_vote": True, "valid_from": "2015-01-01", "valid_to": None},
            {"organisation_id": rvts, "has_vote": False, "valid_from": "2015-01-01", "valid_to": "2016-01-01"},
        ],
        legal_profile={"form": "health_trust", "laws": ["public_administration", "norm"]},
        organisation_number="983974899",
        official_mailbox="post@forum.example",
        valid_from="2015-01-01",
        valid_to=None,
        successor_reference="korus-nord",
        source="a letter of 2015",
        certainty="high",
        sources=[{"part": "members", "source": "the minutes", "certainty": "high"}],
    )
    made = await house.caller("KOO").post("/organisations", told)
    assert (made.status_code, made.headers["etag"]) == (201, FIRST)
    shown = await house.anybody.get(made.headers["location"])
    assert (shown.json(), shown.headers["etag"]) == (made.json(), FIRST)
    unsaid = {
        "unit_code",
        "county_code",
        "elects_in",
        "governs",
        "confirmed_on",
        "merged_into",
        "merge_reason",
        "organisation_id",
    }
    assert {field: value for field, value in made.json().items() if field not in unsaid} == {
        field: value for field, value in told.items() if field != "occurred_on"
    }
    assert (await house.told("organisation"))[-1]["type"] == "samla.registry.organisation.registered.v1"


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"organisation_number": "983974890"}, "organisation-number-wrong", "/organisation_number"),
    ({"organisation_number": "123"}, "invalid", "/organisation_number"),
    ({"official_mailbox": "post at tromso"}, "invalid", "/official_mailbox"),
    ({"coverage": [{"county_code": "99", "valid_from": "2016-01-01"}]}, "unknown-unit", "/coverage/0/county_code"),
    ({"coverage": [{"county_code": "55", "valid_from": "2016-01-01"}]}, "unit-not-valid", "/coverage/0/valid_from"),
    (
        {"coverage": [{"county_code": "19", "valid_from": "2016-01-01", "valid_to": "2021-01-01"}]},
        "unit-not-valid",
        "/coverage/0/valid_to",
    ),
    (
        {"coverage": [{"county_code": "19", "valid_from": "2016-01-01", "valid_to": "2016-01-01"}]},
        "period-reversed",
        "/coverage/0/valid_to",
    ),
    (
        {"unit_coverage": [{"unit_code": "9999", "valid_from": "2016-01-01"}]},
        "unknown-unit",
        "/unit_coverage/0/unit_code",
    ),
    (
        {"coverage": [{"county_code": "19", "themes": ["a b"], "valid_from": "2016-01-01"}]},
        "invalid",
        "/coverage/0/themes/0",
    ),
    (
        {"coverage": [{"county_code": "19", "theme": ["ungdata"], "valid_from": "2016-01-01"}]},
        "unknown-field",
        "/coverage/0",
    ),
    ({"official_mailbox": "post@tromso\x00.example"}, "invalid", "/official_mailbox"),
    (
        {
            "coverage": [
                {"county_code": "18", "themes": ["ungdata"], "valid_from": "2016-01-01"},
                {"county_code": "19", "valid_from": "2014-01-01"},
                {"county_code": "18", "valid_from": "2015-01-01", "valid_to": "2016-01-02"},
            ]
        },
        "periods-overlap",
        "/coverage/2/valid_from",
    ),
    ({"members": [{"organisation_id": NOBODY, "valid_from": "2016-01-01"}]}, "not-a-forum", "/members"),
    (
        {"kind": "forum", "members": [{"organisation_id": NOBODY, "valid_from": "2016-01-01"}]},
        "unknown-organisation",
        "/members/0/organisation_id",
    ),
    ({"governs": ["bti"]}, "invalid", "/governs"),
    ({"kind": "forum", "governs": ["bti"]}, "invalid", "/governs"),
    ({"kind": "steering_group", "governs": ["bti", "nothing"]}, "unknown-programme", "/governs/1"),
    ({"kind": "steering_group", "governs": ["bti", "bti"]}, "invalid", "/governs/1"),
    ({"elects_in": ["north"]}, "not-a-centre", "/elects_in"),
    ({"kind": "korus", "elects_in": ["north", "north"]}, "invalid", "/elects_in/1"),
    ({"kind": "municipality"}, "invalid", "/unit_code"),
    ({"kind": "municipality", "unit_code": "9999"}, "unknown-unit", "/unit_code"),
    ({"unit_code": "1902"}, "invalid", "/unit_code"),
    ({"valid_from": "2016-01-01", "valid_to": "2015-01-01"}, "period-reversed", "/valid_to"),
    ({"successor_reference": "nobody"}, "unknown-organisation", "/successor_reference"),
    ({"occurred_on": "2016-04-09"}, "date-in-future", "/occurred_on"),
    ({"reference": "Not a reference"}, "invalid", "/reference"),
    ({"aliases": ["a"] * 51}, "invalid", "/aliases"),
    ({"legal_profile": {"form": "club"}}, "invalid", "/legal_profile/form"),
]


async def test_what_cannot_be_true_is_refused_by_name_and_nothing_is_stored(house: House) -> None:
    before = len(await house.told("organisation"))
    for changes, slug, pointer in WRONG:
        assert (changes, *await slug_of(house, **changes)) == (changes, 422, slug, pointer)
    assert len(await house.told("organisation")) == before
    assert (await house.anybody.get("/organisations", name="KBT Midt-Norge")).json() == {"items": []}


async def test_a_programme_is_governed_by_groups_in_which_user_organisations_sit(house: House) -> None:
    coordinator = house.caller("KOO")
    users = await coordinator.post("/organisations", a_body("brukerne", name="Brukerne", kind="user_organisation"))
    members = [
        {"organisation_id": str(await house.organisation_id("KoRus-Nord")), "valid_from": "2015-01-01"},
        {"organisation_id": users.json()["organisation_id"], "valid_from": "2015-01-01"},
    ]
    group = a_body("styret", name="Styret", kind="steering_group", governs=["bti", "overdosenettverk"], members=members)
    made = await coordinator.post("/organisations", group)
    assert made.status_code == 201
    shown = (await house.anybody.get(made.headers["location"])).json()
    assert (shown["governs"], len(shown["members"])) == (["bti", "overdosenettverk"], 2)

    path = f"/organisations/{shown['organisation_id']}"
    one = await a_change(house, path, governs=["bti"], members=members, source="the minutes")
    answer = await coordinator.post(f"{path}/change", one, if_match=FIRST)
    assert (answer.status_code, answer.json()["governs"]) == (200, ["bti"])
    gone = await a_change(house, path, governs=["nothing"], members=members, source="the minutes")
    refused = await coordinator.post(f"{path}/change", gone, if_match='"2"')
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/governs/0")


async def test_two_records_of_one_group_govern_what_either_did(house: House) -> None:
    coordinator, paths = house.caller("KOO"), []
    for reference, governs in (("prosjektet", ["bti"]), ("prosjektgruppa", ["overdosenettverk"])):
        body = a_body(reference, name=reference.title(), kind="project_group", governs=governs)
        paths.append((await coordinator.post("/organisations", body)).headers["location"])
    kept_id = paths[1].rpartition("/")[2]
    wish = {"kept_id": kept_id, "reason": "The same group", "occurred_on": "2016-04-08"}
    assert (await coordinator.post(f"{paths[0]}/merge", wish, if_match=FIRST)).status_code == 200
    assert (await house.anybody.get(paths[1])).json()["governs"] == ["bti", "overdosenettverk"]


async def test_an_import_says_row_by_row_what_is_wrong_and_stores_all_or_nothing(house: House) -> None:
    coordinator, before = house.caller("KOO"), len(await house.told("organisation"))
    rows = [
        a_body("base-nord", name="Basen Nord"),
        a_body("base-nord", name="Basen"),
        a_body("napha", name="Noe annet"),
        a_body("base-sor", name="basen nord", organisation_number="983974890"),
        a_body("base-ost", name="Basen øst", coverage=[{"county_code": "99", "valid_from": "2016-01-01"}]),
        a_body("base-vest", name="RIO", successor_reference="base-nord"),
        a_body("styret", name="Styret", kind="steering_group", governs=["nothing"]),
    ]
    tried = await coordinator.post("/organisations/import", {"rows": rows})
    assert (tried.status_code, tried.json()["stored"]) == (200, False)
    found = [[(error["pointer"], error["code"]) for error in row["errors"]] for row in tried.json()["rows"]]
    assert found == [
        [],
        [("/reference", "named-twice")],
        [("/reference", "organisation-exists")],
        [("/organisation_number", "organisation-number-wrong")],
        [("/coverage/0/county_code", "unknown-unit")],
        [],
        [("/governs/0", "unknown-programme")],
    ]
    assert tried.json()["rows"][0]["may_be"] == [{"reference": "base-sor", "reasons": ["same_name"]}]
    assert tried.json()["rows"][5]["may_be"] == [{"reference": "rio", "reasons": ["same_name"]}]

    refused = await coordinator.post("/organisations/import", {"rows": rows, "dry_run": False})
    assert refused.status_code == 422
    pointers = [error["pointer"] for error in refused.json()["errors"]]
    assert pointers == [
        "/rows/1/reference",
        "/rows/2/reference",
        "/rows/3/organisation_number",
        "/rows/4/coverage/0/county_code",
        "/rows/6/governs/0",
    ]
    assert len(await house.told("organisation")) == before
    done = await coordinator.post("/organisations/import", {"rows": [rows[0], rows[5]], "dry_run": False})
    assert (done.status_code, done.json()["stored"]) == (200, True)
    assert len(await house.told("organisation")) == before + 2
    assert (await house.caller("GK").post("/organisations/import", {"rows": rows})).status_code == 403


async def test_ten_thousand_organisations_in_one_request_are_refused_with_a_clear_problem(house: House) -> None:
    coordinator = house.caller("KOO")
    many = [a_body(f"body-{number}") for number in range(10_000)]
    answer = await coordinator.post("/organisations", many)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:samla:problem:too-large")
    few = await coordinator.post("/organisations", many[:100])  # type: ignore[arg-type]
    assert (few.status_code, few.json()["type"]) == (422, "urn:samla:problem:invalid")
    whole = await coordinator.post("/organisations/import", {"rows": many})
    assert (whole.status_code, whole.json()["type"]) == (413, "urn:samla:problem:too-large")
    rows = await coordinator.post("/organisations/import", {"rows": many[:201]})
    assert (rows.status_code, rows.json()["errors"][0]["code"]) == (422, "too-many")
    members = [{"organisation_id": NOBODY, "valid_from": "2016-01-01"}] * 2_000
    answer = await coordinator.post("/organisations", a_body(kind="forum", members=members))
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"pointer": "/members", "code": "too-many", "detail": "Det er for mange her."},
    ]


async def test_an_approver_changes_its_own_organisation_and_no_other(house: House) -> None:
    approver, path = await its_approver(house)
    answer = await approver.post(f"{path}/change", await a_change(house, path, seat="Tromsø"), if_match=FIRST)
    assert (answer.status_code, answer.json()["seat"], answer.headers["etag"]) == (200, "Tromsø", '"2"')
    assert (await house.told("organisation"))[-1]["type"] == "samla.registry.organisation.changed.v1"
    _, other_path = await its_approver(house, "NAPHA")
    theirs = await approver.post(f"{other_path}/change", await a_change(house, other_path), if_match=FIRST)
    nobodys = await approver.post(f"/organisations/{NOBODY}/change", await a_change(house, other_path), if_match=FIRST)
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json() | {"trace_id": ""} == nobodys.json() | {"trace_id": ""}
    assert (await house.caller("ED").post(f"{path}/change", {}, if_match=FIRST)).status_code == 403
    assert (await house.anybody.post(f"{path}/change", {}, if_match=FIRST)).status_code == 401
    coordinator = house.caller("KOO")
    assert (
        await coordinator.post(f"{other_path}/change", await a_change(house, other_path), if_match=FIRST)
    ).is_success


async def test_a_change_needs_the_version_that_the_caller_has_seen(house: House) -> None:
    approver, path = await its_approver(house)
    change = await a_change(house, path, seat="Tromsø")
    assert (await approver.post(f"{path}/change", change)).status_code == 428
    assert (await approver.post(f"{path}/change", change, if_match='"2"')).status_code == 412
    assert (await house.anybody.get(path)).headers["etag"] == FIRST


async def test_of_two_changes_at_once_one_stands(house: House) -> None:
    approver, path = await its_approver(house)
    changes = [await a_change(house, path, seat=seat) for seat in ("Tromsø", "Bodø")]
    answers = await asyncio.gather(*(approver.post(f"{path}/change", change, if_match=FIRST) for change in changes))
    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_an_organisation_does_not_give_itself_a_vote(house: House) -> None:
    approver, path = await its_approver(house)
    wish = await a_change(house, path, elects_in=["north", "mid"])
    answer = await approver.post(f"{path}/change", wish, if_match=FIRST)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:samla:problem:electors-by-coordinator")
    assert (await house.caller("KOO").post(f"{path}/change", wish, if_match=FIRST)).is_success


async def test_what_an_organisation_has_confirmed_is_not_confirmed_when_another_changes_it(house: House) -> None:
    approver, path = await its_approver(house)
    assert (await house.anybody.get(path)).json()["confirmed_on"] is None
    yes = {"occurred_on": "2016-04-07"}
    coordinators = await house.caller("KOO").post(f"{path}/confirm", yes, if_match=FIRST)
    assert (coordinators.status_code, coordinators.json()["type"]) == (403, "urn:samla:problem:not-the-organisation")
    other, _ = await its_approver(house, "NAPHA")
    assert (await other.post(f"{path}/confirm", yes, if_match=FIRST)).status_code == 404
    assert (await approver.post(f"{path}/confirm", yes)).status_code == 428

    confirmed = await approver.post(f"{path}/confirm", yes, if_match=FIRST)
    assert (confirmed.status_code, confirmed.json()["confirmed_on"]) == (200, "2016-04-07")
    assert (await house.told("organisation"))[-1]["type"] == "samla.registry.organisation.confirmed.v1"
    earlier = await approver.post(f"{path}/confirm", {"occurred_on": "2016-04-06"}, if_match='"2"')
    assert earlier.json()["type"] == "urn:samla:problem:date-out-of-order"
    own = await approver.post(f"{path}/change", await a_change(house, path, seat="Bodø"), if_match='"2"')
    assert own.json()["confirmed_on"] == "2016-04-07"
    theirs = await house.caller("KOO").post(f"{path}/change", await a_change(house, path), if_match='"3"')
    assert theirs.json()["confirmed_on"] is None


async def test_tables_that_are_loaded_again_leave_alone_what_somebody_has_changed(house: House) -> None:
    approver, path = await its_approver(house)
    await approver.post(f"{path}/change", await a_change(house, path, seat="Tromsø"), if_match=FIRST)
    told = {each.reference: each for each in read_reference().organisations}
    newer = [told[name].model_copy(update={"seat": "Vadsø"}) for name in ("korus-nord", "rvts-nord")]
    assert await house.database.write(register_organisations, newer) == 1
    assert (await house.anybody.get(path)).json()["seat"] == "Tromsø"
    found = (await house.anybody.get("/organisations", name="RVTS Nord")).json()["items"]
    assert found[0]["seat"] == "Vadsø"


async def test_what_covers_a_unit_a_county_and_a_theme_on_a_date(house: House) -> None:
    await registered(
        house,
        "bruker",
        name="Bruker Nord",
        unit_coverage=[{"unit_code": "1902", "themes": ["brukerplan"], "valid_from": "2015-01-01"}],
        coverage=[{"county_code": "20", "themes": ["ungdata"], "valid_from": "2015-01-01", "valid_to": "2016-01-01"}],
    )

    async def found(**parameters: str) -> list[str]:
        answer = await house.anybody.get("/organisations", kind="partner", **parameters)
        return [each["reference"] for each in answer.json()["items"] if each["reference"] != "ks"]

    assert await found(unit="1902", on="2016-04-08") == ["bruker"]
    assert await found(unit="1902", theme="brukerplan") == ["bruker"]
    assert await found(unit="1902", theme="ungdata") == await found(unit="1804") == []
    assert await found(unit="1902", on="2014-12-31") == []
    # The unit has another code later, and the coverage of the old one has no end.
    assert await found(unit="5501", on="2024-01-01") == ["bruker"]
    assert await found(county="20", on="2015-12-31") == ["bruker"]
    assert await found(unit="2030", on="2015-12-31", theme="ungdata") == ["bruker"]
    assert await found(county="20", on="2016-01-01") == []
    korus = (await house.anybody.get("/organisations", kind="korus", unit="1913", on="2016-01-01")).json()["items"]
    assert [each["reference"] for each in korus] == ["korus-nord"]
    national = (await house.anybody.get("/organisations", kind="korus", mandate="national")).json()["items"]
    assert [each["reference"] for each in national] == ["korus-nord"]
    assert len((await house.anybody.get("/organisations", core_area="early_intervention")).json()["items"]) == 7


@pytest.mark.parametrize(
    ("parameters", "slug"),
    [({"unit": "9999"}, "unknown-unit"), ({"unit": "5501"}, "unit-not-valid"), ({"theme": "Ungdata 2016"}, "invalid")],
)
async def test_a_place_that_is_none_on_the_date_is_refused(house: House, parameters: dict[str, str], slug: str) -> None:
    answer = await house.anybody.get("/organisations", **parameters)
    assert (answer.status_code, answer.json()["type"]) == (422, f"urn:samla:problem:{slug}")


async def test_records_that_may_be_the_same_body_are_found_with_the_reason(house: House) -> None:
    coordinator = house.caller("KOO")
    assert (await coordinator.get("/organisations/duplicates")).json() == {"items": []}
    one = await registered(house, "one", name="Ungdomsbasen Aa", organisation_number="983974899")
    two = await registered(house, "two", name="UNGDOMSBASEN Å", organisation_number="983974899")
    three = await registered(house, "three", aliases=["Ungdomsbasen å"], official_mailbox="Post@Basen.example")
    await registered(house, "four", name="Den gamle basen", aliases=["ungdomsbasen a"], valid_to="2010-01-01")
    five = await registered(house, "five", name="Basen", official_mailbox="post@basen.example", valid_from="2010-01-01")
    found = (await coordinator.get("/organisations/duplicates")).json()["items"]
    ids = {path.rpartition("/")[2]: name for path, name in ((one, 1), (two, 2), (three, 3), (five, 5))}
    pairs = {
        (*sorted((ids[pair["one_id"]], ids[pair["other_id"]])),): pair["reasons"]
        for pair in found
        if {pair["one_id"], pair["other_id"]} <= ids.keys()
    }
    assert pairs == {
        (1, 2): ["same_name", "same_number"],
        (1, 3): ["same_name"],
        (2, 3): ["same_name"],
        (3, 5): ["same_mailbox"],
    }
    assert len(found) == 7, "the fourth had the name at the same time as the first three"
    assert (await house.caller("GK").get("/organisations/duplicates")).status_code == 403


async def test_two_records_become_one_and_both_keep_their_history(house: House) -> None:
    coordinator = house.caller("KOO")
    kept = await registered(
        house,
        "kept",
        name="RIO Nord",
        coverage=[{"county_code": "19", "valid_from": "2015-01-01"}],
        seat="Tromsø",
        valid_from="2015-01-01",
    )
    given_up = await registered(
        house,
        "given-up",
        name="Rusmisbrukernes organisasjon",
        aliases=["RIO i nord"],
        coverage=[
            {"county_code": "19", "themes": ["ungdata"], "valid_from": "2014-01-01"},
            {"county_code": "20", "valid_from": "2015-01-01"},
        ],
        organisation_number="983974899",
        seat="Bodø",
        valid_from="2005-01-01",
        valid_to="2016-01-01",
    )
    request = {"kept_id": kept.rpartition("/")[2], "reason": "The same body twice.", "occurred_on": "2016-04-08"}
    assert (await house.caller("GK").post(f"{given_up}/merge", request, if_match=FIRST)).status_code == 403
    assert (await coordinator.post(f"{given_up}/merge", request)).status_code == 428
    answer = await coordinator.post(f"{given_up}/merge", request, if_match=FIRST)
    assert (answer.status_code, answer.json()["merged_into"]) == (200, request["kept_id"])

    # Who reads the one that was given up is told where to go, and finds everything that was told of it.
    gone = (await house.anybody.get(given_up)).json()
    assert (gone["merged_into"], gone["merge_reason"], gone["name"], gone["seat"]) == (
        request["kept_id"],
        "The same body twice.",
        "Rusmisbrukernes organisasjon",
        "Bodø",
    )
    now = (await house.anybody.get(kept)).json()
    assert now["aliases"] == ["RIO i nord", "Rusmisbrukernes organisasjon"]
    assert (now["seat"], now["organisation_number"]) == ("Tromsø", "983974899")
    assert now["coverage"] == [
        {"county_code": "19", "themes": ["ungdata"], "valid_from": "2014-01-01", "valid_to": "2015-01-01"},
        {"county_code": "19", "themes": [], "valid_from": "2015-01-01", "valid_to": None},
        {"county_code": "20", "themes": [], "valid_from": "2015-01-01", "valid_to": None},
    ]
    assert (now["valid_from"], now["valid_to"]) == ("2005-01-01", None)
    for name in ("RIO i nord", "Rusmisbrukernes organisasjon", "RIO Nord"):
        found = (await house.anybody.get("/organisations", name=name)).json()["items"]
        assert [each["reference"] for each in found] == ["kept"]
    assert (await coordinator.get("/organisations/duplicates")).json() == {"items": []}
    histories = {path: (await house.anybody.get(f"{path}/history")).json()["items"] for path in (given_up, kept)}
    assert [version["fact"].split(".")[3] for version in histories[given_up]] == ["registered", "merged"]
    assert [version["fact"].split(".")[3] for version in histories[kept]] == ["registered", "changed"]
    fields = {path: [each["field"] for each in versions[1]["changed"]] for path, versions in histories.items()}
    assert sorted(fields[given_up]) == ["merge_reason", "merged_into"]
    assert sorted(fields[kept]) == ["aliases", "coverage", "organisation_number", "valid_from"]
    assert histories[given_up][1]["reason"] == "The same body twice."


async def test_a_merger_that_cannot_be_is_refused_by_name(house: House) -> None:
    coordinator = house.caller("KOO")
    paths = [await registered(house, name, name=name) for name in ("one", "two", "three")]
    one, two, three = (path.rpartition("/")[2] for path in paths)

    async def merge(given_up: str, kept: str, if_match: str = FIRST) -> tuple[int, str]:
        request = {"kept_id": kept, "reason": "The same body.", "occurred_on": "2016-04-08"}
        answer = await coordinator.post(f"/organisations/{given_up}/merge", request, if_match=if_match)
        return answer.status_code, answer.json().get("type", "").removeprefix("urn:samla:problem:")

    assert await merge(one, one) == (422, "merge-into-itself")
    assert await merge(one, NOBODY) == (422, "unknown-organisation")
    assert await merge(NOBODY, one) == (404, "not-found")
    assert await merge(one, two) == (200, "")
    assert await merge(one, three, if_match='"2"') == (409, "organisation-merged")
    assert await merge(three, one) == (409, "organisation-merged")
    assert await merge(two, one, if_match='"2"') == (409, "organisation-merged")
    change = await a_change(house, paths[0])
    answer = await coordinator.post(f"{paths[0]}/change", change, if_match='"2"')
    assert (answer.status_code, answer.json()["kept_id"]) == (409, two)
    centres = [await registered(house, name, name=name, kind="korus") for name in ("old-centre", "new-centre")]
    old, new = (path.rpartition("/")[2] for path in centres)
    assert await merge(old, new) == (200, "")
    told = {"unit_code": "1902", "centre_id": old, "channel": "dialogue", "occurred_on": "2016-04-08"}
    answer = await coordinator.post("/awareness", told)
    assert (answer.status_code, answer.json()["kept_id"]) == (409, new)
    member = {"organisation_id": one, "valid_from": "2016-01-01"}
    assert (await slug_of(house, kind="forum", members=[member]))[1] == "unknown-organisation"


async def test_two_mergers_of_a_pair_into_each_other_leave_one_of_the_two(house: House) -> None:
    coordinator = house.caller("KOO")
    paths = [await registered(house, name, name=name) for name in ("one", "two")]
    ids = [path.rpartition("/")[2] for path in paths]
    answers = await asyncio.gather(
        *(
            coordinator.post(
                f"{path}/merge", {"kept_id": other, "reason": "The same.", "occurred_on": "2016-04-08"}, if_match=FIRST
            )
            for path, other in zip(paths, reversed(ids), strict=True)
        )
    )
    done, refused = sorted(answer.status_code for answer in answers)
    assert (done, refused) in ((200, 409), (200, 412))
    shown = [(await house.anybody.get(path)).json()["merged_into"] for path in paths]
    assert shown.count(None) == 1


async def test_the_history_says_who_changed_what(house: House) -> None:
    approver, path = await its_approver(house)
    await approver.post(f"{path}/change", await a_change(house, path, seat="Tromsø"), if_match=FIRST)
    loaded, changed = (await house.anybody.get(f"{path}/history")).json()["items"]
    assert (loaded["version"], loaded.get("recorded_by"), loaded["person"]) == (1, None, 1)
    assert {"field": "seat", "before": None, "after": "Narvik"} in loaded["changed"]
    assert (changed["version"], changed["recorded_by"]) == (2, path.rpartition("/")[2])
    assert (changed["person"], changed["command"]) == (2, "change_organisation")
    assert "a-GK" not in str((loaded, changed))
    assert [each["field"] for each in changed["changed"]] == ["seat", "source"]
    assert changed["changed"][0] == {"field": "seat", "before": "Narvik", "after": "Tromsø"}
    assert (await house.anybody.get(f"/organisations/{NOBODY}/history")).status_code == 404


async def test_a_history_and_the_duplicates_are_a_constant_number_of_statements(house: House) -> None:
    coordinator = house.caller("KOO")

    async def number(path: str) -> tuple[int, int]:
        with selects(house.database) as asked:
            answer = await coordinator.get(path)
        return len(asked), len(answer.json()["items"])

    path = await registered(house)
    assert await number(f"{path}/history") == (2, 1)
    assert await number("/organisations/duplicates") == (2, 0)
    for version in range(1, 6):
        change = await a_change(house, path, name=f"KBT {version}")
        assert (await coordinator.post(f"{path}/change", change, if_match=f'"{version}"')).status_code == 200
        await registered(house, f"twin-{version}", name="Tvilling")
    assert await number(f"{path}/history") == (2, 6)
    assert await number("/organisations/duplicates") == (2, 10)


async def test_r54_a_name_is_found_in_whatever_form_it_was_sent_and_has_nothing_that_cannot_be_seen(
    house: House,
) -> None:
    path = await registered(house, name=unicodedata.normalize("NFD", "Kárášjohkas låg"))
    assert (await house.anybody.get(path)).json()["name"] == "Kárášjohkas låg"
    found = (await house.anybody.get("/organisations", name="Kárášjohkas låg")).json()["items"]
    assert [each["reference"] for each in found] == ["kbt"]
    for letter in ("\x85", "\u202e", "\u200b"):
        body = a_body("unseen", name=f"KBT{letter} Midt", aliases=["KBT", f"K{letter}BT"])
        answer = await house.caller("KOO").post("/organisations", body)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:samla:problem:invalid")
        assert [(each["pointer"], each["code"], each["detail"]) for each in answer.json()["errors"]] == [
            ("/name", "invisible-character", "Teksten har et tegn som ikke kan ses."),
            ("/aliases/1", "invisible-character", "Teksten har et tegn som ikke kan ses."),
        ]
    assert (await house.anybody.get("/organisations", name="KBT Midt")).json()["items"] == []


async def test_br_41_vivat_is_shown_as_a_member_of_the_forum_without_a_vote(house: House) -> None:
    (forum,) = (await house.anybody.get("/organisations", name="Kompetanselederforum Nord")).json()["items"]
    shown = {
        (await house.anybody.get(f"/organisations/{member['organisation_id']}")).json()["reference"]: member["has_vote"]
        for member in forum["members"]
    }
    assert shown == {"korus-nord": True, "rkbu-nord": True, "rvts-nord": True, "vivat": False}


async def test_a_forum_keeps_a_member_whose_record_was_given_up_and_is_no_member_of_itself(house: House) -> None:
    coordinator = house.caller("KOO")
    kept, given_up = [(await registered(house, name, name=name)).rpartition("/")[2] for name in ("kept", "given-up")]
    member = {"organisation_id": given_up, "has_vote": True, "valid_from": "2016-01-01", "valid_to": None}
    path = await registered(house, "forum", kind="forum", members=[member])
    merge = {"kept_id": kept, "reason": "The same body.", "occurred_on": "2016-04-08"}
    assert (await coordinator.post(f"/organisations/{given_up}/merge", merge, if_match=FIRST)).status_code == 200
    change = await a_change(house, path, name="Forum Nord")
    changed = await coordinator.post(f"{path}/change", change, if_match=FIRST)
    assert (changed.status_code, changed.json()["members"]) == (200, [member])
    itself = await a_change(house, path, members=[{**member, "organisation_id": path.rpartition("/")[2]}])
    refused = await coordinator.post(f"{path}/change", itself, if_match='"2"')
    assert refused.json()["type"] == "urn:samla:problem:unknown-organisation"
