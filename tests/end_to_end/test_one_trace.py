"""One trace from the click to the figure: the spans of a request as a tree, and as the waterfall that operators see."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from services.kernel import telemetry
from tests.end_to_end.installation import Installation
from tests.end_to_end.surveys import Survey, enter

pytestmark = pytest.mark.asyncio(loop_scope="module")

Branch = tuple[str, str, list[Any]]
"""A span in the tree: its part, its name, and the branches below it."""

MESSAGE = "samla.registry.mapping.completed.v1"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """Every request is traced; what ends is kept here."""
    exporter = InMemorySpanExporter()
    telemetry.start(ratio=1.0, processor=SimpleSpanProcessor(exporter))
    yield exporter
    telemetry.stop()


def tree(spans: Sequence[ReadableSpan], parent: int | None = None) -> list[Branch]:
    """Part, name and children of every span but the statements, from the root on."""
    children = defaultdict(list)
    for span in spans:
        children[span.parent.span_id if span.parent else None].append(span)
    return sorted(
        (str(span.resource.attributes["service.name"]), span.name, tree(spans, span.context.span_id))
        for span in children[parent]
        if span.kind is not SpanKind.CLIENT
    )


async def test_a_request_is_one_tree_from_the_gateway_to_the_figure(
    here: Installation, spans: InMemorySpanExporter
) -> None:
    editor, korus = await here.user("korusnord.redaktor"), here.organisations["korus-nord"]
    await enter(editor, korus, [Survey("brukerplan", "1902", date(2016, 3, 1))])
    (mapping,) = await editor.pages("/mappings", unit_code="1902")
    await here.settled()
    spans.clear()
    thing = f"/mappings/{mapping['mapping_id']}"
    answer = await editor.post(f"{thing}/complete", {"occurred_on": "2016-05-02"}, if_match='"2"')
    assert answer.status_code == 200, answer.text
    await here.settled()

    roots = [span for span in spans.get_finished_spans() if span.name == "POST /api/v1/mappings/{mapping_id}/complete"]
    (root,) = roots
    of_trace = [span for span in spans.get_finished_spans() if span.context.trace_id == root.context.trace_id]
    applied: list[Branch] = [(part, f"apply {MESSAGE}", []) for part in ("events", "funding", "gateway", "reporting")]
    assert tree(of_trace) == [
        (
            "gateway",
            "POST /api/v1/mappings/{mapping_id}/complete",
            [
                (
                    "registry",
                    "POST /mappings/{mapping_id}/complete",
                    [
                        ("registry", "move_mapping", []),
                        ("registry", f"publish {MESSAGE}", applied),
                    ],
                )
            ],
        )
    ]
    by_name = {(str(span.resource.attributes["service.name"]), span.name): span for span in of_trace}
    transaction = by_name["registry", "move_mapping"]
    statements = [span for span in of_trace if span.kind is SpanKind.CLIENT]
    assert {span.parent.span_id for span in statements if span.parent} == {transaction.context.span_id}
    assert any("INSERT INTO outbox" in str((span.attributes or {})["db.query.text"]) for span in statements)
    # Reporting says which figures its new rows feed; a part that keeps no mappings feeds none.
    fed = {part: (by_name[part, f"apply {MESSAGE}"].attributes or {}).get("samla.indicators") for part, _, _ in applied}
    assert fed["reporting"] == ("brukerplan_coverage", "ungdata_coverage", "ungdata_upper_secondary")
    assert fed["events"] is None
    for part, _, _ in applied:
        facts = by_name[part, f"apply {MESSAGE}"].attributes or {}
        assert (facts["samla.aggregate"], facts["samla.version"]) == (f"mapping/{mapping['mapping_id']}", 3)
    assert (await editor.figure("brukerplan_coverage"))["numerator"] == 1

    # An operator sees the same tree, parents before children, from what is sent over OTLP.
    exporter = OTLPSpanExporter(f"http://127.0.0.1:{here.traces_port}/v1/traces")
    await asyncio.to_thread(exporter.export, of_trace)
    operator = await here.user("drift1")
    trace_id = f"{root.context.trace_id:032x}"
    lines = (await operator.get(f"/ops/traces/{trace_id}")).json()["items"]
    assert [(each["depth"], each["service"]) for each in lines if each["kind"] != "client"][:3] == [
        (0, "gateway"), (1, "registry"), (2, "registry"),
    ]  # fmt: skip
    assert len(lines) == len(of_trace)
    assert {each["service"] for each in lines} == {"gateway", "registry", "events", "funding", "reporting"}
    assert (await editor.get(f"/ops/traces/{trace_id}")).status_code == 403
