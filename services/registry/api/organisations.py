"""Organisations over HTTP."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from fastapi import Response

from services.contracts.message import CountyCode, ShortText
from services.contracts.registry import Organisation, OrganisationKind, RegisterOrganisation
from services.kernel.web import Read, Routes, Write
from services.registry import commands, queries
from services.registry.api.answers import whole

routes = Routes()


@routes.get("/organisations", action="read_register")
async def organisations(
    read: Read,
    kind: OrganisationKind | None = None,
    name: ShortText | None = None,
    county: CountyCode | None = None,
    on: date | None = None,
) -> dict[str, Sequence[Organisation]]:
    """Bodies of a kind, by a whole name or alias, or that cover a county; ``on`` asks for a date."""
    return whole(await read(queries.organisations, queries.OrganisationFilter(kind, name, county, on)))


@routes.get("/organisations/{organisation_id}", action="read_register")
async def organisation(organisation_id: UUID, read: Read) -> Organisation:
    """One body."""
    return await read(queries.organisation, organisation_id)


@routes.post("/organisations", action="change_any_organisation", status_code=201)
async def register_organisation(request: RegisterOrganisation, write: Write) -> Response:
    """Make a body known."""
    return await write(commands.register_organisation, request, location="/organisations/{organisation_id}")
