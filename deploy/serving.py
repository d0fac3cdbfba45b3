"""HTTP on a port of the loopback address, by uvicorn, for as long as a context is open."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp

DRAIN_S = 5
"""How long requests under way may take to end when the process stops."""


class PortTaken(Exception):
    """Another program listens on the port."""


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Signals are the whole process's matter, not one server's.
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answers.set()


def listen(port: int, host: str = "127.0.0.1") -> socket.socket:
    """Take the port before anything else is started.

    Raises:
        PortTaken: it is in use.
    """
    # With its protocol named: without, asyncio leaves Nagle on, and each answer waits 40 ms for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(f"Port {port} cannot be used: {error.strerror}. Set SAMLA_PORT to another.") from None
    return listener


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve the app; on the way out let the requests under way end."""
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=DRAIN_S,
        backlog=2048,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await server.answers.wait()
        yield
    finally:
        server.should_exit = True
        await task
