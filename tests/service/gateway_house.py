"""A gateway with the real registry behind it, asked as partners and browsers ask."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import httpx
from pydantic import SecretStr

from gateway.accounts import AddAccount, add_account
from gateway.api_keys import issue_api_key, new_api_key
from gateway.app import create_gateway
from gateway.csrf import form_token
from gateway.logins import sign_in
from gateway.peers import InProcess
from gateway.service import gateway
from gateway.settings import DoorSettings
from gateway.traces import TraceStore
from services.kernel.access import TokenSigner, TokenVerifier, new_keys
from services.kernel.clock import FixedClock
from services.kernel.web import App, by_token, create_app
from services.registry.service import registry
from tests.conftest import OpenDatabase
from tests.service.gateway_neighbours import KORUS_NORD, Neighbours

PASSWORD = "a long enough password"
ORIGIN = "http://samla.test"
SETTINGS = DoorSettings(public_url=ORIGIN, pepper=b"p" * 32, argon2_time_cost=1, argon2_memory_kib=8)


class GatewayHouse:
    """The gateway's app, its neighbours' messages, and ways to come to its door."""

    def __init__(self, app: App, neighbours: Neighbours, signer: TokenSigner, registry: App) -> None:
        self.app, self.neighbours, self.database, self.signer = app, neighbours, neighbours.database, signer
        self.registry = registry
        self.gate = app.state.gate
        self.transport = httpx.ASGITransport(app)

    def anyone(self) -> httpx.AsyncClient:
        """Somebody who shows nothing."""
        return httpx.AsyncClient(transport=self.transport, base_url=ORIGIN)

    async def partner(self, organisation_id: UUID = KORUS_NORD) -> httpx.AsyncClient:
        """A centre's own system, with a key."""
        key = new_api_key()
        await self.database.write(issue_api_key, SETTINGS, key, organisation_id, "a system")
        client = self.anyone()
        client.headers["Authorization"] = f"Bearer {key}"
        return client

    async def person(self, *roles: str, organisation_id: UUID | None = KORUS_NORD) -> httpx.AsyncClient:
        """Somebody signed in with a browser that runs our own pages."""
        name = f"person-{'-'.join(roles).lower().replace('+', 'plus')}"
        command = AddAccount(
            login_name=name, password=SecretStr(PASSWORD), roles=frozenset(roles), organisation_id=organisation_id
        )
        await add_account(self.database, self.gate.passwords, command)
        reference = await sign_in(self.database, self.gate.passwords, SETTINGS, name, PASSWORD, name)
        client = self.anyone()
        client.cookies.set("samla_session", reference)
        client.headers.update({"Origin": ORIGIN, "Samla-Form-Token": form_token(SETTINGS, reference)})
        return client


@asynccontextmanager
async def gateway_house(open_database: OpenDatabase, clock: FixedClock, folder: Path) -> AsyncIterator[GatewayHouse]:
    """A gateway on a database of its own, in front of a registry on another."""
    private, public = new_keys()
    signer, verifier = TokenSigner(private, clock), TokenVerifier([public], clock)
    database = await open_database(gateway)
    behind = create_app(
        "registry",
        [registry.routes],
        database=await open_database(registry),
        authenticate=by_token(verifier),
        idempotency_secret=b"r" * 32,
    )
    traces = TraceStore(folder / "traces.db", kept_spans=100)
    app = create_gateway(
        SETTINGS,
        database,
        {"registry": InProcess(behind)},
        signer=signer,
        verifier=verifier,
        idempotency_secret=b"g" * 32,
        traces=traces,
    )
    yield GatewayHouse(app, Neighbours(database), signer, behind)
    await traces.close()
