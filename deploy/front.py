"""The gateway as it is put together: the door with its pages, the way to each service, and where traces are kept."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from starlette.types import ASGIApp

from deploy.folder import DataFolder
from deploy.secrets import Secrets
from deploy.standing import standing
from gateway.app import create_gateway
from gateway.catalogue import Catalogue
from gateway.peers import InProcess, Peer, Remote
from gateway.service import REMEMBERED
from gateway.settings import DoorSettings
from gateway.sink import MailSink
from gateway.traces import TraceStore, receiver
from gateway.web.errors import error_page
from gateway.web.pages import routes as pages
from services.contracts.message import Message, Received
from services.kernel.access import TokenSigner, TokenVerifier
from services.kernel.part import Part
from services.kernel.settings import Settings
from services.kernel.web import by_token, create_app


@dataclass(frozen=True)
class Front:
    """What the gateway's process serves: the public app, the receiver of traces, and a sink for mail."""

    app: ASGIApp
    receiver: ASGIApp
    sink: MailSink | None


@contextlib.asynccontextmanager
async def opened(
    settings: Settings, secrets: Secrets, part: Part, beside: Mapping[str, ASGIApp]
) -> AsyncIterator[Front]:
    """The front of a gateway. ``beside`` are the services in this process; the others are at the settings' peers."""
    door = DoorSettings.of(settings, secrets.pepper)
    remote = {name: Remote(str(url)) for name, url in settings.peers.items() if name not in beside}
    peers: dict[str, Peer] = {**remote, **{name: InProcess(app) for name, app in beside.items()}}
    verifier = TokenVerifier([secrets.token_public_key], part.database.clock)
    # The gateway asks itself as it asks the others: where it stands.
    own = create_app(
        "gateway",
        [standing(part)],
        database=part.database,
        authenticate=by_token(verifier),
        idempotency_secret=secrets.idempotency,
    )
    peers["gateway"] = InProcess(own)
    sink = MailSink() if settings.smtp_url is None else None
    traces = TraceStore(DataFolder(settings.data).path / "traces.db", door.kept_spans)
    app = create_gateway(
        door,
        part.database,
        peers,
        signer=TokenSigner(secrets.token_private_key, part.database.clock),
        verifier=verifier,
        idempotency_secret=secrets.idempotency,
        traces=traces,
        sink=sink,
        ready=part.troubles,
        pages=[pages],
        error_page=error_page,
    )
    catalogue: Catalogue = app.state.gate.catalogue
    part.on_applied = lambda applied: catalogue.forget() if any(_is_remembered(each) for each in applied) else None
    try:
        yield Front(app, receiver(traces), sink)
    finally:
        for peer in remote.values():
            await peer.close()
        await traces.close()


def _is_remembered(applied: Received[Message]) -> bool:
    """Whether it is about what the catalogue keeps a snapshot of."""
    return any(isinstance(applied.message, copy.of) for copy in REMEMBERED)
