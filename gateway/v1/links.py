"""Where an answer leads: what it names, another operation takes. Written into the description as OpenAPI links.

A thing has an address, for example ``/offers/{offer_id}``. A list and the making of it name the thing; the thing leads
to its steps and the parts of it, and each step back to the thing. What leads from one kind of thing to another stands
in a table.
"""

from collections.abc import Collection, Iterator
from typing import Any

from gateway.v1.forwarding import PREFIX

Described = dict[str, Any]
Link = tuple[str, str, str, str]
"""From which operation to which, the parameter that is given, and where it is found."""

_IN_BODY, _IN_PATH = "$response.body#", "$request.path."

_BETWEEN: tuple[Link, ...] = (
    ("GET /counties", "GET /municipalities", "county", "/items/0/code"),
    ("GET /counties", "GET /municipalities.geojson", "county", "/items/0/code"),
    ("GET /counties", "GET /municipalities.csv", "county", "/items/0/code"),
    ("GET /counties", "GET /organisations", "county", "/items/0/code"),
    ("GET /districts", "GET /municipalities/{code}", "code", "/items/0/code"),
    ("GET /municipalities.geojson", "GET /municipalities/{code}", "code", "/features/0/id"),
    ("GET /localities", "GET /municipalities/{code}", "code", "/items/0/units/0"),
    ("GET /groups/{group_id}", "GET /municipalities/{code}", "code", "/unit_codes/0"),
    ("GET /municipalities/{code}", "GET /organisations", "unit", "/code"),
    ("GET /municipalities/{code}", "GET /groups", "unit", "/code"),
    ("GET /municipalities/{code}", "GET /offers", "unit_code", "/code"),
    ("GET /municipalities/{code}", "GET /activities", "unit_code", "/code"),
    ("GET /municipalities/{code}", "GET /mappings", "unit_code", "/code"),
    ("GET /municipalities/{code}", "GET /awareness", "unit_code", "/code"),
    ("GET /municipalities/{code}", "GET /grants", "unit_code", "/code"),
    ("POST /organisations/import", "GET /organisations", "q", "/rows/0/reference"),
    ("GET /organisations/duplicates", "GET /organisations/{organisation_id}", "organisation_id", "/items/0/one_id"),
    ("GET /organisations/duplicates", "POST /organisations/{organisation_id}/merge", "organisation_id",
     "/items/0/one_id"),
    ("GET /organisations/{organisation_id}", "GET /awareness", "centre_id", "/organisation_id"),
    ("GET /representatives/{representative_id}", "GET /organisations/{organisation_id}", "organisation_id",
     "/elected_id"),
    ("POST /dispatches", "GET /awareness/{awareness_id}", "awareness_id", "/awareness/0/awareness_id"),
    ("GET /mappings/{mapping_id}", "GET /organisations/{organisation_id}", "organisation_id", "/centre_id"),
    ("GET /mapping-tools", "GET /mapping-tools/{tool}/due", "tool", "/items/0/tool"),
    ("GET /agreements/{agreement_id}", "POST /agreements/{agreement_id}/commitments/{commitment_id}/evidence",
     "commitment_id", "/signed/commitments/0/commitment_id"),
    ("GET /agreements/{agreement_id}", "POST /agreements/{agreement_id}/commitments/{commitment_id}/verify",
     "commitment_id", "/signed/commitments/0/commitment_id"),
    ("GET /offers/{offer_id}", "GET /organisations/{organisation_id}", "organisation_id", "/lead_id"),
    ("GET /activities/{activity_id}", "GET /organisations/{organisation_id}", "organisation_id", "/lead_id"),
    ("GET /activities/{activity_id}", "GET /offers/{offer_id}", "offer_id", "/offer_id"),
    ("GET /activities/{activity_id}", "GET /programmes/{programme_id}", "programme_id", "/programme_id"),
    ("GET /networks/{network_id}", "GET /organisations/{organisation_id}", "organisation_id", "/lead_id"),
    ("GET /organisations/{organisation_id}", "GET /networks", "follower_id", "/organisation_id"),
    ("GET /programmes/{programme_id}", "GET /grants", "programme_id", "/programme_id"),
    ("GET /schemes/{scheme_id}", "GET /grants", "scheme_id", "/scheme_id"),
    ("GET /schemes/{scheme_id}", "GET /award-proposals", "scheme_id", "/scheme_id"),
    ("GET /schemes/{scheme_id}", "GET /ledger", "scheme_id", "/scheme_id"),
    ("POST /schemes/{scheme_id}/grants", "GET /award-proposals/{proposal_id}", "proposal_id", "/proposal_id"),
    ("POST /schemes/{scheme_id}/grants", "POST /award-proposals/{proposal_id}/approve", "proposal_id", "/proposal_id"),
    ("GET /award-proposals/{proposal_id}", "GET /grants/{grant_id}", "grant_id", "/grant_id"),
    ("POST /award-proposals/{proposal_id}/approve", "GET /grants/{grant_id}", "grant_id", "/grant_id"),
    ("GET /awards", "GET /grants/{grant_id}", "grant_id", "/items/0/grant_id"),
    ("GET /grants/{grant_id}", "GET /schemes/{scheme_id}", "scheme_id", "/scheme_id"),
    ("GET /grants/{grant_id}", "GET /programmes/{programme_id}", "programme_id", "/programme_id"),
    ("GET /grants/{grant_id}", "GET /municipalities/{code}/history", "code", "/unit_code"),
    ("POST /geographic-proposals/undo", "GET /geographic-proposals/{proposal_id}", "proposal_id", "/proposal_id"),
    ("POST /geographic-proposals/from-klass", "GET /geographic-proposals/{proposal_id}", "proposal_id", "/proposal_id"),
    ("POST /geographic-proposals/from-klass", "GET /geographic-proposals/{proposal_id}/answers", "proposal_id",
     "/proposal_id"),
    ("GET /plans/{plan_id}", "GET /plans/{plan_id}/assignments/{code}", "code", "/assignments/0/code"),
    ("GET /indicators", "GET /indicators/{indicator}/values", "indicator", "/items/0/indicator"),
    ("GET /indicators/{indicator}/values", "GET /figures/{figure_id}/provenance", "figure_id", "/items/0/figure_id"),
    ("GET /feed", "GET /feed", "after", "/cursor"),
)  # fmt: skip
"""What one kind of thing names of another; the last is a pointer into the answer."""


