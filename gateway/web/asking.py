"""What a page asks of a service, and the service's refusal as one of the page's own."""

from collections.abc import Iterator, Mapping

import orjson
from fastapi import Request

from gateway.gate import gate_of
from gateway.peers import Answer, Asked, Headers
from services.contracts.problems import Language
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

DONE = (200, 201)
FOR_THE_READER = (409, 412, 422)
"""Refusals that whoever filled in a form can do something about."""


class Refused(Exception):
    """A service would not do what a form asked, and why, in the language of the page.

    ``wrong`` is what is wrong with each field, by its JSON pointer.
    """

    def __init__(self, status: int, title: str, detail: str | None, wrong: Mapping[str, str]) -> None:
        super().__init__(title)
        self.status, self.title, self.detail, self.wrong = status, title, detail, wrong


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
    answer = await _answer(request, service, Asked(method, path, query, list(headers or ()), body))
    if answer.status in DONE:
        return answer
    raise _refusal(answer)


async def tell_peer(
    request: Request, service: str, path: str, *, headers: Headers, body: bytes, language: Language
) -> Answer:
    """Have a service do what a form asks, and get what it answers.

    Raises:
        Refused: it would not, and the reader can do something about it.
        Problem: it refuses for another reason.
    """
    said = [*headers, (b"content-type", b"application/json"), (b"accept-language", language.encode("ascii"))]
    answer = await _answer(request, service, Asked("POST", path, b"", said, body))
    if answer.status in DONE:
        return answer
    if answer.status in FOR_THE_READER and _is_problem(answer):
        told = orjson.loads(answer.body)
        wrong = {error.get("pointer", ""): error["detail"] for error in told.get("errors", ())}
        raise Refused(answer.status, told["title"], told.get("detail"), wrong)
    raise _refusal(answer)


async def _answer(request: Request, service: str, asked: Asked) -> Answer:
    if (traceparent := current_traceparent()) is not None:
        asked.headers.append((b"traceparent", traceparent.encode()))
    return await gate_of(request).peers[service].ask(asked)


def _refusal(answer: Answer) -> Problem:
    if answer.status not in REFUSALS:
        return Problem()
    return REFUSALS[answer.status](errors=list(_wrong(answer)))


def _wrong(answer: Answer) -> Iterator[FieldError]:
    if not _is_problem(answer):
        return  # of something that stands between
    for error in orjson.loads(answer.body).get("errors", ()):
        yield FieldError(error.get("pointer", ""), error["detail"], error["code"], error.get("parameter"))


def _is_problem(answer: Answer) -> bool:
    kind = {name.lower(): value for name, value in answer.headers}.get(b"content-type", b"")
    return kind.startswith(b"application/problem+json")
