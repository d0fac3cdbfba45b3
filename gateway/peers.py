"""The one seam to each service: a plain call where it runs in this process, HTTP where it runs in another."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import unquote

import httpcore
from starlette.types import ASGIApp

from services.kernel.edge import DEADLINE_S, TooSlow
from services.kernel.problems import Unavailable

log = logging.getLogger(__name__)

CONNECTIONS = 64
# A service that is gone refuses at once. Only a machine out of reach is waited for, and a busy one is not that.
TIMEOUTS_S = {"connect": 5.0, "write": DEADLINE_S, "read": DEADLINE_S}
Headers = list[tuple[bytes, bytes]]

GOES_IN = frozenset(
    (
        b"idempotency-key",
        b"if-match",
        b"if-none-match",
        b"accept-language",
        b"content-type",
        b"authorization",
    )
)
"""The headers of a request that reach a service. No host, no cookie."""

COMES_OUT = frozenset(
    (
        b"content-type",
        b"content-disposition",
        b"etag",
        b"location",
        b"link",
        b"samla-version",
        b"idempotent-replayed",
        b"retry-after",
        b"content-language",
        b"www-authenticate",
    )
)
"""The headers of a service's answer that reach the caller. The door sets its own for safety and caching."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a service. ``path`` is that of its internal API, as it stands in a request line."""

    method: str
    path: str
    query: bytes = b""
    headers: Headers = field(default_factory=list)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What it said."""

    status: int
    headers: Headers
    body: bytes


class Peer(Protocol):
    """One service, wherever it runs."""

    async def ask(self, asked: Asked) -> Answer:
        """Ask and wait for the whole answer.

        Raises:
            Unavailable: the service cannot be reached; nothing is stored.
            TooSlow: it was reached and did not answer in time; whether something is stored is not known.
        """
        ...


Peers = Mapping[str, Peer]
"""Every service by its name."""


class InProcess:
    """A service in this process: its ASGI app is called as it is, without a client, a socket or a second parser."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def ask(self, asked: Asked) -> Answer:
        exchange = _Exchange(asked.body)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": asked.method,
            "scheme": "http",
            "path": unquote(asked.path),
            "raw_path": asked.path.encode("ascii"),
            "query_string": asked.query,
            "root_path": "",
            "headers": [*asked.headers, (b"content-length", b"%d" % len(asked.body))],
            "client": None,
            "server": None,
            "state": {},
        }
        # The service keeps its own deadline and turns whatever goes wrong into an answer.
        await self._app(scope, exchange.receive, exchange.send)
        return exchange.answer()


class Remote:
    """A service in another process, over kept connections. One that was closed meanwhile is opened again, once.

    The transport is the one that httpx stands on, without httpx around it: a quarter less work for each command.
    Without its pool too, which looks at every connection and every request in it again for each of them.
    """

    def __init__(self, url: str) -> None:
        self._origin = httpcore.URL(url).origin
        self._host = (b"host", self._origin.host + b":%d" % self._origin.port)
        self._places = asyncio.Semaphore(CONNECTIONS)
        self._kept: list[httpcore.AsyncHTTPConnection] = []

    async def ask(self, asked: Asked) -> Answer:
        try:
            async with asyncio.timeout(DEADLINE_S):
                await self._places.acquire()
        except TimeoutError:
            raise Unavailable(retry_after_s=1) from None
        try:
            try:
                return await self._ask(asked)
            except (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError):
                # Safe to repeat: reads change nothing, and whatever changes something carries an idempotency key.
                return await self._ask(asked)
        except (httpcore.ConnectError, httpcore.ConnectTimeout):
            raise Unavailable(retry_after_s=1) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            log.warning("a service did not answer", extra={"error": type(error).__name__})
            raise TooSlow(retry_after_s=1) from None
        finally:
            self._places.release()

    async def close(self) -> None:
        """Close the connections."""
        while self._kept:
            await self._kept.pop().aclose()

    async def _ask(self, asked: Asked) -> Answer:
        target = asked.path.encode("ascii") + (b"?" + asked.query if asked.query else b"")
        request = httpcore.Request(
            asked.method,
            httpcore.URL(scheme=self._origin.scheme, host=self._origin.host, port=self._origin.port, target=target),
            headers=[self._host, *asked.headers, (b"content-length", b"%d" % len(asked.body))],
            content=asked.body,
            extensions={"timeout": TIMEOUTS_S},
        )
        connection = await self._connection()
        try:
            answer = await connection.handle_async_request(request)
            said = Answer(answer.status, answer.headers, await answer.aread())
            await answer.aclose()
        except BaseException:
            # An exchange that was broken off leaves a connection on which the next answer would be this one's.
            await connection.aclose()
            raise
        if connection.is_idle():
            self._kept.append(connection)
        return said

    async def _connection(self) -> httpcore.AsyncHTTPConnection:
        while self._kept:
            connection = self._kept.pop()
            if not connection.has_expired() and connection.is_idle():
                return connection
            await connection.aclose()
        return httpcore.AsyncHTTPConnection(self._origin)


class _Exchange:
    """One request and its answer as ASGI messages."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self._status = 0
        self._headers: Headers = []
        self._chunks: list[bytes] = []

    async def receive(self) -> dict[str, Any]:
        if self._body is None:
            # Nobody hangs up in this process. Whoever listens for it waits until the answer is done.
            await asyncio.get_running_loop().create_future()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], list(message["headers"])
        else:
            self._chunks.append(message.get("body", b""))

    def answer(self) -> Answer:
        if not self._status:
            raise Unavailable(retry_after_s=1)
        return Answer(self._status, self._headers, b"".join(self._chunks))


def let_in(headers: Headers) -> Headers:
    """Those headers of a request that a service gets."""
    return [(name, value) for name, value in headers if name in GOES_IN]


def let_out(headers: Headers, prefix: str) -> Headers:
    """Those headers of an answer that the caller gets, with the service's own addresses moved below the prefix."""
    moved = {
        b"location": lambda value: prefix.encode() + value,
        b"link": lambda value: value.replace(b"</", b"<" + prefix.encode() + b"/"),
    }
    return [(name, moved.get(name, bytes)(value)) for raw, value in headers if (name := raw.lower()) in COMES_OUT]
