"""``./test faults [FAULT …]``: every fault, on both databases, a line each. Exits with 1 when a promise was broken."""

import argparse
import contextlib
import logging
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import uvloop

from tests.faults.evidence import FeedReader
from tests.faults.fences import paused_relays
from tests.faults.kills import broker_kills, cold_kills
from tests.faults.letters import interrupted_letter
from tests.faults.parking import missing_predecessor, poison
from tests.faults.points import crash_points
from tests.faults.power import NoMounts, power_cuts
from tests.faults.storage import deleted_storage
from tests.faults.tally import HEADER, Tally
from tests.faults.trial import Trial
from tests.faults.world import World
from tests.postgres import postgres_server

Fault = Callable[[World, FeedReader, int], Awaitable[Trial]]

ON_SQLITE: Mapping[str, Fault] = {
    "cold": partial(cold_kills, kills=60),
    "broker": partial(broker_kills, kills=200),
    "points": partial(crash_points, rounds=10),
    "poison": partial(poison, successors=1000),
    "missing": partial(missing_predecessor, successors=20),
    "storage": deleted_storage,
    "letters": partial(interrupted_letter, kills=10),
}
ON_POSTGRES: Mapping[str, Fault] = {
    "cold": partial(cold_kills, kills=10),
    "broker": partial(broker_kills, kills=20),
    "points": partial(crash_points, rounds=1),
    "paused": partial(paused_relays, pauses=4),
    "storage": deleted_storage,
    "letters": partial(interrupted_letter, kills=2),
}
POWER, CUTS = "power", 10
NAMES = (*ON_SQLITE, POWER, *(f"postgres:{name}" for name in ON_POSTGRES))


def report(tally: Tally, on: str) -> None:
    """One line of the table, and what is to be said beside it."""
    tally.fault = f"{tally.fault} ({on})"
    print(tally.line(), flush=True)
    mails = f"{tally.mails} mails; {tally.repeats} of them came again under the same id"
    for sentence in (mails, *tally.notes, *tally.troubles):
        print(f"    {sentence}", flush=True)


async def done_to(world: World, faults: Mapping[str, Fault], seed: int, name: str) -> list[Tally]:
    """Do these faults to one world, one after the other."""
    feed, tallies = FeedReader(world), []
    async with world.running():
        for fault in faults.values():
            trial = await fault(world, feed, seed)
            await trial.compare_deeply()
            report(trial.tally, name)
            tallies.append(trial.tally)
    await world.close()
    return tallies


async def campaign(folder: Path, chosen: Sequence[str], seed: int) -> list[Tally]:
    """Every chosen fault on SQLite, power cuts where they can be made, and a shorter round on PostgreSQL."""
    tallies: list[Tally] = []
    if faults := {name: fault for name, fault in ON_SQLITE.items() if name in chosen}:
        tallies += await done_to(World(_made(folder / "sqlite")), faults, seed, "SQLite")
    if POWER in chosen:
        try:
            trial = await power_cuts(_made(folder / "power"), seed, CUTS)
            report(trial.tally, "SQLite")
            tallies.append(trial.tally)
        except NoMounts as reason:
            print(f"power cuts: not made on this machine, and not counted: {reason}", flush=True)
    if faults := {name: fault for name, fault in ON_POSTGRES.items() if f"postgres:{name}" in chosen}:
        tallies += await _on_postgres(_made(folder / "postgres"), faults, seed)
    return tallies


async def _on_postgres(folder: Path, faults: Mapping[str, Fault], seed: int) -> list[Tally]:
    with postgres_server() as server:
        world = World(folder, database_url=server.base_url + "{part}")
        for service in world.services:
            await server.create(service.name)
        return await done_to(world, faults, seed, "PostgreSQL")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="./test faults", description="Harm a running installation, and count.")
    parser.add_argument("faults", nargs="*", help=f"only these, of {', '.join(NAMES)}")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--log", type=Path, default=Path(tempfile.gettempdir()) / "samla-faults.log")
    asked = parser.parse_args(words)
    if unknown := set(asked.faults) - set(NAMES):
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    return asked


def main() -> int:
    asked = arguments(sys.argv[1:])
    started = time.monotonic()
    print(f"seed {asked.seed}; what the parts say is in {asked.log}\n{HEADER}", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="samla-faults-") as folder,
        asked.log.open("w") as log,
        contextlib.redirect_stderr(log),
    ):
        logging.basicConfig(stream=log, level=logging.WARNING)
        tallies = uvloop.run(campaign(Path(folder), asked.faults or NAMES, asked.seed))
    broken = [tally for tally in tallies if not tally.holds]
    minutes = (time.monotonic() - started) / 60
    print(f"{len(tallies)} faults, {len(broken)} of them broke a promise; seed {asked.seed}; {minutes:.1f} minutes")
    return 1 if broken else 0


sys.exit(main())
