"""The pages as a reader meets them: the gateway's real app over copies that its own consumers filled, and reporting."""

import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from uuid import UUID

import httpx
import orjson
from pydantic import SecretStr

from gateway.accounts import AddAccount, add_account
from gateway.app import create_gateway
from gateway.peers import InProcess
from gateway.service import gateway
from gateway.settings import DoorSettings
from gateway.sink import MailSink
from gateway.traces import TraceStore, receiver
from gateway.web.errors import error_page
from gateway.web.pages import routes as pages
from services.contracts.message import Message
from services.kernel.access import Principal, TokenSigner, TokenVerifier, new_keys
from services.kernel.clock import FixedClock
from services.kernel.database import Database
from services.kernel.web import App, by_token, create_app
from services.reporting.service import reporting
from tests.conftest import NOW, OpenDatabase
from tests.service.reporting_house import PLAN, body_of, the_north
from tests.statements import fresh, selects
from tests.unit.reporting_world import NORD
from tests.web.serving import address_of, serving
from tests.web.web_registry import changed, registered
from tests.web.web_world import happened

PASSWORD = "a long enough password"


class WebHouse:
    """The gateway at an address of its own, and who may sign in."""

    def __init__(self, app: App, behind: App, traces: TraceStore, signer: TokenSigner, listener: socket.socket) -> None:
        self.app, self.url = app, address_of(listener)
        self._listener = listener
        self.gate = app.state.gate
        self._behind, self._signer = behind, signer
        self.receiver = receiver(traces)

    def reader(self) -> httpx.AsyncClient:
        """Somebody who reads pages."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url=self.url, headers={"Accept": "text/html"}
        )

    async def page(self, path: str, *, status: int = 200) -> str:
        """A page as nobody in particular reads it."""
        async with self.reader() as reader:
            answer = await reader.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    async def statements(self, path: str) -> int:
        """How many questions the gateway's database is asked for a page, when the snapshot of the country is fresh."""
        async with fresh(self.app):
            with selects(self.gate.database) as asked:
                await self.page(path)
        return len(asked)

    async def add_account(self, login_name: str, role: str, organisation_id: UUID | None = None) -> None:
        """Somebody who may sign in with the password of the tests."""
        command = AddAccount(
            login_name=login_name,
            password=SecretStr(PASSWORD),
            roles=frozenset((role,)),
            organisation_id=organisation_id,
        )
        await add_account(self.gate.database, self.gate.passwords, command)

    async def import_plan(self) -> None:
        """KoRus-Nord's plan of 2016, adopted."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self._behind), base_url="http://behind") as client:
            imported = await client.post("/plans", json=PLAN, headers=self._as("ED", "plan"))
            path = f"/plans/{imported.json()['plan_id']}"
            for code in ("A5", "A6"):
                about = f"{path}/assignments/{code}"
                seen = await client.get(about, headers=self._as("ED"))
                headers = {**self._as("ED", code), "If-Match": seen.headers["etag"]}
                reason = {"reason": "Står i et eget vedlegg.", "occurred_on": "2016-04-08"}
                (await client.post(f"{about}/reason", json=reason, headers=headers)).raise_for_status()
            seen = await client.get(path, headers=self._as("GK"))
            headers = {**self._as("GK", "adopt"), "If-Match": seen.headers["etag"]}
            (await client.post(f"{path}/adopt", json={"occurred_on": "2016-04-08"}, headers=headers)).raise_for_status()

    def _as(self, role: str, key: str = "") -> dict[str, str]:
        token = self._signer.mint(Principal(f"a-{role}", NORD, frozenset((role,))))
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": key or "none"}

    def served(self) -> AbstractAsyncContextManager[str]:
        """The app on its address, for a browser."""
        return serving(self.app, self._listener)


@contextlib.asynccontextmanager
async def web_house(open_database: OpenDatabase, clock: FixedClock, folder: Path) -> AsyncIterator[WebHouse]:
    """A house in which everything of :mod:`tests.web.web_world` has happened; without a plan."""
    private, public = new_keys()
    signer, verifier = TokenSigner(private, clock), TokenVerifier([public], clock)
    front, behind = await open_database(gateway, tell_all), await open_database(reporting, tell_all)
    behind_app = create_app(
        "reporting",
        [reporting.routes],
        database=behind,
        authenticate=by_token(verifier),
        idempotency_secret=b"r" * 32,
    )
    listener = socket.create_server(("127.0.0.1", 0))
    settings = DoorSettings(public_url=address_of(listener), pepper=b"p" * 32, argon2_time_cost=1, argon2_memory_kib=8)
    traces = TraceStore(folder / "traces.db", kept_spans=100)
    app = create_gateway(
        settings,
        front,
        {"reporting": InProcess(behind_app)},
        signer=signer,
        verifier=verifier,
        idempotency_secret=b"g" * 32,
        traces=traces,
        sink=MailSink(),
        pages=[pages],
        error_page=error_page,
    )
    yield WebHouse(app, behind_app, traces, signer, listener)
    await traces.close()
    listener.close()


async def tell_all(database: Database) -> None:
    """Let the copies of the gateway, or of reporting, hear everything of the world."""
    messages = [*the_north(), *(body_of(message, 1, NOW) for message in _distinct((*happened(), *registered())))]
    messages += (body_of(message, 2, NOW) for message in changed())
    for consumer in {gateway.name: gateway, reporting.name: reporting}[database.part].consumers:
        mine = [body for body in messages if orjson.loads(body)["source"] == f"/samla/{consumer.publisher}"]
        await database.transact(partial(consumer.apply, bodies=mine))


def _distinct(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """Each thing has one message here, so that each is its first version."""
    assert len({f"{message.aggregate}/{message.aggregate_id}" for message in messages}) == len(messages)
    return messages
