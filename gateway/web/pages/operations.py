"""Pages for operators: where each part stands, and what one request set going. Structure and timing, never content."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from fastapi import Request, Response

from gateway.gate import gate_of
from gateway.traces import SpanLine
from gateway.v1.operations import parts_at_work
from gateway.web.bars import Bar, span_bar
from gateway.web.page import Pages, show
from gateway.web.words import EFFECT_STATUSES
from services.kernel.problems import NotFound

routes = Pages()

TRACES_SHOWN = 50
TRACES_LOOKED_AT = 1000
"""Most traces are of one part alone; so many are looked through for those that went further."""
ORDER = ("gateway", "registry", "events", "funding", "reporting")
_TRACE_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Span:
    """A line of the waterfall with its bar."""

    line: SpanLine
    bar: Bar

    @property
    def indicators(self) -> list[str]:
        """The indicators that the rows of the span feed."""
        return [str(each) for each in self.line.attributes.get("samla.indicators") or ()]

    @property
    def aggregate(self) -> str | None:
        """What kind of thing it was about, and which; never what was said of it."""
        value = self.line.attributes.get("samla.aggregate")
        return str(value) if value else None


@routes.page("/drift", action="read_operations")
async def operations(request: Request, spor: Literal["alle", ""] = "") -> Response:
    """Every part at work, and the newest traces: those through several parts, unless all are asked for."""
    parts = [_part(each) for each in await parts_at_work(request)]
    traces = await gate_of(request).traces.traces(TRACES_LOOKED_AT)
    return await show(
        request,
        "operations.html",
        parts=sorted(parts, key=lambda part: ORDER.index(part.name) if part.name in ORDER else len(ORDER)),
        traces=[trace for trace in traces if spor or len(trace.services) > 1][:TRACES_SHOWN],
        shows_all=bool(spor),
        effect_statuses=EFFECT_STATUSES,
        has_sink=gate_of(request).sink is not None,
    )


@routes.page("/drift/spor/{trace_id}", action="read_operations")
async def trace(request: Request, trace_id: str) -> Response:
    """One trace from the click to the figure."""
    lines = await gate_of(request).traces.waterfall(trace_id) if _TRACE_ID.fullmatch(trace_id) else []
    if not lines:
        raise NotFound()
    whole_ms = max(line.offset_ms + line.duration_ms for line in lines)
    return await show(
        request,
        "trace.html",
        trace_id=trace_id,
        spans=[Span(line, span_bar(line.offset_ms, line.duration_ms, whole_ms)) for line in lines],
        whole_ms=whole_ms,
        parts=sorted({line.service for line in lines}),
    )


@dataclass(frozen=True, slots=True)
class PartAtWork:
    """A part as the page shows it. What it did not tell is empty."""

    name: str
    troubles: tuple[str, ...]
    lag: int | None
    parked: int | None
    waiting: int | None
    oldest: datetime | None
    effects: Mapping[str, int]
    """How many mails and the like stand where."""


def _part(told: dict[str, Any]) -> PartAtWork:
    troubles = [str(each) for each in told.get("troubles") or ()]
    if "trouble" in told:
        troubles.append(str(told["trouble"]))
    outbox = told.get("outbox") or {}
    return PartAtWork(
        name=told["part"],
        troubles=tuple(troubles),
        lag=_sum(told.get("lag")),
        parked=_sum(told.get("parked")),
        waiting=_sum(outbox.get("waiting")),
        oldest=datetime.fromisoformat(outbox["oldest"]) if outbox.get("oldest") else None,
        effects=told.get("effects") or {},
    )


def _sum(told: Any) -> int | None:
    """A number, the sum of one per neighbour, or how many there are in a list."""
    if isinstance(told, dict):
        return sum(int(each) for each in told.values())
    if isinstance(told, list):
        return len(told)
    return None if told is None else int(told)
