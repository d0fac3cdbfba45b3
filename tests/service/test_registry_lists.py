"""Every list of the registry that partners read costs as many statements whether it has one row or fifty."""

from typing import Any

import orjson
import pytest

from services.registry.service import registry
from tests.architecture.sources import ROOT
from tests.service.contact_house import a_contact
from tests.service.registry_house import House
from tests.service.test_registry_plan_anchors import facts as a_plan
from tests.service.test_registry_service_links import facts as a_service
from tests.statements import statements

ON = {"occurred_on": "2016-04-08"}
MADE: dict[str, dict[str, Any]] = {
    "/awareness": {"channel": "dialogue", **ON},
    "/contacts": a_contact(),
    "/focus-nominations": ON,
    "/mappings": {"tool": "brukerplan", "year": 2016, **ON},
    "/newsletter-subscriptions": ON,
    "/overdose-counts": {"year": 2014, "deaths": 7, "source": "Dødsårsaksregisteret", **ON},
    "/overdose-units": {"milestones": [], **ON},
    "/plan-anchors": a_plan(),
    "/programme-memberships": {
        "programme": "psykologer-i-kommunene", "role": "member", "valid_from": "2015-01-01", **ON,
    },
    "/service-links": a_service(),
}  # fmt: skip
"""What makes a row of a list, beside the municipality that it is about and the centre that enters it."""
NO_CENTRE = frozenset(("/contacts", "/programme-memberships"))
ELSEWHERE = frozenset(
    ("/agreements", "/commitments", "/erasure-requests", "/geographic-proposals", "/letters", "/organisation-awareness")
)
"""Lists whose rows are of no municipality, or take more than one request: they are counted where they are tested."""
COPIED = frozenset(
    ("/groups", "/localities", "/mapping-tools", "/membership-programmes", "/organisations", "/representatives")
)
"""What the gateway answers from its own copy, which costs no statement however much there is."""


def test_every_list_that_partners_read_is_counted():
    described = orjson.loads((ROOT / "gateway" / "openapi.json").read_bytes())["paths"]
    own = {route.path for route in registry.routes.routes}
    lists = {
        path.removeprefix("/api/v1")
        for path, operations in described.items()
        if "limit" in {parameter["name"] for parameter in operations.get("get", {}).get("parameters", ())}
    }
    assert {path for path in lists & own if "{" not in path} == MADE.keys() | ELSEWHERE | COPIED


@pytest.mark.parametrize("path", sorted(MADE))
async def test_fifty_rows_cost_as_many_statements_as_one(house: House, path: str):
    centre_id = await house.organisation_id("KoRus-Nord")
    editor = house.caller("ED", centre_id)
    first, *others = [
        unit["code"]
        for county in ("18", "19")
        for unit in (await house.anybody.get("/municipalities", on="2016-04-08", county=county)).json()["items"]
    ][:50]

    async def number(*codes: str) -> int:
        """Of statements, when there is a row for each of these municipalities too."""
        for code in codes:
            who = house.caller("KOO") if path == "/programme-memberships" else editor
            told = {**MADE[path], "unit_code": code}
            if path not in NO_CENTRE:
                told["centre_id"] = str(centre_id)
            if path == "/newsletter-subscriptions":
                reader = await editor.post("/contacts", a_contact(unit_code=code))
                told["contact_id"] = reader.json()["contact_id"]
            made = await who.post(path, told)
            assert made.status_code == 201, made.text
        with statements(house.database) as sent:
            answer = await editor.get(path, limit=200)
        assert len(answer.json()["items"]) == len({first, *codes})
        return len(sent)

    assert await number(first) == await number(*others)
