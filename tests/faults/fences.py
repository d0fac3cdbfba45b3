"""Two processes of one part, one of them paused for longer than its lease: it wakes up, and publishes nothing twice.

On PostgreSQL: a SQLite file belongs to one process, whose relay nobody takes over.
"""

import asyncio
import contextlib
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import sqlalchemy as sa

from deploy.parts import port_of
from services.kernel.relay import LEASE_S
from services.kernel.settings import Settings
from tests.faults.evidence import FeedReader, databases
from tests.faults.trial import Trial
from tests.faults.world import World
from tests.ports import installation_ports
from tests.waiting import eventually

PART = "events"


async def paused_relays(world: World, feed: FeedReader, seed: int, pauses: int) -> Trial:
    """Pause whoever holds the lease until the other has taken it over, wake it up under load, and so on."""
    trial = Trial(world, feed, "relay paused beyond its lease wakes up", "paused", seed)
    chance = random.Random(seed)
    async with trial.episode(), _second_process(world) as second:
        for _ in range(pauses):
            await asyncio.sleep(chance.uniform(0.2, 1.0))
            await _pause_holder(trial, second)
            trial.tally.count += 1
    return trial


async def _pause_holder(trial: Trial, second: int) -> None:
    world, loop = trial.world, asyncio.get_running_loop()
    holder = await _holder(world)
    if holder not in (second, world.pid_of(PART)):
        trial.trouble(f"the lease is held by process {holder}, which is none of ours")
        return
    os.kill(holder, signal.SIGSTOP)
    paused_at = loop.time()
    try:
        await eventually(lambda: _is_another(world, holder), within_s=LEASE_S * 4)
        trial.tally.recoveries_s.append(loop.time() - paused_at)
    except AssertionError:
        trial.trouble("nobody took the lease over")
    finally:
        os.kill(holder, signal.SIGCONT)


async def _is_another(world: World, holder: int) -> bool:
    return await _holder(world) != holder


async def _holder(world: World) -> int:
    """The process that holds the lease: its holder's name begins with its number."""

    def read(connection: sa.Connection) -> str:
        return str(connection.execute(sa.text("SELECT holder FROM lease WHERE name = 'relay'")).scalar_one())

    async with databases(world) as opened:
        return int((await opened[PART].read(read)).partition("-")[0])


@contextlib.asynccontextmanager
async def _second_process(world: World) -> AsyncIterator[int]:
    """Another process of the part, in a folder of its own, on the same database and broker."""
    assert world.address is not None
    folder = Path(world.settings.data).with_name("second")
    port = installation_ports()
    environment = {
        **os.environ,
        **world.environment,
        "SAMLA_DATA": str(folder),
        "SAMLA_PORT": str(port),
        "SAMLA_KEYS": str(world.settings.keys_folder),
        "SAMLA_NATS_URL": world.address.url,
        "SAMLA_NATS_MONITOR_URL": world.address.monitor_url,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "deploy", "part", PART, env=environment, stdout=sys.stderr, stderr=sys.stderr
    )
    try:
        await world.until_answering(port_of(PART, Settings(port=port)))
        yield process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
            process.terminate()
        await process.wait()
