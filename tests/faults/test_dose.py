"""A dose of the fault campaign: one test, so that it runs in one worker beside the others."""

import random
from pathlib import Path

import pytest

from tests.faults.evidence import FeedReader
from tests.faults.kills import broker_kills, cold_kills
from tests.faults.letters import interrupted_letter
from tests.faults.points import crash_points
from tests.faults.world import World

EACH_POINT_ONCE = (
    ("registry", "CP1"),
    ("funding", "CP2"),
    ("events", "CP3"),
    ("registry", "CP4"),
    ("funding", "CP5"),
    ("reporting", "CP6"),
    ("gateway", "CP7"),
    ("events", "CP8"),
    ("reporting", "CP9"),
    ("registry", "CP15"),
)
EVERYBODY = 357
"""Municipalities since 2024."""


@pytest.mark.timeout(400)
async def test_what_was_promised_is_kept_through_a_dose_of_every_kill(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    world = World(tmp_path)
    feed = FeedReader(world)
    async with world.running():
        trials = [
            await cold_kills(world, feed, seed, 5),
            await broker_kills(world, feed, seed, 10),
            await crash_points(world, feed, seed, 1, EACH_POINT_ONCE),
            await interrupted_letter(world, feed, seed, 4),
        ]
        await trials[-1].compare_deeply()
    await world.close()
    for trial in trials:
        assert trial.tally.holds, trial.tally.troubles
        assert trial.tally.acknowledged
    assert [trial.tally.count for trial in trials] == [5, 10, len(EACH_POINT_ONCE), 4]
    assert trials[-1].tally.mails == len(world.addressed) == EVERYBODY
