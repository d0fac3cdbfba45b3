"""What every request meets first and every answer last: limits, headers, traces, and problems instead of exceptions."""

import asyncio
import logging
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import perf_counter
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.contracts.message import named_by_us
from services.contracts.problems import CODES
from services.kernel import metrics
from services.kernel.problems import (
    BadRequest,
    FieldError,
    Invalid,
    NotFound,
    Problem,
    TooLarge,
    Unavailable,
    document,
    language_of,
)
from services.kernel.telemetry import Trace

log = logging.getLogger(__name__)

Headers = Mapping[bytes, bytes]
ErrorPage = Callable[[Scope, dict[str, Any]], Response | None]
"""From the request and the problem document, the page that shows it, or none to send the document itself."""

Larger = Sequence[tuple[re.Pattern[str], int]]
"""The paths of the routes that take a body above the limit, and how many bytes each takes."""

HEADERS, CALLER, TRACE = "samla.headers", "samla.caller", "samla.trace"
"""Where the scope of a request keeps its headers by name, who sent it, and its trace if it has one."""

BODY_LIMIT = 256 * 1024
DEADLINE_S = 10.0

_CONTENT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = (
    ("content-security-policy", _CONTENT),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
)
NOT_KEPT = (b"cache-control", b"no-store")


class MalformedJson(BadRequest):
    """The body is not JSON."""

    code = "malformed-json"


class BodyNotJson(Problem):
    """The body is said to be something else than JSON."""

    status = 415
    code = "unsupported-media-type"


class MethodNotAllowed(Problem):
    """The path is known, the method is not."""

    status = 405
    code = "method-not-allowed"


class UnknownField(Invalid):
    """The body has a field that the request does not know."""

    code = "unknown-field"


class TooSlow(Unavailable):
    """The answer did not come in time. Whether something is stored is not known."""

    code = "too-slow"


class Edge:
    """The outermost layer of an app."""

    def __init__(
        self, app: ASGIApp, part: str, headers: Iterable[tuple[str, str]], error_page: ErrorPage | None, larger: Larger
    ) -> None:
        self._app, self._part, self._error_page, self._larger = app, part, error_page, larger
        self._headers = [(name.encode(), value.encode()) for name, value in headers]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        scope[HEADERS] = dict(scope["headers"])
        status, refusal = 0, None

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = sent = [*message["headers"], *self._headers]
                if not any(name == b"cache-control" for name, _ in sent):
                    sent.append(NOT_KEPT)
            await send(message)

        try:
            await self._in_time(scope, receive, answer)
        except Exception as error:
            if status:
                # Half an answer is out: nothing more can be said, but the server must break it off.
                raise
            refusal = problem_of(error)
            self._log(scope, refusal, error)
            await self._refusal(scope, refusal)(scope, receive, answer)
        finally:
            self._measure(scope, status, refusal, perf_counter() - started)

    async def _in_time(self, scope: Scope, receive: Receive, answer: Send) -> None:
        """Let the app begin its answer before the deadline. How long the rest takes is the reader's affair."""
        deadline = asyncio.timeout(DEADLINE_S)

        async def answer_in_time(message: Message) -> None:
            deadline.reschedule(None)
            await answer(message)

        try:
            async with deadline:
                if scope["method"] not in ("GET", "HEAD"):
                    receive = await _whole_body(scope[HEADERS], receive, self._most_bytes(scope["path"]))
                await self._app(scope, receive, answer_in_time)
        except TimeoutError:
            if deadline.expired():
                raise TooSlow(retry_after_s=1) from None
            raise

    def _most_bytes(self, path: str) -> int:
        return next((most for pattern, most in self._larger if pattern.match(path)), BODY_LIMIT)

    def _refusal(self, scope: Scope, problem: Problem) -> Response:
        language = language_of(scope[HEADERS].get(b"accept-language", b"").decode("latin-1"))
        shown = document(problem, language, _trace_id(scope))
        page = self._error_page(scope, shown) if self._error_page is not None else None
        if page is None:
            page = Response(to_json(shown), problem.status, {"Content-Language": language}, "application/problem+json")
        page.headers["Vary"] = "Accept-Language"
        if problem.retry_after_s is not None:
            page.headers["Retry-After"] = str(problem.retry_after_s)
        if problem.status == 401:
            page.headers["WWW-Authenticate"] = "Bearer"
        if isinstance(problem, MethodNotAllowed):
            page.headers["Allow"] = ", ".join(problem.facts["allowed"])
        return page

    def _log(self, scope: Scope, problem: Problem, error: Exception) -> None:
        facts = {"part": self._part, "code": problem.code, "route": _route(scope), "trace_id": _trace_id(scope)}
        if problem.status == 500:
            log.error("request failed", extra=facts, exc_info=error)
        else:
            log.info("request refused", extra=facts)

    def _measure(self, scope: Scope, status: int, refusal: Problem | None, seconds: float) -> None:
        metrics.request_took(self._part, _route(scope), scope["method"], status, seconds)
        if TRACE in scope:
            trace: Trace = scope[TRACE]
            trace.end(refusal, {"http.response.status_code": status})


def problem_of(error: Exception) -> Problem:
    """What the caller is told about an exception. Of a fault of ours: nothing but that there was one."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return _invalid(error.errors())
    if isinstance(error, HTTPException):
        if error.status_code == 405:
            return MethodNotAllowed(allowed=(error.headers or {}).get("Allow", "").split(", "))
        return {404: NotFound, 400: MalformedJson}.get(error.status_code, Problem)()
    return Problem()


def _invalid(errors: Sequence[Mapping[str, Any]]) -> Problem:
    kinds = {error["type"] for error in errors}
    if "json_invalid" in kinds:
        return MalformedJson()
    if any(error["loc"][0] == "path" for error in errors):
        # An id that cannot be one names nothing, like an id that nothing has.
        return NotFound()
    refusal = UnknownField if kinds == {"extra_forbidden"} else Invalid
    return refusal(errors=[_field_error(error) for error in errors])


def _field_error(error: Mapping[str, Any]) -> FieldError:
    place, *rest = error["loc"]
    code = CODES.get(error["type"], "invalid")
    if place == "query":
        return FieldError(parameter=str(rest[0]), code=code)
    if code == "unknown-field":
        # Its name is not the model's, even if another has it: the pointer names what it stands in.
        rest = rest[:-1]
    # All other words are the caller's own, which are never repeated.
    return FieldError("".join(f"/{part}" for part in named_by_us(rest)), code=code)


async def _whole_body(headers: Headers, receive: Receive, most: int) -> Receive:
    """Read the body before anything else happens, counting the bytes that come and not those that are promised."""
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > most:
        raise TooLarge(most_bytes=most)
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise TooLarge(most_bytes=most)
        more = message.get("more_body", False)
    body: Message | None = {"type": "http.request", "body": b"".join(parts), "more_body": False}

    async def again() -> Message:
        nonlocal body
        if body is None:
            return await receive()
        message, body = body, None
        return message

    return again


def _trace_id(scope: Scope) -> str:
    """The trace's id, or one that ties the answer to the log line."""
    if TRACE in scope:
        trace: Trace = scope[TRACE]
        return trace.trace_id
    made: str = scope.setdefault("samla.trace_id", secrets.token_hex(16))
    return made


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", "")
