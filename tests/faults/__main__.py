"""``./test faults [SEED]``: every fault, on both databases; one line each. Exits with 1 when a promise was broken."""

import argparse
import contextlib
import logging
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

import uvloop

from tests.faults.evidence import FeedReader
from tests.faults.fences import paused_relays
from tests.faults.kills import broker_kills, cold_kills
from tests.faults.parking import missing_predecessor, poison
from tests.faults.points import crash_points
from tests.faults.power import NoMounts, power_cuts
from tests.faults.storage import deleted_storage
from tests.faults.tally import HEADER, Tally
from tests.faults.trial import Trial
from tests.faults.world import World
from tests.postgres import postgres_server

Fault = Callable[[World, FeedReader, int], Awaitable[Trial]]

ON_SQLITE: dict[str, Fault] = {
    "cold": partial(cold_kills, kills=60),
    "broker": partial(broker_kills, kills=200),
    "points": partial(crash_points, rounds=10),
    "poison": partial(poison, successors=1000),
    "missing": partial(missing_predecessor, successors=20),
    "storage": deleted_storage,
}
ON_POSTGRES: dict[str, Fault] = {
    "cold": partial(cold_kills, kills=10),
    "broker": partial(broker_kills, kills=20),
    "points": partial(crash_points, rounds=1),
    "paused": partial(paused_relays, pauses=4),
    "storage": deleted_storage,
}
CUTS = 10


def report(tally: Tally, on: str) -> None:
    """One line of the table, and what is to be said beside it."""
    tally.fault = f"{tally.fault} ({on})"
    print(tally.line(), flush=True)
    for sentence in (*tally.notes, *tally.troubles):
        print(f"    {sentence}", flush=True)


async def on(world: World, faults: dict[str, Fault], chosen: Sequence[str], seed: int, name: str) -> list[Tally]:
    """Do these faults to one world, one after the other."""
    feed, tallies = FeedReader(world), []
    async with world.running():
        for fault in [each for each in faults if not chosen or each in chosen]:
            trial = await faults[fault](world, feed, seed)
            await trial.compare_deeply()
            report(trial.tally, name)
            tallies.append(trial.tally)
    await world.close()
    return tallies


async def campaign(folder: Path, chosen: Sequence[str], seed: int) -> list[Tally]:
    """Every fault on SQLite, power cuts where they can be made, and a shorter round on PostgreSQL."""
    tallies: list[Tally] = []
    if any(not chosen or each in chosen for each in ON_SQLITE):
        tallies += await on(World(_made(folder / "sqlite")), ON_SQLITE, chosen, seed, "SQLite")
    if not chosen or "power" in chosen:
        try:
            trial = await power_cuts(_made(folder / "power"), seed, CUTS)
            report(trial.tally, "SQLite")
            tallies.append(trial.tally)
        except NoMounts as reason:
            print(f"power cuts: not made on this machine, and not counted: {reason}", flush=True)
    if any(not chosen or each.removeprefix("postgres:") in ON_POSTGRES for each in chosen or [""]):
        wanted = [each.removeprefix("postgres:") for each in chosen if each.startswith("postgres:")]
        if wanted or not chosen:
            tallies += await _on_postgres(folder, wanted, seed)
    return tallies


async def _on_postgres(folder: Path, chosen: Sequence[str], seed: int) -> list[Tally]:
    with postgres_server() as server:
        world = World(_made(folder / "postgres"), database_url=server.base_url + "{part}")
        for service in world.services:
            await server.create(service.name)
        return await on(world, ON_POSTGRES, chosen, seed, "PostgreSQL")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(prog="./test faults")
    names = [*ON_SQLITE, "power", *(f"postgres:{name}" for name in ON_POSTGRES)]
    parser.add_argument("faults", nargs="*", choices=[*names, []], help="only these")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--log", type=Path, default=Path(tempfile.gettempdir()) / "samla-faults.log")
    asked = parser.parse_args()
    started = time.monotonic()
    print(f"seed {asked.seed}; what the parts say is in {asked.log}\n{HEADER}", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="samla-faults-") as folder,
        asked.log.open("w") as log,
        contextlib.redirect_stderr(log),
    ):
        logging.basicConfig(stream=log, level=logging.WARNING)
        tallies = uvloop.run(campaign(Path(folder), asked.faults, asked.seed))
    broken = [tally for tally in tallies if not tally.holds]
    minutes = (time.monotonic() - started) / 60
    print(f"{len(tallies)} faults, {len(broken)} of them broke a promise; seed {asked.seed}; {minutes:.1f} minutes")
    return 1 if broken else 0


sys.exit(main())
