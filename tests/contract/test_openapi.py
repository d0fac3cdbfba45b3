"""The partners' API is a promise: it may grow, and nothing that somebody relies on may go."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from gateway.v1.api import openapi, openapi_text, routes
from services.contracts.access import MATRIX
from tests.architecture.sources import ROOT

COMMITTED = ROOT / "gateway" / "openapi.json"


def taken_away(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What a caller of ``before`` would miss in ``after``, or must now send."""
    missing: list[str] = []
    for path, operations in before["paths"].items():
        for method, operation in operations.items():
            now = after["paths"].get(path, {}).get(method)
            if now is None:
                missing.append(f"{method.upper()} {path}")
            else:
                missing += [f"{method.upper()} {path} {what}" for what in _narrowed(operation, now)]
    for name, schema in before["components"]["schemas"].items():
        missing += [f"{name} {what}" for what in _lost(schema, after["components"]["schemas"].get(name, {}))]
    return missing


def _narrowed(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    had = {(each["in"], each["name"]) for each in before.get("parameters", ())}
    has = {(each["in"], each["name"]): each.get("required", False) for each in now.get("parameters", ())}
    gone = [f"parameter {name}" for where, name in sorted(had - set(has))]
    demanded = [f"must send {name}" for (where, name), needed in has.items() if needed and (where, name) not in had]
    statuses = [f"status {status}" for status in before["responses"] if status not in now["responses"]]
    return gone + demanded + statuses


def _lost(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    if not now:
        return ["is gone"]
    fields = [f"field {name}" for name in before.get("properties", {}) if name not in now.get("properties", {})]
    kinds = [
        f"kind of {name}"
        for name, kind in before.get("properties", {}).items()
        if name in now.get("properties", {}) and kind.get("type") != now["properties"][name].get("type")
    ]
    values = [f"value {value}" for value in before.get("enum", ()) if not _may_be_said(value, now)]
    closed = before.get("additionalProperties") is False  # what callers send
    demanded = [f"must send {name}" for name in now.get("required", ()) if name not in before.get("required", ())]
    return fields + kinds + values + (demanded if closed else [])


def _may_be_said(value: str, now: dict[str, Any]) -> bool:
    """A word of a list is still one of it, or has the form that the list became."""
    return value in now.get("enum", ()) or ("pattern" in now and re.search(now["pattern"], value) is not None)


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return openapi()


def test_the_committed_description_is_the_one_that_is_served():
    assert COMMITTED.read_text(encoding="utf-8") == openapi_text(), (
        "run: python -m gateway.v1.api > gateway/openapi.json"
    )


def test_nothing_that_was_promised_is_taken_away(described):
    assert taken_away(json.loads(COMMITTED.read_text(encoding="utf-8")), described) == []


def test_an_addition_passes(described):
    grown = copy.deepcopy(described)
    grown["paths"]["/api/v1/networks"] = {"get": {"responses": {}}}
    grown["components"]["schemas"]["Offer"]["properties"]["language"] = {"type": "string"}
    grown["paths"]["/api/v1/offers"]["get"]["parameters"].append({"in": "query", "name": "q", "required": False})
    assert taken_away(described, grown) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda api: api["paths"].pop("/api/v1/offers/{offer_id}"), "GET /api/v1/offers/{offer_id}"),
        (lambda api: api["paths"]["/api/v1/offers"].pop("post"), "POST /api/v1/offers"),
        (lambda api: api["paths"]["/api/v1/offers"]["get"]["parameters"].pop(0), "parameter"),
        (
            lambda api: api["paths"]["/api/v1/offers"]["get"]["parameters"].append(
                {"in": "query", "name": "x", "required": True}
            ),
            "must send x",
        ),
        (lambda api: api["components"]["schemas"].pop("Line"), "Line is gone"),
        (lambda api: api["components"]["schemas"]["Offer"]["properties"].pop("theme"), "Offer field theme"),
        (lambda api: api["components"]["schemas"]["Mode"]["enum"].remove("remote"), "Mode value remote"),
        (
            lambda api: api["components"]["schemas"]["Scheme"]["properties"]["frame_ore"].update(type="string"),
            "Scheme kind of frame_ore",
        ),
        (
            lambda api: api["components"]["schemas"]["DraftOffer"]["required"].append("description"),
            "DraftOffer must send description",
        ),
    ],
)
def test_a_removal_fails(described, change, told):
    shrunk = copy.deepcopy(described)
    change(shrunk)
    assert any(told in missing for missing in taken_away(described, shrunk))


def test_every_operation_names_one_action_of_the_matrix(described):
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["x-samla-action"] in MATRIX, f"{method} {path}"


def test_every_route_is_described_and_has_an_action(described):
    for route in routes.routes:
        assert route.action in MATRIX
        for method in (route.methods or set()) - {"HEAD"}:
            assert method.lower() in described["paths"][route.path], route.path


def test_every_command_takes_an_idempotency_key(described):
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            names = {parameter["name"] for parameter in operation.get("parameters", ())}
            assert ("Idempotency-Key" in names) == (method != "get"), f"{method} {path}"


def test_every_reference_leads_somewhere(described):
    known = described["components"]["schemas"]
    text = json.dumps(described)
    for part in text.split('"#/components/schemas/')[1:]:
        assert part.split('"')[0] in known


def test_operation_ids_are_unique(described):
    ids = [operation["operationId"] for path in described["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids))
    assert Path(COMMITTED).exists()
