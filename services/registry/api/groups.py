"""Municipality groups, and places that are no municipality, over HTTP."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from fastapi import Response

from services.contracts.message import UnitCode
from services.contracts.registry import ChangeGroup, Locality, MunicipalityGroupOn, RegisterGroup
from services.kernel.web import Read, Routes
from services.registry import commands, queries
from services.registry.api.answers import Today, whole
from services.registry.api.writing import Write

routes = Routes()


@routes.get("/groups", action="read_register")
async def groups(
    read: Read, today: Today, on: date | None = None, unit: UnitCode | None = None
) -> dict[str, Sequence[MunicipalityGroupOn]]:
    """The groups with their municipalities on a date, or those that a unit is in then."""
    return whole(await read(queries.groups, on or today, unit))


@routes.get("/groups/{group_id}", action="read_register")
async def group(
    group_id: UUID, read: Read, today: Today, response: Response, on: date | None = None
) -> MunicipalityGroupOn:
    """One group with its municipalities on a date."""
    found, version = await read(queries.group, group_id, on or today)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/groups", action="change_organisation", status_code=201)
async def register_group(request: RegisterGroup, write: Write) -> Response:
    """Make a municipality group known."""
    return await write(commands.register_group, request, location="/groups/{group_id}")


@routes.post("/groups/{group_id}/change", action="change_organisation")
async def change_group(group_id: UUID, request: ChangeGroup, write: Write) -> Response:
    """Tell anew of a group."""
    return await write(commands.change_group, group_id, request)


@routes.get("/localities", action="read_register")
async def localities(read: Read) -> dict[str, Sequence[Locality]]:
    """Towns and districts that people know and that are no municipality."""
    return whole(await read(queries.localities))
