"""The two parts of :mod:`tests.kernel.delivery.parts` with a real broker between them, on both databases."""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

import pytest
import sqlalchemy as sa

from deploy.embedded import EmbeddedServer
from deploy.keys import PROVISION
from deploy.provisioning import Provisioning
from services.contracts import message as contract
from services.contracts.funding import GrantAwarded
from services.kernel.broker import Broker
from services.kernel.clock import Clock
from services.kernel.consumer import Consumer
from services.kernel.database import STATEMENT_S, Database
from services.kernel.inspection import differences, dump, own_heads, parked, seen_heads
from services.kernel.intake import Intake
from services.kernel.relay import Relay
from services.kernel.service import Service
from tests.conftest import Provide
from tests.kernel.delivery.parts import PUBLISHER, READER
from tests.postgres import PostgresServer

B = TypeVar("B", bound=Broker)


@dataclass
class Databases:
    """Makes databases of one kind. ``again`` opens one a second time, as another process would."""

    kind: str
    folder: Path
    postgres: PostgresServer | None
    stack: contextlib.AsyncExitStack
    urls: dict[str, str] = field(default_factory=dict)

    async def open(self, service: Service, *, clock: Clock | None = None) -> Database:
        if (new := service.name not in self.urls) and self.postgres is None:
            self.urls[service.name] = f"sqlite:///{self.folder / service.name}.db"
        elif new:
            assert self.postgres is not None
            self.urls[service.name] = await self.stack.enter_async_context(self.postgres.database())
        database = self.again(service, clock=clock)
        if new:
            await database.transact(service.metadata.create_all)
        return database

    def again(self, service: Service, *, clock: Clock | None = None, statement_s: float = STATEMENT_S) -> Database:
        database = Database(
            self.urls[service.name],
            service.name,
            metadata=service.metadata,
            refusals=service.refusals,
            clock=clock,
            statement_s=statement_s,
        )
        self.stack.push_async_callback(database.close)
        return database


@pytest.fixture(params=["sqlite", "postgres"])
async def databases(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Databases]:
    server = request.getfixturevalue("postgres") if request.param == "postgres" else None
    async with contextlib.AsyncExitStack() as stack:
        yield Databases(request.param, tmp_path, server, stack)


@pytest.fixture
async def publisher(databases: Databases) -> Database:
    return await databases.open(PUBLISHER)


@pytest.fixture
async def copies(databases: Databases) -> Database:
    """The reading part's database."""
    return await databases.open(READER)


@dataclass
class Wires:
    """Connections to one broker on which the two parts are provided for."""

    server: EmbeddedServer
    operator: Broker
    stack: contextlib.AsyncExitStack

    @property
    def provisioning(self) -> Provisioning:
        return Provisioning(self.operator, (PUBLISHER, READER))

    async def connect(self, identity: str, url: str | None = None) -> Broker:
        return await self.connect_by(Broker, identity, url)

    async def connect_by(self, kind: type[B], identity: str, url: str | None = None) -> B:
        broker = await kind.connect(url or self.server.url, identity=identity, on_alarm=lambda _: None)
        self.stack.push_async_callback(broker.close)
        return broker

    async def set_stream(self, **settings: Any) -> None:
        """Change the publisher's stream behind everybody's back."""
        found = (await self.operator.api("STREAM.INFO.FUNDING", {}))["config"]
        await self.operator.api("STREAM.UPDATE.FUNDING", {**found, **settings})

    async def forget_ids_soon(self) -> None:
        """No correctness may rest on the broker's own memory of message ids."""
        await self.set_stream(duplicate_window=100_000_000)

    async def stored(self) -> list[str]:
        """The ids of the messages in the publisher's stream, in its order."""
        return [each.message_id for each in (await self.operator.behind("FUNDING", 0))[0]]


