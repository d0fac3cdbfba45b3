"""Organisations over HTTP."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.contracts.message import CountyCode, ShortText, Theme, UnitCode
from services.contracts.registry import (
    ChangeOrganisation,
    ConfirmOrganisation,
    CoreArea,
    Duplicate,
    ImportOrganisations,
    Mandate,
    MergeOrganisations,
    Organisation,
    OrganisationKind,
    RegisterOrganisation,
)
from services.kernel.web import Read, Routes
from services.registry import commands, queries
from services.registry.api.answers import Today, whole
from services.registry.api.writing import Write

routes = Routes()


async def _wanted(
    kind: OrganisationKind | None = None,
    name: ShortText | None = None,
    county: CountyCode | None = None,
    unit: UnitCode | None = None,
    theme: Theme | None = None,
    mandate: Mandate | None = None,
    core_area: CoreArea | None = None,
    on: date | None = None,
) -> queries.OrganisationFilter:
    return queries.OrganisationFilter(kind, name, county, unit, theme, mandate, core_area, on)


@routes.get("/organisations", action="read_register")
async def organisations(
    read: Read, today: Today, wanted: Annotated[queries.OrganisationFilter, Depends(_wanted)]
) -> dict[str, Sequence[Organisation]]:
    """Bodies of a kind, by a whole name or alias, or that cover a county, a unit or a theme; ``on`` asks for a date."""
    return whole(await read(queries.organisations, wanted, today))


@routes.get("/organisations/duplicates", action="change_any_organisation")
async def duplicates(read: Read) -> dict[str, Sequence[Duplicate]]:
    """The pairs of records that may be the same body, and why."""
    return whole(await read(queries.possible_duplicates))


@routes.get("/organisations/{organisation_id}", action="read_register")
async def organisation(organisation_id: UUID, read: Read, response: Response) -> Organisation:
    """One body. A record that was given up says which is kept."""
    found, version = await read(queries.organisation, organisation_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/organisations", action="change_any_organisation", status_code=201)
async def register_organisation(request: RegisterOrganisation, write: Write) -> Response:
    """Make a body known."""
    return await write(commands.register_organisation, request, location="/organisations/{organisation_id}")


@routes.post("/organisations/import", action="change_any_organisation")
async def import_organisations(request: ImportOrganisations, write: Write) -> Response:
    """Make many bodies known at once, or try it: each row is answered with what is wrong and whom it may be."""
    return await write(commands.import_organisations, request)


@routes.post("/organisations/{organisation_id}/change", action="change_organisation")
async def change_organisation(organisation_id: UUID, request: ChangeOrganisation, write: Write) -> Response:
    """Tell anew of a body."""
    return await write(commands.change_organisation, organisation_id, request)


@routes.post("/organisations/{organisation_id}/confirm", action="change_organisation")
async def confirm_organisation(organisation_id: UUID, request: ConfirmOrganisation, write: Write) -> Response:
    """The body itself says that what is told of it is right."""
    return await write(commands.confirm_organisation, organisation_id, request)


@routes.post("/organisations/{organisation_id}/merge", action="change_any_organisation")
async def merge_organisations(organisation_id: UUID, request: MergeOrganisations, write: Write) -> Response:
    """Give up this record for another one of the same body."""
    return await write(commands.merge_organisations, organisation_id, request)
