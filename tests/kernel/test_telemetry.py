"""One trace from the click to the copy; and nothing in it, in a metric or in a log that somebody wrote."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from deploy import logs
from services.contracts.message import Received
from services.contracts.registry import MappingInvited, MappingMessage
from services.kernel import metrics, telemetry
from services.kernel.consumer import Consumer
from services.kernel.copies import Copy
from services.kernel.wire import Delivered
from tests.kernel.conftest import Visit, invitation

CANARY = "Kanarifugl Kanarisen 01017012345"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """Every request is traced; what ends is kept here."""
    exporter = InMemorySpanExporter()
    telemetry.start(ratio=1.0, processor=SimpleSpanProcessor(exporter))
    yield exporter
    telemetry.stop()


@pytest.fixture
def measured() -> Iterator[InMemoryMetricReader]:
    reader = InMemoryMetricReader()
    metrics.start(reader)
    yield reader
    metrics.stop()


def named(exporter: InMemorySpanExporter, name: str) -> ReadableSpan:
    (found,) = (span for span in exporter.get_finished_spans() if span.name == name)
    return found


def parent_of(exporter: InMemorySpanExporter, span: ReadableSpan) -> str | None:
    ids = {each.context.span_id: each.name for each in exporter.get_finished_spans()}
    return ids.get(span.parent.span_id) if span.parent else None


async def test_a_command_is_a_request_a_transaction_and_its_statements(visit_both: Visit, spans: InMemorySpanExporter):
    assert (await visit_both.post()).status_code == 201
    request = named(spans, "POST /mappings")
    assert request.kind is SpanKind.SERVER
    assert request.resource.attributes["service.name"] == "registry"
    assert dict(request.attributes or {}) == {
        "http.request.method": "POST",
        "http.route": "/mappings",
        "http.response.status_code": 201,
        "samla.action": "write_mapping",
    }
    command = named(spans, "invite")
    assert parent_of(spans, command) == "POST /mappings"
    statements = [span for span in spans.get_finished_spans() if span.kind is SpanKind.CLIENT]
    assert len(statements) >= 4
    assert {parent_of(spans, span) for span in statements} == {"invite"}
    assert any("INSERT INTO outbox" in str((span.attributes or {})["db.query.text"]) for span in statements)


async def test_a_query_is_traced_under_its_own_name(visit_both: Visit, spans: InMemorySpanExporter):
    await visit_both.client.get("/years", headers=visit_both.token("ED"))
    assert parent_of(spans, named(spans, "years")) == "GET /years"
    assert parent_of(spans, named(spans, "SELECT")) == "years"


async def test_nothing_that_was_sent_is_in_a_span(visit_both: Visit, spans: InMemorySpanExporter):
    await visit_both.post(body=invitation(source=CANARY), key=CANARY)
    await visit_both.post(body=invitation(unit_code=CANARY))
    await visit_both.post("/broken", invitation(source=CANARY))
    await visit_both.client.get(f"/years?limit=10&{CANARY}=1", headers=visit_both.token("ED"))
    finished = spans.get_finished_spans()
    assert len(finished) > 8
    for span in finished:
        assert set(span.attributes or {}) <= telemetry.ALLOWED
        assert not span.events
        for piece in CANARY.split():
            assert piece not in span.to_json()


async def test_a_request_is_traced_only_if_it_is_chosen(visit: Visit):
    exporter = InMemorySpanExporter()
    telemetry.start(ratio=0.0, processor=SimpleSpanProcessor(exporter))
    await visit.post()
    await visit.post(traceparent=PARENT[:-1] + "0")
    await visit.post(traceparent=CANARY)
    assert exporter.get_finished_spans() == ()
    telemetry.stop()


async def test_a_caller_who_is_known_decides_that_a_request_is_traced_and_a_stranger_does_not(visit: Visit):
    exporter = InMemorySpanExporter()
    telemetry.start(ratio=0.0, processor=SimpleSpanProcessor(exporter))
    await visit.client.get("/years", headers={"traceparent": PARENT})
    assert exporter.get_finished_spans() == ()
    await visit.client.get("/years", headers={**visit.token("ED"), "traceparent": PARENT})
    request = named(exporter, "GET /years")
    assert (request.parent.span_id if request.parent else None) == int(PARENT.split("-")[2], 16)
    telemetry.stop()


async def test_a_failure_has_its_name_in_the_span_and_the_traces_id_in_the_answer(
    visit: Visit, spans: InMemorySpanExporter
):
    answer = await visit.post("/broken")
    request, command = named(spans, "POST /broken"), named(spans, "fail")
    assert (request.attributes or {})["error.type"] == "internal"
    assert (command.attributes or {})["error.type"] == "RuntimeError"
    assert {request.status.status_code, command.status.status_code} == {StatusCode.ERROR}
    assert answer.json()["trace_id"] == f"{request.context.trace_id:032x}"

    await visit.client.post("/careless", json=invitation(), headers=visit.token("ED"))
    refused = named(spans, "POST /careless")
    assert (refused.attributes or {})["error.type"] == "idempotency-key-missing"
    assert refused.status.status_code is StatusCode.UNSET


async def test_a_traced_commands_message_carries_the_trace_to_whoever_applies_it(
    visit: Visit, spans: InMemorySpanExporter
):
    await visit.post()

    def row(connection: sa.Connection) -> sa.Row[tuple[str, str, bytes]]:
        return connection.exec_driver_sql("SELECT traceparent, type, body FROM outbox").one()

    traceparent, type_, body = await visit.database.read(row)
    request = named(spans, "POST /mappings")
    assert traceparent == f"00-{request.context.trace_id:032x}-{request.context.span_id:016x}-01"
    assert json.loads(body)["traceparent"] == traceparent

    headers = telemetry.relay_headers(traceparent, type_, "m")
    published = named(spans, f"publish {type_}")
    assert parent_of(spans, published) == "POST /mappings"
    assert published.kind is SpanKind.PRODUCER

    received = applied_message(json.loads(body)["data"])
    deliveries = [
        Delivered(type_, str(received.message_id), body, headers, 1, ""),
        Delivered(type_, "another", body, {}, 2, ""),
    ]
    telemetry.record_applied(CONSUMER, deliveries, [received])
    applied, batch = named(spans, f"apply {type_}"), named(spans, "apply batch")
    assert parent_of(spans, applied) == f"publish {type_}"
    assert applied.context.trace_id == request.context.trace_id
    assert applied.resource.attributes["service.name"] == "reporting"
    assert (applied.attributes or {})["samla.indicators"] == ("brukerplan-window",)
    assert (applied.attributes or {})["samla.outcome"] == "applied"
    assert [link.context.span_id for link in batch.links] == [applied.context.span_id]
    assert batch.context.trace_id != request.context.trace_id


TABLE = sa.Table("mapping_copy", sa.MetaData(), sa.Column("mapping_id", sa.String, primary_key=True))
CONSUMER = Consumer(
    "reporting",
    "registry",
    (Copy(TABLE, lambda messages: [], of=MappingMessage, key="mapping_id", feeds=("brukerplan-window",)),),
)


def applied_message(data: dict[str, Any]) -> Received[MappingInvited]:
    message = MappingInvited.model_validate({**data, "occurred_on": date(2016, 4, 8)})
    aggregate = f"mapping/{message.aggregate_id}"
    return Received(message, UUID(int=1), aggregate, 1, datetime(2016, 4, 8, tzinfo=UTC), None)


async def test_an_untraced_commands_message_carries_no_trace(visit: Visit):
    await visit.post(traceparent=PARENT)
    carried = await visit.database.read(lambda c: c.exec_driver_sql("SELECT traceparent FROM outbox").scalar_one())
    assert carried is None


async def test_requests_are_counted_by_route_and_never_by_what_they_were_about(
    visit: Visit, measured: InMemoryMetricReader
):
    await visit.post()
    await visit.client.get(f"/mappings/{CANARY}", headers=visit.token("ED"))
    metrics.count("samla.relay.batches", 2, part="registry")
    metrics.level("samla.outbox.age", 1.5, part="registry")
    data = measured.get_metrics_data()
    assert data is not None
    found: dict[str, Any] = {
        metric.name: metric.data.data_points
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }
    routes = {
        (p.attributes["http.route"], p.attributes["http.response.status_code"]) for p in found["samla.http.duration"]
    }
    assert routes == {("/mappings", 201), ("/mappings/{mapping_id}", 404)}
    assert [point.value for point in found["samla.relay.batches"]] == [2]
    assert [point.value for point in found["samla.outbox.age"]] == [1.5]
    assert CANARY not in str(data)


def line(formatter: logging.Formatter, **extra: object) -> str:
    """What is logged of a fault whose words hold what somebody wrote."""
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        record = logging.getLogger("samla").makeRecord(
            "samla",
            logging.ERROR,
            __file__,
            1,
            "request failed",
            (),
            (type(error), error, error.__traceback__),
            extra=extra,
        )
    return formatter.format(record)


def test_a_log_line_is_json_and_says_where_it_failed_but_not_in_whose_words():
    said = json.loads(line(logs.JsonLine(), part="registry", message_id=UUID(int=1)))
    assert (said["message"], said["part"], said["error"]) == ("request failed", "registry", "ValueError")
    assert any("test_telemetry" in place for place in said["stack"])
    assert CANARY not in str(said)
    assert CANARY not in line(logs.TextLine(), part="registry")


def test_a_log_line_of_a_traced_request_names_the_trace(spans: InMemorySpanExporter):
    trace = telemetry.begin_request("registry", "GET /x", PARENT, 1, {})
    assert trace is not None
    with telemetry.within(trace):
        assert json.loads(line(logs.JsonLine()))["trace_id"] == PARENT.split("-")[1]
    assert "trace_id" not in json.loads(line(logs.JsonLine()))


def test_logs_are_text_on_a_terminal_and_json_elsewhere(monkeypatch: pytest.MonkeyPatch):
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", logging.WARNING)
    for terminal, kind in ((True, logs.TextLine), (False, logs.JsonLine)):
        stream = io.StringIO()
        stream.isatty = lambda terminal=terminal: terminal  # type: ignore[method-assign,misc]
        logs.configure(stream=stream)
        assert isinstance(root.handlers[0].formatter, kind)
