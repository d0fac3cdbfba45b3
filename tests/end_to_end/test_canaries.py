"""What callers send comes back in no error, header, log, span or metric, and is in no subject or header of a message.

A canary is sent in every field that takes text of every operation of the API, one field at a time while the rest is as
it should be, and once in all of them together.
"""

import base64
import json
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

import httpx
import jsonschema_rs
import pytest
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from deploy.example.accounts import ACCOUNTS
from deploy.keys import PROVISION, read_key
from deploy.logs import QUIET
from gateway.v1.api import openapi
from services.contracts.access import Scope, cell
from services.contracts.tables import CSV, XLSX
from services.kernel import telemetry
from services.kernel.broker import Broker
from services.kernel.wire import stream_of
from tests.end_to_end.installation import Installation
from tests.end_to_end.users import User
from tests.tables import a_csv, a_workbook, rows_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

CANARY = "kanari7f3e"
CALLERS_OWN = ("httpx", "httpcore")
"""Loggers of the test's own client, which says what it asks for."""
NOBODY = str(UUID(int=7 << 76 | 2 << 62))
DESCRIPTION = openapi()
TEXTS = (
    "08", "1902", "2016-03-01", "brukerplan", "korus-nord", "post@senter.example", "974707152", "A1", "A1-T1", "A1-A1",
    "A1-G1", "765", "21", "a" * 64, "samla.registry.mapping.completed.v1", NOBODY, "https://senter.example",
)  # fmt: skip
"""Tried one after the other where a text has to look like something."""


