"""A process dies where the environment says, and nowhere else."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from services.kernel import crash_points
from services.kernel.crash_points import CRASH_POINTS

PROGRAM = """
from services.kernel.crash_points import crash_point
for number in range(1, 4):
    crash_point("CP1", "events")
    crash_point("CP2", "funding")
    crash_point("CP1", "funding")
    print(number, flush=True)
"""


def printed_before_the_end(armed: str | None) -> tuple[int, list[str]]:
    environment = {**os.environ, **({"SAMLA_CRASH_POINT": armed} if armed else {})}
    outcome = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True)
    return outcome.returncode, outcome.stdout.split()


@pytest.mark.parametrize(
    ("armed", "printed"),
    [("CP2:3", ["1", "2"]), ("CP1:3", ["1"]), ("CP1@funding:3", ["1", "2"]), ("CP1@events", [])],
)
def test_it_dies_without_a_last_word_where_it_is_told_to(armed: str, printed: list[str]) -> None:
    assert printed_before_the_end(armed) == (-signal.SIGKILL, printed)


@pytest.mark.parametrize("armed", [None, "CP1@registry:1", "CP1:7", "CP3:1"])
def test_it_lives_where_it_is_told_nothing_or_something_else(armed: str | None) -> None:
    assert printed_before_the_end(armed) == (0, ["1", "2", "3"])


def test_every_crash_point_is_a_place_in_the_kernel_and_no_place_is_unlisted() -> None:
    sources = Path(crash_points.__file__).parent.glob("*.py")
    text = "".join(source.read_text() for source in sources)
    assert set(re.findall(r'crash_(?:point|within)\("(CP\d+)"', text)) == set(CRASH_POINTS)
