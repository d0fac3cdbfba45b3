"""The small service in a process of its own: ``python -m tests.bench.program '{…}'``, an :class:`Order` in JSON."""

import asyncio
import contextlib
import gc
import sys
from collections.abc import AsyncIterator, Sequence

import httpx
import uvloop
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from pydantic import BaseModel

from deploy.serving import listen, serving
from services.kernel import telemetry
from services.kernel.broker import Broker
from services.kernel.database import Database
from tests.bench.granting import app_on, at_work
from tests.bench.stage import FUNDING, REPORTING


class Order(BaseModel):
    """What the process is to run. With a broker also relay and consumer; with a share that share is traced."""

    port: int
    public_key: str
    writer: str
    reader: str
    broker: str | None = None
    traced: float = 0.0


class Encoded(SpanExporter):
    """Makes the bytes that would be sent, and drops them: what takes them runs elsewhere."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        encode_spans(spans).SerializeToString()
        return SpanExportResult.SUCCESS


async def run(order: Order) -> None:
    """Serve until the process is ended."""
    if order.traced:
        telemetry.start(ratio=order.traced, processor=BatchSpanProcessor(Encoded(), max_queue_size=65_536))
    writer = Database(order.writer, FUNDING.name, metadata=FUNDING.metadata)
    async with contextlib.AsyncExitStack() as stack:
        if order.broker is not None:
            reader = Database(order.reader, REPORTING.name, metadata=REPORTING.metadata)
            broker = await Broker.connect(order.broker, identity="bench")
            await stack.enter_async_context(at_work(writer, reader, broker))
        await stack.enter_async_context(serving(app_on(writer, order.public_key), listen(order.port)))
        gc.freeze()
        await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def process(*words: str, port: int) -> AsyncIterator[None]:
    """A process that serves on the port, from its first answer until the context is left."""
    running = await asyncio.create_subprocess_exec(sys.executable, "-m", *words)
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    await client.get(f"http://127.0.0.1:{port}/health/live")
                    break
                await asyncio.sleep(0.05)
        yield
    finally:
        running.terminate()
        await running.wait()


@contextlib.asynccontextmanager
async def program(order: Order) -> AsyncIterator[None]:
    """The small service in a process of its own, while the context is open."""
    async with process("tests.bench.program", order.model_dump_json(), port=order.port):
        yield


if __name__ == "__main__":
    uvloop.run(run(Order.model_validate_json(sys.argv[1])))