def schema_of(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = DESCRIPTION["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def fits(schema: Mapping[str, Any], text: str) -> bool:
    return jsonschema_rs.is_valid({**schema, "type": "string"}, text, validate_formats=True)


def example_of(schema: Mapping[str, Any], at: tuple[str | int, ...], places: list[tuple[str | int, ...]]) -> Any:
    """Something that the schema allows, with every field in it; notes where it takes text."""
    schema = schema_of(schema)
    if "anyOf" in schema:
        return example_of(next(each for each in schema["anyOf"] if each.get("type") != "null"), at, places)
    if "const" in schema or "enum" in schema:
        places.append(at)
        return schema.get("const", next(iter(schema.get("enum", [None]))))
    match schema.get("type"):
        case "object" if "properties" in schema:
            return {name: example_of(each, (*at, name), places) for name, each in schema["properties"].items()}
        case "array":
            inside = schema.get("items") or (schema.get("prefixItems") or [{"type": "string"}])[0]
            return [example_of(inside, (*at, 0), places)]
        case "integer" | "number":
            return max(schema.get("minimum", 0), min(2016, schema.get("maximum", 2016)))
        case "boolean":
            return True
        case "string":
            places.append(at)
            return next((text for text in (*TEXTS, "tekst") if fits(schema, text)), "tekst")
    return {}


def put(body: Any, place: tuple[str | int, ...], value: str) -> Any:
    """A copy of the body with the value there."""
    changed = json.loads(json.dumps(body))
    inside = changed
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    return changed


def operations() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in DESCRIPTION["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def bodies_of(operation: Mapping[str, Any], organisation_id: str) -> Iterator[Any]:
    """The bodies to send, each with a canary: at each place, then everywhere. Ids are the organisation's."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return
    places: list[tuple[str | int, ...]] = []
    body = json.loads(json.dumps(example_of(content["schema"], (), places)).replace(NOBODY, organisation_id))
    canaries = (f"{CANARY}{number:04}" for number in count())
    for place in places:
        yield put(body, place, next(canaries))
    for place in places:
        body = put(body, place, next(canaries))
    yield body
    yield {**body, f"{CANARY}field": CANARY} if isinstance(body, dict) else body


CELLS = {
    "tool": "brukerplan", "unit_code": "1902", "year": "2016", "status": "completed", "completed_on": "2016-03-01",
    "role": "leader", "email": f"{CANARY}@senter.example", "language": "nb", "lawful_basis": "consent",
    "valid_from": "2016-01-01", "name": CANARY, "source": CANARY,
    "kind": "cooperation", "parties": "korus-midt", "title_nb": CANARY, "scope_nn": CANARY, "occurred_on": "2016-03-01",
    "commitment_nb": CANARY, "due_on": "2016-12-31", "evidence_kind": "survey", "responsible": "korus-midt",
}  # fmt: skip
"""A row of any table, with a canary in what is free text."""


async def files_for(user: User, address: str, operation: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    """Tables to send: a right one with canaries, one with a canary in each column alone, and one in a heading."""
    if CSV not in operation.get("requestBody", {}).get("content", {}):
        return []
    template = await user.get(f"{address}-template.csv")
    assert template.status_code == 200, template.text
    (headings,) = rows_of(template.content)
    right = [CELLS.get(name, "") for name in headings]
    spoilt = [[*right[:place], f"{CANARY}{place:04}", *right[place + 1 :]] for place in range(len(right))]
    tables = (headings, right), (headings, *spoilt), ([*headings, CANARY], right)
    files = [(CSV, a_csv(*rows)) for rows in tables] + [(XLSX, a_workbook(*rows)) for rows in tables]
    return [*files, (CSV, f"{CANARY}æ".encode("latin-1")), (XLSX, CANARY.encode())]


@dataclass
class Overheard:
    """Everything that the installation says to others than the caller."""

    spans: InMemorySpanExporter
    metrics: InMemoryMetricReader
    records: list[logging.LogRecord]

    def everything(self) -> Iterator[str]:
        for record in self.records:
            if record.name.startswith(CALLERS_OWN) or (record.name in QUIET and record.levelno < logging.WARNING):
                continue
            yield str({**record.__dict__, "message": record.getMessage()})
        for span in self.spans.get_finished_spans():
            yield span.to_json()
        data = self.metrics.get_metrics_data()
        if data is not None:
            yield data.to_json()


@pytest.fixture
def overheard() -> Iterator[Overheard]:
    exporter, reader, records = InMemorySpanExporter(), InMemoryMetricReader(), list[logging.LogRecord]()
    handler = logging.Handler(logging.DEBUG)
    handler.emit = records.append  # type: ignore[assignment, method-assign]
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    telemetry.start(ratio=1.0, processor=SimpleSpanProcessor(exporter), reader=reader)
    yield Overheard(exporter, reader, records)
    telemetry.stop()
    root.setLevel(level)
    root.removeHandler(handler)


async def who_may(here: Installation, action: str) -> User:
    """Somebody who may do it, of the example's accounts, or nobody."""
    for account in ACCOUNTS:
        if cell(action, [account.role]).scope in (Scope.own, Scope.all) and account.role != "PUB":
            return await here.user(account.login_name)
    return here.anybody()


def must_not_tell(answer: httpx.Response, what: str) -> None:
    assert CANARY not in str(answer.headers).lower(), what
    if not answer.is_success:
        assert CANARY not in answer.text.lower(), f"{what}: {answer.text}"
    assert answer.status_code != 500, f"{what}: {answer.text}"


@asynccontextmanager
async def broker_of(here: Installation) -> AsyncIterator[Broker]:
    """The broker as provisioning sees it: it may read every stream."""
    broker = await Broker.connect(
        here.server.url, identity=PROVISION, key=read_key(here.settings.keys_folder, PROVISION)
    )
    try:
        yield broker
    finally:
        await broker.close()


async def stored_behind(broker: Broker, service: str, sequence: int) -> list[str]:
    """Subject and headers of each message behind that sequence."""
    found = []
    for number in range(sequence + 1, await broker.last_sequence(stream_of(service)) + 1):
        told = (await broker.api(f"STREAM.MSG.GET.{stream_of(service)}", {"seq": number}))["message"]
        found.append(told["subject"] + base64.b64decode(told["hdrs"]).decode())
    return found


async def test_a_canary_in_every_field_of_every_operation_is_told_to_nobody(
    here: Installation, overheard: Overheard
) -> None:
    publishers = [name for name, hosted in here.host.hosted.items() if hosted.service.publishes]
    async with broker_of(here) as broker:
        before = {name: await broker.last_sequence(stream_of(name)) for name in publishers}
    sent = accepted = imported = 0
    for method, path, operation in operations():
        user = await who_may(here, operation["x-samla-action"])
        named = [each for each in operation.get("parameters", ()) if each["in"] == "path"]
        address, in_path = path.removeprefix("/api/v1"), path.removeprefix("/api/v1")
        for each in named:
            name = "{" + each["name"] + "}"
            address, in_path = address.replace(name, NOBODY), in_path.replace(name, CANARY)
        what = f"{method} {path}"
        if method == "GET":
            asked = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
            must_not_tell(await user.get(in_path), what)
            for name in (*asked, f"{CANARY}parameter"):
                must_not_tell(await user.get(address, **{name: f"{CANARY} æøå"}), f"{what} ?{name}")
                sent += 1
            continue
        for body in bodies_of(operation, str(here.organisations["korus-nord"])):
            answer = await user.post(address, body, if_match='"1"', key=f"canary-{sent}")
            must_not_tell(answer, what)
            sent, accepted = sent + 1, accepted + answer.is_success
        for media_type, file in await files_for(user, address, operation):
            for path_and_how in (address, f"{address}?dry_run=false"):
                answer = await user.send(path_and_how, file, media_type, key=f"canary-{sent}")
                must_not_tell(answer, what)
                assert CANARY not in answer.text, f"{what}: {answer.text}"
                sent, imported = sent + 1, imported + (answer.is_success and answer.json()["stored"])
        must_not_tell(await user.post(address, {}, if_match=CANARY, key=f"{CANARY}-{sent}"), f"{what} If-Match")
    assert sent > 300
    assert accepted > 5
    assert imported > 2
    await here.settled()
    async with broker_of(here) as broker:
        told = [each for name, last in before.items() for each in await stored_behind(broker, name, last)]
    assert len(told) > 10
    assert not [each for each in told if CANARY in each.lower()]
    said = 0
    for each in overheard.everything():
        said += 1
        assert CANARY not in each.lower(), each[:2000]
    assert said > sent
