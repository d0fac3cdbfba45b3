"""Traces for operators: spans come in over OTLP, the last ones are kept in a file of their own, a waterfall goes out.

Nothing depends on this file. It holds structure and timing, never what a request was about.
"""

import asyncio
import json
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as WireSpan
from opentelemetry.proto.trace.v1.trace_pb2 import Status
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.kernel.problems import BadRequest, TooLarge
from services.kernel.problems import Problem as Refusal
from services.kernel.telemetry import ALLOWED

P = ParamSpec("P")
T = TypeVar("T")

MAX_BODY_BYTES = 4 * 1024 * 1024
PROTOBUF = "application/x-protobuf"

_TABLE = """
CREATE TABLE IF NOT EXISTS span (
  received INTEGER PRIMARY KEY, trace_id TEXT NOT NULL, span_id TEXT NOT NULL, parent_id TEXT, service TEXT NOT NULL,
  name TEXT NOT NULL, kind INTEGER NOT NULL, start_ns INTEGER NOT NULL, duration_ns INTEGER NOT NULL,
  failed INTEGER NOT NULL, attributes TEXT NOT NULL, links TEXT NOT NULL, UNIQUE (trace_id, span_id))
"""
_INSERT = "INSERT OR REPLACE INTO span VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_TRIM = "DELETE FROM span WHERE received <= (SELECT max(received) FROM span) - ?"
_LIST = """
SELECT trace_id, min(start_ns) AS start_ns, max(start_ns + duration_ns) - min(start_ns) AS duration_ns,
  count(*) AS spans, max(failed) AS failed, group_concat(DISTINCT service) AS services,
  (SELECT name FROM span root WHERE root.trace_id = span.trace_id ORDER BY root.start_ns, root.received LIMIT 1) AS name
FROM span GROUP BY trace_id ORDER BY start_ns DESC LIMIT ?
"""
KINDS = ("", "internal", "server", "client", "producer", "consumer")


@dataclass(frozen=True, slots=True)
class TraceSummary:
    """One trace in the list."""

    trace_id: str
    name: str
    started_at: datetime
    duration_ms: float
    spans: int
    services: tuple[str, ...]
    failed: bool


@dataclass(frozen=True, slots=True)
class SpanLine:
    """One line of a waterfall, in the order of a walk from parents to children."""

    span_id: str
    parent_id: str | None
    depth: int
    service: str
    name: str
    kind: str
    offset_ms: float
    """From the beginning of the trace."""
    duration_ms: float
    failed: bool
    attributes: dict[str, Any] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    """Traces that the span also belongs to: those of the other messages of its batch."""


class TraceStore:
    """The last spans. All work is done in one thread, away from the event loop."""

    def __init__(self, path: Path, kept_spans: int) -> None:
        self._path, self._kept_spans = path, kept_spans
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="traces")
        self._connection: sqlite3.Connection | None = None

    async def receive(self, request: Request) -> Response:
        """``POST /v1/traces``: what any OTLP exporter sends."""
        body = await request.body()
        if len(body) > MAX_BODY_BYTES:
            raise TooLarge()
        try:
            if request.headers.get("content-encoding") == "gzip":
                body = _unpacked(body)
            export = ExportTraceServiceRequest.FromString(body)
        except (DecodeError, OSError, EOFError, zlib.error):
            raise BadRequest() from None
        await self._run(self._store, list(_rows(export)))
        return Response(ExportTraceServiceResponse().SerializeToString(), media_type=PROTOBUF)

    async def traces(self, limit: int = 50) -> list[TraceSummary]:
        """The newest traces."""
        return await self._run(self._traces, limit)

    async def waterfall(self, trace_id: str) -> list[SpanLine]:
        """A trace's spans as a tree written out; empty when it is unknown or no longer kept."""
        return await self._run(self._waterfall, trace_id)

    async def close(self) -> None:
        await self._run(self._close)
        self._thread.shutdown()

    async def _run(self, function: Callable[P, T], *args: P.args, **_: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *args)

    @property
    def _file(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite3.connect(self._path)
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.execute(_TABLE)
        return self._connection

    def _store(self, rows: list[tuple[Any, ...]]) -> None:
        with self._file as file:
            file.executemany(_INSERT, rows)
            file.execute(_TRIM, (self._kept_spans,))

    def _traces(self, limit: int) -> list[TraceSummary]:
        return [
            TraceSummary(
                trace_id=row["trace_id"],
                name=row["name"],
                started_at=datetime.fromtimestamp(row["start_ns"] / 1e9, UTC),
                duration_ms=row["duration_ns"] / 1e6,
                spans=row["spans"],
                services=tuple(sorted(row["services"].split(","))),
                failed=bool(row["failed"]),
            )
            for row in self._file.execute(_LIST, (limit,))
        ]

    def _waterfall(self, trace_id: str) -> list[SpanLine]:
        rows = self._file.execute("SELECT * FROM span WHERE trace_id = ? ORDER BY start_ns, received", (trace_id,))
        return list(_walk(rows.fetchall()))

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def receiver(store: TraceStore) -> Starlette:
    """The app that takes spans in. It knows nobody, so it listens on loopback only."""

    async def refuse(request: Request, problem: Exception) -> Response:
        return Response(status_code=problem.status if isinstance(problem, Refusal) else 500)

    routes = [Route("/v1/traces", store.receive, methods=["POST"])]
    return Starlette(routes=routes, exception_handlers={Refusal: refuse})


def _unpacked(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    unpacked = unpacker.decompress(body, MAX_BODY_BYTES)
    if unpacker.unconsumed_tail:
        raise TooLarge()
    return unpacked


def _rows(export: ExportTraceServiceRequest) -> Iterator[tuple[Any, ...]]:
    for resource in export.resource_spans:
        service = _attributes(resource.resource.attributes).get("service.name", "unknown")
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield _row(str(service), span)


def _row(service: str, span: WireSpan) -> tuple[Any, ...]:
    return (
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex() or None,
        service,
        span.name,
        int(span.kind),
        span.start_time_unix_nano,
        max(0, span.end_time_unix_nano - span.start_time_unix_nano),
        int(span.status.code == Status.STATUS_CODE_ERROR),
        json.dumps({name: value for name, value in _attributes(span.attributes).items() if name in ALLOWED}),
        json.dumps(sorted({link.trace_id.hex() for link in span.links})),
    )


def _attributes(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(each) for each in value.array_value.values]
    return getattr(value, kind) if kind in ("string_value", "bool_value", "int_value", "double_value") else None


def _walk(rows: list[sqlite3.Row]) -> Iterator[SpanLine]:
    """Parents before children, each family in the order of time. A span whose parent is not kept begins a tree."""
    known = {row["span_id"] for row in rows}
    children: dict[str | None, list[sqlite3.Row]] = defaultdict(list)
    for row in rows:
        children[row["parent_id"] if row["parent_id"] in known else None].append(row)
    start_ns = rows[0]["start_ns"] if rows else 0
    waiting = [(row, 0) for row in reversed(children[None])]
    while waiting:
        row, depth = waiting.pop()
        yield SpanLine(
            span_id=row["span_id"],
            parent_id=row["parent_id"],
            depth=depth,
            service=row["service"],
            name=row["name"],
            kind=KINDS[row["kind"]],
            offset_ms=(row["start_ns"] - start_ns) / 1e6,
            duration_ms=row["duration_ns"] / 1e6,
            failed=bool(row["failed"]),
            attributes=json.loads(row["attributes"]),
            links=tuple(json.loads(row["links"])),
        )
        waiting.extend((child, depth + 1) for child in reversed(children[row["span_id"]]))
