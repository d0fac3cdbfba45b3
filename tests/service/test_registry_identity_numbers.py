"""No national identity number comes into the registry, by whichever of its doors (R61)."""

from typing import Any

import pytest
from fastapi.dependencies.models import Dependant

from services.contracts.tables import CSV
from services.kernel.web import Writing as KernelWriting
from services.registry.api.writing import Writing
from services.registry.service import registry
from tests.service.letters_house import TEXTS
from tests.service.registry_house import House
from tests.tables import a_csv
from tests.unit.test_identity_numbers import ORDINARY

DAY = "2016-04-08"
ABOUT_KARI = f"Avtalt med Kari, {ORDINARY[:6]} {ORDINARY[6:]}"


def a_text(centre_id: str) -> tuple[str, dict[str, Any]]:
    told = {"unit_code": "1902", "channel": "dialogue", "source": ABOUT_KARI}
    return "/awareness", {"centre_id": centre_id, "occurred_on": DAY, **told}


def a_text_in_two_languages(centre_id: str) -> tuple[str, dict[str, Any]]:
    needs = {"reason": {"nb": "Mange overdoser", "nn": ABOUT_KARI}, "source": "Statistikk"}
    return "/focus-nominations", {
        "centre_id": centre_id, "unit_code": "1902", "special_needs": needs, "occurred_on": DAY,
    }  # fmt: skip


def texts_of_a_letter(centre_id: str) -> tuple[str, dict[str, Any]]:
    texts = TEXTS | {"nn": {"subject": "Tilbodet", "body": f"Kom på kurs.\n{ABOUT_KARI}\n"}}
    return "/letters", {"centre_id": centre_id, "year": 2016, "texts": texts}


def a_row_of_a_list(centre_id: str) -> tuple[str, dict[str, Any]]:
    body = {"kind": "municipality", "unit_code": "1902", "occurred_on": DAY}
    rows = [
        body | {"reference": name, "name": text} for name, text in (("kommune-a", "Tromsø"), ("kommune-b", ABOUT_KARI))
    ]
    return "/organisations/import", {"rows": rows, "dry_run": True}


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        (a_text, "/source"),
        (a_text_in_two_languages, "/special_needs/reason/nn"),
        (texts_of_a_letter, "/texts/nn/body"),
        (a_row_of_a_list, "/rows/1/name"),
    ],
)
async def test_r61_a_request_with_a_national_identity_number_is_refused(house: House, sent: Any, pointer: str) -> None:
    centre_id = await house.organisation_id("KoRus-Nord")
    path, body = sent(str(centre_id))
    caller = house.caller("KOO") if path.startswith("/organisations") else house.caller("ED", centre_id)
    answer = await caller.post(path, body)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:samla:problem:national-identity-number")
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        (pointer, "national-identity-number")
    ]
    assert ORDINARY[6:] not in answer.text
    assert await house.told("awareness") == await house.told("focus") == await house.told("letter") == []


async def test_r61_a_row_of_a_file_with_one_is_refused_by_its_cell(house: House) -> None:
    editor = house.caller("ED", await house.organisation_id("KoRus-Nord"))
    headings = ("tool", "unit_code", "year", "status", "completed_on", "source")
    rows = [("brukerplan", "1902", 2015, "completed", "2015-11-02", text) for text in ("Statistikk", ABOUT_KARI)]
    answer = await editor.send("/mappings/import?dry_run=false", a_csv(headings, *rows), CSV)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:samla:problem:wrong-cells")
    assert [(error["cell"], error["code"]) for error in answer.json()["errors"]] == [("F3", "national-identity-number")]
    assert ORDINARY[6:] not in answer.text
    assert await house.told("mapping") == []


def test_r61_the_registry_has_no_other_door() -> None:
    """What changes something goes through the door that refuses, whatever it is about."""
    changing = [route for route in registry.routes.routes if route.methods != {"GET"}]
    assert len(changing) > 50
    for route in changing:
        doors = [found for found in calls(route.dependant) if issubclass(found, KernelWriting)]
        assert doors == [Writing], route.path


def calls(dependant: Dependant) -> list[type]:
    """What the parameters of a route are made to be."""
    made = [each.call.__annotations__.get("return") for each in dependant.dependencies if each.call is not None]
    return [each for each in made if isinstance(each, type)]
