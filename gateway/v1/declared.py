"""A route that is described in full for its readers, and handled without taking the request apart."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from inspect import Parameter, Signature
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Header, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import compile_path

from services.kernel.edge import BODY_LIMIT
from services.kernel.web import Route

Handler = Callable[[Request], Awaitable[Response]]
Item = TypeVar("Item")

IDEMPOTENCY_KEY = Annotated[
    str, Header(alias="Idempotency-Key", description="A key of your own; the same again gets the same answer.")
]
IF_MATCH = Annotated[str, Header(alias="If-Match", description="The ETag of what you have seen of the thing.")]
PROBLEM = {
    "description": "A problem document (RFC 9457); docs/api.md lists the types.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class Items(BaseModel, Generic[Item]):
    """A list. ``Link`` with ``rel="next"`` is the address of the next page, where there is one."""

    items: tuple[Item, ...]


class Problem(BaseModel):
    """Why a request is refused. Programs read ``type``, people the rest; nothing that was sent is repeated."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: tuple[dict[str, str | int], ...] = ()
    trace_id: str


class _AsItCame(APIRoute):
    """Hands the request to the endpoint as it came; the signature is only its description."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint.handler  # type: ignore[attr-defined]
        return handler


class Declared(Route, _AsItCame):
    """A route of the public API whose handler reads the request itself, so that nothing is read twice.

    Everything that a service validates it validates where the rule is; the door checks who asks and which parameters
    there are. ``takes`` are the media types of a body that is no JSON.
    """

    def __init__(
        self,
        method: str,
        path: str,
        handler: Handler,
        *,
        action: str,
        summary: str,
        answers: Any = None,
        asks: type[BaseModel] | None = None,
        query: Mapping[str, Any] | None = None,
        status: int = 200,
        needs_version: bool = False,
        asks_outside: bool = False,
        response_class: type[Response] = JSONResponse,
        takes: Sequence[str] = (),
        most_bytes: int = BODY_LIMIT,
    ) -> None:
        self.takes = takes
        super().__init__(
            path,
            _described(path, handler, method, summary, asks, query or {}, needs_version),
            action=action,
            methods=[method],
            response_model=answers,
            status_code=status,
            summary=summary,
            response_class=response_class,
            most_bytes=most_bytes,
            responses={502: PROBLEM} if asks_outside else None,
        )


def _described(
    path: str,
    handler: Handler,
    method: str,
    summary: str,
    asks: type[BaseModel] | None,
    query: Mapping[str, Any],
    needs_version: bool,
) -> Callable[..., Any]:
    """A function with the signature that FastAPI makes the description of, and the handler beside it."""

    async def endpoint() -> None:
        """Never called."""

    parameters = [
        Parameter(name, Parameter.KEYWORD_ONLY, annotation=UUID if name.endswith("_id") else str)
        for name in compile_path(path)[2]
    ]
    parameters += [
        Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind | None, default=None) for name, kind in query.items()
    ]
    if method != "GET":
        parameters.append(Parameter("idempotency_key", Parameter.KEYWORD_ONLY, annotation=IDEMPOTENCY_KEY))
    if needs_version:
        parameters.append(Parameter("if_match", Parameter.KEYWORD_ONLY, annotation=IF_MATCH))
    if asks is not None:
        parameters.append(Parameter("body", Parameter.KEYWORD_ONLY, annotation=asks))
    endpoint.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    endpoint.__name__ = name_of(method, path)
    endpoint.__doc__ = summary
    endpoint.handler = handler  # type: ignore[attr-defined]
    return endpoint


def name_of(method: str, path: str) -> str:
    """What programs call an operation, for example ``post_offers_offer_id_publish``."""
    words = path.removeprefix("/api/v1").replace("{", "").replace("}", "").replace("-", "_").split("/")
    return "_".join([method.lower(), *(word for word in words if word)])
