"""What the door costs: shared reads against constant bytes, a search against its bare query, a command against the
service behind it."""

import contextlib
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import count, cycle, repeat
from urllib.parse import parse_qs

import orjson
from fastapi import Request, Response

from deploy.parts import port_of
from gateway.service import gateway
from gateway.v1.declared import Declared
from services.kernel.settings import Settings
from services.kernel.web import App, Routes, create_app
from tests.bench.connection import Connections
from tests.bench.house import Guest, Headers, House, apart, ask, fresh, house, rate_of, settings_in
from tests.bench.ratios import Ratio, interleaved
from tests.postgres import PostgresServer

READS = 1_500
COMMANDS = 800
AT_ONCE = 16

Addresses = Iterator[tuple[str, bytes]]
"""Paths and query strings, one after the other without an end."""

LIST = "/api/v1/municipalities"
SEARCHES = (
    ("search", b"q=troms%C3%B8"),
    ("search for a misspelt name", b"q=Alstadhaug"),
    ("search for a region", b"q=Ofoten"),
)
EACH_YEAR = [date(year, 1, 1) for year in range(2002, 2027)]
IN_2016 = [date(2016, 1, 1) + timedelta(days=number) for number in range(366)]


def shared_reads(today: Sequence[str], of_2016: Sequence[str]) -> Iterator[tuple[str, float | None, Addresses]]:
    """What is read, the goal, and where: one address again and again, some in turn, and in the end each only once.

    ``today`` and ``of_2016`` are codes of municipalities.
    """
    yield "municipalities", 0.9, repeat((LIST, b""))
    yield "municipalities of a date", 0.8, repeat((LIST, b"on=2016-04-08"))
    yield "municipalities of each year in turn", 0.8, cycle((LIST, b"on=%s" % _iso(day)) for day in EACH_YEAR)
    yield "one municipality", 0.9, repeat((f"{LIST}/5501", b""))
    yield "each municipality in turn", 0.9, cycle((f"{LIST}/{code}", b"") for code in today)
    yield "one municipality on a date", 0.8, repeat((f"{LIST}/1902", b"on=2016-04-08"))
    yield "each municipality on a date in turn", 0.8, cycle((f"{LIST}/{code}", b"on=2016-04-08") for code in of_2016)
    unasked = ((f"{LIST}/{code}", b"on=%s" % _iso(day)) for day in IN_2016 for code in of_2016)
    yield "a municipality on a date that nobody asked for before", None, unasked


def _iso(day: date) -> bytes:
    return day.isoformat().encode()


Command = Callable[[str, Headers, bytes], Awaitable[tuple[int, bytes]]]
"""Sends a body to a path and returns status and body of the answer."""


async def measure(postgres: PostgresServer) -> list[Ratio]:
    """Reads and commands with all parts in one process; commands with the gateway and the service each in its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = settings_in(folder)
        numbers = count()
        async with house(settings) as at:
            today = [each["code"] for each in orjson.loads((await ask(at.app("gateway"), "GET", LIST))[1])["items"]]
            reads = [
                (name, goal, await _shared_read(at, addresses))
                for name, goal, addresses in shared_reads(today, at.guest.codes)
            ]
            searches = [(name, await _search(at, query)) for name, query in SEARCHES]
            together = await _command(at.guest, numbers, _within(at.app("gateway")), _within(at.app("registry")))
        async with apart(settings, "registry", "gateway"):
            separate = await _over_sockets(at.guest, numbers, settings)
    base = "straight to the service"
    return [
        *(
            Ratio(f"{name} through the gateway", "constant bytes behind the same middleware", figure, goal)
            for name, goal, figure in reads
        ),
        *(
            Ratio(f"{name} through the gateway", "its bare query behind the same app and authorisation", figure, 0.5)
            for name, figure in searches
        ),
        Ratio(f"command through the gateway, {AT_ONCE} at once, one process", base, together, 0.8),
        Ratio(f"command through the gateway, {AT_ONCE} at once, two processes", base, separate, 0.6),
    ]


async def _shared_read(at: House, addresses: Addresses) -> float:
    """Against constant bytes: the first answer."""
    door = at.app("gateway")
    path, query = next(addresses)
    _, body = await ask(door, "GET", path, query=query)

    async def constant_bytes(_request: Request) -> Response:
        return Response(body, media_type="application/json", headers={"etag": '"constant"'})

    return await _read_rate(at, addresses, _beside(door, constant_bytes))


async def _search(at: House, query: bytes) -> float:
    """Against the same look-up whose answer is already written."""
    door = at.app("gateway")
    snapshot = await door.state.gate.catalogue.current()
    _, body = await ask(door, "GET", LIST, query=query)
    words, on = parse_qs(query.decode())["q"][0], door.state.gate.today

    async def bare_query(_request: Request) -> Response:
        assert snapshot.search.find(words, on)
        return Response(body, media_type="application/json")

    return await _read_rate(at, repeat((LIST, query)), _beside(door, bare_query))


async def _read_rate(at: House, addresses: Addresses, beside: App) -> float:
    async def ours(_turn: int) -> None:
        path, query = next(addresses)
        status, _ = await ask(at.app("gateway"), "GET", path, query=query)
        assert status == 200

    async def base(_turn: int) -> None:
        status, _ = await ask(beside, "GET", "/api/v1/beside")
        assert status == 200

    return await interleaved(lambda: rate_of(ours, READS), lambda: rate_of(base, READS), rounds=5)


def _beside(gate: App, answer: Callable[[Request], Awaitable[Response]]) -> App:
    """An app with the gateway's own middleware and authorisation, before nothing but this answer."""
    door, routes = gate.door, Routes()
    routes.routes.append(Declared("GET", "/api/v1/beside", answer, action="read_register", summary="Beside"))
    app = create_app(
        gateway.name,
        [routes],
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
