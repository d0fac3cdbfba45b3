"""Awareness and letters over HTTP."""

from uuid import UUID

from fastapi import Response

from services.contracts.message import UnitCode, Year
from services.contracts.registry import Awareness, Bounce, DispatchLetter, RecordAwareness
from services.kernel.paging import Page
from services.kernel.web import Read, Routes
from services.registry import commands, queries
from services.registry.api.writing import Write

routes = Routes()


@routes.get("/awareness", action="read_register")
async def awareness(
    read: Read, page: Page, centre_id: UUID | None = None, unit_code: UnitCode | None = None, year: Year | None = None
) -> Response:
    """Who was told about a centre's offer, and how."""
    wanted = queries.AwarenessFilter(centre_id, unit_code, year)
    found = await read(queries.awareness, wanted, page.limit, page.after_id)
    return page.of(found, key=lambda awareness: awareness.awareness_id)


@routes.get("/awareness/{awareness_id}", action="read_register")
async def awareness_record(awareness_id: UUID, read: Read, response: Response) -> Awareness:
    """One record of telling a unit."""
    found, version = await read(queries.awareness_record, awareness_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/awareness", action="write_mapping", status_code=201)
async def record_awareness(request: RecordAwareness, write: Write) -> Response:
    """A unit was told about the centre's offer."""
    return await write(commands.record_awareness, request, location="/awareness/{awareness_id}")


@routes.post("/dispatches", action="write_mapping", status_code=201)
async def dispatch(request: DispatchLetter, write: Write) -> Response:
    """The yearly letter went to the official mailbox of each unit."""
    return await write(commands.dispatch_letter, request)


@routes.post("/awareness/{awareness_id}/bounce", action="write_mapping")
async def bounce(awareness_id: UUID, request: Bounce, write: Write) -> Response:
    """The letter to one unit came back."""
    return await write(commands.bounce_letter, awareness_id, request)
