"""Puts the door together: the partners' API, the pages, and everything that both need."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from starlette.types import ASGIApp

from gateway.catalogue import Catalogue
from gateway.gate import Gate
from gateway.identity import Doorkeeper, Identity
from gateway.passwords import Passwords
from gateway.peers import Peers
from gateway.settings import DoorSettings
from gateway.sink import MailSink
from gateway.traces import TraceStore
from gateway.v1.api import routes as api
from services.kernel.access import TokenSigner, TokenVerifier
from services.kernel.database import Database
from services.kernel.edge import SECURITY_HEADERS, ErrorPage
from services.kernel.web import App, Routes, by_token, create_app

HSTS = ("strict-transport-security", "max-age=31536000; includeSubDomains")


def create_gateway(
    settings: DoorSettings,
    database: Database,
    peers: Peers,
    *,
    signer: TokenSigner,
    verifier: TokenVerifier,
    idempotency_secret: bytes,
    traces: TraceStore,
    sink: MailSink | None = None,
    ready: Callable[[], Sequence[str]] = lambda: (),
    pages: Iterable[Routes] = (),
    mounts: Mapping[str, ASGIApp] | None = None,
    error_page: ErrorPage | None = None,
) -> App:
    """The gateway's public app.

    ``pages`` are the web's routes, ``mounts`` what is served below a path as it is (static files), and ``error_page``
    shows a refusal to those who read pages.
    """
    identity = Identity(settings, database, signer)
    app = create_app(
        "gateway",
        (api, *pages),
        database=database,
        authenticate=by_token(verifier),
        idempotency_secret=idempotency_secret,
        ready=ready,
        headers=(*SECURITY_HEADERS, HSTS) if settings.secure else SECURITY_HEADERS,
        error_page=error_page,
    )
    app.state.gate = Gate(
        settings=settings,
        database=database,
        identity=identity,
        passwords=Passwords(settings),
        catalogue=Catalogue(database),
        peers=peers,
        traces=traces,
        sink=sink,
    )
    app.add_middleware(Doorkeeper, identity=identity)
    for path, mounted in (mounts or {}).items():
        app.mount(path, mounted)
    return app
