"""Journeys over the public API along the links of its description, each to what has been reached least.

The machine is schemathesis' own, made from the links. Added are a goal, who asks, and what a sensible caller would say.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from math import inf
from typing import Any, ClassVar, cast
from uuid import uuid4

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from schemathesis.generation.stateful.control import TransitionController
from schemathesis.generation.stateful.state_machine import StepInput, StepOutput

from services.contracts.access import Scope
from tests.fuzz.api_asking import OPERATIONS, SCHEMA, check, scope_of
from tests.fuzz.api_callers import PREFIX, Caller
from tests.fuzz.api_contents import IN_2016, known_for
from tests.fuzz.api_house import ApiHouse

TRIES = 3
"""After so many steps that did not lead there an operation is asked for outright, about whatever there is."""

OWN = frozenset(("centre_id", "lead_id", "owner_id", "elector_id"))
"""Fields of a command that say for whom."""

LINKED: Any = SCHEMA.as_state_machine()
BY_LABEL = {operation.label: operation for operation in OPERATIONS}


@cache
def ways_to(goal: str) -> Mapping[str, float]:
    """For each operation how many steps lead from its answer to the goal."""
    links = LINKED._transitions.operations
    ways: dict[str, float] = defaultdict(lambda: inf, {goal: 0})
    reached = {goal}
    while reached:
        before = {link.source.label for label in reached if label in links for link in links[label].incoming}
        reached = before - ways.keys()
        ways.update(dict.fromkeys(reached, max(ways.values()) + 1))
    return ways


class Tally:
    """How often each operation was what a journey went to, by whom, what was carried out, and what broke a promise."""

    def __init__(self) -> None:
        self.reached = dict.fromkeys(BY_LABEL, 0)
        self.callers: dict[str, set[str]] = defaultdict(set)
        self.done: set[str] = set()
        self.steps = 0
        """Since the last one was reached."""
        self.broken: list[Exception] = []

    @property
    def least(self) -> str:
        return min(self.reached, key=lambda label: self.reached[label])

    def reach(self, label: str, caller: Caller) -> None:
        self.reached[label] += 1
        self.callers[label].add(caller.name)
        self.steps = 0


class Aimed(TransitionController):
    """Allows only steps that lead nearer to the goal."""

    def __init__(self, of: TransitionController, goal: str) -> None:
        super().__init__(of.transitions, of.roots)
        self.ways = ways_to(goal)
        self.nearest = min(self.ways[root] for root in self.roots)

    def allow_transition(self, source: str, target: str) -> bool:
        return self.ways[target] < self.ways[source]

    def allow_root_transition(self, source: str, bundles: Mapping[str, Any]) -> bool:
        answered = (label for name, held in bundles.items() if held for label in self._sources(name))
        nearer = min((self.ways[label] or inf for label in answered), default=inf)
        return self.ways[source] < nearer and self.ways[source] <= self.nearest + 1

    def _sources(self, bundle: str) -> Sequence[str]:
        return tuple(self.transitions.producer_labels_for_bundle(bundle))


class Journey(LINKED):
    """A walk through the installation. What breaks a promise is kept, and the walk goes on."""

    api: ClassVar[ApiHouse]
    tally: ClassVar[Tally]

    def __init__(self) -> None:
        super().__init__()
        self.asked_by: dict[str, Caller] = {}
        self.aim()

    def aim(self) -> None:
        self.goal = self.tally.least
        self.control: Aimed = Aimed(cast("TransitionController", self.control), self.goal)

    @precondition(lambda self: self.tally.steps >= TRIES or self.control.nearest == inf)
    @rule(data=st.data())
    def ask_outright(self, data: st.DataObject) -> None:
        case = data.draw(BY_LABEL[self.goal].as_strategy())
        for name, values in known_for(self.api.known, case.operation.path).items():
            case.path_parameters[name] = values[self.tally.reached[self.goal] % len(values)]
        self.step(StepInput.initial(case))

    def step(self, taken: StepInput) -> StepOutput:
        case, label = taken.case, taken.case.operation.label
        turn = self.tally.reached[label]
        caller = self.asked_by[case.id] = self.who_asks(taken, turn)
        fit(case, self.api, caller, turn)
        response = case.call(base_url=self.api.address, headers=dict(caller.headers))
        self.after_call(response, case)
        self.tally.steps += 1
        if response.status_code < 300:
            self.tally.done.add(label)
        if label == self.goal:
            self.tally.reach(label, caller)
            self.aim()
        try:
            check(case, response, caller)
        except Exception as broken:  # raised here it would be tried again, and found to be flaky
            self.tally.broken.append(broken)
        return StepOutput(response, case)

    def who_asks(self, taken: StepInput, turn: int) -> Caller:
        """On the way somebody who may, by turns the one who took the step before and who owns most of what there is.

        For the goal itself everybody, two times of three.
        """
        operation, callers = taken.case.operation, self.api.callers
        if operation.label == self.goal and turn % 3:
            return callers[(turn - turn // 3) % len(callers)]
        before = self.asked_by.get(taken.transition.parent_id) if taken.transition else None
        may = [each for each in callers if scope_of(operation, each) is not Scope.none]
        if before in may and turn % 2:
            return before
        owners = [each for each in may if each.organisation_id == self.api.organisation_id] or may
        return owners[turn % len(owners)]


def fit(case: Any, api: ApiHouse, caller: Caller, turn: int) -> None:
    """Let two of three requests come through the door: what is there, what is the caller's own, and as it was seen."""
    command = case.body if isinstance(case.body, dict) else {}
    thing = seen(case, api, caller) if "If-Match" in case.headers or "digest" in command else None
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid4())
    if thing is not None and "If-Match" in case.headers:
        case.headers["If-Match"] = thing.headers.get("etag", '"1"')
    if turn % 3 == 2:
        return
    for name in ("on", "known_at", "limit", "after"):
        case.query.pop(name, None)
    if case.operation.path in (f"{PREFIX}/offers", f"{PREFIX}/activities"):
        case.query["on"] = IN_2016
    if command:
        case.body = sensible(case, api, caller, turn)
    if "digest" in command and thing is not None and thing.is_success:
        case.body["digest"] = {**thing.json(), **thing.json().get("proposal", {})}["digest"]


def sensible(case: Any, api: ApiHouse, caller: Caller, turn: int) -> dict[str, Any]:
    """The command as somebody would mean it; every third time without what may be left out."""
    meant = {*required(case.operation), *api.sensible, *OWN} if turn % 3 == 0 else {*case.body}
    command = {name: value for name, value in case.body.items() if name in meant}
    for name in command:
        if name in OWN and caller.organisation_id:
            command[name] = caller.organisation_id
        elif name in api.sensible:
            command[name] = api.sensible[name][turn % len(api.sensible[name])]
    return command


def seen(case: Any, api: ApiHouse, caller: Caller) -> httpx.Response:
    """The thing that the case moves on, as the caller sees it."""
    path = case.formatted_path.rpartition("/")[0]
    return httpx.get(api.address + path, headers=dict(caller.headers), trust_env=False)


def required(operation: Any) -> Sequence[str]:
    """The fields of the command that must be there."""
    schema = operation.definition.raw["requestBody"]["content"]["application/json"]["schema"]
    return SCHEMA.raw_schema["components"]["schemas"][schema["$ref"].rpartition("/")[2]].get("required", ())
