"""Runs any of the parts in this process: databases opened and checked, relays and consumers at work, HTTP served."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

from starlette.types import ASGIApp

from deploy.fitness import verify_broker
from deploy.folder import DataFolder
from deploy.keys import read_key
from deploy.migrate import migrate
from deploy.parts import mail_url_of
from deploy.secrets import Secrets
from deploy.smtp import SmtpPostbox
from deploy.standing import standing
from gateway.sink import MailSink
from services.kernel.access import TokenVerifier
from services.kernel.broker import Broker, BrokerError, BrokerUnfit
from services.kernel.clock import Clock, SystemClock
from services.kernel.database import Database
from services.kernel.part import Part
from services.kernel.service import Service
from services.kernel.settings import Settings
from services.kernel.web import by_token, create_app
from services.kernel.wire import stream_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BrokerAddress:
    """Where the broker is. ``with_keys`` is false only for a test's broker that lets everybody in."""

    url: str
    monitor_url: str
    with_keys: bool = True


@dataclass
class Hosted:
    """One part in this process."""

    part: Part
    folder: DataFolder
    secrets: Secrets
    settings: Settings

    @property
    def service(self) -> Service:
        return self.part.service

    @property
    def database(self) -> Database:
        return self.part.database


@dataclass(frozen=True)
class Host:
    """The parts that run in this process, by name, and their HTTP."""

    hosted: Mapping[str, Hosted]
    apps: Mapping[str, ASGIApp]
    receiver: ASGIApp | None = None
    """Takes traces in, if the gateway is one of the parts."""
    sink: MailSink | None = None
    """Where mail ends, if the gateway is one of the parts and the installation has no mail server."""


@dataclass
class Connector:
    """Connects one part to a broker that has been checked."""

    service: Service
    settings: Settings
    address: BrokerAddress
    _made: list[Broker] = field(default_factory=list)
    _first: Broker | None = None

    async def __call__(self) -> Broker:
        """A broker that keeps what it confirms.

        Raises:
            BrokerUnreachable: there is none.
            BrokerUnfit: it does not keep it, or does not let the part in.
        """
        first, self._first = self._first, None
        return first or await self._connect()

    async def try_first(self) -> None:
        """Connect before the part starts: an unfit broker is a refusal to start, a missing one is waited for."""
        try:
            self._first = await self._connect()
        except BrokerUnfit:
            raise
        except BrokerError as missing:
            log.warning("starting without the broker", extra={"part": self.service.name, "detail": str(missing)})

    async def close(self) -> None:
        for broker in self._made:
            await broker.close()

    async def _connect(self) -> Broker:
        name = self.service.name
        key = read_key(self.settings.keys_folder, name) if self.address.with_keys else None
        broker = await Broker.connect(self.address.url, identity=name, key=key)
        self._made.append(broker)
        publishers = {name, *self.service.reads} if self.service.publishes else set(self.service.reads)
        await verify_broker(broker, self.address.monitor_url, sorted(map(stream_of, publishers)))
        return broker


@contextlib.asynccontextmanager
async def running(
    settings: Settings, address: BrokerAddress, services: Sequence[Service], *, clock: Clock | None = None
) -> AsyncIterator[Host]:
    """Run parts for as long as the context is open.

    Raises, also while open: whatever ended a relay or a consumer that nobody asked to end.
    """
    async with contextlib.AsyncExitStack() as stack:
        # One after the other: Alembic keeps what it is doing in a global.
        databases = [await _database(stack, settings, service, clock or SystemClock()) for service in services]
        connected = [_connected(stack, settings, address, *each) for each in zip(services, databases, strict=True)]
        hosted = {each.service.name: each for each in await asyncio.gather(*connected)}
        host = await _with_http(stack, settings, hosted)
        async with asyncio.TaskGroup() as group:
            parts = [each.part for each in hosted.values()]
            work = [*(part.run() for part in parts), *(part.run_without_broker() for part in parts)]
            tasks = [group.create_task(each) for each in work]
            yield host
            for task in tasks:
                task.cancel()


async def _database(stack: contextlib.AsyncExitStack, settings: Settings, service: Service, clock: Clock) -> Database:
    """A part's database: a file of its own locked, its tables newest, its settings checked."""
    url = settings.database_of(service.name)
    folder = DataFolder(settings.data)
    if url.startswith("sqlite"):
        folder.take(service.name)
        stack.callback(folder.release)
    database = Database(url, service.name, metadata=service.metadata, refusals=service.refusals, clock=clock)
    stack.push_async_callback(database.close)
    await migrate(database)
    await database.verify()
    await database.erase_from_log()
    return database


async def _connected(
    stack: contextlib.AsyncExitStack, settings: Settings, address: BrokerAddress, service: Service, database: Database
) -> Hosted:
    """A part with its broker, if there is one."""
    connector = Connector(service, settings, address)
    stack.push_async_callback(connector.close)
    await connector.try_first()
    secrets = Secrets(settings.keys_folder)
    postbox = SmtpPostbox(mail_url_of(settings), settings.mail_sender, settings.url, secrets.links)
    return Hosted(Part(service, database, connector, postbox), DataFolder(settings.data), secrets, settings)


async def _with_http(stack: contextlib.AsyncExitStack, settings: Settings, hosted: dict[str, Hosted]) -> Host:
    apps: dict[str, ASGIApp] = {name: _service_app(each) for name, each in hosted.items() if name != "gateway"}
    door = hosted.get("gateway")
    if door is None:
        return Host(hosted, apps)
    # Imported here: only the gateway's process has pages, templates and texts.
    from deploy.front import opened  # noqa: PLC0415

    front = await stack.enter_async_context(opened(settings, door.secrets, door.part, apps))
    return Host(hosted, {**apps, "gateway": front.app}, front.receiver, front.sink)


def _service_app(hosted: Hosted) -> ASGIApp:
    app = create_app(
        hosted.service.name,
        [hosted.service.routes, standing(hosted.part)],
        database=hosted.database,
        authenticate=by_token(TokenVerifier([hosted.secrets.token_public_key], hosted.database.clock)),
        idempotency_secret=hosted.secrets.idempotency,
        ready=hosted.part.troubles,
    )
    app.state.settings = hosted.settings
    return app
