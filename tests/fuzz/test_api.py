"""Every operation of the public API, asked by every kind of caller with whatever its description allows, and worse.

Whatever comes in: no answer of 5xx, nothing that the description does not promise, and nothing for who may not.
"""

from collections.abc import Iterator
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
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
from tests.fuzz.api_house import ApiHouse, Caller, api_house
from tests.fuzz.dose import EXAMPLES
from tests.fuzz.files import csv_files, workbooks

CASES = 50 if EXAMPLES >= 2_000 else 2
"""For each operation; the greater number when fuzzing is all that is done."""
SEQUENCES = 100 if EXAMPLES >= 2_000 else 4
STEPS = 12

schemathesis.openapi.media_type(CSV, csv_files)
schemathesis.openapi.media_type(XLSX, workbooks)
SCHEMA = schemathesis.openapi.from_dict(openapi())
OPERATIONS = [cast("Ok[Any]", found).ok() for found in SCHEMA.get_all_operations()]
PROMISED = (
    content_type_conformance, response_headers_conformance, response_schema_conformance, status_code_conformance,
)  # fmt: skip

unhurried = settings(
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiHouse]:
    with api_house(tmp_path_factory.mktemp("api")) as running:
        yield running


@pytest.mark.timeout(3600)
def test_every_operation_keeps_its_promises_whoever_asks(house: ApiHouse):
    for operation in OPERATIONS:
        asked = _ask(house, operation)
        # Where there is nothing to say, there are only as many cases as callers.
        has_input = operation.definition.raw.get("parameters") or "requestBody" in operation.definition.raw
        assert asked >= (CASES if has_input else min(CASES, len(house.callers))), operation.label


@pytest.mark.timeout(3600)
def test_one_operation_after_another_keeps_the_promises_too(house: ApiHouse):
    """What one answer names the next request asks about, as the description links them."""
    coordinator, leader = (_caller(house, name) for name in ("koordinator1", "korusnord.leder1"))

    class Journey(SCHEMA.as_state_machine()):  # type: ignore[misc]
        def before_call(self, case: Any) -> None:
            self.caller = coordinator if _reaches_all(case, coordinator) else leader
            case.headers["Idempotency-Key"] = str(uuid4())
            _own(case, house)
            if "If-Match" in case.headers:
                case.headers["If-Match"] = _version(case, house, self.caller)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"base_url": house.address, "headers": dict(self.caller.headers)}

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            _check(case, response, self.caller)

    run_state_machine_as_test(Journey, settings=settings(unhurried, max_examples=SEQUENCES, stateful_step_count=STEPS))


def _ask(house: ApiHouse, operation: Any) -> int:
    """Ask for the operation again and again; how often that was."""
    times = 0

    @settings(unhurried, max_examples=CASES)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        nonlocal times
        case = data.draw(operation.as_strategy())
        caller = data.draw(st.sampled_from(house.callers))
        _mend(case, house, data)
        _check(case, case.call(base_url=house.address, headers=dict(caller.headers)), caller)
        times += 1

    holds()
    return times


def _mend(case: Any, house: ApiHouse, data: st.DataObject) -> None:
    """Let most requests come through the door: a fresh key, versions that there are, and things that exist."""
    for parameter, values in house.known.items():
        if values and parameter in case.path_parameters and data.draw(st.booleans()):
            case.path_parameters[parameter] = data.draw(st.sampled_from(values))
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid4())
    if "If-Match" in case.headers and data.draw(st.booleans()):
        case.headers["If-Match"] = f'"{data.draw(st.integers(1, 4))}"'


def _own(case: Any, house: ApiHouse) -> None:
    """The thing is the caller's own: else every journey ends at its first step."""
    if isinstance(case.body, dict):
        case.body.update({name: house.organisation_id for name in ("centre_id", "lead_id") if name in case.body})


def _version(case: Any, house: ApiHouse, caller: Caller) -> str:
    """What the caller has seen of the thing that the case moves on."""
    thing = case.formatted_path.rpartition("/")[0]
    answer = httpx.get(house.address + thing, headers=dict(caller.headers), trust_env=False)
    return answer.headers.get("etag", '"1"')


def _check(case: Any, response: Any, caller: Caller) -> None:
    assert response.status_code < 500, f"{response.status_code} {response.text}"
    case.validate_response(response, checks=list(PROMISED))
    if _scope(case, caller) is Scope.none:
        assert response.status_code in (401, 403), f"{caller.name}: {response.status_code} {response.text}"


def _scope(case: Any, caller: Caller) -> Scope:
    action = case.operation.definition.raw["x-samla-action"]
    assert action in MATRIX
    return cell(action, caller.roles).scope


def _reaches_all(case: Any, caller: Caller) -> bool:
    return _scope(case, caller) is Scope.all


def _caller(house: ApiHouse, name: str) -> Caller:
    return next(caller for caller in house.callers if caller.name == name)
