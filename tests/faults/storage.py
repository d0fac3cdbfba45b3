"""The broker's storage deleted while everything runs: the databases are the truth, and the streams come back."""

import asyncio
import shutil
import signal
from pathlib import Path

from services.kernel.part import CANARY_MISSES, CANARY_S
from tests.faults.evidence import FeedReader
from tests.faults.trial import Trial, operate
from tests.faults.world import BROKER, World


async def deleted_storage(world: World, feed: FeedReader, seed: int) -> Trial:
    """Delete it under load, see that commands are still taken, make the streams anew; the feed's positions hold."""
    trial = Trial(world, feed, "broker's storage deleted, rebuild-streams", "storage", seed)
    await feed.catch_up()
    before = list(feed.ids)
    loop = asyncio.get_running_loop()
    async with trial.episode():
        await asyncio.sleep(1)
        await asyncio.to_thread(_delete, world.folder.broker / "jetstream")
        broker, deleted_at = world.signal(BROKER, signal.SIGKILL), loop.time()
        await world.until_replaced(BROKER, broker)
        promised = len(trial.load.history.outcomes)
        await asyncio.sleep(3)
        taken = len(trial.load.history.outcomes) - promised
        if taken < 10:
            trial.trouble(f"without streams only {taken} commands were taken in 3 s")
        trial.tally.notes.append(f"{taken} commands taken in 3 s without streams")
        await operate(world, "rebuild-streams", services=[])
        await world.until_ready()
        trial.tally.recoveries_s.append(loop.time() - deleted_at)
        trial.tally.count = 1
    await asyncio.sleep(CANARY_S * (CANARY_MISSES + 1))
    await world.until_ready()  # the canary lives, too
    again = FeedReader(world)
    await again.catch_up()
    if again.ids != feed.ids or again.ids[: len(before)] != before:
        trial.trouble("the feed's positions have changed")
    return trial


def _delete(folder: Path) -> None:
    """Delete it under the broker's hands, which goes on writing to it."""
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
