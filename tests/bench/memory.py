"""What an idle installation holds in memory: all parts in one process against one part, and with the broker beside."""

import asyncio
import re
import statistics
import tempfile
from pathlib import Path

from deploy.first_content import Done
from deploy.parts import PARTS
from deploy.reference_tables import TableSet, edition
from tests.bench.house import apart, house, settings_in, supervised
from tests.bench.ratios import Ratio
from tests.postgres import PostgresServer

SETTLED_S = 3.0


async def measure(postgres: PostgresServer) -> list[Ratio]:
    """Resident megabytes as the operating system counts them, some seconds after a start with the tables loaded."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = settings_in(folder)
        async with house(settings):
            pass
        Done(settings.data / "first-content").add(*map(edition, TableSet))
        async with supervised(settings, {"all": ("up", "--empty")}) as ids:
            await asyncio.sleep(SETTLED_S)
            together = _resident_mb(ids["all"])
            total = together + sum(map(_resident_mb, _children(ids["all"])))
        async with apart(settings, *PARTS) as ids:
            await asyncio.sleep(SETTLED_S)
            alone = {name: _resident_mb(process_id) for name, process_id in ids.items()}
    middle = statistics.median(alone.values())
    parts = ", ".join(f"{name} {size:.0f}" for name, size in alone.items())
    name = f"all parts in one process ({together:.0f} MB), idle"
    figure = Ratio(name, f"one part ({parts})", together / middle, 1.3, False)
    return [figure, Ratio("idle installation with its broker", "1 MB", total, None, False)]


def _resident_mb(process_id: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process_id}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def _children(process_id: int) -> list[int]:
    """Each thread has its own."""
    listed = [each.read_text() for each in Path(f"/proc/{process_id}/task").glob("*/children")]
    return [int(each) for each in " ".join(listed).split()]
