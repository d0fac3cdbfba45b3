"""Erasure over HTTP: asked for by who keeps a contact, decided by two data protection officers."""

from uuid import UUID

from fastapi import Response

from services.contracts.registry.contact_persons import ErasureRequest, ErasureStatus
from services.contracts.registry.contact_requests import DecideErasure, RequestErasure
from services.kernel.paging import Page
from services.kernel.web import Read, Routes
from services.registry import commands, queries
from services.registry.api.answers import by_own_version
from services.registry.api.writing import Write

routes = Routes()


@routes.post("/contacts/{contact_id}/erasure-requests", action="change_contacts", status_code=201)
async def request_erasure(contact_id: UUID, request: RequestErasure, write: Write) -> Response:
    """The contact has said that it wants to be erased."""
    made = await write(commands.request_erasure, contact_id, request, location="/erasure-requests/{request_id}")
    return by_own_version(made)


@routes.get("/erasure-requests", action="decide_erasure")
async def erasure_requests(read: Read, page: Page, status: ErasureStatus | None = None) -> Response:
    """Requests in the order they were made, of a status or all."""
    found = await read(queries.erasure_requests, status, page.limit, page.after_id)
    return page.of(found, key=lambda request: request.request_id)


@routes.get("/erasure-requests/{request_id}", action="decide_erasure")
async def erasure_request(request_id: UUID, read: Read, response: Response) -> ErasureRequest:
    """One request."""
    found = await read(queries.erasure_request, request_id)
    response.headers["ETag"] = f'"{found.version}"'
    return found


@routes.post("/erasure-requests/{request_id}/decide", action="decide_erasure")
async def decide_erasure(request_id: UUID, request: DecideErasure, write: Write) -> Response:
    """Decide; the second person's same decision is done."""
    return by_own_version(await write(commands.decide_erasure, request_id, request))
