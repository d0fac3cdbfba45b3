"""A command whose message goes all the way, against the same rows written by one program that tells nobody."""

import asyncio

from services.kernel.web import App
from tests.bench.granting import Credentials, app_on, at_work, copied
from tests.bench.house import ask, fresh, rate_of
from tests.bench.ratios import Ratio, Stopwatch, interleaved
from tests.bench.stage import Stage, stage
from tests.postgres import PostgresServer

COMMANDS = 1_000
AT_ONCE = 16


async def measure(postgres: PostgresServer) -> list[Ratio]:
    """The command's answers alone, with relay and consumer at work beside; and until the last message is applied."""
    async with stage("postgres", postgres) as on, at_work(on.writer, on.reader, on.broker):
        credentials = Credentials()
        app = app_on(on.writer, credentials.public_key)

        async def alone() -> float:
            return await _rate(app, "/copied", credentials.fresh())

        answered = await interleaved(lambda: _told(on, app, credentials.fresh()), alone, rounds=5)
        applied = await interleaved(lambda: _told(on, app, credentials.fresh(), applied=True), alone, rounds=5)
    base = "the same rows by one FastAPI program without messages"
    name = f"command with relay and consumer at work, {AT_ONCE} at once, postgres"
    return [Ratio(name, base, answered, 0.75), Ratio(f"{name}, until applied", base, applied, None)]


async def _told(on: Stage, app: App, credential: bytes, *, applied: bool = False) -> float:
    """Commands a second. What they told is applied before this returns, and counts if that is asked for."""
    expected = await copied(on) + COMMANDS
    watch = Stopwatch()
    rate = await _rate(app, "/grants", credential)
    while await copied(on) < expected:  # noqa: ASYNC110 - it is the database that tells
        await asyncio.sleep(0.005)
    return COMMANDS / watch.seconds if applied else rate


async def _rate(app: App, path: str, credential: bytes) -> float:
    async def command(_turn: int) -> None:
        status, answer = await ask(app, "POST", path, headers=fresh(credential))
        assert status == 201, answer

    return await rate_of(command, COMMANDS, at_once=AT_ONCE)
