"""Making a copy anew from a stream, the swap included, against pulling and decoding the same messages."""

from functools import partial
from uuid import uuid4

import orjson
import sqlalchemy as sa

from services.kernel.clock import uuid7
from services.kernel.intake import Intake
from services.kernel.rebuild import rebuild
from services.kernel.service import Service
from services.kernel.wire import Outgoing, stream_of
from tests.bench.ratios import Ratio, Stopwatch, interleaved
from tests.bench.stage import CLOCK, HISTORIAN, REPORTING, Stage, award, batches, stage
from tests.postgres import PostgresServer

AGGREGATES = 5_000
VERSIONS = 40
MESSAGES = AGGREGATES * VERSIONS
GOAL = 0.35


async def measure(postgres: PostgresServer) -> list[Ratio]:
    """Two lines for each database: the newest state of each aggregate, and every version beside it."""
    found = []
    for kind in ("sqlite", "postgres"):
        async with stage(kind, postgres) as on:
            await _fill(on)
            base = "raw pull and decode of the same messages"
            for service, what, goal in ((REPORTING, "latest-state copy", GOAL), (HISTORIAN, "copy with history", None)):
                figure = await interleaved(partial(_rebuilt, on, service), partial(_pulled, on))
                found.append(Ratio(f"rebuild of a {what}, {MESSAGES:,} messages, {kind}", base, figure, goal))
    return found


async def _fill(on: Stage) -> None:
    """Every aggregate's versions, interleaved: the worst case for folding batches."""
    await on.writer.write(award, [uuid7(CLOCK.now()) for _ in range(AGGREGATES)])
    first = await on.writer.read(
        lambda connection: [
            orjson.loads(bytes(row.body)) for row in connection.execute(sa.text("SELECT body FROM outbox"))
        ]
    )
    last = 0
    for version in range(1, VERSIONS + 1):
        for group in batches(first, 500):
            outgoing = []
            for envelope in group:
                envelope["aggregateversion"], envelope["id"] = version, str(uuid4())
                outgoing.append(Outgoing(envelope["type"], envelope["id"], orjson.dumps(envelope)))
            last = await on.broker.publish(outgoing, expected_last=last)


async def _rebuilt(on: Stage, service: Service) -> float:
    await on.provisioning.renew_rebuild_durables("reporting")
    intake = Intake(service.consumers[0], on.reader, on.broker)
    watch = Stopwatch()
    read = await rebuild(service, on.reader, on.broker, [intake])
    rate = read / watch.seconds
    assert read == MESSAGES
    return rate


async def _pulled(on: Stage) -> float:
    await on.provisioning.renew_rebuild_durables("reporting")
    pull = on.broker.pull(stream_of("funding"), "reporting-rebuild", acks=False)
    read = 0
    watch = Stopwatch()
    while read < MESSAGES:
        for delivery in await pull.arrived():
            json_of = orjson.loads(delivery.body)
            read += json_of["aggregateversion"] > 0
    rate = MESSAGES / watch.seconds
    await pull.close()
    return rate
