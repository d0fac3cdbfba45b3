"""Processes that are kept running, and stop in order."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from deploy.supervisor import Supervisor
from tests.waiting import eventually, running

LIVES = """
import os, signal, sys, time
stopped = []
signal.signal(signal.SIGTERM, lambda *_: stopped.append(1))
print("lives", flush=True)
while not stopped:
    time.sleep(0.01)
with open(sys.argv[1], "a") as ends:
    ends.write(sys.argv[2] + "\\n")
"""


def living(folder: Path, name: str) -> tuple[str, ...]:
    return (sys.executable, "-c", LIVES, str(folder / "ends"), name)


async def test_what_ends_by_itself_is_started_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    supervisor = Supervisor({"registry": living(tmp_path, "registry")}, {})
    said = ""

    async def has_started_twice() -> bool:
        nonlocal said
        said += capfd.readouterr().err
        return said.count("registry  lives") == 2

    async def has_started() -> bool:
        nonlocal said
        said += capfd.readouterr().err
        return "registry  lives" in said

    async with running(supervisor.run()):
        await eventually(has_started)
        os.kill(supervisor.processes["registry"].pid, signal.SIGKILL)
        await eventually(has_started_twice)


async def test_the_first_to_start_is_the_last_to_stop(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    names = ("registry", "events", "gateway")
    supervisor = Supervisor({name: living(tmp_path, name) for name in names}, {})
    said = ""

    async def all_have_started() -> bool:
        nonlocal said
        said += capfd.readouterr().err
        return said.count("lives") == 3

    async with running(supervisor.run()):
        await eventually(all_have_started)
    assert (tmp_path / "ends").read_text().split() == ["gateway", "events", "registry"]


async def test_what_ends_at_once_is_not_started_in_haste() -> None:
    supervisor = Supervisor({"registry": (sys.executable, "-c", "")}, {})
    pids: set[int] = set()

    async def is_started_again() -> bool:
        pids.update(process.pid for process in supervisor.processes.values())
        return len(pids) > 1

    async with running(supervisor.run()):
        for _ in range(100):
            await asyncio.sleep(0.01)
            await is_started_again()
        assert len(pids) <= 4
        await eventually(is_started_again)
