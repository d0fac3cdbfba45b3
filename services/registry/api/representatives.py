"""Regional representatives over HTTP."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from fastapi import Response

from services.contracts.registry import CallElection, CastVote, EndRepresentation, Region, Representative
from services.kernel.web import Read, Routes
from services.registry import commands, queries
from services.registry.api.answers import whole
from services.registry.api.writing import Write

routes = Routes()


@routes.get("/representatives", action="read_register")
async def representatives(
    read: Read, region: Region | None = None, on: date | None = None
) -> dict[str, Sequence[Representative]]:
    """Every election, the newest first; with ``on`` the representatives of a date."""
    return whole(await read(queries.representatives, region, on))


@routes.get("/representatives/{representative_id}", action="read_register")
async def representative(representative_id: UUID, read: Read, response: Response) -> Representative:
    """One election and the seat that it fills."""
    found, version = await read(queries.representative, representative_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/representatives", action="change_any_organisation", status_code=201)
async def call_election(request: CallElection, write: Write) -> Response:
    """Ask the electors of a region to choose."""
    return await write(commands.call_election, request, location="/representatives/{representative_id}")


@routes.post("/representatives/{representative_id}/vote", action="change_organisation")
async def cast_vote(representative_id: UUID, request: CastVote, write: Write) -> Response:
    """An elector chooses, or chooses anew."""
    return await write(commands.cast_vote, representative_id, request)


@routes.post("/representatives/{representative_id}/end", action="change_any_organisation")
async def end_representation(representative_id: UUID, request: EndRepresentation, write: Write) -> Response:
    """The representative leaves the seat, or the election is given up."""
    return await write(commands.end_representation, representative_id, request)
