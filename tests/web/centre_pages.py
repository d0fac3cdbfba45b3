"""The gateway's pages with the real registry behind them, for those who work at a centre or in a municipality."""

import contextlib
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from uuid import UUID

import httpx
from pydantic import SecretStr

from gateway.accounts import AddAccount, add_account
from gateway.app import create_gateway
from gateway.peers import InProcess
from gateway.settings import DoorSettings
from gateway.traces import TraceStore
from gateway.web.errors import error_page
from gateway.web.pages import routes as pages
from services.kernel.access import TokenSigner, TokenVerifier, new_keys
from services.kernel.clock import FixedClock
from services.kernel.database import Database
from services.kernel.web import App, by_token, create_app
from services.registry.service import registry
from tests.conftest import OpenDatabase
from tests.service.registry_house import House
from tests.web.serving import address_of, serving
from tests.web.signing_in import hidden
from tests.web.telling import Telling, telling
from tests.web.web_house import PASSWORD


class CentrePages:
    """The pages, the registry behind them, and who may sign in. ``registry`` is asked as its own tests ask it."""

    def __init__(self, app: App, registry: House, telling: Telling, listener: socket.socket) -> None:
        self.app, self.registry, self.url = app, registry, address_of(listener)
        self._telling = telling
        self.gate = app.state.gate
        self._listener = listener
        self._known: set[str] = set()

    async def told(self) -> None:
        """Let the gateway know what the registry has published so far."""
        await self._telling.go_on()
        self.gate.catalogue.forget()

    @contextlib.asynccontextmanager
    async def signed_in(self, role: str, organisation_id: UUID | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """A browser without scripts, signed in with a role for an organisation."""
        login_name = f"{role.replace('+', 'plus')}-{organisation_id or 'nobody'}".lower()
        if login_name not in self._known:
            await self.add_account(login_name, role, organisation_id)
        async with self.reader() as reader:
            form = (await reader.get("/logg-inn")).text
            sent = {"form_token": hidden(form, "form_token"), "login_name": login_name, "password": PASSWORD}
            answer = await reader.post("/logg-inn", data={**sent, "neste": "/"})
            assert answer.status_code == 303
            yield reader

    def reader(self) -> httpx.AsyncClient:
        """Somebody who is not signed in."""
        headers = {"Accept": "text/html", "Origin": self.url}
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=self.url, headers=headers)

    async def add_account(self, login_name: str, role: str, organisation_id: UUID | None = None) -> None:
        """Somebody who may sign in with the password of the tests."""
        self._known.add(login_name)
        command = AddAccount(
            login_name=login_name,
            password=SecretStr(PASSWORD),
            roles=frozenset((role,)),
            organisation_id=organisation_id,
        )
        await add_account(self.gate.database, self.gate.passwords, command)

    async def sends(
        self, reader: httpx.AsyncClient, page: str, action: str, fields: Mapping[str, str | list[str]], **changed: str
    ) -> httpx.Response:
        """Fill in the form of a page that is sent to ``action``, with its hidden fields, and send it."""
        shown = (await reader.get(page)).text
        form = shown.partition(f'method="post" action="{action}"')[2].partition("</form>")[0]
        assert form, f"no form of {page} is sent to {action}"
        names = [name for name in ("form_token", "idempotency_key", "version", "digest") if f'name="{name}"' in form]
        sent = {name: hidden(form, name) for name in names}
        return await reader.post(action, data={**sent, **fields, **changed})

    def served(self) -> AbstractAsyncContextManager[str]:
        """The app on its address, for a browser."""
        return serving(self.app, self._listener)


@contextlib.asynccontextmanager
async def centre_pages(open_database: OpenDatabase, clock: FixedClock, folder: Path) -> AsyncIterator[CentrePages]:
    """A house in which the registry knows the reference tables, and the gateway has been told."""
    both = await telling(open_database)
    house, (private, public) = House(both.behind, clock), new_keys()
    listener = socket.create_server(("127.0.0.1", 0))
    traces = TraceStore(folder / "traces.db", kept_spans=100)
    verifier = TokenVerifier([public], clock)
    app = create_gateway(
        DoorSettings(public_url=address_of(listener), pepper=b"p" * 32, argon2_time_cost=1, argon2_memory_kib=8),
        both.front,
        {"registry": InProcess(_for(both.behind, verifier))},
        signer=TokenSigner(private, clock),
        verifier=verifier,
        idempotency_secret=b"g" * 32,
        traces=traces,
        pages=[pages],
        error_page=error_page,
    )
    async with house.client:
        yield CentrePages(app, house, both, listener)
    await traces.close()
    listener.close()


def _for(database: Database, verifier: TokenVerifier) -> App:
    """The registry's app as the gateway reaches it."""
    return create_app(
        "registry",
        [registry.routes],
        database=database,
        authenticate=by_token(verifier),
        idempotency_secret=b"r" * 32,
    )
