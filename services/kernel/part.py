"""A part at work: its relay, its intakes, and whether it may be asked."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import uuid4

from services.contracts.message import Message, Received
from services.kernel import metrics
from services.kernel.audit import keep_sealed
from services.kernel.broker import Broker, BrokerError, BrokerUnfit
from services.kernel.database import Database
from services.kernel.deadlines import Deadlines
from services.kernel.effects import Sender
from services.kernel.idempotency import forget_old
from services.kernel.inspection import outbox_state, parked
from services.kernel.intake import Intake
from services.kernel.mail import Postbox
from services.kernel.problems import Unavailable
from services.kernel.rebuild import rebuild, revision_of
from services.kernel.relay import Fenced, Relay
from services.kernel.service import Service
from services.kernel.wire import stream_of

log = logging.getLogger(__name__)

RETRY_S = 1.0
CANARY_S = 5.0
"""How often it is asked whether the broker stores and gives back."""
CANARY_MISSES = 3
"""So many in a row, and the part is not ready."""
CATCH_UP_S = 0.1
TIDY_S = 3600.0
"""How often keys of commands are forgotten when their day is over."""


class RebuildNotProvided(Exception):
    """The rebuild's durable does not stand at the first message: provisioning has to make it anew."""


@dataclass
class Part:
    """One running part. ``connect`` gives a broker that was verified; it may fail, and is asked again."""

    service: Service
    database: Database
    connect: Callable[[], Awaitable[Broker]]
    postbox: Postbox | None = None
    """Where mail goes. None: it waits."""
    on_applied: Callable[[Sequence[Received[Message]]], None] = lambda applied: None
    waits_for: str | None = "start"
    """Why it is not ready: a short reason, or none."""
    broker: Broker | None = None
    relay: Relay | None = None
    intakes: tuple[Intake, ...] = ()
    _misses: int = 0
    _has_broker: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Work until cancelled. Without a broker commands are taken all the same, and published when it is back.

        Raises:
            BrokerUnfit: the broker that came would lose messages.
        """
        self.broker = broker = await self._connected()
        self._has_broker.set()
        self.intakes = tuple(
            Intake(consumer, self.database, broker, self.on_applied) for consumer in self.service.consumers
        )
        async with asyncio.TaskGroup() as tasks:
            if (stream := self.service.stream) is not None:
                # One process at a time has a SQLite file: started again, it takes its own lease back at once.
                holder = self.service.name if self.database.is_sqlite else f"{os.getpid()}-{uuid4().hex[:8]}"
                self.relay = relay = Relay(self.database, broker, stream, holder)
                nudging: set[asyncio.Task[None]] = set()

                def published() -> None:
                    relay.wake()
                    if relay.trouble == Fenced.__name__ and not nudging:  # another process is the one that publishes
                        nudging.add(nudge := tasks.create_task(broker.nudge(self.service.name)))
                        nudge.add_done_callback(nudging.discard)

                self.database.on_published = published
                await broker.on_nudge(self.service.name, relay.wake)
                tasks.create_task(relay.run())
            if self.intakes and await self.database.read(revision_of, self.service) != self.service.revision:
                self.waits_for = "rebuild"
                await self.rebuild()
            for intake in self.intakes:
                tasks.create_task(intake.run())
            tasks.create_task(self._catch_up())
            tasks.create_task(self._watch())
            tasks.create_task(self._tidy())

    async def run_without_broker(self) -> None:
        """What needs none, until cancelled: what falls due, what happens outside, the audit's chain, erasures."""
        async with asyncio.TaskGroup() as tasks:
            if self.database.is_sqlite:
                tasks.create_task(self.database.keep_erased())
            tasks.create_task(keep_sealed(self.database))
            if self.service.deadlines:
                tasks.create_task(Deadlines(self.database, self.service.deadlines).run())
            if self.service.effects and self.postbox is not None:
                tasks.create_task(Sender(self.database, self.service.effects, self.postbox).run())

    async def rebuild(self) -> int:
        """Make the copies anew from the streams. Returns the number of messages read.

        Raises:
            RebuildNotProvided: the rebuild's durables are used up.
        """
        broker = await self.when_connected()
        for intake in self.intakes:
            state = await broker.pending(stream_of(intake.consumer.publisher), f"{self.service.name}-rebuild")
            if not state.is_new:
                raise RebuildNotProvided(self.service.name)
        return await rebuild(self.service, self.database, broker, self.intakes)

    async def when_connected(self) -> Broker:
        """The broker, as soon as there is one."""
        await self._has_broker.wait()
        assert self.broker is not None  # noqa: S101 - set together with the event
        return self.broker

    async def reached(self, aggregate: str, version: int, wait_s: float) -> bool:
        """Whether the copies have come to this version of another part's aggregate."""
        kind = aggregate.partition("/")[0]
        for intake in self.intakes:
            if any(copy.of.aggregate == kind for copy in intake.consumer.copies):
                return await intake.reached(aggregate, version, wait_s)
        return True

    @property
    def stale(self) -> bool:
        """Copies may lag: there is no broker to bring news."""
        return bool(self.service.reads) and (self.broker is None or not self.broker.connected)

    def troubles(self) -> list[str]:
        """Why the part is not ready, in short words; empty when it is."""
        found = [self.waits_for] if self.waits_for else []
        if self.broker is None or not self.broker.connected:
            found.append("broker")
        elif self._misses >= CANARY_MISSES:
            found.append("canary")
        if self.relay is not None and self.relay.trouble not in (None, Fenced.__name__):
            found.append("relay")  # one that waits while another process publishes is no trouble
        return found

    async def _connected(self) -> Broker:
        while True:
            try:
                return await self.connect()
            except BrokerUnfit:
                raise
            except BrokerError as error:
                if self.waits_for != "broker":
                    log.warning("no broker yet", extra={"part": self.service.name, "detail": str(error)})
                self.waits_for = "broker"
                await asyncio.sleep(RETRY_S)

    async def _catch_up(self) -> None:
        """Ready when everything that was in the streams at start is applied or parked."""
        self.waits_for = "copies"
        broker = await self.when_connected()
        goals: dict[str, int] = {}
        while len(goals) < len(self.intakes) or not await self._reached(broker, goals):
            try:
                for stream in (stream_of(intake.consumer.publisher) for intake in self.intakes):
                    goals.setdefault(stream, await broker.last_sequence(stream))
            except BrokerError:
                await asyncio.sleep(RETRY_S)
            await asyncio.sleep(CATCH_UP_S)
        self.waits_for = None

    async def _reached(self, broker: Broker, goals: Mapping[str, int]) -> bool:
        try:
            states = [(await broker.pending(stream, self.service.name), goal) for stream, goal in goals.items()]
        except BrokerError:
            return False
        return all(
            state.ack_floor >= goal or not (state.num_pending or state.num_ack_pending) for state, goal in states
        )

    async def _watch(self) -> None:
        broker = await self.when_connected()
        while True:
            await asyncio.sleep(CANARY_S)
            try:
                await broker.canary()
                self._misses = 0
                if metrics.is_on():
                    with contextlib.suppress(Unavailable):
                        await self._measure(broker)
            except BrokerError:
                self._misses += 1

    async def _tidy(self) -> None:
        while True:
            with contextlib.suppress(Unavailable):
                await self.database.transact(partial(forget_old, now=self.database.clock.now()))
            await asyncio.sleep(TIDY_S)

    async def _measure(self, broker: Broker) -> None:
        part, now = self.service.name, self.database.clock.now().timestamp()
        outbox, waiting = await self.database.read(outbox_state), await self.database.read(parked)
        metrics.level("samla.outbox.waiting", outbox["waiting"], part=part)
        metrics.level("samla.outbox.age", max(0.0, now - (outbox["oldest"] or now)), part=part)
        metrics.level("samla.parked.waiting", len(waiting), part=part)
        metrics.level(
            "samla.parked.age", max(0.0, now - min((each["parked_at"] for each in waiting), default=now)), part=part
        )
        for publisher in self.service.reads:
            state = await broker.pending(stream_of(publisher), part)
            lag = state.num_pending + state.num_ack_pending
            metrics.level("samla.consumer.lag", lag, part=part, publisher=publisher)
