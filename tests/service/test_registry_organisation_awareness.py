"""Which campuses and other organisations were told about a centre's offer, over HTTP on both databases."""

from typing import Any

import pytest

from tests.service.registry_house import Caller, House
from tests.statements import statements

PATH = "/organisation-awareness"
TOLD, NOW = "2016-03-01", "2016-04-08"


async def a_campus(house: House, reference: str, unit_code: str, **changes: Any) -> str:
    """The id of a campus in a municipality, as the coordinator makes it known."""
    lies_in = [{"unit_code": unit_code, "valid_from": "2009-01-01"}]
    told = {
        "reference": reference,
        "name": f"Studiested {reference}",
        "kind": "campus",
        "unit_coverage": lies_in,
        "source": "test",
        "certainty": "confirmed",
        "occurred_on": NOW,
    }
    made = await house.caller("KOO").post("/organisations", told | changes)
    assert made.status_code == 201, made.text
    return str(made.json()["organisation_id"])


async def the_editor(house: House, centre: str = "KoRus-Nord") -> tuple[Caller, str]:
    centre_id = await house.organisation_id(centre)
    return house.caller("ED", centre_id), str(centre_id)


def telling(organisation_id: str, centre_id: str, **changes: Any) -> dict[str, Any]:
    told = {"organisation_id": organisation_id, "centre_id": centre_id, "channel": "visit", "occurred_on": TOLD}
    return told | changes


async def left(house: House, centre_id: str, year: int = 2016, **asked: Any) -> tuple[int, int, bool, list[str]]:
    """How many there are to tell and were told, whether that is all, and who is left."""
    answer = await house.anybody.get(f"{PATH}/uninformed", centre_id=centre_id, year=year, **asked)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return body["organisations"], body["informed"], body["is_met"], [each["reference"] for each in body["items"]]


async def test_the_campuses_in_a_centres_counties_are_to_be_told_and_those_left_are_named(
    house: House,
) -> None:
    editor, nord_id = await the_editor(house)
    assert await left(house, nord_id) == (0, 0, False, [])
    tromso = await a_campus(house, "studiested-a", "1902")
    await a_campus(house, "studiested-b", "1804")
    await a_campus(house, "studiested-c", "1103")
    await a_campus(house, "studiested-d", "2012", valid_to="2016-01-01")
    assert await left(house, nord_id) == (2, 0, False, ["studiested-a", "studiested-b"])

    made = await editor.post(PATH, telling(tromso, nord_id))
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    record = await house.anybody.get(made.headers["location"])
    assert record.json() == made.json() == {
        "organisation_awareness_id": made.json()["organisation_awareness_id"],
        "organisation_id": tromso,
        "centre_id": nord_id,
        "channel": "visit",
        "informed_on": TOLD,
        "source": None,
    }  # fmt: skip
    assert (await editor.post(PATH, telling(tromso, nord_id, channel="call", occurred_on=NOW))).status_code == 201
    assert await left(house, nord_id) == (2, 1, False, ["studiested-b"])
    assert await left(house, nord_id, 2015) == (3, 0, False, ["studiested-a", "studiested-b", "studiested-d"])
    assert [each["type"] for each in await house.told("organisation_awareness")] == [
        "samla.registry.organisation_awareness.informed.v1"
    ] * 2


async def test_each_centre_tells_for_itself_and_one_without_a_region_tells_everybody(house: House) -> None:
    editor, nord_id = await the_editor(house)
    tromso = await a_campus(house, "studiested-a", "1902")
    await a_campus(house, "studiested-c", "1103")
    assert (await editor.post(PATH, telling(tromso, nord_id))).status_code == 201
    assert await left(house, nord_id) == (1, 1, True, [])
    stavanger, stavanger_id = await the_editor(house, "KoRus Vest Stavanger")
    assert await left(house, stavanger_id) == (1, 0, False, ["studiested-c"])
    anywhere = await a_campus(house, "for-hele-landet", "1902", kind="national", unit_coverage=[])
    assert await left(house, anywhere) == (2, 0, False, ["studiested-a", "studiested-c"])
    # Nobody tells in another's name.
    assert (await stavanger.post(PATH, telling(tromso, nord_id))).status_code == 404


