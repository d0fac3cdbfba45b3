"""A whole installation as its users meet it: every part, a broker of its own, database files, a gateway on a port."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import sqlalchemy as sa

from deploy import installation
from deploy.embedded import EmbeddedServer
from deploy.example.accounts import ACCOUNTS
from deploy.example.places import Region
from deploy.example.signing_in import Passwords, make_accounts, sign_in
from deploy.first_content import until_ready
from deploy.folder import DataFolder
from deploy.host import BrokerAddress, Host, running
from deploy.keys import users
from deploy.operated import Operated
from deploy.operations import answers_of
from deploy.parts import load, traces_port_of
from deploy.reference_tables import read_reference
from deploy.starting import Listeners, operated, served
from gateway.api_keys import issue_api_key, new_api_key
from gateway.settings import DoorSettings
from services.kernel.clock import Clock
from services.kernel.settings import Settings
from services.kernel.wire import stream_of
from tests.end_to_end.users import User
from tests.ports import installation_ports
from tests.waiting import eventually

REGION = Region(read_reference())
"""The 87 municipalities of KoRus-Nord's region in 2016, Bodø and Tromsø first."""


@dataclass
class Installation:
    """A running installation, and ways to come to its door."""

    settings: Settings
    host: Host
    server: EmbeddedServer
    traces_port: int
    """Where the gateway takes traces in."""
    organisations: dict[str, UUID] = field(default_factory=dict)
    """Every body by its short name."""
    _users: dict[str, User] = field(default_factory=dict)

    @property
    def operator(self) -> Operated:
        """Who operates it, beside the running parts."""
        services = tuple(hosted.service for hosted in self.host.hosted.values())
        partners = {name: answers_of(hosted) for name, hosted in self.host.hosted.items()}
        return Operated(self.settings, services, self._address, partners)

    @property
    def _address(self) -> BrokerAddress:
        return BrokerAddress(self.server.url, self.server.monitor_url)

    async def user(self, login_name: str) -> User:
        """One of the example's accounts, signed in through the login page."""
        if login_name not in self._users:
            passwords = Passwords(DataFolder(self.settings.data).passwords)
            caller = await sign_in(self.settings.url, login_name, passwords)
            self._users[login_name] = User(caller.client, caller.headers)
        return self._users[login_name]

    async def partner(self, organisation: str) -> User:
        """An organisation's own system, with an API key."""
        gateway, key = self.host.hosted["gateway"], new_api_key()
        door = DoorSettings.of(self.settings, gateway.secrets.pepper)
        await gateway.database.write(issue_api_key, door, key, self.organisations[organisation], "its system")
        return self._keep(key[:18], {"Authorization": f"Bearer {key}"})

    def anybody(self) -> User:
        """Somebody who shows nothing."""
        return self._keep("anybody", {})

    def _keep(self, name: str, headers: dict[str, str]) -> User:
        client = httpx.AsyncClient(base_url=self.settings.url, trust_env=False, timeout=30)
        return self._users.setdefault(name, User(client, headers))

    async def settled(self) -> None:
        """Return when everything that was recorded is published, and applied wherever it is read."""
        for name, hosted in self.host.hosted.items():
            if hosted.service.publishes:
                await eventually(lambda name=name: self._has_published(name), what=f"{name} publishes")  # type: ignore[misc]
        for name, hosted in self.host.hosted.items():
            for publisher in hosted.service.reads:
                await eventually(
                    lambda name=name, publisher=publisher: self._has_read(name, publisher),  # type: ignore[misc]
                    what=f"{name} reads {publisher}",
                )

    async def _has_published(self, name: str) -> bool:
        return await self.count(name, "outbox", "published_at IS NULL") == 0

    async def _has_read(self, name: str, publisher: str) -> bool:
        broker = await self.host.hosted[name].part.when_connected()
        state = await broker.pending(stream_of(publisher), name)
        return not (state.num_pending or state.num_ack_pending)

    async def count(self, part: str, table: str, where: str = "1 = 1") -> int:
        """How many rows of a part's table are so."""
        statement = sa.text(f"SELECT count(*) FROM {table} WHERE {where}")
        read = self.host.hosted[part].database.read
        return int(await read(lambda connection: connection.execute(statement).scalar_one()))

    async def published(self, part: str) -> dict[str, tuple[str, int]]:
        """Each message in a part's outbox: the aggregate that it is about, and the version."""
        outbox = self.host.hosted[part].service.metadata.tables["outbox"].c
        statement = sa.select(outbox.message_id, outbox.aggregate, outbox.version)
        rows = await self.host.hosted[part].database.read(lambda connection: connection.execute(statement).all())
        return {str(row.message_id): (row.aggregate, row.version) for row in rows}

    async def everything(self) -> dict[str, Any]:
        """All that the parts hold: their canonical dumps, and the lengths of what no dump shows."""
        held: dict[str, Any] = {}
        for name, hosted in self.host.hosted.items():
            held[name] = [line async for line in self.operator.ask(name, "dump", owned=True)]
            held[f"{name} outbox"] = await self.count(name, "outbox") if hosted.service.publishes else 0
            held[f"{name} keys"] = await self.count(name, "idempotency")
        return held

    async def close(self) -> None:
        for user in self._users.values():
            await user.client.aclose()


@contextlib.asynccontextmanager
async def installed(data: Path, *, clock: Clock | None = None, **chosen: Any) -> AsyncIterator[Installation]:
    """Run an installation in this process, as ``./run`` does, on a port of its own. Passwords cost nothing to try."""
    port = installation_ports()
    settings = Settings(data=data, port=port, argon2_time_cost=1, argon2_memory_kib=8, trace_ratio=0, **chosen)
    listeners = Listeners.of(settings, "gateway")
    services = load()
    installation.ensure_keys(settings, services)
    folder = DataFolder(settings.data)
    folder.take()
    server = EmbeddedServer(folder.broker, users=users(settings.keys_folder, services))
    await asyncio.to_thread(server.start)
    try:
        address = BrokerAddress(server.url, server.monitor_url)
        async with installation.provisioning(settings, address, services) as provisioning:
            await provisioning.provide()
        async with (
            running(settings, address, services, clock=clock) as host,
            operated(host),
            served(host, "gateway", listeners),
        ):
            await until_ready(settings)
            running_here = Installation(settings, host, server, traces_port_of(settings))
            running_here.organisations = await _organisations(running_here)
            try:
                yield running_here
            finally:
                await running_here.close()
    finally:
        await asyncio.to_thread(server.stop)
        folder.release()


async def fill(here: Installation) -> None:
    """Load the reference tables and make the example's accounts: what every story begins with."""
    await here.operator.one("registry", "load_reference")
    await here.settled()
    here.organisations = await _organisations(here)
    folder = DataFolder(here.settings.data)
    await make_accounts(folder, Passwords(folder.passwords), here.organisations)
    assert {each.organisation for each in ACCOUNTS if each.organisation} <= here.organisations.keys()


async def _organisations(here: Installation) -> dict[str, UUID]:
    items = await here.anybody().pages("/organisations")
    return {each["reference"]: UUID(each["organisation_id"]) for each in items}
