"""Organisations from the catalogue: who there is, and who covers a county, a unit or a theme on a date."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from gateway import queries
from gateway.gate import Known, Today
from gateway.refusals import refusal_of
from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX
from gateway.v1.places import Words
from services.contracts.geography import GeographyError
from services.contracts.message import CountyCode, Theme, UnitCode
from services.contracts.registry import CoreArea, Mandate, Organisation, OrganisationKind
from services.kernel.problems import NotFound
from services.kernel.web import Page, Routes

routes = Routes(PREFIX)


async def _wanted(
    kind: OrganisationKind | None = None,
    q: Words | None = None,
    mandate: Mandate | None = None,
    core_area: CoreArea | None = None,
    county: CountyCode | None = None,
    unit: UnitCode | None = None,
    theme: Theme | None = None,
    on: date | None = None,
) -> queries.WantedOrganisations:
    return queries.WantedOrganisations(kind, q, mandate, core_area, county, unit, theme, on)


@routes.get("/organisations", action="read_register", response_model=Items[Organisation])
async def organisations(
    snapshot: Known, today: Today, page: Page, wanted: Annotated[queries.WantedOrganisations, Depends(_wanted)]
) -> Response:
    """Organisations of a kind, or whose name, alias or reference holds the words, or that cover a place on a date."""
    try:
        found = queries.organisations(snapshot, wanted, today)
    except GeographyError as error:
        raise refusal_of(error, wanted.on or today) from None
    behind = [each for each in found if page.after is None or each.reference > page.after]
    return page.of(behind, key=lambda organisation: organisation.reference)


@routes.get("/organisations/{organisation_id}", action="read_register")
async def organisation(
    organisation_id: UUID, snapshot: Known, response: Response, on: date | None = None
) -> Organisation:
    """One organisation; ``merged_into`` names the record that is kept, where this one was given up for it.

    With a date it is told with what it covers and who its members are then, if it was there.
    """
    found = snapshot.organisations.get(organisation_id)
    if found is not None and on is not None:
        found = queries.organisation_on(found, on)
    if found is None:
        raise NotFound()
    response.headers["ETag"] = snapshot.etag_of(organisation_id)
    return found
