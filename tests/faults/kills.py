"""Parts and broker killed without warning, at any moment."""

import asyncio
import random

from deploy.parts import PARTS
from tests.faults.evidence import FeedReader
from tests.faults.trial import Trial
from tests.faults.world import BROKER, World


async def cold_kills(world: World, feed: FeedReader, seed: int, kills: int) -> Trial:
    """Kill parts, spread evenly over all five, one round of them an episode."""
    trial = Trial(world, feed, "cold kill of a part", "cold", seed)
    chance = random.Random(seed)
    for first in range(0, kills, len(PARTS)):
        async with trial.episode():
            for part in chance.sample(PARTS, min(len(PARTS), kills - first)):
                await asyncio.sleep(chance.uniform(0.1, 0.6))
                trial.tally.recoveries_s.append(await world.killed(part))
                trial.tally.count += 1
    return trial


async def broker_kills(world: World, feed: FeedReader, seed: int, kills: int, *, an_episode: int = 20) -> Trial:
    """Kill the broker again and again."""
    trial = Trial(world, feed, "kill of the broker", "broker", seed)
    chance = random.Random(seed)
    for first in range(0, kills, an_episode):
        async with trial.episode():
            for _ in range(min(an_episode, kills - first)):
                await asyncio.sleep(chance.uniform(0, 0.3))
                trial.tally.recoveries_s.append(await world.killed(BROKER))
                trial.tally.count += 1
    return trial
