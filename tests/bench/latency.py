"""From a commit in one part until another part's copy shows it, against the least that must happen in between."""

import asyncio
import contextlib
import sqlite3
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from uuid import UUID, uuid4

import nats

from services.contracts.message import Message, Received
from services.kernel.clock import uuid7
from services.kernel.intake import Intake
from services.kernel.relay import Relay
from services.kernel.wire import stream_of
from tests.bench.ratios import Ratio
from tests.bench.stage import CLOCK, REPORTING, Stage, award, stage
from tests.postgres import PostgresServer

IDLE = 120
BUSY_A_SECOND = 200
BUSY = 800
BEST_OF = 3


async def measure(postgres: PostgresServer) -> list[Ratio]:
    """The middle when nothing else happens, and the slowest hundredth at 200 a second, on each database."""
    found = []
    for kind, middle, slowest in (("sqlite", 5, 5), ("postgres", 8, 10)):
        async with stage(kind, postgres) as on, _following(on) as follower:
            idle, busy = [], []
            await follower.awards(IDLE, 0.005)  # warm: pools, caches, plans
            for _ in range(BEST_OF):
                least = await _least(on)
                took = await follower.awards(IDLE, 0.02)
                idle.append(statistics.median(took) / statistics.median(least))
                took = await follower.awards(BUSY, 1 / BUSY_A_SECOND)
                busy.append(_slowest(took) / _slowest(least))
        base = "publish acknowledged + SQLite FULL commit"
        found.append(
            Ratio(f"commit to visible, p50 idle, {kind}", f"{base}, p50", statistics.median(idle), middle, False)
        )
        name = f"commit to visible, p99 at {BUSY_A_SECOND}/s, {kind}, best of {BEST_OF}"
        found.append(Ratio(name, f"{base}, p99", min(busy), slowest, False))
    return found


class _Follower:
    def __init__(self, on: Stage) -> None:
        self._stage, self._seen = on, {}  # type: tuple[Stage, dict[str, asyncio.Future[float]]]

    def applied(self, received: Sequence[Received[Message]]) -> None:
        now = time.perf_counter()
        for each in received:
            if (waiting := self._seen.get(each.aggregate)) is not None and not waiting.done():
                waiting.set_result(now)

    async def awards(self, number: int, every_s: float) -> list[float]:
        """Seconds from each commit until it was visible. Commands start at their time, whatever came of the last."""
        start = time.perf_counter()
        running = []
        for turn in range(number):
            await asyncio.sleep(max(0.0, start + turn * every_s - time.perf_counter()))
            running.append(asyncio.create_task(self._award(uuid7(CLOCK.now()))))
        return list(await asyncio.gather(*running))

    async def _award(self, grant_id: UUID) -> float:
        visible = self._seen[f"grant/{grant_id}"] = asyncio.get_running_loop().create_future()
        await self._stage.writer.write(award, [grant_id])
        committed = time.perf_counter()
        return max(0.0, await asyncio.wait_for(visible, 30) - committed)


@contextlib.asynccontextmanager
async def _following(on: Stage) -> AsyncIterator[_Follower]:
    follower = _Follower(on)
    relay = Relay(on.writer, on.broker, stream_of("funding"), "bench")
    on.writer.on_published = relay.wake
    intake = Intake(REPORTING.consumers[0], on.reader, on.broker, follower.applied)
    tasks = [asyncio.create_task(each) for each in (relay.run(), intake.run())]
    yield follower
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _least(on: Stage) -> list[float]:
    """Seconds for one acknowledged publish and one commit of a row that is on disk."""
    client = await nats.connect(on.server.url)
    stream = client.jetstream()
    with contextlib.suppress(nats.js.errors.BadRequestError):
        await stream.add_stream(name="LEAST", subjects=["least"])
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        raw = sqlite3.connect(Path(folder) / "least.db", isolation_level=None)
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE least (body BLOB)"):
            raw.execute(statement)
        body, took = b"x" * 600, []
        for _ in range(300):
            start = time.perf_counter()
            await stream.publish("least", body, headers={"Nats-Msg-Id": uuid4().hex})
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("INSERT INTO least VALUES (?)", (body,))
            raw.execute("COMMIT")
            took.append(time.perf_counter() - start)
            await asyncio.sleep(0.002)
        raw.close()
    await client.close()
    return took


def _slowest(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)]
