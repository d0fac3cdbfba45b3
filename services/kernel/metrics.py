"""Counts and durations, sent over OTLP. Free of charge until :func:`start` is called."""

from opentelemetry.metrics import Counter, NoOpMeterProvider
from opentelemetry.metrics import _Gauge as Gauge
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader
from opentelemetry.sdk.resources import Resource


class _Meters:
    def __init__(self, provider: MeterProvider | None = None) -> None:
        self.provider = provider
        self.meter = (provider or NoOpMeterProvider()).get_meter("samla")
        self.duration = self.meter.create_histogram("samla.http.duration", "s", "How long requests took.")
        self.counters: dict[str, Counter] = {}
        self.gauges: dict[str, Gauge] = {}


_meters = _Meters()


def start(reader: MetricReader) -> None:
    """Measure, and give the reader what it asks for."""
    global _meters  # noqa: PLW0603 - one process, one place where it is counted
    resource = Resource({"service.name": "samla", "service.namespace": "samla"})
    _meters = _Meters(MeterProvider([reader], resource, shutdown_on_exit=False))


def stop() -> None:
    """Send what is left and measure no more."""
    global _meters
    ended, _meters = _meters, _Meters()
    if ended.provider is not None:
        ended.provider.shutdown()


def request_took(part: str, route: str, method: str, status: int, seconds: float) -> None:
    """One request more."""
    if _meters.provider is not None:
        labels = {"samla.part": part, "http.route": route, "http.request.method": method}
        _meters.duration.record(seconds, {**labels, "http.response.status_code": status})


def count(name: str, amount: int = 1, **labels: str | int) -> None:
    """So many more of something, for example ``samla.relay.batches``."""
    if _meters.provider is not None:
        if name not in _meters.counters:
            _meters.counters[name] = _meters.meter.create_counter(name)
        _meters.counters[name].add(amount, labels)


def level(name: str, value: float, **labels: str | int) -> None:
    """How much there is of something now, for example ``samla.outbox.waiting``."""
    if _meters.provider is not None:
        if name not in _meters.gauges:
            _meters.gauges[name] = _meters.meter.create_gauge(name)
        _meters.gauges[name].set(value, labels)


def is_on() -> bool:
    """Whether anybody listens: if not, what has to be asked for first need not be."""
    return _meters.provider is not None
