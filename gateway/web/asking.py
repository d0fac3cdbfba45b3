"""What a page asks of a service, and the service's refusal as one of the page's own."""

from collections.abc import Iterator

import orjson
from fastapi import Request

from gateway.gate import gate_of
from gateway.peers import Answer, Asked, Headers
from services.kernel.problems import (
    BadRequest,
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
    Problem,
    TooLarge,
    TooMany,
    Unauthorized,
    Unavailable,
)
from services.kernel.telemetry import current_traceparent

REFUSALS: dict[int, type[Problem]] = {
    refusal.status: refusal
    for refusal in (
        BadRequest,
        Unauthorized,
        Forbidden,
        NotFound,
        Conflict,
        PreconditionFailed,
        TooLarge,
        Invalid,
        TooMany,
        Unavailable,
    )
}
"""Each by the status of a service's answer. Any other answer is a fault of ours."""


async def ask_peer(
    request: Request,
    service: str,
    path: str,
    *,
    method: str = "GET",
    query: bytes = b"",
    headers: Headers | None = None,
    body: bytes = b"",
) -> Answer:
    """Ask a service, in the trace of the request, and get what it answers if it does what was asked.

    Raises:
        Problem: the service refuses; the one of its status, with what it says is wrong with each field.
    """
    passed = list(headers or ())
    if (traceparent := current_traceparent()) is not None:
        passed.append((b"traceparent", traceparent.encode()))
    answer = await gate_of(request).peers[service].ask(Asked(method, path, query, passed, body))
    if answer.status == 200:
        return answer
    if answer.status not in REFUSALS:
        raise Problem()
    raise REFUSALS[answer.status](errors=list(_wrong(answer)))


def _wrong(answer: Answer) -> Iterator[FieldError]:
    kind = {name.lower(): value for name, value in answer.headers}.get(b"content-type", b"")
    if not kind.startswith(b"application/problem+json"):
        return  # of something that stands between
    for error in orjson.loads(answer.body).get("errors", ()):
        yield FieldError(error.get("pointer", ""), error["detail"], error["code"], error.get("parameter"))
