"""The feed for partners, and what operators see: where each part stands, and traces. Structure and timing only."""

import asyncio
from typing import Annotated, Any

import orjson
from fastapi import Query, Request, Response
from pydantic import BaseModel
from pydantic_core import to_json

from gateway.feed import feed_page
from gateway.gate import Gate, gate_of
from gateway.peers import Asked, Peer, let_in
from gateway.v1.forwarding import PREFIX
from services.contracts.access import Scope, cell
from services.contracts.message import Envelope
from services.kernel.problems import NotFound, Problem
from services.kernel.web import Caller, Read, Routes

routes = Routes(PREFIX)


class Feed(BaseModel):
    """A part of the feed. ``cursor`` is where to go on; ask again with it as ``after``."""

    items: tuple[Envelope, ...]
    cursor: str


@routes.get("/feed", action="read_offer", response_model=Feed)
async def feed(
    request: Request,
    read: Read,
    caller: Caller,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str, Query(pattern=r"^[0-9]{1,18}$")] = "0",
) -> Response:
    """Every fact that the reader may read, in one order, from any point on."""
    whole_register = cell("read_register", caller.roles).scope is Scope.all
    page = await read(feed_page, int(after), limit, whole_register=whole_register)
    following = {"Link": f'<{PREFIX}/feed?limit={limit}&after={page.cursor}>; rel="next"'} if page.has_more else {}
    return Response(page.as_json(), headers=following, media_type="application/json")


@routes.get("/ops", action="read_operations")
async def operations(request: Request) -> Response:
    """Lag, parked messages and the outbox's age for each part."""
    return Response(to_json({"items": await parts_at_work(request)}), media_type="application/json")


@routes.get("/ops/traces", action="read_operations")
async def traces(request: Request, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> Response:
    """The newest traces."""
    return Response(to_json({"items": await gate_of(request).traces.traces(limit)}), media_type="application/json")


@routes.get("/ops/traces/{trace_id}", action="read_operations")
async def trace(request: Request, trace_id: str) -> Response:
    """One trace as a waterfall: parents before children."""
    lines = await gate_of(request).traces.waterfall(trace_id)
    if not lines:
        raise NotFound()
    return Response(to_json({"items": lines}), media_type="application/json")


async def parts_at_work(request: Request) -> list[dict[str, Any]]:
    """What each part says of itself, by name; a part that is down says so by its absence of facts."""
    gate: Gate = gate_of(request)
    headers = let_in(request.scope["headers"])
    names = sorted(gate.peers)
    return list(await asyncio.gather(*(_at_work(name, gate.peers[name], headers) for name in names)))


async def _at_work(name: str, peer: Peer, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    try:
        answer = await peer.ask(Asked("GET", "/operations", headers=headers))
    except Problem as problem:
        return {"part": name, "trouble": problem.code}
    if answer.status != 200:
        return {"part": name, "trouble": f"status {answer.status}"}
    return {"part": name, **orjson.loads(answer.body)}
