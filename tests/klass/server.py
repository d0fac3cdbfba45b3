"""A Klass on loopback: a real HTTP server that answers from lists as Statistics Norway does, and can be spoilt."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qs, urlsplit

import orjson

from tests.klass.lists import Lists

Spoil = Callable[[asyncio.StreamWriter, bytes], Awaitable[None]]
"""Writes an answer of its own instead of the right one."""


@dataclass
class KlassServer:
    """What the server knows, what it was asked, and how it answers questions that hold ``spoilt``."""

    lists: Lists
    port: int = 0
    asked: list[str] = field(default_factory=list)
    spoilt: str = ""
    spoil: Spoil | None = None
    at_work: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def address(self) -> str:
        """What ``SAMLA_KLASS_URL`` is to be."""
        return f"http://127.0.0.1:{self.port}/api/klass/v1"

    def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, and close the connection behind it."""
        task = asyncio.create_task(self._handle(reader, writer))
        self.at_work.add(task)
        task.add_done_callback(self.at_work.discard)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii")
                target = head.split(" ")[1]
                self.asked.append(target)
                body = orjson.dumps(self._answer(target))
                await (self.spoil if self.spoil is not None and self.spoilt in target else send)(writer, body)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def _answer(self, target: str) -> object:
        url = urlsplit(target)
        *_, classification, question = url.path.split("/")
        asked = parse_qs(url.query)
        assert asked.pop("includeFuture") == ["true"]
        days = {name: date.fromisoformat(value) for name, (value,) in asked.items()}
        if question == "codesAt":
            return self.lists.codes_at(int(classification), days["date"])
        return self.lists.changes_between(int(classification), days["from"], days["to"])


async def send(
    writer: asyncio.StreamWriter,
    body: bytes,
    *,
    status: str = "200 OK",
    content_type: str = "application/json;charset=UTF-8",
    length: int | None = None,
    headers: tuple[str, ...] = (),
) -> None:
    """An answer, by default a right one. ``length`` may promise another one than the body has."""
    lines = (
        f"HTTP/1.1 {status}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body) if length is None else length}",
        "Connection: close",
        *headers,
    )
    writer.write("\r\n".join((*lines, "", "")).encode("ascii") + body)
    await writer.drain()


@contextlib.asynccontextmanager
async def klass_server(lists: Lists) -> AsyncIterator[KlassServer]:
    """A Klass that listens for as long as the context is open."""
    klass = KlassServer(lists)
    server = await asyncio.start_server(klass.take, "127.0.0.1", 0)
    klass.port = server.sockets[0].getsockname()[1]
    try:
        yield klass
    finally:
        server.close()
        for task in tuple(klass.at_work):
            task.cancel()
        await asyncio.gather(*klass.at_work, return_exceptions=True)
        await server.wait_closed()


@contextlib.contextmanager
def klass_beside(lists: Lists) -> Iterator[KlassServer]:
    """The same in a thread of its own, for a test whose installation is another process."""
    started = threading.Event()
    running: list[tuple[KlassServer, asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        async with klass_server(lists) as klass:
            done = asyncio.Event()
            running.append((klass, asyncio.get_running_loop(), done))
            started.set()
            await done.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert started.wait(10)
    klass, loop, done = running[0]
    try:
        yield klass
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
