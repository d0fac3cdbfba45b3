"""The public API as its description has it, and what must hold of every answer, whoever asked."""

from typing import Any, cast

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gateway.v1.api import openapi
from services.contracts.access import MATRIX, Scope, cell
from services.contracts.tables import CSV, XLSX
from tests.fuzz.api_callers import Caller
from tests.fuzz.dose import EXAMPLES
from tests.fuzz.files import csv_files, workbooks

CASES = 50 if EXAMPLES >= 2_000 else 2
"""For each operation; the greater number when fuzzing is all that is done."""

schemathesis.openapi.media_type(CSV, csv_files)
schemathesis.openapi.media_type(XLSX, workbooks)
SCHEMA = schemathesis.openapi.from_dict(openapi())
# What leads where is described. A guess by the names would take an award's proposal for one to change the country.
SCHEMA.config.phases.stateful.inference.algorithms = []
OPERATIONS = [cast("Ok[Any]", found).ok() for found in SCHEMA.get_all_operations()]

_PROMISED = (
    content_type_conformance, response_headers_conformance, response_schema_conformance, status_code_conformance,
)  # fmt: skip

unhurried = settings(
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


def check(case: Any, response: Any, caller: Caller) -> None:
    """No fault of ours, nothing that the description does not promise, and nothing for who may not."""
    assert response.status_code < 500, f"{response.status_code} {response.text}"
    case.validate_response(response, checks=list(_PROMISED))
    if scope_of(case.operation, caller) is Scope.none:
        assert response.status_code in (401, 403), f"{caller.name}: {response.status_code} {response.text}"


def scope_of(operation: Any, caller: Caller) -> Scope:
    """How far the operation reaches for the caller."""
    action = operation.definition.raw["x-samla-action"]
    assert action in MATRIX
    return cell(action, caller.roles).scope
