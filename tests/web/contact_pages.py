"""The gateway's pages with the real registry behind them, in which somebody was asked by mail whether all is right."""

import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx

from gateway.app import create_gateway
from gateway.peers import InProcess
from gateway.settings import DoorSettings
from gateway.traces import TraceStore
from gateway.web.errors import error_page
from gateway.web.pages import routes as pages
from services.kernel.access import TokenSigner, TokenVerifier, new_keys
from services.kernel.clock import FixedClock
from services.kernel.web import App
from tests.conftest import OpenDatabase
from tests.mail_server import mail_server
from tests.service.contact_house import ContactHouse
from tests.service.contact_round import Round
from tests.web.serving import address_of, serving
from tests.web.signing_in import hidden
from tests.web.telling import telling


class ContactPages:
    """The pages, and the contact that comes to them."""

    def __init__(self, app: App, asked: Round, path: str, listener: socket.socket) -> None:
        self.app, self.asked, self.path, self.url = app, asked, path, address_of(listener)
        self.token = asked.tokens[0]
        self._listener = listener

    def reader(self) -> httpx.AsyncClient:
        """A browser that runs no scripts."""
        transport = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(transport=transport, base_url=self.url, headers={"Accept": "text/html"})

    async def says(
        self, reader: httpx.AsyncClient, answer: str, page: str | None = None, **changed: str
    ) -> httpx.Response:
        """Press a button on the page, whose form somebody may have changed."""
        address = page or f"/kontakt/{self.token}"
        shown = (await reader.get(address)).text
        form = shown.partition(f'name="answer" value="{answer}"')[0].rpartition("<form")[2]
        sent = {name: hidden(form, name) for name in ("form_token", "idempotency_key")} | {"answer": answer}
        return await reader.post(address, data=sent | changed, headers={"Origin": self.url})

    def served(self) -> AbstractAsyncContextManager[str]:
        """The app on its address, for a browser."""
        return serving(self.app, self._listener)


@contextlib.asynccontextmanager
async def contact_pages(open_database: OpenDatabase, clock: FixedClock, folder: Path) -> AsyncIterator[ContactPages]:
    """A house in which a contact of KoRus-Nord's in Tromsø has been looked at and then asked."""
    private, public = new_keys()
    both = await telling(open_database)
    house = ContactHouse(both.behind, clock)
    listener = socket.create_server(("127.0.0.1", 0))
    traces = TraceStore(folder / "traces.db", kept_spans=100)
    async with house.client, mail_server() as server:
        await house.find()
        path = await house.registered()
        await house.municipality.get(path)
        for _ in range(2):
            await house.caller("KOO").get(path)
        asked = Round(house, server, clock, address_of(listener))
        await asked.after()
        await both.go_on()
        app = create_gateway(
            DoorSettings(public_url=asked.site, pepper=b"p" * 32, argon2_time_cost=1, argon2_memory_kib=8),
            both.front,
            {"registry": InProcess(house.app)},
            signer=TokenSigner(private, clock),
            verifier=TokenVerifier([public], clock),
            idempotency_secret=b"g" * 32,
            traces=traces,
            pages=[pages],
            error_page=error_page,
        )
        yield ContactPages(app, asked, path, listener)
    await traces.close()
    listener.close()
