"""Every operation of the public API, asked by every kind of caller with whatever its description allows, and worse.

Whatever comes in: no answer of 5xx, nothing that the description does not promise, and nothing for who may not.
"""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.api_asking import CASES, OPERATIONS, check, unhurried
from tests.fuzz.api_contents import known_for
from tests.fuzz.api_house import ApiHouse


@pytest.mark.timeout(3600)
def test_every_operation_keeps_its_promises_whoever_asks(api: ApiHouse):
    for operation in OPERATIONS:
        asked = _ask(api, operation)
        # Where there is nothing to say, there are only as many cases as callers.
        has_input = operation.definition.raw.get("parameters") or "requestBody" in operation.definition.raw
        assert asked >= (CASES if has_input else min(CASES, len(api.callers))), operation.label


def _ask(api: ApiHouse, operation: Any) -> int:
    """Ask for the operation again and again; how often that was."""
    times = 0

    @settings(unhurried, max_examples=CASES)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        nonlocal times
        case = data.draw(operation.as_strategy())
        caller = data.draw(st.sampled_from(api.callers))
        _mend(case, api, data)
        check(case, case.call(base_url=api.address, headers=dict(caller.headers)), caller)
        times += 1

    holds()
    return times


def _mend(case: Any, api: ApiHouse, data: st.DataObject) -> None:
    """Let most requests come through the door: a fresh key, versions that there are, and things that exist."""
    for parameter, values in known_for(api.known, case.operation.path).items():
        if data.draw(st.booleans()):
            case.path_parameters[parameter] = data.draw(st.sampled_from(values))
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid4())
    if "If-Match" in case.headers and data.draw(st.booleans()):
        case.headers["If-Match"] = f'"{data.draw(st.integers(1, 4))}"'
