"""An app on an address of its own, for a browser."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import uvicorn

from services.kernel.web import App
from tests.waiting import eventually


def address_of(listener: socket.socket) -> str:
    """The address that a browser reaches it at."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextlib.asynccontextmanager
async def serving(app: App, listener: socket.socket) -> AsyncIterator[str]:
    """The app's address, for as long as the context is open."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await eventually(lambda: _has_started(server))
    yield address_of(listener)
    server.should_exit = True
    await task


async def _has_started(server: uvicorn.Server) -> bool:
    return server.started
