"""Waiting for an effect with a deadline, instead of sleeping and hoping."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

LOOK_AGAIN_S = 0.01


async def eventually(holds: Callable[[], Awaitable[bool]], *, within_s: float = 30.0, what: str = "") -> None:
    """Return as soon as it holds.

    Raises:
        AssertionError: it did not, in time.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within_s
    while not await holds():
        assert loop.time() < deadline, f"not within {within_s} s: {what or getattr(holds, '__name__', holds)}"
        await asyncio.sleep(LOOK_AGAIN_S)


@contextlib.asynccontextmanager
async def running(*work: Coroutine[Any, Any, Any]) -> AsyncIterator[tuple[asyncio.Task[Any], ...]]:
    """Let it run meanwhile, then end it. What failed by itself fails the test, whatever else did."""
    tasks = tuple(asyncio.ensure_future(each) for each in work)
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, BaseException) and not isinstance(outcome, asyncio.CancelledError):
                raise outcome
