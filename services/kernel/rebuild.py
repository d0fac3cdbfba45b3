"""A part's copies made anew from the streams, while readers keep the old ones and a crash leaves them as they were."""

import asyncio
import logging
from collections.abc import Sequence

import sqlalchemy as sa

from services.kernel.broker import Broker
from services.kernel.consumer import Consumer, Target
from services.kernel.crash_points import crash_point
from services.kernel.database import Database
from services.kernel.intake import Intake
from services.kernel.service import Service
from services.kernel.wire import stream_of

log = logging.getLogger(__name__)

MESSAGES_A_TRANSACTION = 20_000
MESSAGES_BESIDE_COMMANDS = 1_000
"""Where commands share SQLite's writer they must not wait for long."""

RETRY_S = 0.05
"""Before it looks again, when more was published before the swap."""

SHADOW = "shadow_"


class Shadow:
    """The tables that a rebuild fills: like the part's own, without indexes, dropped afterwards."""

    def __init__(self, service: Service) -> None:
        self._metadata = sa.MetaData()
        own = [service.metadata.tables[name] for name in ("seen", "parked")]
        self._tables = {table.name: self._twin(table) for table in (*own, *(copy.table for copy in service.copies))}
        self.target = Target(SHADOW, lambda table: self._tables[table.name])

    def _twin(self, table: sa.Table) -> sa.Table:
        columns = (
            sa.Column(each.name, each.type, primary_key=each.primary_key, nullable=each.nullable, autoincrement=False)
            for each in table.columns
        )
        return sa.Table(SHADOW + table.name, self._metadata, *columns)

    def create(self, connection: sa.Connection) -> None:
        self._metadata.drop_all(connection)
        self._metadata.create_all(connection)

    def drop(self, connection: sa.Connection) -> None:
        self._metadata.drop_all(connection)

    def behind(self, connection: sa.Connection, publisher: str) -> bool:
        """Whether the part's own copies have been told more than the shadow: then a swap would lose it.

        What the shadow has parked it has been told; that today's folds cannot apply it is no reason to wait.
        """
        statement = sa.text(
            f"SELECT count(*) FROM seen s LEFT JOIN {SHADOW}seen n "
            "ON n.consumer = s.consumer AND n.aggregate = s.aggregate "
            "WHERE s.consumer = :consumer AND coalesce(n.version, 0) < s.version AND NOT EXISTS ("
            f"SELECT 1 FROM {SHADOW}parked p WHERE p.consumer = s.consumer AND p.aggregate = s.aggregate)"
        )
        return bool(connection.execute(statement, {"consumer": publisher}).scalar_one())

    def swap(self, connection: sa.Connection, consumer: Consumer) -> None:
        """Empty the copies of one publisher and fill them from the shadow: rows move, tables and indexes stay."""
        by_consumer = {"consumer": consumer.publisher}
        for name in ("seen", "parked"):
            connection.execute(sa.text(f"DELETE FROM {name} WHERE consumer = :consumer"), by_consumer)
            columns = ", ".join(column.name for column in self._tables[name].columns)
            statement = (
                f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {SHADOW}{name} WHERE consumer = :consumer"
            )
            connection.execute(sa.text(statement), by_consumer)
        for copy in consumer.copies:
            table, twin = copy.table, self._tables[copy.table.name]
            names = [column.name for column in table.columns]
            connection.execute(table.delete())
            connection.execute(table.insert().from_select(names, sa.select(*(twin.c[name] for name in names))))


async def rebuild(service: Service, database: Database, broker: Broker, intakes: Sequence[Intake]) -> int:
    """Replay every stream that the part reads into a shadow, then swap. Returns the number of messages read.

    The durables ``<part>-rebuild`` must stand at the beginning: provisioning makes them anew before each rebuild.
    """
    shadow = Shadow(service)
    await database.transact(shadow.create)
    read = 0
    for intake in intakes:
        read += await _replay(service, database, broker, intake, shadow)
    await database.transact(shadow.drop)
    await database.transact(lambda connection: set_revision(connection, service))
    return read


async def _replay(service: Service, database: Database, broker: Broker, intake: Intake, shadow: Shadow) -> int:
    consumer = intake.consumer
    stream = stream_of(consumer.publisher)
    size = MESSAGES_BESIDE_COMMANDS if database.is_sqlite and service.publishes else MESSAGES_A_TRANSACTION
    durable = f"{service.name}-rebuild"
    # A stream that was made anew begins far behind the old one, and may hold nothing yet.
    read, reached = 0, (await broker.pending(stream, durable)).delivered
    pull = broker.pull(stream, durable, acks=False)
    try:
        while True:
            last = await broker.last_sequence(stream)
            while reached < last:
                bodies: list[bytes] = []
                while len(bodies) < size and reached < last:
                    for delivery in await pull.arrived():
                        bodies.append(delivery.body)
                        reached = delivery.sequence
                read += len(bodies)
                await _apply(database, consumer, bodies, shadow)
            async with intake.paused():
                if reached >= await broker.last_sequence(stream) and await _swap(database, consumer, shadow):
                    return read
            await asyncio.sleep(RETRY_S)
    finally:
        await pull.close()


async def _apply(database: Database, consumer: Consumer, bodies: Sequence[bytes], shadow: Shadow) -> None:
    try:
        await database.transact(lambda connection: consumer.apply(connection, bodies, shadow.target))
    except Exception:
        log.exception("replaying singly", extra={"consumer": consumer.part})
        await database.transact(lambda connection: consumer.apply(connection, bodies, shadow.target, singly=True))


async def _swap(database: Database, consumer: Consumer, shadow: Shadow) -> bool:
    def swap(connection: sa.Connection) -> bool:
        consumer.lock(connection)
        if shadow.behind(connection, consumer.publisher):
            return False
        shadow.swap(connection, consumer)
        crash_point("CP9", consumer.part)
        return True

    return await database.transact(swap)


def revision_of(connection: sa.Connection, service: Service) -> int | None:
    """The revision of the folds that made the copies; none in a new database."""
    statement = sa.text("SELECT revision FROM revision WHERE part = :part")
    return connection.execute(statement, {"part": service.name}).scalar()


def set_revision(connection: sa.Connection, service: Service) -> None:
    """Say that the copies are made by today's folds."""
    statement = sa.text(
        "INSERT INTO revision (part, revision) VALUES (:part, :revision) "
        "ON CONFLICT (part) DO UPDATE SET revision = excluded.revision"
    )
    connection.execute(statement, {"part": service.name, "revision": service.revision})
