"""The whole product in this process, and ways to ask it that cost next to nothing themselves."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import orjson
from starlette.types import ASGIApp

from deploy import installation
from deploy.host import Host, running
from deploy.operations import load_reference
from deploy.parts import load
from gateway.api_keys import issue_api_key, new_api_key
from gateway.settings import DoorSettings
from services.contracts.registry import InviteMapping, MappingTool
from services.kernel.access import Principal, TokenSigner
from services.kernel.settings import Settings
from tests.bench.ratios import Stopwatch

JSON = (b"content-type", b"application/json")


@dataclass(frozen=True)
class House:
    """The running product; ``key`` and ``token`` let KORUS Nord's own system in, at the door and behind it."""

    host: Host
    centre_id: UUID
    key: bytes
    token: bytes

    def invitation(self, number: int) -> bytes:
        """A command that is new each time: another code, tool or year."""
        command = InviteMapping(
            tool=MappingTool.ungdata,
            unit_code=CODES[number % len(CODES)],
            year=1990 + number // len(CODES) % 110,
            centre_id=self.centre_id,
            occurred_on=date(2016, 4, 8),
        )
        return command.model_dump_json(exclude_none=True).encode()


CODES: list[str] = []


@contextlib.asynccontextmanager
async def house(**settings: object) -> AsyncIterator[House]:
    """Start all parts on SQLite with the reference tables, and wait until the gateway knows them."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        chosen = Settings(data=Path(folder), argon2_time_cost=1, argon2_memory_kib=8, **settings)  # type: ignore[arg-type]
        services = load()
        installation.ensure_keys(chosen, services)
        async with installation.broker(chosen, services) as address:
            async with installation.provisioning(chosen, address, services) as provisioning:
                await provisioning.provide()
            async with running(chosen, address, services) as host:
                async for _ in load_reference(host.hosted["registry"]):
                    pass
                yield await _let_in(host, chosen)


async def _let_in(host: Host, settings: Settings) -> House:
    gateway = host.hosted["gateway"]
    while not (found := await _json(host.apps["gateway"], "/api/v1/organisations", b"limit=200"))["items"]:
        await asyncio.sleep(0.05)
    centre_id = next(UUID(each["organisation_id"]) for each in found["items"] if each["reference"] == "korus-nord")
    places = await _json(host.apps["gateway"], "/api/v1/municipalities", b"on=2016-04-08")
    CODES[:] = [each["code"] for each in places["items"]]
    key = new_api_key()
    await gateway.database.write(
        issue_api_key, DoorSettings.of(settings, gateway.secrets.pepper), key, centre_id, "bench"
    )
    signer = TokenSigner(gateway.secrets.token_private_key, gateway.database.clock)
    token = signer.mint(Principal("bench", centre_id, frozenset(("API",)), "bench"))
    return House(host, centre_id, f"Bearer {key}".encode(), f"Bearer {token}".encode())


async def _json(app: ASGIApp, path: str, query: bytes = b"") -> dict:  # type: ignore[type-arg]
    status, body = await ask(app, "GET", path, query=query)
    assert status == 200, body
    return orjson.loads(body)  # type: ignore[no-any-return]


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

    async def send(message) -> None:  # type: ignore[no-untyped-def]
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


def fresh(token: bytes) -> list[tuple[bytes, bytes]]:
    """The headers of a command that was never sent before."""
    return [JSON, (b"authorization", token), (b"idempotency-key", uuid4().hex.encode())]
