"""Mappings over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.contracts.message import CountyCode, UnitCode, Year
from services.contracts.registry import InviteMapping, Mapping, MappingStatus, MappingTool, MoveMapping
from services.kernel.paging import Page
from services.kernel.web import Caller, Read, Routes
from services.registry import commands, queries
from services.registry.api.writing import Write

routes = Routes()


async def _wanted(
    unit_code: UnitCode | None = None,
    county_code: CountyCode | None = None,
    tool: MappingTool | None = None,
    year: Year | None = None,
    status: MappingStatus | None = None,
) -> queries.MappingFilter:
    return queries.MappingFilter(unit_code, county_code, tool, year, status)


Wanted = Annotated[queries.MappingFilter, Depends(_wanted)]


@routes.get("/mappings", action="read_register")
async def mappings(read: Read, caller: Caller, page: Page, wanted: Wanted) -> Response:
    """Mappings of a unit or county, a tool, a year, a status; for who reads a part of the register, the completed."""
    found = await read(queries.mappings, caller, wanted, page.limit, page.after_id)
    return page.of(found, key=lambda mapping: mapping.mapping_id)


@routes.get("/mappings/{mapping_id}", action="read_register")
async def mapping(mapping_id: UUID, read: Read, caller: Caller, response: Response) -> Mapping:
    """One mapping."""
    found, version = await read(queries.mapping, caller, mapping_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/mappings", action="write_mapping", status_code=201)
async def invite(request: InviteMapping, write: Write) -> Response:
    """Ask a unit, or a county where the tool is county authorities', to run a survey."""
    return await write(commands.invite_mapping, request, location="/mappings/{mapping_id}")


@routes.post("/mappings/{mapping_id}/agree", action="write_mapping")
async def agree(mapping_id: UUID, request: MoveMapping, write: Write) -> Response:
    """It has agreed to run it."""
    return await write(commands.move_mapping, mapping_id, MappingStatus.agreed, request)


@routes.post("/mappings/{mapping_id}/complete", action="write_mapping")
async def complete(mapping_id: UUID, request: MoveMapping, write: Write) -> Response:
    """It has run it."""
    return await write(commands.move_mapping, mapping_id, MappingStatus.completed, request)


@routes.post("/mappings/{mapping_id}/cancel", action="write_mapping")
async def cancel(mapping_id: UUID, request: MoveMapping, write: Write) -> Response:
    """It will not be run."""
    return await write(commands.move_mapping, mapping_id, MappingStatus.cancelled, request)
