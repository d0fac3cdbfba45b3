"""The loop that takes what has arrived, stores it and acknowledges it. Runs until cancelled."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from time import time_ns
from typing import TypeVar

import sqlalchemy as sa

from services.contracts.message import Message, Received
from services.kernel.broker import Broker, Delivered
from services.kernel.consumer import Consumer
from services.kernel.crash_points import crash_point
from services.kernel.database import Database
from services.kernel.problems import Unavailable
from services.kernel.telemetry import record_applied
from services.kernel.wire import stream_of

log = logging.getLogger(__name__)

T = TypeVar("T")

RETRY_S = 0.5
"""How long it waits when the database cannot store a batch. The messages stay with us meanwhile."""

LOOK_S = 0.25
"""How often one who waits for a version looks by itself: a rebuild or an operator may have brought it."""


@dataclass
class Intake:
    """One consumer at work."""

    consumer: Consumer
    database: Database
    broker: Broker
    on_applied: Callable[[Sequence[Received[Message]]], None] = lambda applied: None
    """Called in the event loop after each batch that changed something."""
    _free: asyncio.Lock = field(default_factory=asyncio.Lock)
    _progress: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Take, store, acknowledge, for ever."""
        await self._patiently(self.consumer.retry_known_types)
        pull = self.broker.pull(stream_of(self.consumer.publisher), self.consumer.part)
        try:
            while True:
                if deliveries := await pull.arrived():
                    crash_point("CP6", self.consumer.part)
                    async with self._free:
                        await self._store(deliveries)
                    crash_point("CP7", self.consumer.part)
                    await pull.acknowledge(deliveries)
                    crash_point("CP8", self.consumer.part)
        finally:
            await pull.close()

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """No batch is stored meanwhile: what arrives waits."""
        async with self._free:
            yield

    async def reached(self, aggregate: str, version: int, wait_s: float) -> bool:
        """Whether the copies have come to this version, waiting for it at most so long."""
        deadline = asyncio.get_running_loop().time() + wait_s
        while True:
            self._progress.clear()
            if await self.database.read(self._seen, aggregate) >= version:
                return True
            left_s = deadline - asyncio.get_running_loop().time()
            if left_s <= 0:
                return False
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left_s, LOOK_S)):
                    await self._progress.wait()

    def _seen(self, connection: sa.Connection, aggregate: str) -> int:
        statement = sa.text("SELECT version FROM seen WHERE consumer = :consumer AND aggregate = :aggregate")
        found = connection.execute(statement, {"consumer": self.consumer.publisher, "aggregate": aggregate})
        return int(found.scalar() or 0)

    async def _store(self, deliveries: Sequence[Delivered]) -> None:
        started_ns = time_ns()
        applied = await self._applied([delivery.body for delivery in deliveries])
        record_applied(self.consumer, deliveries, applied, started_ns)
        if applied:
            self._progress.set()
            self.on_applied(applied)

    async def _applied(self, bodies: Sequence[bytes]) -> Sequence[Received[Message]]:
        try:
            return await self._patiently(partial(self.consumer.apply, bodies=bodies))
        except Exception:
            log.exception("batch refused", extra={"consumer": self.consumer.part})
            return await self._patiently(partial(self.consumer.apply, bodies=bodies, singly=True))

    async def _patiently(self, work: Callable[[sa.Connection], T]) -> T:
        """Run a transaction as soon as the database can."""
        while True:
            try:
                return await self.database.transact(work)
            except Unavailable:
                await asyncio.sleep(RETRY_S)