@pytest.fixture
async def wires(broker_server: EmbeddedServer, provide: Provide) -> AsyncIterator[Wires]:
    operator = await provide(PUBLISHER, READER)
    async with contextlib.AsyncExitStack() as stack:
        yield Wires(broker_server, operator, stack)


@pytest.fixture
async def own_server(tmp_path: Path) -> AsyncIterator[Wires]:
    """The same on a broker of the test's own, which it may stop, empty and start again."""
    server = EmbeddedServer(tmp_path / "broker")
    server.start()
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(server.stop)
        operator = await Broker.connect(server.url, identity=PROVISION, on_alarm=lambda _: None)
        stack.push_async_callback(operator.close)
        wires = Wires(server, operator, stack)
        await wires.provisioning.provide()
        yield wires


@dataclass
class Pair:
    """A publisher's relay and a reader's intake at work on their databases."""

    publisher: Database
    copies: Database
    relay: Relay
    intake: Intake

    @classmethod
    async def on(cls, wires: Wires, publisher: Database, copies: Database, service: Service = READER) -> Self:
        relay = Relay(publisher, await wires.connect("funding"), "FUNDING", "relay-1")
        publisher.on_published = relay.wake
        return cls(publisher, copies, relay, Intake(consumer_of(service), copies, await wires.connect("reporting")))

    async def agree(self) -> bool:
        """Whether the copies know exactly what was committed."""
        return not differences(await heads(self.publisher), await known(self.copies))


OF_THE_FUTURE = "samla.funding.grant.awarded.v2"


@pytest.fixture
def upgrade() -> Iterator[Callable[[], None]]:
    """``upgrade()``: from now on this part knows a newer version of a type."""
    today = GrantAwarded.type

    def upgrade() -> None:
        contract.MESSAGE_TYPES[OF_THE_FUTURE] = GrantAwarded
        contract.UPCASTS[today] = (OF_THE_FUTURE, lambda data: data)

    yield upgrade
    contract.MESSAGE_TYPES.pop(OF_THE_FUTURE, None)
    contract.UPCASTS.pop(today, None)


def consumer_of(service: Service) -> Consumer:
    (consumer,) = service.consumers
    return consumer


async def heads(publisher: Database) -> dict[str, tuple[int, str]]:
    return await publisher.read(own_heads)


async def known(copies: Database) -> dict[str, tuple[int, str]]:
    return await copies.read(seen_heads, PUBLISHER.name)


async def canonical(copies: Database, service: Service = READER) -> bytes:
    return await copies.read(lambda connection: b"".join(dump(connection, service)))


def emptied(connection: sa.Connection) -> None:
    """Let the reading part know nothing."""
    for table in READER.metadata.tables.values():
        connection.execute(table.delete())


async def waiting(copies: Database) -> list[tuple[str, int, str]]:
    """What is parked: whose, which version, why."""
    return [(row["aggregate"], row["version"], row["reason"]) for row in await copies.read(parked)]


async def outbox(publisher: Database) -> list[Any]:
    """Every message row in the order of the outbox."""

    def query(connection: sa.Connection) -> list[Any]:
        return list(connection.execute(sa.text("SELECT * FROM outbox ORDER BY position")))

    return await publisher.read(query)


async def unpublished(publisher: Database) -> int:
    return sum(row.published_at is None for row in await outbox(publisher))


@pytest.fixture
async def sqlite_publisher(tmp_path: Path) -> AsyncIterator[Database]:
    """For what only SQLite has: commits that commands share."""
    async with contextlib.AsyncExitStack() as stack:
        yield await Databases("sqlite", tmp_path, None, stack).open(PUBLISHER)


@pytest.fixture
async def postgres_publisher(postgres: PostgresServer, tmp_path: Path) -> AsyncIterator[Database]:
    """For what only PostgreSQL has: transactions that overlap."""
    async with contextlib.AsyncExitStack() as stack:
        yield await Databases("postgres", tmp_path, postgres, stack).open(PUBLISHER)
