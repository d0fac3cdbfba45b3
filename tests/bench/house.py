"""The whole product in this process, and ways to ask it that cost next to nothing themselves."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
from starlette.types import ASGIApp, Message

from deploy import installation
from deploy.first_content import until_ready
from deploy.host import Host, running
from deploy.operations import load_reference
from deploy.parts import SERVICES, load, port_of
from deploy.supervisor import Supervisor
from gateway.api_keys import issue_api_key, new_api_key
from gateway.settings import DoorSettings
from services.contracts.registry import InviteMapping, MappingTool
from services.kernel.access import Principal, TokenSigner
from services.kernel.settings import Settings
from services.kernel.web import App
from tests.bench.ratios import Stopwatch
from tests.ports import installation_ports

JSON = (b"content-type", b"application/json")
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Guest:
    """KORUS Nord's own system: what lets it in, and what it asks for."""

    centre_id: UUID
    codes: Sequence[str]
    key: bytes
    """For the door."""
    signer: TokenSigner

    def token(self) -> bytes:
        """For a service behind the door. Good for a minute."""
        return b"Bearer " + self.signer.mint(Principal("bench", self.centre_id, frozenset(("API",)), "bench")).encode()

    def invitation(self, number: int) -> bytes:
        """A command that is new each time: another code or year."""
        command = InviteMapping(
            tool=MappingTool.ungdata,
            unit_code=self.codes[number % len(self.codes)],
            year=1990 + number // len(self.codes) % 110,
            centre_id=self.centre_id,
            occurred_on=date(2016, 4, 8),
        )
        return command.model_dump_json(exclude_none=True).encode()


@dataclass(frozen=True)
class House:
    """The running product and one who may use it."""

    host: Host
    guest: Guest

    def app(self, name: str) -> App:
        """The HTTP of one part."""
        app = self.host.apps[name]
        assert isinstance(app, App)
        return app


def settings_in(folder: str) -> Settings:
    """Those of an installation of its own, on free ports."""
    return Settings(
        data=Path(folder), port=installation_ports(), trace_ratio=0, argon2_time_cost=1, argon2_memory_kib=8
    )


@contextlib.asynccontextmanager
async def house(settings: Settings) -> AsyncIterator[House]:
    """Start all parts in this process on SQLite with the reference tables, and wait until the gateway knows them."""
    services = load()
    installation.ensure_keys(settings, services)
    async with installation.broker(settings, services) as address:
        async with installation.provisioning(settings, address, services) as provisioning:
            await provisioning.provide()
        async with running(settings, address, services) as host:
            async for _ in load_reference(host.hosted["registry"]):
                pass
            yield House(host, await _let_in(host, settings))


@contextlib.asynccontextmanager
async def apart(settings: Settings, *names: str) -> AsyncIterator[dict[str, int]]:
    """Start these parts of an installation that has run before, each in a process of its own; yields their ids."""
    services = load()
    peers = {name: f"http://127.0.0.1:{port_of(name, settings)}" for name in SERVICES}
    commands = {name: ("part", name, "--supervised") for name in names}
    async with (
        installation.broker(settings, services),
        supervised(settings, commands, SAMLA_PEERS=orjson.dumps(peers).decode()) as ids,
    ):
        yield ids


@contextlib.asynccontextmanager
async def supervised(
    settings: Settings, verbs: Mapping[str, Sequence[str]], **environment: str
) -> AsyncIterator[dict[str, int]]:
    """Run verbs of the product, each in a process of its own, from when the gateway is ready; yields their ids."""
    environment |= {
        "SAMLA_DATA": str(settings.data),
        "SAMLA_PORT": str(settings.port),
        "SAMLA_TRACE_RATIO": "0",
        "SAMLA_LOG_LEVEL": "ERROR",
    }
    supervisor = Supervisor(
        {name: (sys.executable, "-m", "deploy", *verb) for name, verb in verbs.items()}, environment
    )
    kept = asyncio.create_task(supervisor.run())
    try:
        await until_ready(settings)
        yield {name: process.pid for name, process in supervisor.processes.items()}
    finally:
        kept.cancel()
        await asyncio.gather(kept, return_exceptions=True)


async def _let_in(host: Host, settings: Settings) -> Guest:
    gateway = host.hosted["gateway"]
    while not (found := await _json(host.apps["gateway"], "/api/v1/organisations", b"limit=200"))["items"]:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    centre_id = next(UUID(each["organisation_id"]) for each in found["items"] if each["reference"] == "korus-nord")
    places = await _json(host.apps["gateway"], "/api/v1/municipalities", b"on=2016-04-08")
    key = new_api_key()
    await gateway.database.write(
        issue_api_key, DoorSettings.of(settings, gateway.secrets.pepper), key, centre_id, "bench"
    )
    signer = TokenSigner(gateway.secrets.token_private_key, gateway.database.clock)
    return Guest(centre_id, [each["code"] for each in places["items"]], f"Bearer {key}".encode(), signer)


async def _json(app: ASGIApp, path: str, query: bytes = b"") -> Any:
    status, body = await ask(app, "GET", path, query=query)
    assert status == 200, body
    return orjson.loads(body)


async def ask(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    query: bytes = b"",
    headers: Iterable[tuple[bytes, bytes]] = (),
    body: bytes = b"",
) -> tuple[int, bytes]:
    """One request straight into an app: no socket and no client to measure."""
    answer: list[bytes] = []
    status = 0
    given = False

    async def receive() -> dict[str, object]:
        nonlocal given
        if given:
            await asyncio.get_running_loop().create_future()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            answer.append(message.get("body", b""))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "headers": [*headers, (b"content-length", b"%d" % len(body))],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8080),
        "state": {},
    }
    await app(scope, receive, send)
    return status, b"".join(answer)


async def rate_of(once: Callable[[int], Awaitable[None]], number: int, *, at_once: int = 1) -> float:
    """How often a second, so many at once."""
    numbers = iter(range(number))

    async def worker() -> None:
        for turn in numbers:
            await once(turn)

    watch = Stopwatch()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return number / watch.seconds


def fresh(token: bytes) -> Headers:
    """The headers of a command that was never sent before."""
    return [JSON, (b"authorization", token), (b"idempotency-key", uuid4().hex.encode())]
