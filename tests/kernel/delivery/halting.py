"""A broker connection that stops where it is told to, as a process does that is paused there."""

import asyncio
from collections.abc import Callable, Sequence

from services.kernel.broker import Broker, Outgoing


class Gate:
    """Open until it is closed. ``somebody_waits`` is set as soon as somebody stands before it."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()
        self.somebody_waits = asyncio.Event()

    def close(self) -> None:
        self._open.clear()
        self.somebody_waits.clear()

    def open(self) -> None:
        self._open.set()

    async def passed(self) -> None:
        if not self._open.is_set():
            self.somebody_waits.set()
            await self._open.wait()


class HaltingBroker(Broker):
    """Publishes for real, and can be stopped just before it does or just after it has."""

    def __init__(self, identity: str, on_alarm: Callable[[str], None]) -> None:
        super().__init__(identity, on_alarm)
        self.before_publish, self.after_publish = Gate(), Gate()

    async def publish(self, messages: Sequence[Outgoing], *, expected_last: int) -> int:
        await self.before_publish.passed()
        try:
            return await super().publish(messages, expected_last=expected_last)
        finally:
            await self.after_publish.passed()
