"""Every refusal has its line in the list, in both languages, and no line is without its refusal."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from pydantic import TypeAdapter

from deploy.parts import load
from services.contracts.message import FIELD_NAMES
from services.contracts.problems import FIELD_ERRORS, PROBLEMS, ProblemType
from services.kernel.edge import problem_of
from services.kernel.problems import FieldError, Invalid, Problem, document
from services.kernel.service import Service
from tests.architecture.sources import ROOT, modules

OURS = ("services", "gateway", "deploy")


def every_problem() -> set[type[Problem]]:
    """What is defined anywhere in the house, whether or not it is ever raised."""
    for path in modules(*OURS):
        if "services.kernel.problems import" in path.read_text(encoding="utf-8"):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    found, waiting = set(), [Problem]
    while waiting:
        kind = waiting.pop()
        found.add(kind)
        waiting.extend(kind.__subclasses__())
    return {kind for kind in found if kind.__module__.split(".")[0] in OURS}


def test_every_refusal_has_its_line_with_its_status():
    unlisted = {kind.__name__: kind.code for kind in every_problem() if kind.code not in PROBLEMS}
    assert unlisted == {}
    different = {kind.__name__ for kind in every_problem() if kind.status != PROBLEMS[kind.code].status}
    assert different == set()


def test_every_line_is_somebodys_refusal():
    assert set(PROBLEMS) - {kind.code for kind in every_problem()} == set()


def test_no_slug_is_listed_twice():
    for name, known in (("problems.csv", PROBLEMS), ("field_errors.csv", FIELD_ERRORS)):
        lines = (ROOT / "services/contracts" / name).read_text(encoding="utf-8").splitlines()
        assert len(lines) == len(known) + 1


@pytest.mark.parametrize("kind", PROBLEMS.values(), ids=lambda kind: kind.slug)
def test_a_line_is_whole_in_both_languages(kind: ProblemType):
    assert 400 <= kind.status <= 599
    assert kind.slug == kind.slug.lower().replace(" ", "-").replace("_", "-")
    for title in (kind.title_nb, kind.title_nn):
        assert title == title.strip()
        assert not title.endswith(".")
    assert (kind.detail_nb is None) == (kind.detail_nn is None)
    for detail in filter(None, (kind.detail_nb, kind.detail_nn)):
        assert detail.endswith(".")
    assert facts_in(kind.detail_nb) == facts_in(kind.detail_nn)


def facts_in(detail: str | None) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(detail or "") if name}


CODE_AT = {"FieldError": 2, "CellError": 2, "Fault": 0}
"""What remarks about a field or a cell are made with, and which of the arguments is the code."""


def field_codes() -> Iterator[tuple[Path, str]]:
    """Every code that is written out in a remark."""
    for path in modules(*OURS):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CODE_AT:
                said = {keyword.arg: keyword.value for keyword in node.keywords}
                place = CODE_AT[node.func.id]
                code = said.get("code") or (node.args[place] if len(node.args) > place else None)
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield path, code.value


def test_every_remark_about_a_field_has_its_sentence():
    assert {f"{path.name}: {code}" for path, code in field_codes() if code not in {*FIELD_ERRORS, *PROBLEMS}} == set()


def test_a_document_says_what_and_where_and_carries_the_facts():
    class FrameOfTheTest(Invalid):
        """Known to this test alone: it borrows the line of another."""

    refusal = FrameOfTheTest(errors=[FieldError("/units/3/code", code="not-a-date")], left_ore=4000)
    assert document(refusal, "nn", "0" * 32) == {
        "type": "urn:samla:problem:invalid",
        "title": "Noko er ikkje rett fylt ut",
        "status": 422,
        "errors": [
            {
                "pointer": "/units/3/code",
                "code": "not-a-date",
                "detail": "Verdien er ikkje ein dato på forma ÅÅÅÅ-MM-DD.",
            }
        ],
        "left_ore": 4000,
        "trace_id": "0" * 32,
    }


@pytest.mark.parametrize("member", ["type", "title", "status", "trace_id"])
def test_no_fact_takes_the_place_of_what_every_document_says(member: str):
    facts: dict[str, Any] = {member: "completed"}
    with pytest.raises(TypeError, match=member):
        Invalid(**facts)


def test_a_fault_of_ours_tells_nothing():
    told = document(problem_of(ValueError("a name, an address")), "nb", "0" * 32)
    assert told["type"] == "urn:samla:problem:internal"
    assert "name" not in str(told)


@pytest.mark.parametrize("service", load(), ids=lambda service: service.name)
def test_every_field_of_every_body_can_be_told_to_whoever_fills_it_in_wrongly(service: Service):
    unnamed = set()
    for route in service.routes.routes:
        body: Any = route.body_field and route.body_field.field_info.annotation
        if body is None:
            continue
        schema = TypeAdapter(body).json_schema()
        for shape in (schema, *schema.get("$defs", {}).values()):
            unnamed |= {name for name in shape.get("properties", ()) if name not in FIELD_NAMES}
    assert unnamed == set()
