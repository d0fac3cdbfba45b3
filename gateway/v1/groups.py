"""Municipality groups, towns and regions, and regional representatives, from the catalogue."""

from datetime import date
from uuid import UUID

from fastapi import Response

from gateway import queries
from gateway.gate import Known, Today
from gateway.refusals import refusal_of
from gateway.resources import LocalityOn, RepresentativeNamed
from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX
from gateway.v1.places import Words
from services.contracts.geography import GeographyError
from services.contracts.message import UnitCode
from services.contracts.registry import MunicipalityGroupOn, Region
from services.kernel.problems import NotFound
from services.kernel.web import Page, Routes

routes = Routes(PREFIX)


@routes.get("/groups", action="read_register", response_model=Items[MunicipalityGroupOn])
async def groups(
    snapshot: Known, today: Today, page: Page, on: date | None = None, unit: UnitCode | None = None
) -> Response:
    """Groups of municipalities as they are on the date, or those that a unit is in then."""
    try:
        found = queries.groups(snapshot, on or today, unit)
    except GeographyError as error:
        raise refusal_of(error, on or today) from None
    behind = [group for group in found if page.after is None or group.reference > page.after]
    return page.of(behind, key=lambda group: group.reference)


@routes.get("/groups/{group_id}", action="read_register")
async def group(
    group_id: UUID, snapshot: Known, today: Today, response: Response, on: date | None = None
) -> MunicipalityGroupOn:
    """One group as it is on the date."""
    found = next((each for each in snapshot.groups if each.group_id == group_id), None)
    if found is None:
        raise NotFound()
    response.headers["ETag"] = snapshot.etag_of(group_id)
    return queries.group_on(snapshot, found, on or today)


@routes.get("/localities", action="read_register", response_model=Items[LocalityOn])
async def localities(
    snapshot: Known, today: Today, page: Page, on: date | None = None, q: Words | None = None
) -> Response:
    """Towns and regions that are no municipality, with the municipalities of the date that they lie in."""
    found = queries.localities(snapshot, on or today, q)
    behind = [locality for locality in found if page.after is None or locality.reference > page.after]
    return page.of(behind, key=lambda locality: locality.reference)


@routes.get("/representatives", action="read_register", response_model=Items[RepresentativeNamed])
async def representatives(
    snapshot: Known, page: Page, region: Region | None = None, on: date | None = None
) -> Response:
    """The centre that speaks for a region, and how it was chosen: every election, or the seats of a date."""
    found = queries.representatives(snapshot, region, on)
    behind = [each for each in found if page.after is None or str(each.representative_id) > page.after]
    return page.of(behind, key=lambda each: each.representative_id)


@routes.get("/representatives/{representative_id}", action="read_register")
async def representative(
    representative_id: UUID, snapshot: Known, response: Response, on: date | None = None
) -> RepresentativeNamed:
    """One election, and the seat that it fills; with a date as both stood at its end."""
    found = next((each for each in snapshot.representatives if each.representative_id == representative_id), None)
    if found is not None and on is not None:
        found = queries.representative_on(found, on)
    if found is None:
        raise NotFound()
    response.headers["ETag"] = snapshot.etag_of(representative_id)
    return queries.representative_named(snapshot, found)
