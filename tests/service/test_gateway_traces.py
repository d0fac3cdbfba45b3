"""Spans come in over OTLP, and a waterfall goes out."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from gateway.traces import MAX_BODY_BYTES, TraceStore, receiver

TRACE = bytes(range(16))
BEGIN_NS = 1_460_109_600_000_000_000


def a_span(number: int, name: str, *, parent: int = 0, start_ms: int = 0, took_ms: int = 1, **attributes: str) -> Span:
    return Span(
        trace_id=TRACE,
        span_id=number.to_bytes(8, "big"),
        parent_span_id=parent.to_bytes(8, "big") if parent else b"",
        name=name,
        kind=Span.SPAN_KIND_SERVER,
        start_time_unix_nano=BEGIN_NS + start_ms * 1_000_000,
        end_time_unix_nano=BEGIN_NS + (start_ms + took_ms) * 1_000_000,
        attributes=[
            KeyValue(key=key.replace("__", "."), value=AnyValue(string_value=value))
            for key, value in attributes.items()
        ],
    )


def export(**spans_by_service: list[Span]) -> bytes:
    request = ExportTraceServiceRequest()
    for service, spans in spans_by_service.items():
        resource = request.resource_spans.add()
        resource.resource.attributes.add(key="service.name").value.string_value = service
        resource.scope_spans.add().spans.extend(spans)
    return request.SerializeToString()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[TraceStore]:
    store = TraceStore(tmp_path / "traces.db", kept_spans=50)
    yield store
    await store.close()


async def send(store: TraceStore, body: bytes, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(receiver(store))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.post("/v1/traces", content=body, headers=headers)


async def test_a_trace_across_parts_becomes_one_waterfall(store: TraceStore):
    figure = a_span(4, "apply samla.funding.grant.awarded.v1", parent=3, start_ms=9, samla__indicators="awarded")
    await send(store, export(reporting=[figure]))
    await send(
        store,
        export(
            gateway=[a_span(1, "POST /api/v1/schemes", took_ms=8)],
            funding=[
                a_span(3, "publish samla.funding.grant.awarded.v1", parent=2, start_ms=6),
                a_span(2, "POST /schemes", parent=1, start_ms=1, took_ms=5),
            ],
        ),
    )
    lines = await store.waterfall(TRACE.hex())
    assert [(line.depth, line.service, line.name.split()[0]) for line in lines] == [
        (0, "gateway", "POST"),
        (1, "funding", "POST"),
        (2, "funding", "publish"),
        (3, "reporting", "apply"),
    ]
    assert [(line.offset_ms, line.duration_ms) for line in lines] == [(0, 8), (1, 5), (6, 1), (9, 1)]
    assert lines[3].attributes == {"samla.indicators": "awarded"}
    (summary,) = await store.traces()
    assert (summary.name, summary.spans, summary.duration_ms) == ("POST /api/v1/schemes", 4, 10)
    assert summary.services == ("funding", "gateway", "reporting")


async def test_a_packed_export_is_unpacked_and_one_sent_twice_is_stored_once(store: TraceStore):
    body = export(gateway=[a_span(1, "GET /")])
    for _ in range(2):
        answer = await send(store, gzip.compress(body), **{"content-encoding": "gzip"})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-protobuf")
    assert len(await store.waterfall(TRACE.hex())) == 1


async def test_only_allowed_attributes_are_kept(store: TraceStore):
    span = a_span(1, "GET /", url__query="fnr=01010112345", enduser__id="kari@example.no", http__route="/offers")
    await send(store, export(gateway=[span]))
    (line,) = await store.waterfall(TRACE.hex())
    assert line.attributes == {"http.route": "/offers"}


async def test_a_failed_span_is_marked(store: TraceStore):
    span = a_span(1, "GET /")
    span.status.code = Status.STATUS_CODE_ERROR
    await send(store, export(gateway=[span]))
    assert [trace.failed for trace in await store.traces()] == [True]


async def test_the_oldest_spans_make_room_for_new_ones(store: TraceStore):
    for start in range(0, 200, 20):
        await send(store, export(gateway=[a_span(start + n + 1, "GET /", start_ms=start + n) for n in range(20)]))
    lines = await store.waterfall(TRACE.hex())
    assert len(lines) == 50
    assert lines[-1].span_id == (200).to_bytes(8, "big").hex()


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"this is no protobuf", {}, 400),
        (b"this is not packed", {"content-encoding": "gzip"}, 400),
        (b"x" * (MAX_BODY_BYTES + 1), {}, 413),
        (gzip.compress(b"x" * (MAX_BODY_BYTES + 1)), {"content-encoding": "gzip"}, 413),
    ],
)
async def test_what_is_no_export_is_refused_and_nothing_is_stored(store: TraceStore, body, headers, status):
    assert (await send(store, body, **headers)).status_code == status
    assert await store.traces() == []


async def test_an_unknown_trace_is_an_empty_waterfall(store: TraceStore):
    assert await store.waterfall("0" * 32) == []
