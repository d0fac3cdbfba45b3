"""What the door costs: a shared read against constant bytes, a command against the service behind it."""

from itertools import count

from fastapi import Request, Response

from gateway.service import gateway
from services.kernel.web import Routes, create_app
from tests.bench.house import House, ask, fresh, house, rate_of
from tests.bench.ratios import Ratio, interleaved
from tests.postgres import PostgresServer

READS = 3_000
COMMANDS = 1_600
AT_ONCE = 16

constant = Routes("/api/v1")
BYTES: list[bytes] = []


@constant.get("/constant", action="read_offer")
async def constant_bytes(_request: Request) -> Response:
    """As many bytes as the list of municipalities, always the same."""
    return Response(BYTES[0], media_type="application/json", headers={"etag": '"constant"'})


async def measure(postgres: PostgresServer) -> list[Ratio]:
    """Reads and commands, all parts in one process."""
    async with house() as at:
        read = await _shared_read(at)
        command = await _command(at)
    return [
        Ratio("shared read through the gateway", "constant bytes behind the same middleware", read, 0.9),
        Ratio(f"command through the gateway, {AT_ONCE} at once, one process", "straight to the service", command, 0.8),
    ]


async def _shared_read(at: House) -> float:
    door = at.host.apps["gateway"]
    _, body = await ask(door, "GET", "/api/v1/municipalities")
    BYTES[:] = [body]
    beside = _beside(at)

    async def reference(_turn: int) -> None:
        status, _ = await ask(door, "GET", "/api/v1/municipalities")
        assert status == 200

    async def always(_turn: int) -> None:
        status, _ = await ask(beside, "GET", "/api/v1/constant")
        assert status == 200

    return await interleaved(lambda: rate_of(reference, READS), lambda: rate_of(always, READS), rounds=5)


def _beside(at: House):  # type: ignore[no-untyped-def]
    """An app with the door's own middleware in front of nothing but constant bytes."""
    door = at.host.apps["gateway"]
    hosted = at.host.hosted["gateway"]
    app = create_app(
        gateway.name,
        [constant],
        database=hosted.database,
        authenticate=door.state.authenticate if hasattr(door.state, "authenticate") else _anyone(hosted),  # type: ignore[attr-defined]
        idempotency_secret=hosted.secrets.idempotency,
    )
    app.state.gate = door.state.gate  # type: ignore[attr-defined]
    for each in door.user_middleware:  # type: ignore[attr-defined]
        app.add_middleware(each.cls, **each.kwargs)
    return app


def _anyone(hosted):  # type: ignore[no-untyped-def]
    from services.kernel.access import TokenVerifier
    from services.kernel.web import by_token

    return by_token(TokenVerifier([hosted.secrets.token_public_key], hosted.database.clock))


async def _command(at: House) -> float:
    door, behind = at.host.apps["gateway"], at.host.apps["registry"]
    numbers = count()

    async def through(_turn: int) -> None:
        body = at.invitation(next(numbers))
        status, answer = await ask(door, "POST", "/api/v1/mappings", headers=fresh(at.key), body=body)
        assert status == 201, answer

    async def straight(_turn: int) -> None:
        body = at.invitation(next(numbers))
        status, answer = await ask(behind, "POST", "/mappings", headers=fresh(at.token), body=body)
        assert status == 201, answer

    return await interleaved(
        lambda: rate_of(through, COMMANDS, at_once=AT_ONCE), lambda: rate_of(straight, COMMANDS, at_once=AT_ONCE)
    )
