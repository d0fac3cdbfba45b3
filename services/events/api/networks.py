"""Learning networks over HTTP, with whoever follows each."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from services.contracts.events import NetworkOn, OnDate, PrepareNetwork
from services.events import commands, queries
from services.kernel.clock import business_date
from services.kernel.paging import Page
from services.kernel.web import Caller, Read, Routes, Write

routes = Routes()


async def _today(request: Request) -> date:
    return business_date(request.app.door.database.clock.now())


Today = Annotated[date, Depends(_today)]


@routes.get("/networks", action="read_offer")
async def networks(
    read: Read, caller: Caller, page: Page, today: Today, wanted: Annotated[queries.NetworkFilter, Depends()]
) -> Response:
    """Networks in the order they were entered; those only prepared for those whose affair they are today."""
    viewer = queries.Viewer.of(caller)
    found = await read(queries.networks, viewer, wanted, today, page.limit, page.after_id)
    return page.of(found, key=lambda network: network.network_id)


@routes.get("/networks/{network_id}", action="read_offer")
async def network(
    network_id: UUID, read: Read, caller: Caller, today: Today, response: Response, on: date | None = None
) -> NetworkOn:
    """One network, with whoever follows it on the date."""
    found, version = await read(queries.network, network_id, queries.Viewer.of(caller), on or today, today)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/networks", action="edit_offer", status_code=201)
async def prepare_network(request: PrepareNetwork, write: Write) -> Response:
    """Prepare a network; others see it when it is opened."""
    return await write(commands.prepare_network, request, location="/networks/{network_id}")


@routes.post("/networks/{network_id}/open", action="publish_offer")
async def open_network(network_id: UUID, request: OnDate, write: Write) -> Response:
    """Begin the network, for anyone to see."""
    return await write(commands.open_network, network_id, request)


@routes.post("/networks/{network_id}/close", action="publish_offer")
async def close_network(network_id: UUID, request: OnDate, write: Write) -> Response:
    """End the network, or give up one that is only prepared."""
    return await write(commands.close_network, network_id, request)
