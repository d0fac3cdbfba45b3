"""Traces. Whether a request is traced is decided first; one that is not pays for nothing.

A trace goes from the click to the figure: the command's ``traceparent`` lies in the outbox row, the relay's span in the
message's header, and parents one span for each message in every part that applies it. Spans carry only attributes of
:data:`ALLOWED`: no bodies, no parameters, no query strings, no words of exceptions.
"""

import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.metrics.export import MetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, StatusCode, TraceFlags, Tracer

from services.contracts.message import Message, Received
from services.kernel import metrics
from services.kernel.consumer import Consumer
from services.kernel.problems import Problem
from services.kernel.wire import Delivered

P = ParamSpec("P")
T = TypeVar("T")
Attributes = Mapping[str, str | int | Sequence[str] | None]

ALLOWED = frozenset((
    "db.query.text", "db.system", "error.type", "http.request.method", "http.response.status_code", "http.route",
    "messaging.consumer.group.name", "messaging.destination.name", "messaging.message.id", "messaging.system",
    "samla.action", "samla.aggregate", "samla.indicators", "samla.messages", "samla.outcome", "samla.version",
))  # fmt: skip
"""The only attributes that a span of ours may have."""

TRACEPARENT = "traceparent"
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class Trace:
    """A span that is open, and the tracer that makes its children."""

    span: Span
    tracer: Tracer

    @property
    def trace_id(self) -> str:
        return f"{self.span.get_span_context().trace_id:032x}"

    @property
    def traceparent(self) -> str:
        """What is passed on, so that what follows is traced too."""
        return f"00-{self.trace_id}-{self.span.get_span_context().span_id:016x}-01"

    def end(self, error: BaseException | None = None, attributes: Attributes | None = None) -> None:
        """It is over, perhaps by an exception: a refusal is named, anything else is a failure as well."""
        refusal = error if isinstance(error, Problem) else None
        if error is not None:
            self.span.set_attribute("error.type", refusal.code if refusal else type(error).__name__)
        if error is not None and (refusal is None or refusal.status >= 500):
            self.span.set_status(StatusCode.ERROR)
        if attributes:
            self.span.set_attributes(_allowed(attributes))
        self.span.end()


class _Sink:
    """Where this process sends its spans. Nowhere, until :func:`start`."""

    def __init__(self, processor: SpanProcessor | None = None, ratio: float = 0.0) -> None:
        self.processor, self.ratio = processor, ratio
        self._tracers: dict[str, Tracer] = {}

    def tracer(self, part: str) -> Tracer:
        """One for each part, also where parts share a process: a span says which part it is of."""
        if part not in self._tracers:
            resource = Resource({"service.name": part, "service.namespace": "samla"})
            provider = TracerProvider(ALWAYS_ON, resource, shutdown_on_exit=False)
            if self.processor is not None:
                provider.add_span_processor(self.processor)
            self._tracers[part] = provider.get_tracer("samla")
        return self._tracers[part]


_sink = _Sink()
_current: ContextVar[Trace | None] = ContextVar("samla_trace", default=None)


def start(*, ratio: float, processor: SpanProcessor, reader: MetricReader | None = None) -> None:
    """Trace this share of the requests from now on, and measure if there is a reader. Before anything runs."""
    global _sink  # noqa: PLW0603 - one process, one sink
    if reader is not None:
        metrics.start(reader)
    _sink = _Sink(processor, ratio)
    for name, hook in _HOOKS.items():
        if not sa.event.contains(sa.Engine, name, hook):
            sa.event.listen(sa.Engine, name, hook)


def stop() -> None:
    """Send what is left and measure no more. Blocks for as long as the endpoint takes."""
    global _sink
    ended, _sink = _sink, _Sink()
    if ended.processor is not None:
        ended.processor.shutdown()
    metrics.stop()


def current() -> Trace | None:
    """The trace that the running code is part of, when it is traced."""
    return _current.get()


def current_traceparent() -> str | None:
    """What a command or a call to another part passes on, when this is traced."""
    return active.traceparent if (active := _current.get()) else None


def begin_request(part: str, name: str, parent: str | None, started_ns: int, attributes: Attributes) -> Trace | None:
    """Decide whether to trace a request. ``parent`` is its ``traceparent``, if its sender is to be trusted."""
    if _sink.processor is None:
        return None
    remote = _remote(parent)
    if remote is None and random.random() >= _sink.ratio:  # noqa: S311 - no secret
        return None
    return _open(_sink.tracer(part), name, SpanKind.SERVER, remote, attributes, start_ns=started_ns)


@contextmanager
def within(active: Trace) -> Iterator[None]:
    """What runs here is part of that trace, in this thread."""
    token = _current.set(active)
    try:
        yield
    finally:
        _current.reset(token)


