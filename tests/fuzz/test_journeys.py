"""One operation after another, as the description links them: what one answer names the next request asks about.

Everybody asks for everything, and who may goes on with what they made or found.
"""

import contextlib

import pytest
from hypothesis import Phase, settings
from hypothesis.errors import FlakyStrategyDefinition
from hypothesis.stateful import run_state_machine_as_test

from tests.fuzz.api_asking import CASES, unhurried
from tests.fuzz.api_house import ApiHouse
from tests.fuzz.journeys import BY_LABEL, Journey, Tally

OFTEN = CASES if CASES >= 50 else 0
"""How often each operation is reached at least. The dose of the suite goes wherever it leads, a little way."""

LITTLE_WAY = 20
"""Answers that are led to somewhere."""

one_run = settings(
    unhurried, phases=[Phase.generate], max_examples=20 if OFTEN else 3, stateful_step_count=30, print_blob=False
)


@pytest.mark.timeout(3600)
def test_one_operation_after_another_keeps_the_promises_too(api: ApiHouse):
    tally = Tally()
    here = type("JourneyHere", (Journey,), {"api": api, "tally": tally})
    while True:
        # The installation remembers, so that the same choices may lead elsewhere; then the run ends early.
        with contextlib.suppress(FlakyStrategyDefinition):
            run_state_machine_as_test(here, settings=one_run)
        if tally.broken:
            raise ExceptionGroup("promises that were broken", tally.broken)
        if min(tally.reached.values()) >= OFTEN and sum(tally.reached.values()) > LITTLE_WAY:
            break
    if OFTEN:
        assert len(tally.done) > len(BY_LABEL) * 2 / 3, "most of what is asked is refused"
        everybody = {caller.name for caller in api.callers}
        assert {label: everybody - tally.callers[label] for label in BY_LABEL} == {label: set() for label in BY_LABEL}
