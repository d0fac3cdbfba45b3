"""Refusals by name. They know no web framework; :func:`document` says how a caller sees one (RFC 9457)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from services.contracts.problems import FIELD_ERRORS, PROBLEMS, Language


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one part of a request. Never says what the caller sent.

    ``pointer`` is a JSON pointer into the body. ``detail`` may be left out when ``code`` is in ``field_errors.csv`` or
    is the slug of a problem. ``parameter`` is set instead of ``pointer`` for a parameter of the address.
    """

    pointer: str = ""
    detail: str = ""
    code: str = "invalid"
    parameter: str | None = None

    def shown(self, language: Language) -> dict[str, str]:
        """As a member of ``errors``."""
        where = {"pointer": self.pointer} if self.parameter is None else {"parameter": self.parameter}
        return {**where, "code": self.code, "detail": self.detail or self._sentence(language)}

    def _sentence(self, language: Language) -> str:
        if self.code in FIELD_ERRORS:
            return FIELD_ERRORS[self.code].text(language)
        return f"{PROBLEMS[self.code].title(language)}."


OWN_MEMBERS = frozenset(("type", "title", "status", "detail", "instance", "errors", "trace_id"))
"""What every problem document says itself."""


class Problem(Exception):
    """A refusal. ``code`` is its line in ``problems.csv``; ``facts`` are what the caller needs to act on it.

    Raises:
        TypeError: a fact has the name of one of the document's own members.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(
        self, detail: str = "", *, errors: Sequence[FieldError] = (), retry_after_s: int | None = None, **facts: Any
    ) -> None:
        super().__init__(detail or self.code)
        if taken := OWN_MEMBERS & facts.keys():
            raise TypeError(f"a problem document has its own {sorted(taken)}")
        self.detail, self.errors, self.retry_after_s, self.facts = detail, tuple(errors), retry_after_s, facts


class BadRequest(Problem):
    """The request cannot be read."""

    status = 400
    code = "bad-request"


class Unauthorized(Problem):
    """Nobody is known to have sent it."""

    status = 401
    code = "unauthenticated"


class Forbidden(Problem):
    """The caller may not do this, whatever it is about."""

    status = 403
    code = "forbidden"


class NotFound(Problem):
    """There is no such thing, or it is another organisation's and none of the caller's business."""

    status = 404
    code = "not-found"


class Conflict(Problem):
    """The state of the world is against it."""

    status = 409
    code = "conflict"


class PreconditionFailed(Problem):
    """The thing is newer than what the caller has seen."""

    status = 412
    code = "precondition-failed"


class TooLarge(Problem):
    """The body is longer than what is read."""

    status = 413
    code = "too-large"


class Invalid(Problem):
    """Something in the request is not what it should be; ``errors`` say what and where."""

    status = 422
    code = "invalid"


class PreconditionRequired(Problem):
    """The caller has not said which version it has seen."""

    status = 428
    code = "precondition-required"


class TooMany(Problem):
    """The caller asks too often."""

    status = 429
    code = "rate-limited"


class Unavailable(Problem):
    """It may work later. Where something could be stored already, the same idempotency key does it once."""

    status = 503
    code = "unavailable"


class NotYetKnown(Conflict):
    """The request refers to something whose message has not arrived here yet."""

    code = "not-yet-known"


def document(problem: Problem, language: Language, trace_id: str) -> dict[str, Any]:
    """The problem as its caller sees it."""
    kind = PROBLEMS[problem.code]
    detail = problem.detail or kind.detail(language, problem.facts)
    return {
        "type": kind.urn,
        "title": kind.title(language),
        "status": problem.status,
        **({"detail": detail} if detail else {}),
        **({"errors": [error.shown(language) for error in problem.errors]} if problem.errors else {}),
        **problem.facts,
        "trace_id": trace_id,
    }


def language_of(accept_language: str) -> Language:
    """Nynorsk where the caller prefers it to bokmål, else bokmål."""
    best: dict[str, float] = {}
    for choice in accept_language.lower().split(","):
        tag, _, weight = choice.strip().partition(";q=")
        primary = tag.split("-")[0]
        best.setdefault("nn" if primary == "nn" else "nb" if primary in ("nb", "no") else "", _weight(weight))
    return "nn" if best.get("nn", 0.0) > best.get("nb", 0.0) else "nb"


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
