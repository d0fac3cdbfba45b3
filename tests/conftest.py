"""What tests stand on: a real broker, both databases, a clock that stands still. Nothing of ours is replaced."""

import contextlib
import gc
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy import installation
from deploy.embedded import EmbeddedServer
from deploy.host import Host, running
from deploy.keys import PROVISION, ensure_seeds, read_key, users
from deploy.migrate import history_of, migrate
from deploy.parts import load
from deploy.provisioning import Manifest, Provisioning
from services.kernel.broker import Broker
from services.kernel.clock import Clock, FixedClock
from services.kernel.database import Database
from services.kernel.service import Service
from services.kernel.settings import Settings
from tests.copies import Copies, remember
from tests.postgres import PostgresServer, postgres_server

NOW = datetime(2016, 4, 8, 10, 0, tzinfo=UTC)
"""The clock's start: the day on which the plan of 2016 was adopted."""

Provide = Callable[..., Awaitable[Broker]]
"""``await provide(service, …)`` empties the broker, makes their streams and durables, and gives a connection."""

Fill = Callable[[Database], Awaitable[object]]
"""Puts into a new database what many tests begin with. Done once in a worker, and copied for each of them."""

OpenDatabase = Callable[..., Awaitable[Database]]
"""``await open_database(service)``: a new, migrated database of the service's, closed after the test; filled as another
argument does it, for example ``load_reference``."""

RunParts = Callable[..., contextlib.AbstractAsyncContextManager[Host]]
"""``async with run_parts("registry", "events") as host`` runs parts as the installation does, in this process."""


def pytest_collection_finish() -> None:
    """All that is collected stays until the end: the garbage collector need not look through it each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An embedded installation in a folder of its own; passwords cost nothing to try."""
    return Settings(data=tmp_path / "var", argon2_time_cost=1, argon2_memory_kib=8)


@pytest.fixture
def run_parts(settings: Settings) -> RunParts:
    """Runs parts with a keyed broker of their own; other settings may be given, for example with PostgreSQL."""

    @contextlib.asynccontextmanager
    async def run(*names: str, settings: Settings = settings, clock: Clock | None = None) -> AsyncIterator[Host]:
        services = load(names)
        installation.ensure_keys(settings, services)
        async with installation.broker(settings, services) as address:
            async with installation.provisioning(settings, address, services) as provisioning:
                await provisioning.provide()
            async with running(settings, address, services, clock=clock) as host:
                yield host

    return run


@pytest.fixture(scope="session")
def broker_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A nats-server for all tests of this worker, without keys. ``kill()`` and ``start()`` are allowed."""
    server = EmbeddedServer(tmp_path_factory.mktemp("broker"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def provide(broker_server: EmbeddedServer) -> AsyncIterator[Provide]:
    async with contextlib.AsyncExitStack() as stack:

        async def provide(*parts: Manifest) -> Broker:
            broker = await Broker.connect(broker_server.url, identity=PROVISION)
            stack.push_async_callback(broker.close)
            for stream in (await broker.api("STREAM.NAMES", {}))["streams"] or ():
                await broker.api(f"STREAM.DELETE.{stream}", {})
            await Provisioning(broker, parts).provide()
            return broker

        yield provide


@pytest.fixture
def keyed_server(tmp_path: Path) -> Iterator[Callable[..., tuple[EmbeddedServer, Path]]]:
    """``keyed_server(part, …)`` starts a server that lets in only those and provisioning; with the keys' folder."""
    with contextlib.ExitStack() as stack:

        def start(*parts: Manifest) -> tuple[EmbeddedServer, Path]:
            keys = tmp_path / "keys"
            ensure_seeds(keys, [*(part.name for part in parts), PROVISION])
            server = EmbeddedServer(tmp_path / "keyed-broker", users=users(keys, parts))
            server.start()
            stack.callback(server.stop)
            return server, keys

        yield start


async def connect_as(server: EmbeddedServer, keys: Path, identity: str, alarms: list[str] | None = None) -> Broker:
    """A connection that proves who it is; what the broker forbids lands in ``alarms``."""
    heard = alarms if alarms is not None else []
    return await Broker.connect(server.url, identity=identity, key=read_key(keys, identity), on_alarm=heard.append)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL for all tests of this worker."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def copies(postgres: PostgresServer) -> Copies:
    """Databases of this worker's that tests get one after the other."""
    return Copies(postgres)


async def _migrated(service: Service, url: str, fill: Fill | None) -> None:
    """The service's tables in an empty database: by its migrations, or as they stand if only a test knows it."""
    database = Database(url, service.name, metadata=service.metadata, refusals=service.refusals, clock=FixedClock(NOW))
    if history_of(service.name).exists():
        await migrate(database)
    else:
        await database.transact(service.metadata.create_all)
    if fill is not None:
        await fill(database)
    await database.close()


class Templates:
    """Databases migrated once in this worker, and copied for the tests that want one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, int, Fill | None], str] = {}

    async def sqlite(self, service: Service, path: Path, fill: Fill | None) -> str:
        """The URL of a copy at ``path``."""
        if (key := ("sqlite", id(service.metadata), fill)) not in self._made:
            template = str(self._folder / f"{service.name}_{len(self._made)}.db")
            await _migrated(service, f"sqlite:///{template}", fill)
            self._made[key] = template
        shutil.copy(self._made[key], path)
        return f"sqlite:///{path}"

    async def postgres(self, service: Service, server: PostgresServer, fill: Fill | None) -> str:
        """The name of a template, for the server to copy."""
        if (key := ("postgres", id(service.metadata), fill)) not in self._made:
            template = f"template_{service.name}_{len(self._made)}_{os.getpid()}"
            url = await server.create(template)
            await _migrated(service, url, fill)
            await remember(url)
            self._made[key] = template
        return self._made[key]


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture
async def sqlite_database(templates: Templates, tmp_path: Path, clock: FixedClock) -> AsyncIterator[OpenDatabase]:
    async with contextlib.AsyncExitStack() as stack:

        async def open_database(service: Service, fill: Fill | None = None) -> Database:
            url = await templates.sqlite(service, tmp_path / f"{service.name}.db", fill)
            return _opened(stack, service, url, clock)

        yield open_database


@pytest.fixture
async def postgres_database(
    templates: Templates, postgres: PostgresServer, copies: Copies, clock: FixedClock
) -> AsyncIterator[OpenDatabase]:
    async with contextlib.AsyncExitStack() as stack:

        async def open_database(service: Service, fill: Fill | None = None) -> Database:
            template = await templates.postgres(service, postgres, fill)
            return _opened(stack, service, await stack.enter_async_context(copies.copy(template)), clock)

        yield open_database


def _opened(stack: contextlib.AsyncExitStack, service: Service, url: str, clock: FixedClock) -> Database:
    database = Database(url, service.name, metadata=service.metadata, refusals=service.refusals, clock=clock)
    stack.push_async_callback(database.close)
    return database


@pytest.fixture(params=["sqlite", "postgres"])
def open_database(request: pytest.FixtureRequest) -> OpenDatabase:
    """A test that uses this runs on both databases."""
    chosen: OpenDatabase = request.getfixturevalue(f"{request.param}_database")
    return chosen
