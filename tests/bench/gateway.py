"""What the door costs: a shared read against constant bytes, a command against the service behind it."""

import contextlib
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count

from fastapi import Request, Response

from deploy.parts import port_of
from gateway.service import gateway
from services.kernel.settings import Settings
from services.kernel.web import App, Routes, create_app
from tests.bench.connection import Connections
from tests.bench.house import Guest, Headers, House, apart, ask, fresh, house, rate_of, settings_in
from tests.bench.ratios import Ratio, interleaved
from tests.postgres import PostgresServer

READS = 1_500
COMMANDS = 800
AT_ONCE = 16

Command = Callable[[str, Headers, bytes], Awaitable[tuple[int, bytes]]]
"""Sends a body to a path and returns status and body of the answer."""

constant = Routes("/api/v1")
BYTES: list[bytes] = []


@constant.get("/constant", action="read_offer")
async def constant_bytes(_request: Request) -> Response:
    """As many bytes as the list of municipalities, always the same."""
    return Response(BYTES[0], media_type="application/json", headers={"etag": '"constant"'})


async def measure(postgres: PostgresServer) -> list[Ratio]:
    """Reads and commands with all parts in one process; commands with the gateway and the service each in its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = settings_in(folder)
        numbers = count()
        async with house(settings) as at:
            read = await _shared_read(at)
            together = await _command(at.guest, numbers, _within(at.app("gateway")), _within(at.app("registry")))
        async with apart(settings, "registry", "gateway"):
            separate = await _over_sockets(at.guest, numbers, settings)
    base = "straight to the service"
    return [
        Ratio("shared read through the gateway", "constant bytes behind the same middleware", read, 0.9),
        Ratio(f"command through the gateway, {AT_ONCE} at once, one process", base, together, 0.8),
        Ratio(f"command through the gateway, {AT_ONCE} at once, two processes", base, separate, 0.6),
    ]


async def _shared_read(at: House) -> float:
    door = at.app("gateway")
    _, body = await ask(door, "GET", "/api/v1/municipalities")
    BYTES[:] = [body]
    beside = _beside(door)

    async def reference(_turn: int) -> None:
        status, _ = await ask(door, "GET", "/api/v1/municipalities")
        assert status == 200

    async def always(_turn: int) -> None:
        status, _ = await ask(beside, "GET", "/api/v1/constant")
        assert status == 200

    return await interleaved(lambda: rate_of(reference, READS), lambda: rate_of(always, READS), rounds=5)


def _beside(gate: App) -> App:
    """An app with the gateway's own middleware in front of nothing but constant bytes."""
    door = gate.door
    app = create_app(
        gateway.name,
        [constant],
        database=door.database,
        authenticate=door.authenticate,
        idempotency_secret=door.idempotency_secret,
    )
    app.state.gate = gate.state.gate
    for each in gate.user_middleware:
        app.add_middleware(each.cls, *each.args, **each.kwargs)
    return app


def _within(app: App) -> Command:
    return lambda path, headers, body: ask(app, "POST", path, headers=headers, body=body)


async def _over_sockets(guest: Guest, numbers: "count[int]", settings: Settings) -> float:
    door, behind = (Connections(port_of(name, settings)) for name in ("gateway", "registry"))
    with contextlib.closing(door), contextlib.closing(behind):
        return await _command(guest, numbers, partial(door.ask, "POST"), partial(behind.ask, "POST"))


async def _command(guest: Guest, numbers: "count[int]", through: Command, straight: Command) -> float:
    """The rate through the door to that straight to the service, both with a token that is used again and again."""

    async def rate(send: Command, path: str, credential: bytes) -> float:
        async def invite(_turn: int) -> None:
            status, answer = await send(path, fresh(credential), guest.invitation(next(numbers)))
            assert status == 201, answer

        return await rate_of(invite, COMMANDS, at_once=AT_ONCE)

    return await interleaved(
        lambda: rate(through, "/api/v1/mappings", guest.key), lambda: rate(straight, "/mappings", guest.token())
    )
