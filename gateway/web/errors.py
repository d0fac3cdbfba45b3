"""A refusal as a page, for those who read pages: what happened and what to do, in their language."""

from typing import Any

from starlette.responses import Response
from starlette.types import Scope

from gateway.gate import Gate
from gateway.identity import Visitor
from gateway.web.language import language_in
from gateway.web.page import error_html
from services.contracts.problems import PROBLEMS
from services.kernel.access import ANONYMOUS

NOT_PAGES = ("/api/", "/v1/", "/health/", "/static/", "/metrics")
NOBODY = Visitor(ANONYMOUS)


def error_page(scope: Scope, document: dict[str, Any]) -> Response | None:
    """The page, or none for who asked for something else than a page."""
    accepts = dict(scope["headers"]).get(b"accept", b"")
    if b"text/html" not in accepts or scope["path"].startswith(NOT_PAGES):
        return None
    gate: Gate = scope["app"].state.gate
    visitor: Visitor = scope.get("state", {}).get("visitor", NOBODY)
    language = language_in(scope["path"])
    kind = PROBLEMS[str(document["type"]).rpartition(":")[2]]
    return error_html(
        scope,
        visitor,
        gate,
        status=document["status"],
        slug=kind.slug,
        title=kind.title(language),
        detail=kind.detail(language, document),
        trace_id=document["trace_id"],
    )
