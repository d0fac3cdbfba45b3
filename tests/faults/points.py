"""Each named crash point in each part that has it: the part dies there, and is started again without it.

Every part goes through its points by itself while the others go through theirs. A process is started to die at the
next point while the one before it is still on its way to its own, so that every recovery but the last of a round is
itself broken off, and the last is undisturbed.
"""

import asyncio
import contextlib
import random
import signal
from asyncio.subprocess import Process
from collections.abc import Sequence

from deploy.folder import FolderInUse
from deploy.operated import operated
from deploy.operator import NotRunning, OperationRefused
from services.kernel.service import Service
from tests.faults.evidence import FeedReader
from tests.faults.trial import Trial
from tests.faults.world import LOOK_S, World

REACHED_WITHIN_S = 90.0
IN_SENDER = ("CP15",)
IN_COMMANDS, IN_RELAY, IN_INTAKE, IN_REBUILD = ("CP1", "CP2"), ("CP3", "CP4", "CP5"), ("CP6", "CP7", "CP8"), ("CP9",)


def points_of(service: Service) -> tuple[str, ...]:
    """The crash points that the part has."""
    publishes = IN_RELAY if service.publishes else ()
    reads = (*IN_INTAKE, *IN_REBUILD) if service.reads else ()
    sends = IN_SENDER if service.effects else ()
    return (*IN_COMMANDS, *publishes, *reads, *sends)


async def crash_points(
    world: World, feed: FeedReader, seed: int, rounds: int, chosen: Sequence[tuple[str, str]] = ()
) -> Trial:
    """Let every part die at each of its points, once a round; or only the ``chosen`` parts at the chosen points."""
    trial = Trial(world, feed, "crash point × part that has it", "point", seed)
    chance = random.Random(seed)
    wanted = chosen or [(service.name, point) for service in world.services for point in points_of(service)]
    for _ in range(rounds):
        async with trial.episode():
            parts = sorted({part for part, _ in wanted})
            paths = [[point for each, point in wanted if each == part] for part in parts]
            for path in paths:
                chance.shuffle(path)
            ways = zip(parts, paths, strict=True)
            await asyncio.gather(*(_go(trial, part, path, random.Random(chance.random())) for part, path in ways))
    trial.tally.notes.append(f"{len(wanted)} pairs of a point and a part that has it, {rounds} times each")
    return trial


async def _go(trial: Trial, part: str, path: Sequence[str], chance: random.Random) -> None:
    """One part on its way through its points. The first process that is to die takes the place of a healthy one."""
    world = trial.world
    _arm(world, part, path[0], chance)
    died_at, pid = asyncio.get_running_loop().time(), world.signal(part, signal.SIGKILL)
    await world.until_replaced(part, pid)
    for position, point in enumerate(path):
        process = world.process(part)
        if position + 1 < len(path):
            _arm(world, part, path[position + 1], chance)
        else:
            world.disarm(part)
        if not await _dies(trial, part, point, process):
            return
        trial.tally.count += 1
        died_at = asyncio.get_running_loop().time()
        await world.until_replaced(part, process.pid)
    await world.until_ready(part)
    trial.tally.recoveries_s.append(asyncio.get_running_loop().time() - died_at)


def _arm(world: World, part: str, point: str, chance: random.Random) -> None:
    world.arm(part, point, chance.randint(1, 1 if point in IN_REBUILD else 3))


async def _dies(trial: Trial, part: str, point: str, process: Process) -> bool:
    """Wait for the process to die at the point; a rebuild is asked for until it does, if that is what it waits for."""
    rebuilding = asyncio.create_task(_rebuild_again(trial.world, part)) if point in IN_REBUILD else None
    try:
        async with asyncio.timeout(REACHED_WITHIN_S):
            code = await process.wait()
    except TimeoutError:
        trial.trouble(f"{part} did not come to {point} within {REACHED_WITHIN_S:.0f} s")
        trial.world.disarm(part)
        trial.world.signal(part, signal.SIGKILL)
        return False
    finally:
        if rebuilding is not None:
            rebuilding.cancel()
            await asyncio.gather(rebuilding, return_exceptions=True)
    if code != -signal.SIGKILL:
        trial.trouble(f"{part} ended with {code} on its way to {point}")
    return True


async def _rebuild_again(world: World, part: str) -> None:
    while True:
        with contextlib.suppress(NotRunning, OperationRefused, FolderInUse, ConnectionError):
            async with operated(world.settings) as parts:
                async with parts.provisioning() as provisioning:
                    await provisioning.renew_rebuild_durables(part)
                await parts.one(part, "rebuild")
        await asyncio.sleep(LOOK_S * 10)
