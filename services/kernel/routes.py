"""Routes: each names its action of the access matrix, and asks who is there before it reads what was sent."""

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import time_ns
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request, Response, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from services.contracts.access import MATRIX
from services.kernel import telemetry
from services.kernel.access import Principal
from services.kernel.database import Database
from services.kernel.edge import BODY_LIMIT, CALLER, HEADERS, TRACE, BodyNotJson, Headers
from services.kernel.problems import BadRequest

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

Authenticate = Callable[[Headers, str], Awaitable[Principal]]
"""From the headers of a request and the action of its route, who asks. Refuses by raising a problem."""


class UnknownQueryParameter(BadRequest):
    """The address has a parameter that the route does not know."""

    code = "unknown-query-parameter"


@dataclass(frozen=True)
class Door:
    """What every request of an app needs."""

    part: str
    database: Database
    authenticate: Authenticate
    idempotency_secret: bytes
    ready: Callable[[], Sequence[str]]


class Route(APIRoute):
    """A route with its action: asks who is there before it reads what was sent."""

    def __init__(
        self, path: str, endpoint: Callable[..., Any], *, action: str, parameters: Iterable[str] = (), **options: Any
    ) -> None:
        if action not in MATRIX:
            raise TypeError(f"{path} names the action «{action}», which access.csv does not have")
        self.action = action
        self.most_bytes: int = options.pop("most_bytes", BODY_LIMIT)
        self._parameters = frozenset(parameters)
        super().__init__(path, endpoint, openapi_extra={"x-samla-action": action}, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        action, path, takes_json = self.action, self.path, self.body_field is not None
        declared = (each for each in get_flat_params(self.dependant) if isinstance(each.field_info, params.Query))
        known = self._parameters | {each.alias for each in declared}

        async def guarded(request: Request) -> Response:
            scope = request.scope
            door: Door = scope["app"].door
            headers: Headers = scope[HEADERS]
            scope[CALLER] = caller = await door.authenticate(headers, action)
            if scope["query_string"]:
                _refuse_unknown(scope["query_string"], known)
            if takes_json and not headers.get(b"content-type", b"").lower().startswith(b"application/json"):
                raise BodyNotJson()
            facts = {"http.request.method": request.method, "http.route": path, "samla.action": action}
            parent = None if caller.is_anonymous else headers.get(b"traceparent", b"").decode("latin-1")
            trace = telemetry.begin_request(door.part, f"{request.method} {path}", parent, time_ns(), facts)
            if trace is None:
                return await handle(request)
            scope[TRACE] = trace
            with telemetry.within(trace):
                return await handle(request)

        return guarded


class Routes:
    """The routes of a part. Each names its action of the access matrix; one that names none cannot be written."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.routes: list[Route] = []

    def get(self, path: str, *, action: str, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """What is read. ``parameters`` names query parameters that the function takes from the request itself."""
        return self._add("GET", path, action, options)

    def post(self, path: str, *, action: str, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """What is made or moved on. ``most_bytes`` lets a body be larger than others."""
        return self._add("POST", path, action, options)

    def put(self, path: str, *, action: str, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """What is replaced."""
        return self._add("PUT", path, action, options)

    def delete(self, path: str, *, action: str, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """What is taken away."""
        return self._add("DELETE", path, action, options)

    def _add(self, method: str, path: str, action: str, options: dict[str, Any]) -> Callable[[Endpoint], Endpoint]:
        def add(endpoint: Endpoint) -> Endpoint:
            self.routes.append(Route(self.prefix + path, endpoint, action=action, methods=[method], **options))
            return endpoint

        return add


class Switchboard:
    """Finds the route of a path by its words, where the framework would try one route after another.

    What it does not find (another method, a mounted app, nothing at all) is left to ``otherwise``.
    """

    def __init__(self, routes: Iterable[Route], otherwise: ASGIApp) -> None:
        self._otherwise = otherwise
        self._known: dict[tuple[int, tuple[str, ...]], list[Route]] = {}
        for route in routes:
            words = tuple(route.path.split("/"))
            fixed = next((place for place, word in enumerate(words) if "{" in word), len(words))
            if ":path}" not in route.path:
                self._known.setdefault((len(words), words[:fixed]), []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._found(scope) if scope["type"] == "http" else None
        await (self._otherwise if route is None else route.handle)(scope, receive, send)

    def _found(self, scope: Scope) -> Route | None:
        words = tuple(scope["path"].split("/"))
        for fixed in range(len(words), 0, -1):
            for route in self._known.get((len(words), words[:fixed]), ()):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    scope.update(found)
                    return route
        return None


def _refuse_unknown(query: bytes, known: frozenset[str]) -> None:
    if _names_in(query) - known:
        # Not which one: its name is the caller's own words.
        raise UnknownQueryParameter(allowed=sorted(known))


@lru_cache(maxsize=256)
def _names_in(query: bytes) -> frozenset[str]:
    """Which parameters a query string has. The same few are sent again and again."""
    return frozenset(name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True))