_INSIDE = {"contact_id": "contact/contact_id"}
"""Where an item of a list, or what was made, holds its own id deeper down."""


def add_links(described: Described) -> None:
    """Write into the description of every answer where it leads."""
    operations = {
        f"{method.upper()} {path.removeprefix(PREFIX)}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }
    between = ((source, target, parameter, _IN_BODY + place) for source, target, parameter, place in _BETWEEN)
    for source, target, parameter, place in (*_of_each_thing(operations), *between):
        # What else the address needs stands in that of the request before.
        given = {name: _IN_PATH + name for name in _parameters(target)} | {parameter: place}
        answer = next(response for status, response in operations[source]["responses"].items() if status < "3")
        operation_id = operations[target]["operationId"]
        answer.setdefault("links", {})[operation_id] = {"operationId": operation_id, "parameters": given}


def _of_each_thing(operations: Collection[str]) -> Iterator[Link]:
    """From the list and the making to the thing, from these to what lies below it, and from each step back."""
    for thing in operations:
        method, path = thing.split(" ")
        collection, _, last = path.rpartition("/")
        if method != "GET" or not last.startswith("{"):
            continue
        listed, made, parameter = f"GET {collection}", f"POST {collection}", last.strip("{}")
        below = [each for each in operations if f" {path}/" in each and _parameters(each) == _parameters(thing)]
        if listed in operations:
            yield listed, thing, parameter, f"{_IN_BODY}/items/0/{_INSIDE.get(parameter, parameter)}"
        if made in operations:
            yield from ((made, each, parameter, f"{_IN_BODY}/{parameter}") for each in (thing, *below))
        for each in below:
            yield thing, each, parameter, _IN_PATH + parameter
            if each.startswith("POST "):
                yield each, thing, parameter, _IN_PATH + parameter


def _parameters(operation: str) -> list[str]:
    return [word.strip("{}") for word in operation.split("/") if word.startswith("{")]
