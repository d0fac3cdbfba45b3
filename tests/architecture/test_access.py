"""Every door names what it lets one do, and the table of who may do it says what was decided."""

import importlib
import re
from itertools import product

import pytest

from services.contracts.access import MATRIX, NOTHING, ROLES, Scope, cell
from services.kernel.routes import Route, Routes
from tests.architecture.sources import ROOT, SERVICES, modules

LINES = (ROOT / "services/contracts/access.csv").read_text(encoding="utf-8").splitlines()
NUMBERED = [line.split(",")[0] for line in LINES[1:]]

BY_LINK = "answer_by_link"
"""What everybody may try: the right is the token in the address, which one person has been sent."""


def all_routes() -> list[Route]:
    """Every route of the house, wherever it is written."""
    found: dict[int, Routes] = {}
    for path in modules("services", "gateway"):
        if "Routes(" in path.read_text(encoding="utf-8"):
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            found |= {id(value): value for value in vars(module).values() if isinstance(value, Routes)}
    return [route for routes in found.values() for route in routes.routes]


def test_the_table_has_the_forty_three_actions_and_fifteen_roles():
    assert {int(number) for number in NUMBERED if number} == set(range(1, 44))
    assert " ".join(ROLES) == "PUB PRO KOM KOM+ ED SB GK ØK FAG KOO HD API DRIFT REV PVO"
    assert len(MATRIX) == len(LINES) - 1


def test_the_table_grants_as_many_cells_as_were_decided():
    reach = [each.scope for row in MATRIX.values() for each in row.values()]
    assert {scope: reach.count(scope) for scope in Scope} == {
        Scope.none: 557, Scope.public: 14, Scope.self: 26, Scope.assigned: 2, Scope.own: 75, Scope.all: 91,
    }  # fmt: skip


@pytest.mark.parametrize("action", ["decide", "order_payment", "demand_repayment", "deliver_annual_report",
                                    "change_register", "grant_national_roles", "handle_parked", "break_glass",
                                    "decide_erasure"])  # fmt: skip
def test_what_cannot_be_undone_needs_two_persons(action: str):
    assert all(each.two_persons for each in MATRIX[action].values() if each != NOTHING)


@pytest.mark.parametrize("action", ["score", "recommend", "decide", "order_payment", "approve_report",
                                    "demand_repayment", "handle_appeal"])  # fmt: skip
def test_who_handles_a_case_declares_impartiality_first(action: str):
    assert all(each.after_impartiality for each in MATRIX[action].values() if each != NOTHING)


def test_no_role_alone_carries_a_case_from_advice_to_money():
    for one, other in (("recommend", "decide"), ("decide", "order_payment"), ("recommend", "order_payment")):
        assert {r for r in ROLES if MATRIX[one][r] != NOTHING} & {
            r for r in ROLES if MATRIX[other][r] != NOTHING
        } == set()


def test_an_operator_sees_how_the_system_works_and_nothing_of_what_is_in_it():
    allowed = {action for action in MATRIX if cell(action, ["DRIFT"]) != cell(action, [])}
    assert allowed == {"read_operations", "handle_parked", "break_glass"}


def test_only_a_signed_in_person_writes_anything():
    reading = {"read_offer", "read_register", "read_annual_reports", "sign_in", "health"}
    assert {action for action in MATRIX if cell(action, []) != NOTHING} == reading | {BY_LINK}


def test_several_roles_reach_as_far_as_the_one_that_reaches_furthest():
    for action, one, other in product(MATRIX, ROLES, ROLES):
        both = cell(action, {one, other})
        assert both.scope == max(cell(action, [one]).scope, cell(action, [other]).scope)
    assert cell("approve_report", ["SB", "GK"]).after_impartiality
    assert not cell("handle_appeal", ["SB", "GK"]).two_persons


def test_an_unknown_role_may_do_what_everybody_may():
    assert cell("edit_offer", ["ADMIN"]) == NOTHING
    with pytest.raises(KeyError):
        cell("sing", ["ED"])


def test_every_route_names_one_action_of_the_table_and_says_so_in_its_description():
    routes = all_routes()
    assert len(routes) > 30
    for route in routes:
        assert route.action in MATRIX
        assert route.openapi_extra == {"x-samla-action": route.action}


def test_what_changes_something_is_not_open_to_everybody():
    changing = [route for route in all_routes() if route.methods != {"GET"}]
    changing = [route for route in changing if route.action not in ("sign_in", BY_LINK)]
    assert changing
    for route in changing:
        assert cell(route.action, []) == NOTHING, f"{route.methods} {route.path}"


def test_who_answers_by_a_link_shows_the_link_and_no_other_route_takes_one():
    by_link = {route.path for route in all_routes() if route.action == BY_LINK}
    assert by_link
    assert by_link == {route.path for route in all_routes() if "{token}" in route.path}


def test_no_path_is_given_twice():
    for name in SERVICES:
        routes = importlib.import_module(f"services.{name}.service").__dict__[name].routes.routes
        shapes = [(tuple(route.methods), re.sub(r"\{[^}]*\}", "{}", route.path)) for route in routes]
        assert len(shapes) == len(set(shapes))