def carried(name: str, function: Callable[P, T]) -> Callable[P, T]:
    """The function as a step of the current trace, in whichever thread it then runs. Itself when nothing is traced."""
    if (active := _current.get()) is None:
        return function

    def traced(*args: P.args, **kwargs: P.kwargs) -> T:
        child = _open(active.tracer, name, SpanKind.INTERNAL, active.span, {})
        outside = _current.set(child)
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            child.end(error)
            raise
        finally:
            _current.reset(outside)
        child.end()
        return result

    return traced


def relay_headers(traceparent: str, type_: str, message_id: str) -> dict[str, str]:
    """What travels beside a message whose command was traced: the relay's own span, a child of the command's."""
    remote = _remote(traceparent)
    if _sink.processor is None or remote is None:
        return {TRACEPARENT: traceparent}
    facts = {"messaging.system": "nats", "messaging.destination.name": type_, "messaging.message.id": message_id}
    published = _open(_sink.tracer(type_.split(".")[1]), f"publish {type_}", SpanKind.PRODUCER, remote, facts)
    published.end()
    return {TRACEPARENT: published.traceparent}


def record_applied(
    consumer: Consumer,
    deliveries: Sequence[Delivered],
    applied: Sequence[Received[Message]],
    started_ns: int | None = None,
) -> None:
    """A batch is stored: a span for each traced message, under the relay's, and one for the batch that links them."""
    metrics.count("samla.consumer.batches", part=consumer.part)
    metrics.count("samla.consumer.messages", len(applied), part=consumer.part)
    traced = [(each, remote) for each in deliveries if (remote := _remote(each.headers.get(TRACEPARENT)))]
    if _sink.processor is None or not traced:
        return
    start_ns, tracer = started_ns or time.time_ns(), _sink.tracer(consumer.part)
    new = {str(received.message_id): received for received in applied}
    links = []
    for delivery, remote in traced:
        facts = _message_facts(consumer, delivery, new.get(delivery.message_id))
        one = _open(tracer, f"apply {delivery.subject}", SpanKind.CONSUMER, remote, facts, start_ns=start_ns)
        one.end()
        links.append(Link(one.span.get_span_context()))
    size: Attributes = {"samla.messages": len(deliveries), "messaging.consumer.group.name": consumer.part}
    _open(tracer, "apply batch", SpanKind.CONSUMER, None, size, links=links, start_ns=start_ns).end()


def _message_facts(consumer: Consumer, delivery: Delivered, received: Received[Message] | None) -> Attributes:
    feeds = {
        indicator
        for copy in consumer.copies
        if received is not None and isinstance(received.message, copy.of)
        for indicator in copy.feeds
    }
    return {
        "messaging.system": "nats",
        "messaging.destination.name": delivery.subject,
        "messaging.message.id": delivery.message_id,
        "messaging.consumer.group.name": consumer.part,
        "samla.outcome": "applied" if received else "seen or parked",
        "samla.aggregate": received.aggregate if received else None,
        "samla.version": received.version if received else None,
        "samla.indicators": sorted(feeds) or None,
    }


def _open(
    tracer: Tracer, name: str, kind: SpanKind, parent: Span | None, facts: Attributes, *,
    links: Sequence[Link] = (), start_ns: int | None = None,
) -> Trace:  # fmt: skip
    # Never the library's current context: only our own spans parent ours.
    context = trace.set_span_in_context(parent, Context()) if parent is not None else Context()
    return Trace(tracer.start_span(name, context, kind, _allowed(facts), links, start_ns), tracer)


def _allowed(attributes: Attributes) -> dict[str, str | int | Sequence[str]]:
    return {name: value for name, value in attributes.items() if name in ALLOWED and value is not None}


def _remote(traceparent: str | None) -> Span | None:
    """The sampled span that a ``traceparent`` names."""
    match = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
    if match is None or not int(match[3], 16) & TraceFlags.SAMPLED:
        return None
    return NonRecordingSpan(SpanContext(int(match[1], 16), int(match[2], 16), True, TraceFlags(TraceFlags.SAMPLED)))


def _before_statement(connection: sa.Connection, cursor: Any, statement: str, *_: Any) -> None:
    if (active := _current.get()) is not None:
        facts = {"db.system": connection.dialect.name, "db.query.text": statement}
        spans = connection.info.setdefault("samla.statements", [])
        spans.append(_open(active.tracer, statement.split(None, 1)[0].upper(), SpanKind.CLIENT, active.span, facts))


def _after_statement(connection: sa.Connection, *_: Any) -> None:
    if spans := connection.info.get("samla.statements"):
        spans.pop().end()


def _statement_failed(failure: sa.engine.ExceptionContext) -> None:
    if failure.connection is not None and (spans := failure.connection.info.get("samla.statements")):
        spans.pop().end(failure.original_exception)


_HOOKS: dict[str, Callable[..., None]] = {
    "before_cursor_execute": _before_statement,
    "after_cursor_execute": _after_statement,
    "handle_error": _statement_failed,
}
