"""Where this process sends what it measures: to the endpoint that the settings name, or to our own gateway."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from deploy.parts import traces_port_of
from services.kernel import telemetry
from services.kernel.settings import Settings

SEND_EVERY_MS = 1000
"""Spans wait no longer than this, so that an operator sees the click just made."""


@contextlib.asynccontextmanager
async def measured(settings: Settings) -> AsyncIterator[None]:
    """Measure for as long as the context is open. An endpoint gets the last of it; our own gateway is gone by then."""
    if settings.otlp_endpoint is not None or settings.trace_ratio > 0:
        _start(settings)
    yield
    if settings.otlp_endpoint is not None:
        await asyncio.to_thread(telemetry.stop)


def _start(settings: Settings) -> None:
    """Our own gateway keeps traces only; metrics go to an endpoint, if there is one."""
    endpoint = settings.otlp_endpoint
    # Imported only here: they bring an HTTP client of their own.
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    spans = OTLPSpanExporter(f"{endpoint or f'http://127.0.0.1:{traces_port_of(settings)}'}/v1/traces")
    telemetry.start(
        ratio=settings.trace_ratio,
        processor=BatchSpanProcessor(spans, schedule_delay_millis=SEND_EVERY_MS),
        reader=PeriodicExportingMetricReader(OTLPMetricExporter(f"{endpoint}/v1/metrics")) if endpoint else None,
    )
