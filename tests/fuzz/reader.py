"""A part's own folds on a real database, emptied between examples."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from deploy.migrate import migrate
from services.kernel.database import Database
from services.kernel.inspection import dump, parked, seen_heads
from services.kernel.plumbing import PLUMBING
from services.kernel.service import Service
from tests.fuzz.deliveries import Told

T = TypeVar("T")

Copied = tuple[bytes, dict[str, dict[str, tuple[int, str]]], list[tuple[str, str, int, str]]]
"""The copies as canonical bytes, what is known of each publisher's aggregates, and what is parked why."""


class Reader:
    """One part that is told what others say."""

    def __init__(self, service: Service, database: Database, runner: asyncio.Runner) -> None:
        self.service, self._database, self._runner = service, database, runner
        self._consumers = {consumer.publisher: consumer for consumer in service.consumers}
        copied = PLUMBING | {copy.table.name for copy in service.copies}
        # What a part is told it may also write down in tables of its own. In the audit it writes nothing then.
        self._filled = [
            table
            for table in reversed(service.metadata.sorted_tables)
            if (service.logs or table.name in copied) and table.name != "audit"
        ]

    def after(self, batches: Sequence[Told]) -> Copied:
        """What the part holds when it has been told this, and nothing before."""

        def tell(connection: sa.Connection) -> Copied:
            for table in self._filled:
                connection.execute(table.delete())
            for batch in batches:
                # A savepoint is to a transaction here what a transaction is to the file: it holds a batch whole.
                with connection.begin_nested():
                    self._consumers[batch.publisher].apply(connection, batch.bodies)
            waiting = [(row["consumer"], row["aggregate"], row["version"], row["reason"]) for row in parked(connection)]
            known = {publisher: seen_heads(connection, publisher) for publisher in self._consumers}
            return b"".join(dump(connection, self.service)), known, waiting

        return self._runner.run(self._database.transact(tell))

    def asked(self, query: Callable[[sa.Connection], T]) -> T:
        """What the part answers."""
        return self._runner.run(self._database.read(query))


@contextmanager
def reading(service: Service, url: str) -> Iterator[Reader]:
    """The part's own database, migrated, at an empty place."""
    database = Database(url, service.name, metadata=service.metadata)
    with asyncio.Runner() as runner:
        runner.run(migrate(database))
        try:
            yield Reader(service, database, runner)
        finally:
            runner.run(database.close())


def sqlite_at(folder: Path, service: Service) -> str:
    return f"sqlite:///{folder / service.name}.db"
