"""Where this process sends what it measures: to the endpoint that the settings name, or to our own gateway."""

from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from deploy.parts import traces_port_of
from services.kernel import telemetry
from services.kernel.settings import Settings

SEND_EVERY_MS = 1000
"""Spans wait no longer than this, so that an operator sees the click just made."""


def start(settings: Settings) -> None:
    """Begin to measure. Our own gateway keeps traces only; metrics go to an endpoint, if there is one."""
    endpoint = settings.otlp_endpoint
    if endpoint is None and settings.trace_ratio == 0:
        return
    # Imported only here: they bring an HTTP client of their own.
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    spans = OTLPSpanExporter(f"{endpoint or f'http://127.0.0.1:{traces_port_of(settings)}'}/v1/traces")
    telemetry.start(
        ratio=settings.trace_ratio,
        processor=BatchSpanProcessor(spans, schedule_delay_millis=SEND_EVERY_MS),
        reader=PeriodicExportingMetricReader(OTLPMetricExporter(f"{endpoint}/v1/metrics")) if endpoint else None,
    )
