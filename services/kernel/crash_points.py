"""Named places to die at, so that a test can show that dying there loses nothing. Off unless the environment names one.

``SAMLA_CRASH_POINT=CP5:3`` kills the process, without a last word, the third time it comes to CP5. ``CP5@events:3``
counts only the part ``events`` where several parts share a process.
"""

import asyncio
import os
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

CRASH_POINTS = {
    "CP1": "before a command's commit",
    "CP2": "after the commit, before the answer",
    "CP3": "the relay has chosen messages, nothing is published",
    "CP4": "published, the broker's word not yet heard",
    "CP5": "the broker has answered, nothing is marked",
    "CP6": "messages received, no transaction yet",
    "CP7": "a consumer's transaction is committed, nothing acknowledged",
    "CP8": "acknowledged",
    "CP9": "in the swap of a rebuild",
    "CP15": "an effect has happened, nothing is stored of it",
}

MOMENT_S = 0.01
"""By then what was to be sent is sent."""


class _Armed:
    def __init__(self, value: str | None) -> None:
        name, _, count = (value or "").partition(":")
        self.name, _, self.part = name.partition("@")
        self.left = int(count or 1)


_armed = _Armed(os.environ.get("SAMLA_CRASH_POINT"))


def is_armed(name: str, part: str) -> bool:
    """Whether the environment says to die there, this time or a later one."""
    return _armed.name == name and _armed.part in ("", part)


def crash_point(name: str, part: str) -> None:
    """Die here if the environment says so."""
    if not is_armed(name, part):
        return
    _armed.left -= 1
    if _armed.left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


async def crash_within(name: str, part: str, work: Coroutine[Any, Any, T]) -> T:
    """Do the work, or die in its midst: a moment after it has begun, before its outcome is heard."""
    if not is_armed(name, part):
        return await work
    doing = asyncio.ensure_future(work)
    await asyncio.sleep(MOMENT_S)
    crash_point(name, part)
    return await doing
