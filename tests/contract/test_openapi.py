"""The partners' API is a promise: it may grow, and nothing that somebody relies on may go."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.v1.api import openapi, openapi_text, routes
from services.contracts.access import MATRIX
from services.contracts.problems import PROBLEMS
from tests.architecture.sources import ROOT

COMMITTED = ROOT / "gateway" / "openapi.json"
DOCUMENT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


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
    links = [
        f"link to {name}"
        for status, answer in before["responses"].items()
        for name in answer.get("links", {})
        if name not in now["responses"].get(status, {}).get("links", {})
    ]
    return gone + demanded + statuses + links


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
    grown["paths"]["/api/v1/needs"] = {"get": {"responses": {}}}
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
        (
            lambda api: api["paths"]["/api/v1/offers"]["get"]["responses"]["200"]["links"].clear(),
            "link to get_offers_offer_id",
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


def test_every_refusal_that_is_no_fault_of_ours_is_described_and_explained(described):
    promised = {
        status
        for operations in described["paths"].values()
        for operation in operations.values()
        for status, answer in operation["responses"].items()
        if "application/problem+json" in answer.get("content", ())
    }
    told = set(re.findall(r"\b[45][0-9]{2}\b", DOCUMENT.partition("## Refusals")[2].partition("##")[0]))
    for problem in PROBLEMS.values():
        assert str(problem.status) in told, f"docs/api.md does not tell what to do about {problem.status}"
        if problem.slug != "internal":
            assert promised & {str(problem.status), f"{problem.status // 100}XX"}, problem.slug


def test_who_is_not_ours_is_asked_by_one_operation_alone(described):
    asking = [
        f"{method} {path}"
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if "502" in operation["responses"]
    ]
    assert asking == ["post /api/v1/geographic-proposals/from-klass"]


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


Link = tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]


def links(api: dict[str, Any]) -> Iterator[Link]:
    """Every link with the operation that it leaves, the answer that it stands at and the operation that it leads to."""
    by_id = {each["operationId"]: each for operations in api["paths"].values() for each in operations.values()}
    for operation in by_id.values():
        for answer in operation["responses"].values():
            for link in answer.get("links", {}).values():
                yield operation, answer, link, by_id[link["operationId"]]


def parameters(operation: dict[str, Any], where: str) -> set[str]:
    return {each["name"] for each in operation.get("parameters", ()) if each["in"] == where}


def test_a_link_gives_all_of_an_address_and_nothing_that_is_not_taken(described):
    found = list(links(described))
    assert len(found) > 150
    for _, _, link, target in found:
        given = set(link["parameters"])
        assert parameters(target, "path") <= given <= parameters(target, "path") | parameters(target, "query"), link


def test_a_link_takes_what_the_request_or_the_answer_has(described):
    for source, answer, link, _ in links(described):
        for expression in link["parameters"].values():
            if expression.startswith("$request.path."):
                assert expression.removeprefix("$request.path.") in parameters(source, "path"), link
            else:
                assert expression.startswith("$response.body#/"), link
                way = expression.removeprefix("$response.body#/").split("/")
                assert leads_somewhere(described, schema_of(answer), way), (source["operationId"], link)


def schema_of(answer: dict[str, Any]) -> dict[str, Any]:
    (content,) = answer["content"].values()
    return content["schema"]


def leads_somewhere(api: dict[str, Any], schema: dict[str, Any], way: list[str]) -> bool:
    """Whether the way through fields and into lists is one that the schema has; one that says nothing has every way."""
    if "$ref" in schema:
        schema = api["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if not schema or not way:
        return True
    if "anyOf" in schema:
        return any(leads_somewhere(api, each, way) for each in schema["anyOf"])
    step, rest = way[0], way[1:]
    if schema.get("type") == "array":
        return step == "0" and leads_somewhere(api, schema["items"], rest)
    return step in schema.get("properties", {}) and leads_somewhere(api, schema["properties"][step], rest)


def test_whatever_needs_an_address_is_linked_to(described):
    linked = {target["operationId"] for _, _, _, target in links(described)}
    for operations in described["paths"].values():
        for operation in operations.values():
            assert not parameters(operation, "path") or operation["operationId"] in linked, operation["operationId"]


@pytest.mark.parametrize("way", [["items", "0", "name"], ["items", "offer_id"], ["items", "0", "title", "se"]])
def test_a_link_that_leads_nowhere_would_be_found(described, way):
    answer = described["paths"]["/api/v1/offers"]["get"]["responses"]["200"]
    assert leads_somewhere(described, schema_of(answer), ["items", "0", "title", "nn"])
    assert not leads_somewhere(described, schema_of(answer), way)


def test_every_number_that_is_asked_with_has_a_greatest():
    """None is so great that a database cannot take it."""
    endless = [
        f"{method.upper()} {path} {each['name']}"
        for path, operations in openapi()["paths"].items()
        for method, operation in operations.items()
        for each in operation.get("parameters", ())
        for kind in each["schema"].get("anyOf", [each["schema"]])
        if kind.get("type") == "integer" and "maximum" not in kind
    ]
    assert endless == []
