"""A client over real sockets that costs as little as a client in Python can."""

import asyncio
import re
from collections.abc import Iterable
from typing import Self, cast

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Connection(asyncio.Protocol):
    """One kept connection: a request at a time, and every answer says how long it is."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[tuple[int, bytes]] = asyncio.get_running_loop().create_future()
        self._received = b""

    @classmethod
    async def open(cls, port: int) -> Self:
        """Connect to a port of this machine."""
        _, connection = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, ended, body = self._received.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if ended and len(body) >= (int(length[1]) if length else 0):
            self._received = b""
            self._answer.set_result((int(head[9:12]), body))

    def connection_lost(self, error: Exception | None) -> None:
        if not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError())

    async def ask(
        self, method: str, path: str, headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b""
    ) -> tuple[int, bytes]:
        """One request and its answer: status and body."""
        self._answer = asyncio.get_running_loop().create_future()
        lines = [b"%s: %s\r\n" % header for header in (*headers, (b"content-length", b"%d" % len(body)))]
        start = f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n".encode()
        self._transport.write(b"".join((start, *lines, b"\r\n", body)))
        return await self._answer

    @property
    def closed(self) -> bool:
        """The other side has tired of waiting."""
        return self._transport.is_closing()

    def close(self) -> None:
        """No more requests."""
        self._transport.close()


class Connections:
    """As many connections to one port as there are requests at once."""

    def __init__(self, port: int) -> None:
        self._port, self._free = port, list[Connection]()

    async def ask(
        self, method: str, path: str, headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b""
    ) -> tuple[int, bytes]:
        """One request and its answer: status and body."""
        while self._free and self._free[-1].closed:
            self._free.pop()
        connection = self._free.pop() if self._free else await Connection.open(self._port)
        answer = await connection.ask(method, path, headers, body)
        self._free.append(connection)
        return answer

    def close(self) -> None:
        """No more requests."""
        for connection in self._free:
            connection.close()
