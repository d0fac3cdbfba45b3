"""What a user would take instead: a Django monolith, and FastStream for what passes through the broker."""

import asyncio
import contextlib
import os
from collections.abc import Iterator
from functools import partial
from uuid import uuid4

import sqlalchemy as sa
from faststream.nats import JStream, NatsBroker, PullSub

from services.contracts.funding import GrantAwarded
from services.contracts.message import Envelope
from services.kernel.clock import uuid7
from services.kernel.copies import read_message
from services.kernel.wire import Outgoing, stream_of
from tests.bench.connection import Connections
from tests.bench.granting import Credentials
from tests.bench.house import fresh, rate_of
from tests.bench.program import Order, process, program
from tests.bench.ratios import Ratio, Stopwatch, interleaved
from tests.bench.stage import CLOCK, Stage, award, batches, stage
from tests.ports import free_port
from tests.postgres import PostgresServer

COMMANDS = 1_000
AT_ONCE = 16
MESSAGES = 5_000
SUBJECT = GrantAwarded.type


async def measure(postgres: PostgresServer) -> list[Ratio]:
    """Three lines without a goal of ours to fail by."""
    return [await _django(postgres), *await _faststream()]


async def _django(postgres: PostgresServer) -> Ratio:
    """One process each, over sockets; ours with relay and consumer in it."""
    async with stage("postgres", postgres) as on, postgres.database() as theirs, contextlib.AsyncExitStack() as stack:
        credentials, ours, django = Credentials(), free_port(), free_port()
        writer, reader = (each.engine.url.render_as_string(hide_password=False) for each in (on.writer, on.reader))
        order = Order(port=ours, public_key=credentials.public_key, writer=writer, reader=reader, broker=on.server.url)
        await stack.enter_async_context(program(order))
        url = sa.make_url(theirs)
        stack.enter_context(_environment(BENCH_DATABASE=str(url.database), BENCH_PORT=str(url.port)))
        words = f"gunicorn --workers 1 --threads {AT_ONCE} --keep-alive 30 --bind 127.0.0.1:{django}"
        await stack.enter_async_context(process(*words.split(), "tests.bench.django_program:application", port=django))
        figure = await interleaved(lambda: _rate(ours, credentials.fresh()), lambda: _rate(django, credentials.fresh()))
    name = f"command with outbox, relay and consumer, {AT_ONCE} at once, postgres"
    return Ratio(name, "Django, both rows in one transaction, gunicorn with threads", figure, None)


async def _rate(port: int, credential: bytes) -> float:
    with contextlib.closing(Connections(port)) as connections:

        async def command(_turn: int) -> None:
            status, answer = await connections.ask("POST", "/grants", fresh(credential))
            assert status == 201, answer

        return await rate_of(command, COMMANDS, at_once=AT_ONCE)


@contextlib.contextmanager
def _environment(**variables: str) -> Iterator[None]:
    """These variables for the processes that are started meanwhile."""
    os.environ.update(variables)
    yield
    for name in variables:
        del os.environ[name]


async def _faststream() -> list[Ratio]:
    async with stage("sqlite") as on, stage("sqlite", sync="2m") as lazy:
        await on.writer.write(award, [uuid7(CLOCK.now()) for _ in range(MESSAGES)])
        bodies = await on.writer.read(
            lambda connection: [bytes(row.body) for row in connection.execute(sa.text("SELECT body FROM outbox"))]
        )
        publish = await interleaved(lambda: _published(on, bodies), lambda: _published_by_faststream(lazy, bodies))
        consume = await interleaved(lambda: _consumed(on), lambda: _consumed_by_faststream(lazy))
    return [
        Ratio("publish in atomic batches, on disk", "FastStream, 256 at once, default flushing", publish, None),
        Ratio("pull, read and acknowledge", "FastStream, batches of 100 by pulling, as its models", consume, None),
    ]


async def _published(on: Stage, bodies: list[bytes]) -> float:
    last = await on.broker.last_sequence(stream_of("funding"))
    watch = Stopwatch()
    for group in batches(bodies, 500):
        outgoing = [Outgoing(SUBJECT, str(uuid4()), body) for body in group]
        last = await on.broker.publish(outgoing, expected_last=last)
    return len(bodies) / watch.seconds


async def _published_by_faststream(on: Stage, bodies: list[bytes]) -> float:
    async with NatsBroker(on.server.url, logger=None) as broker:
        watch = Stopwatch()
        for group in batches(bodies, 256):
            headers = [{"Nats-Msg-Id": str(uuid4())} for _ in group]
            publish = partial(broker.publish, subject=SUBJECT, stream=stream_of("funding"), timeout=30)
            await asyncio.gather(*(publish(body, headers=each) for body, each in zip(group, headers, strict=True)))
        return len(bodies) / watch.seconds


async def _consumed(on: Stage) -> float:
    await on.provisioning.renew_rebuild_durables("reporting")
    pull = on.broker.pull(stream_of("funding"), "reporting-rebuild")
    read, watch = 0, Stopwatch()
    while read < MESSAGES:
        deliveries = await pull.arrived()
        for delivery in deliveries:
            read_message(delivery.body)
        await pull.acknowledge(deliveries)
        read += len(deliveries)
    rate = read / watch.seconds
    await pull.close()
    return rate


async def _consumed_by_faststream(on: Stage) -> float:
    broker = NatsBroker(on.server.url, logger=None)
    read, done = 0, asyncio.Event()

    @broker.subscriber(
        SUBJECT,
        stream=JStream(stream_of("funding"), declare=False),
        durable=uuid4().hex,
        pull_sub=PullSub(batch_size=100, batch=True),
    )
    async def handle(envelopes: list[Envelope]) -> None:
        nonlocal read
        for envelope in envelopes:
            GrantAwarded.model_validate(envelope.data)
        read += len(envelopes)
        if read >= MESSAGES:
            done.set()

    watch = Stopwatch()
    await broker.start()
    await asyncio.wait_for(done.wait(), 60)
    rate = read / watch.seconds
    await broker.stop()
    return rate
