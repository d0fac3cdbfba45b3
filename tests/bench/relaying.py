"""The outbox relay against publishing ready bytes without any database."""

import asyncio
import json
from uuid import uuid4

import nats
import sqlalchemy as sa
from nats.aio.client import Client

from services.kernel.clock import uuid7
from services.kernel.relay import Relay
from services.kernel.wire import stream_of
from tests.bench.ratios import Ratio, Stopwatch, interleaved
from tests.bench.stage import CLOCK, Stage, award, stage
from tests.postgres import PostgresServer

MESSAGES = 10_000
BATCH = 500
WINDOW = 1024


async def measure(postgres: PostgresServer) -> list[Ratio]:
    """Four lines: each database against atomic batches on the same stream, and against a server that flushes lazily."""
    found = []
    for kind, goals in (("sqlite", (0.6, 0.5)), ("postgres", (0.45, 0.4))):
        async with stage(kind, postgres) as ours, stage("sqlite", sync="2m") as lazy:
            relaying = _Relaying(ours)
            same = await interleaved(relaying.relay, _Raw(ours).atomic)
            found.append(
                Ratio(f"outbox relay, {kind}", "raw atomic batches of ready bytes, same stream", same, goals[0])
            )
            other = await interleaved(relaying.relay, _Raw(lazy).window)
            found.append(
                Ratio(f"outbox relay on «always», {kind}", "raw publish_async 1024, default flushing", other, goals[1])
            )
    return found


class _Relaying:
    def __init__(self, on: Stage) -> None:
        self._stage = on

    async def relay(self) -> float:
        """Messages a second from a full outbox to marked rows."""
        on = self._stage
        for _ in range(MESSAGES // BATCH):
            await on.writer.write(award, [uuid7(CLOCK.now()) for _ in range(BATCH)])
        relay = Relay(on.writer, on.broker, stream_of("funding"), "bench")
        watch = Stopwatch()
        running = asyncio.create_task(relay.run())
        while await on.writer.read(_waiting):  # noqa: ASYNC110 - it is the database that tells
            await asyncio.sleep(0.005)
        seconds = watch.seconds
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return MESSAGES / seconds


def _waiting(connection: sa.Connection) -> bool:
    statement = sa.text("SELECT 1 FROM outbox WHERE published_at IS NULL LIMIT 1")
    return connection.execute(statement).first() is not None


class _Raw:
    """What the client library does with ready bytes. Publishes on a stream of the same settings."""

    def __init__(self, on: Stage) -> None:
        self._stage = on

    async def _client(self) -> tuple[Client, list[bytes]]:
        client = await nats.connect(self._stage.server.url, pending_size=64 << 20)
        return client, [_ready(number) for number in range(MESSAGES)]

    async def atomic(self) -> float:
        client, bodies = await self._client()
        subject = await self._stream(client)
        watch = Stopwatch()
        for start in range(0, MESSAGES, BATCH):
            batch_id = uuid4().hex
            for number, body in enumerate(bodies[start : start + BATCH], 1):
                headers = {
                    "Nats-Msg-Id": uuid4().hex,
                    "Nats-Batch-Id": batch_id,
                    "Nats-Batch-Sequence": str(number),
                }
                if number < BATCH:
                    await client.publish(subject, body, headers=headers)
                    continue
                answer = await client.request(subject, body, 10, headers=headers | {"Nats-Batch-Commit": "1"})
                assert "error" not in json.loads(answer.data)
        rate = MESSAGES / watch.seconds
        await client.close()
        return rate

    async def window(self) -> float:
        client, bodies = await self._client()
        subject = await self._stream(client)
        stream = client.jetstream(publish_async_max_pending=WINDOW)
        watch = Stopwatch()
        sent = [await stream.publish_async(subject, body, headers={"Nats-Msg-Id": uuid4().hex}) for body in bodies]
        await asyncio.gather(*sent)
        rate = MESSAGES / watch.seconds
        await client.close()
        return rate

    async def _stream(self, client: Client) -> str:
        """A stream like a service's own, beside it: nothing but the relay writes to the service's."""
        config = (await self._stage.broker.api("STREAM.INFO.FUNDING", {}))["config"]
        config |= {"name": "RAW", "subjects": ["raw.>"]}
        await client.request("$JS.API.STREAM.CREATE.RAW", json.dumps(config).encode(), 5)
        return "raw.funding.grant.awarded.v1"


def _ready(number: int) -> bytes:
    return json.dumps(
        {
            "specversion": "1.0",
            "id": str(uuid4()),
            "source": "/samla/funding",
            "type": "samla.funding.grant.awarded.v1",
            "subject": str(uuid4()),
            "time": "2016-11-01T00:00:00.000000Z",
            "aggregateversion": 1,
            "data": {"occurred_on": "2016-11-01", "grant": {"number": number, "filling": "x" * 380}},
        }
    ).encode()
