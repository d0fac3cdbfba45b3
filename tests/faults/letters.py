"""A letter to the whole country, and the part that sends it killed again and again while it goes out."""

import asyncio
import random

from tests.faults.evidence import FeedReader
from tests.faults.load import Client, sent
from tests.faults.trial import Trial
from tests.faults.world import World
from tests.waiting import eventually

PART = "registry"
GOES_ON_WITHIN_S = 60.0


async def interrupted_letter(world: World, feed: FeedReader, seed: int, kills: int) -> Trial:
    """Every municipality gets it once, and has one receipt, wherever it was broken off."""
    trial = Trial(world, feed, "letter to all, its sender killed meanwhile", "letters", seed)
    chance = random.Random(seed)
    client = Client(trial.load, chance, ())
    before, everybody = len(world.mails.mails), len(world.addressed)
    # Where each process may have claimed some that are then left alone, less has come than was let go.
    moments = sorted(chance.sample(range(everybody - 20 * kills), kills))
    released = await sent(client, trial.load.root(), world.addressed)
    for moment in moments:
        await eventually(lambda moment=moment: _came(world, before + moment), within_s=GOES_ON_WITHIN_S)  # type: ignore[misc]
        await asyncio.sleep(chance.uniform(0, 0.02))
        trial.tally.recoveries_s.append(await world.killed(PART))
        trial.tally.count += 1
    await trial.rest_and_examine()
    await _all_have_it(trial, client, None if released is None else released.json()["letter_id"])
    return trial


async def _came(world: World, mails: int) -> bool:
    return len(world.mails.mails) >= mails


async def _all_have_it(trial: Trial, client: Client, letter_id: str | None) -> None:
    """What the centre itself reads of its letter."""
    stands = None if letter_id is None else await client.read("editor", f"/letters/{letter_id}")
    receipts = None if stands is None else stands.json()["receipts"]
    if receipts != {"sent": len(trial.world.addressed)}:
        trial.trouble(f"of {len(trial.world.addressed)} letters stand {receipts}")
    if trial.tally.mails != len(trial.world.addressed):
        trial.trouble(f"{trial.tally.mails} mails came of {len(trial.world.addressed)}")
