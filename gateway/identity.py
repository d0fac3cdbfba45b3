"""Who is at the door. Whatever a caller shows, a cookie or a key, is exchanged for the internal token.

Behind the door everything, the gateway's own routes and the services', sees that token and nothing else. An answer is
remembered for a minute, so that most requests cost neither a look-up nor a signature.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Literal

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.api_keys import Client, client_of
from gateway.csrf import SAFE_METHODS, check_origin, check_token
from gateway.sessions import SignedIn, end_session, resume_session
from gateway.settings import DoorSettings
from services.kernel.access import ANONYMOUS, Principal, TokenInvalid, TokenSigner
from services.kernel.database import Database
from services.kernel.edge import HEADERS

KEPT = 4096
"""How many callers are remembered."""

FORM_TOKEN_HEADER = b"samla-form-token"
CLIENT_ROLE = "API"
Kind = Literal["nobody", "person", "system"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at the door. ``authorization`` is the internal token as a header's value, none for nobody known."""

    principal: Principal
    authorization: bytes | None = None
    kind: Kind = "nobody"
    browser: str | None = None
    """What the browser's cookie holds: form tokens are bound to it. Never shown, never stored."""


class Identity:
    """Knows callers by their cookie or key."""

    def __init__(
        self,
        settings: DoorSettings,
        database: Database,
        signer: TokenSigner,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings, self._database, self._signer, self._monotonic_s = settings, database, signer, monotonic_s
        self._known: OrderedDict[tuple[Kind, str], tuple[Visitor, float]] = OrderedDict()

    async def visitor(self, headers: Mapping[bytes, bytes]) -> Visitor:
        """Who sent these headers. A cookie that is over is as none.

        Raises:
            TokenInvalid: there is a key, and it is not one of ours.
        """
        shown = headers.get(b"authorization")
        if shown is not None:
            return await self._system(shown)
        cookies = _cookies(headers.get(b"cookie"))
        reference = cookies.get(self.settings.session_cookie)
        if reference is not None and (person := await self._person(reference)) is not None:
            return person
        return Visitor(ANONYMOUS, browser=cookies.get(self.settings.visitor_cookie))

    async def sign_out(self, reference: str) -> None:
        """End the browser's session, here at once and in other processes within a minute."""
        self._known.pop(("person", reference), None)
        await self._database.write(end_session, reference)

    async def _person(self, reference: str) -> Visitor | None:
        known = self._remembered("person", reference)
        if known is not None:
            return known
        signed_in = await self._database.write(resume_session, reference, self.settings)
        return None if signed_in is None else self._remember(reference, "person", signed_in, signed_in.roles)

    async def _system(self, shown: bytes) -> Visitor:
        scheme, _, key = shown.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            raise TokenInvalid()
        known = self._remembered("system", key)
        if known is not None:
            return known
        client = await self._database.read(client_of, self.settings, key)
        if client is None:
            raise TokenInvalid()
        return self._remember(key, "system", client, frozenset((CLIENT_ROLE,)))

    def _remembered(self, kind: Kind, shown: str) -> Visitor | None:
        # By kind as well: a cookie's reference is no key, and a key in a cookie is no session.
        visitor, until = self._known.get((kind, shown), (None, 0.0))
        return visitor if self._monotonic_s() < until else None

    def _remember(self, shown: str, kind: Kind, found: SignedIn | Client, roles: frozenset[str]) -> Visitor:
        correlation_id = str(self._database.clock.new_id())
        principal = Principal(found.subject, found.organisation_id, roles, correlation_id)
        token = b"Bearer " + self._signer.mint(principal).encode()
        visitor = Visitor(principal, token, kind, shown if kind == "person" else None)
        self._known[kind, shown] = visitor, self._monotonic_s() + self.settings.identity_cache_s
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return visitor


class Doorkeeper:
    """ASGI middleware: finds out who is there, and lets only the internal token through.

    What a browser changes over the API needs, beside the cookie, our own origin and the form token in a header; a form
    of a page is checked by the page, which reads the token from the form.
    """

    def __init__(self, app: ASGIApp, identity: Identity) -> None:
        self._app, self._identity = app, identity

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = scope[HEADERS]
        visitor = await self._identity.visitor(headers)
        if visitor.kind != "system" and scope["method"] not in SAFE_METHODS:
            self._check_same_site(visitor, scope["path"], headers)
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"authorization"]
        headers.pop(b"authorization", None)
        if visitor.authorization is not None:
            headers[b"authorization"] = visitor.authorization
            scope["headers"].append((b"authorization", visitor.authorization))
        scope.setdefault("state", {})["visitor"] = visitor
        await self._app(scope, receive, send)

    def _check_same_site(self, visitor: Visitor, path: str, headers: Mapping[bytes, bytes]) -> None:
        origin, fetch_site = headers.get(b"origin"), headers.get(b"sec-fetch-site")
        if visitor.kind == "nobody" and path.startswith("/api/"):
            return  # Nobody's rights can be borrowed; the service will say that somebody must sign in.
        check_origin(
            self._identity.settings,
            origin.decode("latin-1") if origin is not None else None,
            fetch_site.decode("latin-1") if fetch_site is not None else None,
        )
        if path.startswith("/api/"):
            token = headers.get(FORM_TOKEN_HEADER)
            check_token(self._identity.settings, visitor.browser, token.decode("latin-1") if token else None)


def _cookies(header: bytes | None) -> dict[str, str]:
    if header is None:
        return {}
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header.decode("latin-1")).items()}
    except CookieError:
        return {}
