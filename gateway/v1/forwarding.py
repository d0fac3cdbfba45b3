"""Commands and private reads: declared in a table, answered by the service that owns the thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from gateway.gate import gate_of
from gateway.peers import Asked, let_in, let_out
from gateway.v1.declared import Declared, Handler, Items
from services.contracts.registry.imports import TableImport
from services.contracts.tables import CSV, MOST_BYTES, XLSX
from services.kernel.edge import BODY_LIMIT
from services.kernel.paging import Limit
from services.kernel.telemetry import current_traceparent

PREFIX = "/api/v1"


class CsvFile(Response):
    """A table of text."""

    media_type = CSV


class WorkbookFile(Response):
    """A table for a spreadsheet."""

    media_type = XLSX


@dataclass(frozen=True)
class Forwarded:
    """One line of a table: what is asked of which service, with the models that its contract names."""

    method: Literal["GET", "POST"]
    path: str
    service: str
    action: str
    summary: str
    asks: type[BaseModel] | None
    answers: Any
    status: int = 200
    query: Mapping[str, Any] = field(default_factory=dict)
    needs_version: bool = False
    """The thing exists already, so the caller must say which version of it was seen."""
    takes: Sequence[str] = ()
    most_bytes: int = BODY_LIMIT
    response_class: type[Response] = JSONResponse
    asks_outside: bool = False
    """Somebody who is not ours is asked, and what comes back may be of no use."""

    def route(self) -> Declared:
        """The route of the line."""
        return Declared(
            self.method,
            PREFIX + self.path,
            to_service(self.service),
            action=self.action,
            summary=self.summary,
            asks=self.asks,
            answers=self.answers,
            status=self.status,
            query=self.query,
            needs_version=self.needs_version,
            takes=self.takes,
            most_bytes=self.most_bytes,
            response_class=self.response_class,
            asks_outside=self.asks_outside,
        )


@dataclass(frozen=True)
class Owner:
    """A service, to write the lines of its table with."""

    service: str

    def lists(self, path: str, answers: Any, action: str, summary: str, **query: Any) -> Forwarded:
        """Read a list in pages."""
        paged = {**query, "limit": Limit, "after": str}
        return Forwarded("GET", path, self.service, action, summary, None, Items[answers], query=paged)

    def reads(self, path: str, answers: Any, action: str, summary: str, **query: Any) -> Forwarded:
        """Read one thing, or a list that is never long."""
        return Forwarded("GET", path, self.service, action, summary, None, answers, query=query)

    def makes(self, path: str, asks: type[BaseModel], answers: Any, action: str, summary: str) -> Forwarded:
        """Make something new."""
        return Forwarded("POST", path, self.service, action, summary, asks, answers, 201)

    def moves(self, path: str, asks: type[BaseModel], answers: Any, action: str, summary: str) -> Forwarded:
        """Move on something that exists, from the version that the caller has seen."""
        return Forwarded("POST", path, self.service, action, summary, asks, answers, needs_version=True)

    def imports(self, path: str, action: str, summary: str) -> Forwarded:
        """Take in a table, or try it."""
        tried = {"dry_run": bool}
        takes = (CSV, XLSX)
        return Forwarded(
            "POST",
            path,
            self.service,
            action,
            summary,
            None,
            TableImport,
            query=tried,
            takes=takes,
            most_bytes=MOST_BYTES,
        )

    def exports(self, path: str, action: str, summary: str, **query: Any) -> Forwarded:
        """Give a table, as a file of the kind that the path ends in."""
        kind = WorkbookFile if path.endswith(".xlsx") else CsvFile
        return Forwarded("GET", path, self.service, action, summary, None, None, query=query, response_class=kind)


def to_service(service: str) -> Handler:
    """A handler that passes the request on and the answer back."""

    async def forward(request: Request) -> Response:
        return await ask_service(request, service)

    return forward


async def ask_service(request: Request, service: str, *, path: str | None = None) -> Response:
    """What the service says to this request, or to the same caller asking it for another ``path``.

    Raises:
        Unavailable: the service is down; nothing is stored.
    """
    scope = request.scope
    headers = let_in(scope["headers"])
    if (traceparent := current_traceparent()) is not None:
        headers.append((b"traceparent", traceparent.encode()))
    answer = (
        await gate_of(request)
        .peers[service]
        .ask(
            Asked(
                method=scope["method"],
                path=path or scope["raw_path"].decode("ascii").removeprefix(PREFIX),
                query=b"" if path else scope["query_string"],
                headers=headers,
                body=await request.body(),
            )
        )
    )
    passed = Response(status_code=answer.status)
    passed.body = answer.body
    passed.raw_headers = [*let_out(answer.headers, PREFIX), (b"content-length", b"%d" % len(answer.body))]
    return passed
