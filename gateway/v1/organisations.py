"""Organisations from the catalogue: who there is, and who covers a county, a unit or a theme on a date."""

from uuid import UUID

from fastapi import Response

from gateway import queries
from gateway.gate import Known
from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX
from gateway.v1.places import Words
from services.contracts.registry import Organisation, OrganisationKind
from services.kernel.problems import NotFound
from services.kernel.web import Page, Routes

routes = Routes(PREFIX)


@routes.get("/organisations", action="read_register", response_model=Items[Organisation])
async def organisations(
    snapshot: Known, page: Page, kind: OrganisationKind | None = None, q: Words | None = None
) -> Response:
    """Organisations of a kind, or whose name, alias or reference holds the words."""
    found = queries.organisations(snapshot, kind, q)
    behind = [each for each in found if page.after is None or each.reference > page.after]
    return page.of(behind, key=lambda organisation: organisation.reference)


@routes.get("/organisations/{organisation_id}", action="read_register")
async def organisation(organisation_id: UUID, snapshot: Known) -> Organisation:
    """One organisation."""
    found = snapshot.organisations.get(organisation_id)
    if found is None:
        raise NotFound()
    return found
