"""HTTP in front of a part: who asks, what may be asked, one transaction a command, and a problem for every refusal."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar, TypeVarTuple

from fastapi import Depends, FastAPI, Request, Response
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from pydantic_core import to_json
from starlette.types import ASGIApp

from services.contracts.access import Scope
from services.kernel import telemetry
from services.kernel.access import Principal, TokenVerifier
from services.kernel.database import Database
from services.kernel.edge import BODY_LIMIT, CALLER, HEADERS, SECURITY_HEADERS, Edge, ErrorPage, Headers, Larger
from services.kernel.idempotency import LONGEST_KEY, Answer, Claim, IdempotencyKeyMissing
from services.kernel.paging import Page as Page
from services.kernel.problems import PreconditionFailed
from services.kernel.routes import Authenticate, Door, Switchboard
from services.kernel.routes import Route as Route
from services.kernel.routes import Routes as Routes
from services.kernel.transaction import Cause, Transaction

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class OwnershipNotChecked(Exception):
    """A command that may reach only the caller's own organisation never asked whose the thing is. A fault of ours."""


class Reading:
    """Runs a query on one view of the database: ``await read(queries.mapping, mapping_id)``."""

    def __init__(self, request: Request) -> None:
        self._database: Database = request.app.door.database

    async def __call__(self, query: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._database.read(telemetry.carried(query.__name__, query), *args, **kwargs)


class Writing:
    """Runs a command as one transaction, once for each ``Idempotency-Key``, and answers with what it returns."""

    def __init__(self, request: Request, body: bytes) -> None:
        scope = request.scope
        headers: Headers = scope[HEADERS]
        self._door: Door = scope["app"].door
        self._caller: Principal = scope[CALLER]
        route: Route = scope["route"]
        self._status = route.status_code or 200
        key = headers.get(b"idempotency-key", b"").decode("latin-1")
        if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
            raise IdempotencyKeyMissing()
        what = b"\n".join((scope["raw_path"] or b"", scope["query_string"], headers.get(b"if-match", b""), body))
        self._claim = Claim(
            f"{self._caller.subject}@{self._caller.organisation_id or ''}",
            f"{request.method} {route.path}",
            key,
            # A keyed hash, so that the row does not tell what was sent. Not of hmac, which lets go of the interpreter's
            # lock and gets it back only when SQLite's busy writer thread pauses.
            blake2b(what, key=self._door.idempotency_secret, digest_size=32).digest(),
        )
        self._if_match = _version_of(headers.get(b"if-match"))

    async def __call__(
        self,
        command: Callable[[Transaction, *Ts], Any],
        *args: *Ts,
        location: str | None = None,
        personal: bool = False,
    ) -> Response:
        """Run, commit, answer. ``location`` may hold fields of what the command returns: ``/mappings/{mapping_id}``.

        A ``personal`` answer is given once; whoever asks again with the same key gets its status and Location only.
        """

        def run(tx: Transaction) -> Answer:
            first = self._claim.take(tx)
            if first is not None:
                return first
            # Why it is done, where the request has a word for it.
            reasons = (getattr(arg, "reason", None) for arg in args)
            tx.reason = next((reason for reason in reasons if isinstance(reason, str)), None)
            result = command(tx, *args)
            tx.finish()
            if self._caller.scope is Scope.own and not tx.ownership_checked:
                raise OwnershipNotChecked(command.__name__)
            answer = self._answer(result, tx.published, location)
            self._claim.keep(tx, Answer(answer.status, answer.headers, None) if personal else answer)
            return answer

        cause = Cause(telemetry.current_traceparent(), self._if_match, command=command.__name__)
        work = telemetry.carried(command.__name__, run)
        answer = await self._door.database.write(work, principal=self._caller, cause=cause)
        return Response(answer.body, answer.status, answer.headers, "application/json" if answer.body else None)

    def _answer(self, result: Any, published: Sequence[tuple[str, int]], location: str | None) -> Answer:
        headers = {}
        if published:
            aggregate, version = published[0]
            headers = {"ETag": f'"{version}"', "Samla-Version": f"{aggregate}@{version}"}
        if location is not None:
            headers["Location"] = location.format_map(dict(result)) if "{" in location else location
        return Answer(self._status, headers, None if result is None else to_json(result))


async def _reading(request: Request) -> Reading:
    return Reading(request)


async def _writing(request: Request) -> Writing:
    return Writing(request, await request.body())


async def _caller(request: Request) -> Principal:
    caller: Principal = request.scope[CALLER]
    return caller


Read = Annotated[Reading, Depends(_reading)]
Write = Annotated[Writing, Depends(_writing)]
Caller = Annotated[Principal, Depends(_caller)]

health = Routes()


@health.get("/health/live", action="health")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@health.get("/health/ready", action="health")
async def ready(request: Request) -> Response:
    """The part has what it needs and knows what its neighbours have said; else 503 and what it waits for."""
    troubles = request.app.door.ready()
    shown = {"status": "not ready", "waits_for": troubles} if troubles else {"status": "ready"}
    return Response(to_json(shown), 503 if troubles else 200, media_type="application/json")


class App(FastAPI):
    """A part's HTTP. Everything that is refused, wherever, comes out of the edge as a problem."""

    def __init__(self, door: Door, routes: Iterable[Routes], edge: Callable[[ASGIApp, Larger], Edge]) -> None:
        # Its own tracing costs untraced requests too (our edge decides first); its documents are made by deploy.
        off = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False}
        super().__init__(title=door.part, telemetry=off, openapi_url=None, redirect_slashes=False)  # type: ignore[arg-type]
        self.door, self._edge = door, edge
        self.router.routes.extend(route for group in (health, *routes) for route in group.routes)

    def build_middleware_stack(self) -> ASGIApp:
        """The edge, whatever the app adds, and the router: exceptions travel all the way out to the edge."""
        routes = [route for route in self.router.routes if isinstance(route, Route)]
        inner: ASGIApp = AsyncExitStackMiddleware(Switchboard(routes, self.router))
        for middleware, args, kwargs in reversed(self.user_middleware):
            inner = middleware(inner, *args, **kwargs)
        larger = [(route.path_regex, route.most_bytes) for route in routes if route.most_bytes > BODY_LIMIT]
        return self._edge(inner, larger)


def create_app(
    part: str,
    routes: Iterable[Routes],
    *,
    database: Database,
    authenticate: Authenticate,
    idempotency_secret: bytes,
    ready: Callable[[], Sequence[str]] = lambda: (),
    headers: Sequence[tuple[str, str]] = SECURITY_HEADERS,
    error_page: ErrorPage | None = None,
) -> App:
    """The app of a part. ``error_page`` may show a refusal as a page to those who read pages."""
    door = Door(part, database, authenticate, idempotency_secret, ready)
    return App(door, routes, lambda inner, larger: Edge(inner, part, headers, error_page, larger))


def by_token(verifier: TokenVerifier) -> Authenticate:
    """Who asks a service: the bearer of an internal token."""

    async def authenticate(headers: Headers, action: str) -> Principal:
        return verifier.caller(headers.get(b"authorization"), action)

    return authenticate


def _version_of(if_match: bytes | None) -> int | None:
    if if_match is None:
        return None
    tag = if_match.removeprefix(b"W/").strip(b'"')
    if not tag.isdigit() or len(tag) > 9:
        raise PreconditionFailed()
    return int(tag)