async def test_what_an_organisation_was_told_counts_for_the_record_that_is_kept(house: House) -> None:
    editor, nord_id = await the_editor(house)
    given_up = await a_campus(house, "studiested-a", "1902")
    kept = await a_campus(house, "studiested-b", "1902")
    assert (await editor.post(PATH, telling(given_up, nord_id))).status_code == 201
    wish = {"kept_id": kept, "reason": "det samme stedet", "occurred_on": NOW}
    merged = await house.caller("KOO").post(f"/organisations/{given_up}/merge", wish, if_match='"1"')
    assert merged.status_code == 200, merged.text
    assert await left(house, nord_id) == (1, 1, True, [])
    again = await editor.post(PATH, telling(given_up, nord_id))
    assert (again.status_code, again.json()["kept_id"]) == (409, kept)


async def test_who_was_not_told_before_the_tables_is_refused_at_the_year(house: House) -> None:
    _, nord_id = await the_editor(house)
    asked = {"centre_id": nord_id, "year": 2001}
    early = await house.anybody.get(f"{PATH}/uninformed", **asked)
    assert (early.status_code, early.json()["type"]) == (422, "urn:samla:problem:date-before-tables"), early.text
    assert early.json()["earliest"] == "2002-01-01"
    assert [(error["parameter"], error["code"]) for error in early.json()["errors"]] == [("year", "date-before-tables")]
    assert await left(house, nord_id, 2002) == (0, 0, False, [])


async def test_records_are_listed_by_centre_organisation_and_year_and_have_a_history(house: House) -> None:
    editor, nord_id = await the_editor(house)
    first, second = await a_campus(house, "studiested-a", "1902"), await a_campus(house, "studiested-b", "1804")
    one = await editor.post(PATH, telling(first, nord_id))
    two = await editor.post(PATH, telling(second, nord_id, channel="letter", occurred_on="2015-10-01", source="brev"))
    for asked, found in (
        ({}, [one, two]),
        ({"centre_id": nord_id}, [one, two]),
        ({"organisation_id": second}, [two]),
        ({"year": 2016}, [one]),
        ({"centre_id": first}, []),
    ):
        listed = await house.anybody.pages(PATH, **asked, limit=1)
        ids = {each["organisation_awareness_id"] for each in listed}
        assert ids == {each.json()["organisation_awareness_id"] for each in found}, asked
    (version,) = (await editor.get(f"{two.headers['location']}/history")).json()["items"]
    assert (version["fact"], version["version"]) == ("samla.registry.organisation_awareness.informed.v1", 1)


@pytest.mark.parametrize(
    ("changes", "status", "slug", "pointers"),
    [
        ({"occurred_on": "2016-04-09"}, 422, "date-in-future", ["/occurred_on"]),
        ({"organisation_id": "0" * 32}, 422, "unknown-organisation", ["/organisation_id"]),
        ({"channel": "rumour"}, 422, "invalid", ["/channel"]),
        ({"unit_code": "1902"}, 422, "unknown-field", [""]),
    ],
)
async def test_what_cannot_have_been_is_refused_at_its_field(
    house: House, changes: dict[str, Any], status: int, slug: str, pointers: list[str]
) -> None:
    editor, nord_id = await the_editor(house)
    campus = await a_campus(house, "studiested-a", "1902")
    refused = await editor.post(PATH, telling(campus, nord_id) | changes)
    assert (refused.status_code, refused.json()["type"]) == (status, f"urn:samla:problem:{slug}"), refused.text
    assert [error["pointer"] for error in refused.json()["errors"]] == pointers
    assert await house.told("organisation_awareness") == []


async def test_lists_take_as_many_statements_for_one_as_for_many_and_are_of_a_centre_and_a_year(house: House) -> None:
    editor, nord_id = await the_editor(house)
    campuses = [await a_campus(house, "studiested-a", "1902")]
    await left(house, nord_id)
    assert (await editor.post(PATH, telling(campuses[0], nord_id, occurred_on="2015-01-07"))).status_code == 201
    with statements(house.database) as for_one:
        await left(house, nord_id)
        assert len((await editor.get(PATH, limit=200)).json()["items"]) == 1
    for number in range(12):
        campuses.append(await a_campus(house, f"studiested-{number}", "1804"))
        assert (await editor.post(PATH, telling(campuses[-1], nord_id))).status_code == 201
    with statements(house.database) as for_many:
        assert await left(house, nord_id) == (13, 12, False, ["studiested-a"])
        assert len((await editor.get(PATH, limit=200)).json()["items"]) == 13
    assert len(for_many) == len(for_one)
    for asked, status in (
        ({"year": 2016}, 422),
        ({"centre_id": nord_id}, 422),
        ({"centre_id": nord_id, "year": 2016, "kind": "pub"}, 422),
        ({"centre_id": campuses[0], "year": 2016}, 404),
    ):
        assert (await house.anybody.get(f"{PATH}/uninformed", **asked)).status_code == status, asked
