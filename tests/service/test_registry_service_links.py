"""The directory of services over HTTP on both databases: what is provided where, and no word of persons."""

from typing import Any
from uuid import UUID

from services.contracts.registry.service_links import TSB, ServiceType
from tests.service.registry_house import Caller, House

FIRST = '"1"'
PATH = "/service-links"


async def the_editor(house: House, centre: str = "KoRus Vest Stavanger") -> tuple[Caller, str]:
    centre_id = await house.organisation_id(centre)
    return house.caller("ED", centre_id), str(centre_id)


def facts(**changes: Any) -> dict[str, Any]:
    """What is told of a place for detoxification."""
    told = {
        "owner_level": "health_trust",
        "service_type": "detoxification",
        "pillar": "tsb",
        "name": "Avrusning, Helse Stavanger",
        "web_address": "https://helse-stavanger.example/avrusning",
        "occurred_on": "2016-03-01",
    }
    return told | changes


def a_service(centre_id: str, **changes: Any) -> dict[str, Any]:
    return facts(unit_code="1103", centre_id=centre_id, **changes)


async def test_a_service_is_recorded_changed_and_removed(house: House) -> None:
    editor, centre_id = await the_editor(house)
    made = await editor.post(PATH, a_service(centre_id))
    assert (made.status_code, made.headers["etag"]) == (201, FIRST)
    path = made.headers["location"]
    anew = facts(name="Avrusing for vaksne", relation="referral", significance="central", web_address=None)
    changed = await editor.post(f"{path}/change", anew, if_match=FIRST)
    assert changed.json() | {"service_link_id": None} == {
        "service_link_id": None,
        "unit_code": "1103",
        "owner_level": "health_trust",
        "service_type": "detoxification",
        "pillar": "tsb",
        "name": "Avrusing for vaksne",
        "web_address": None,
        "relation": "referral",
        "significance": "central",
        "centre_id": centre_id,
        "recorded_on": "2016-03-01",
        "removed_on": None,
        "source": None,
    }
    early = await editor.post(f"{path}/remove", {"occurred_on": "2016-02-29"}, if_match='"2"')
    assert early.json()["type"] == "urn:samla:problem:date-out-of-order"
    removed = await editor.post(f"{path}/remove", {"occurred_on": "2016-04-01"}, if_match='"2"')
    assert (removed.json()["removed_on"], removed.headers["etag"]) == ("2016-04-01", '"3"')
    assert (await house.anybody.get(PATH)).json() == {"items": []}
    assert (await house.anybody.get(path)).json() == removed.json()
    for verb, body in (("change", anew), ("remove", {"occurred_on": "2016-04-02"})):
        late = await editor.post(f"{path}/{verb}", body, if_match='"3"')
        assert (late.status_code, late.json()["current_status"]) == (409, "removed")
    assert [each["type"].split(".")[3] for each in await house.told("service_link")] == [
        *("recorded", "changed", "removed"),
    ]


async def test_the_nine_kinds_of_specialised_treatment_stand_on_the_pillar_of_their_name(house: House) -> None:
    editor, centre_id = await the_editor(house)
    assert len(TSB) == 9
    for kind in ServiceType:
        for pillar in ("somatics", "mental_health_care", "tsb", None):
            answer = await editor.post(PATH, a_service(centre_id, service_type=str(kind), pillar=pillar))
            assert answer.status_code == (201 if (kind in TSB) == (pillar == "tsb") else 422), (kind, pillar)
            if answer.status_code == 422:
                assert answer.json()["errors"][0] | {"detail": ""} == {
                    "pointer": "/pillar",
                    "code": "pillar-differs",
                    "detail": "",
                }
    assert len(await house.anybody.pages(PATH, pillar="tsb", limit=5)) == 9


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"unit_code": "9999"}, "unknown-unit", "/unit_code"),
    ({"unit_code": "5501"}, "unit-not-valid", "/unit_code"),
    ({"owner_level": "somebody"}, "invalid", "/owner_level"),
    ({"web_address": "http://helse-stavanger.example"}, "invalid", "/web_address"),
    ({"web_address": "https://kari:passord@helse.example"}, "invalid", "/web_address"),
    ({"web_address": "https://helse.example/kari@helse.example"}, "invalid", "/web_address"),
    ({"web_address": "javascript:alert(1)"}, "invalid", "/web_address"),
    ({"web_address": "https://helse.example/to ord"}, "invalid", "/web_address"),
    ({"name": ""}, "invalid", "/name"),
    ({"occurred_on": "2016-04-09"}, "date-in-future", "/occurred_on"),
    ({"contact_person": "somebody"}, "unknown-field", ""),
]


async def test_a_service_that_cannot_be_is_refused_by_name_and_nothing_is_stored(house: House) -> None:
    editor, centre_id = await the_editor(house)
    for changes, slug, pointer in WRONG:
        answer = await editor.post(PATH, a_service(centre_id) | changes)
        assert (changes, answer.status_code, answer.json()["type"]) == (changes, 422, f"urn:samla:problem:{slug}")
        assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert await house.told("service_link") == []


async def test_another_centres_service_does_not_exist_and_the_version_must_be_the_one_that_was_seen(
    house: House,
) -> None:
    editor, centre_id = await the_editor(house)
    other, _ = await the_editor(house, "KoRus-Midt")
    assert (await other.post(PATH, a_service(centre_id))).status_code == 404
    path = (await editor.post(PATH, a_service(centre_id))).headers["location"]
    for verb, body in (("change", facts()), ("remove", {"occurred_on": "2016-04-01"})):
        assert (await other.post(f"{path}/{verb}", body, if_match=FIRST)).status_code == 404
        assert (await editor.post(f"{path}/{verb}", body)).status_code == 428
        assert (await editor.post(f"{path}/{verb}", body, if_match='"7"')).status_code == 412
    assert (await house.caller("KOO").post(f"{path}/change", facts(), if_match=FIRST)).status_code == 200
    for role in ("PRO", "KOM", "KOM+", "SB", "HD", "DRIFT"):
        assert (await house.caller(role).post(PATH, a_service(centre_id))).status_code == 403, role


async def test_services_are_found_by_municipality_owner_kind_and_pillar(house: House) -> None:
    editor, centre_id = await the_editor(house)
    for changes in (
        {},
        {"unit_code": "1102"},
        {"owner_level": "municipality", "service_type": "children_and_young", "pillar": None},
        {"owner_level": "voluntary", "service_type": "low_threshold", "pillar": None},
    ):
        assert (await editor.post(PATH, a_service(centre_id) | changes)).status_code == 201
    for asked, number in (
        ({}, 4),
        ({"unit_code": "1103"}, 3),
        ({"owner_level": "voluntary"}, 1),
        ({"service_type": "detoxification"}, 2),
        ({"pillar": "tsb", "unit_code": "1102"}, 1),
        ({"pillar": "somatics"}, 0),
    ):
        assert len(await house.anybody.pages(PATH, limit=2, **asked)) == number, asked
    assert (await house.anybody.get(f"{PATH}/{UUID(int=1)}")).status_code == 404
