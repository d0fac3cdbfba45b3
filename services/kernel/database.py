"""One part's database: commands run in ``write``, queries in ``read``, on SQLite and PostgreSQL alike."""

import asyncio
import re
import sqlite3
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.kernel.access import INSTALLATION, Principal
from services.kernel.clock import Clock, SystemClock
from services.kernel.crash_points import crash_point
from services.kernel.outage import is_outage, sqlstate, unavailable
from services.kernel.problems import Problem, Unavailable
from services.kernel.transaction import Cause, Transaction
from services.kernel.writer import Writer

P = ParamSpec("P")
T = TypeVar("T")

READERS = 4
"""Threads that read a SQLite file."""
POOL = {"pool_size": READERS, "max_overflow": READERS}
"""The connections to PostgreSQL that a part keeps and may have besides, for queries, and once more for commands."""
STATEMENT_S = 5.0
"""How long one statement of a query may take: whoever else asks must not wait for it. Commands know no such limit."""
STEPS = 50_000
"""Of SQLite's machine, about a millisecond of work: how often a statement looks at the time."""
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
"""``secure_delete``: what is deleted is overwritten with zeros."""
FIT_SQLITE = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1"}
FIT_POSTGRESQL = {"fsync": "on", "synchronous_commit": "on"}
"""What a connection for commands must say of itself: what is committed is on disk, what is deleted is gone."""
BUSY_MS = 5000
ERASE_AGAIN_S, ERASE_LOOK_S = 0.05, 1.0
QUERY = {"default_transaction_isolation": "repeatable read", "default_transaction_read_only": "on"}
"""What PostgreSQL is told of a connection for queries: one consistent view, and nothing is changed."""
RERUNS = 3
"""How often a command is run again after a deadlock or a serialisation failure."""

UNIQUE = sa.UniqueConstraint | sa.PrimaryKeyConstraint | sa.Index
RERUN_STATES = frozenset(("40001", "40P01"))


class Unfit(Exception):
    """The database does not keep what it says it has stored. The part refuses to start."""


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment. Refuses one without a time zone; gives it back in UTC on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """Opens one part's database. ``url`` is ``sqlite:///path`` or ``postgresql+asyncpg://…``; see STATEMENT_S."""

    def __init__(
        self,
        url: str,
        part: str,
        *,
        metadata: sa.MetaData,
        refusals: Mapping[str, type[Problem]] | None = None,
        clock: Clock | None = None,
        statement_s: float = STATEMENT_S,
    ) -> None:
        self.part, self.metadata, self.clock = part, metadata, clock or SystemClock()
        self.refusals = dict(refusals or {})
        self.on_published: Callable[[], None] = lambda: None
        """Called in the event loop after a commit that holds messages: wakes the relay."""
        self.is_sqlite = url.startswith("sqlite")
        self._log_holds_erased, self._pages_hold_erased = True, False
        """SQLite's files may hold what was deleted. Only the writer's thread changes it."""
        self._writer: Writer | None = None
        self._async: AsyncEngine | None = None
        if self.is_sqlite:
            self.engine, self.reading_engine = _sqlite_engine(url), _sqlite_engine(url, "query_only=ON")
            _interrupt_after(self.reading_engine, statement_s)
            self._readers = ThreadPoolExecutor(READERS, thread_name_prefix=f"reader-{part}")
        else:
            settings = {**QUERY, "statement_timeout": f"{statement_s * 1000:.0f}"}
            self._async = create_async_engine(url, **POOL)
            self._async_reading = create_async_engine(url, **POOL, connect_args={"server_settings": settings})
            self.engine, self.reading_engine = self._async.sync_engine, self._async_reading.sync_engine

    async def write(
        self,
        function: Callable[Concatenate[Transaction, ...], T],
        /,
        *args: Any,
        principal: Principal = INSTALLATION,
        cause: Cause | None = None,
    ) -> T:
        """Run a command as one transaction and return when it is committed.

        Raises:
            Problem: the command refused, or a constraint did and the manifest names the refusal.
            Unavailable: it is not known to be stored; try again with the same idempotency key.
        """
        transactions: list[Transaction] = []

        def work(connection: sa.Connection) -> T:
            name = getattr(function, "__name__", "")
            transaction = Transaction(connection, self.part, self.clock, principal, cause or Cause(), command=name)
            transactions[:] = [transaction]
            try:
                result = function(transaction, *args)
                transaction.finish()
                self._log_holds_erased |= transaction.erases
                self._pages_hold_erased |= transaction.erases
            finally:
                transaction.discard()
            return result

        try:
            result = await self.transact(work, command=True)
        except IntegrityError as error:
            refusal = self.refusals.get(constraint_of(error, self.metadata) or "")
            raise (refusal() if refusal else error) from error
        if transactions[0].published:
            self.on_published()
        if transactions[0].erases:
            await self.erase_from_log()
        return result

    async def erase_from_log(self) -> None:
        """Let nothing that was deleted stay in SQLite's write-ahead log. It is overwritten in the pages themselves.

        A reader may still need the log: then it is tried again, as long as that takes, by :meth:`keep_erased` for a
        caller that has gone, and at every start. PostgreSQL does it with its next vacuum and as its log is recycled.
        """
        if self.is_sqlite:
            self._writer = self._writer or Writer(self.engine, self.part)
            while self._log_holds_erased:
                await self._writer.run_alone(self._truncate_log)
                if self._log_holds_erased:
                    await asyncio.sleep(ERASE_AGAIN_S)

    async def keep_erased(self) -> None:
        """Look after every erasure until cancelled. A row that grew may have left an image that only VACUUM removes."""
        while True:
            with suppress(Unavailable):
                await self.erase_from_log()
                if self._pages_hold_erased and self._writer is not None:
                    await self._writer.run_alone(self._write_anew)
            await asyncio.sleep(ERASE_LOOK_S)

    def _truncate_log(self, connection: sa.Connection) -> None:
        # Without waiting for readers: meanwhile others want to write.
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
        try:
            is_busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MS}")
        self._log_holds_erased = bool(is_busy)

    def _write_anew(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql("VACUUM")
        self._log_holds_erased, self._pages_hold_erased = True, False

    async def read(
        self, function: Callable[Concatenate[sa.Connection, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a query on one consistent view of the database.

        Raises:
            Unavailable: the database cannot be read, or a statement took too long; try again.
        """
        try:
            return await self._read(lambda connection: function(connection, *args, **kwargs))
        except Exception as error:
            if is_outage(error):
                raise unavailable(error) from error
            raise

    async def _read(self, function: Callable[[sa.Connection], T]) -> T:
        if self._async is not None:
            async with self._async_reading.connect() as connection:
                return await connection.run_sync(function)

        def work() -> T:
            with self.reading_engine.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                try:
                    return function(connection)
                finally:
                    connection.rollback()

        return await asyncio.get_running_loop().run_in_executor(self._readers, work)

    async def transact(self, work: Callable[[sa.Connection], T], *, command: bool = False) -> T:
        """Run work that is no command (relay, consumer, rebuild) as one transaction."""
        if self._async is None:
            self._writer = self._writer or Writer(self.engine, self.part)
            return await self._writer.run(work, command=command)
        for attempt in range(RERUNS + 1):
            try:
                async with self._async.begin() as connection:
                    result = await connection.run_sync(work)
                    if command:
                        crash_point("CP1", self.part)
            except Exception as error:
                if attempt < RERUNS and sqlstate(error) in RERUN_STATES:
                    continue
                if is_outage(error):
                    raise unavailable(error) from error
                raise
            if command:
                crash_point("CP2", self.part)
            return result
        raise AssertionError("unreachable")

    async def verify(self) -> None:
        """Refuse to go on unless what is committed is on disk.

        Raises:
            Unfit: a setting says otherwise.
        """
        ask, wanted = ("PRAGMA", FIT_SQLITE) if self.is_sqlite else ("SHOW", FIT_POSTGRESQL)
        found = await self.transact(
            lambda connection: {name: str(connection.exec_driver_sql(f"{ask} {name}").scalar_one()) for name in wanted}
        )
        for name, value in wanted.items():
            if found[name] != value:
                raise Unfit(f"The database of {self.part} has {name}={found[name]}; it must be {value}.")

    async def close(self) -> None:
        if self._writer is not None:
            await asyncio.to_thread(self._writer.close)
        if self._async is not None:
            await self._async.dispose()
            await self._async_reading.dispose()
        else:
            self._readers.shutdown()
            self.reading_engine.dispose()
            self.engine.dispose()


def _sqlite_engine(url: str, *pragmas: str) -> sa.Engine:
    engine = sa.create_engine(
        url,
        poolclass=sa.QueuePool,
        # None: the driver sends no BEGIN of its own; the kernel does (cpython issue 54133).
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": 5.0},
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(raw: sqlite3.Connection, _record: Any) -> None:
        for pragma in (*PRAGMAS, f"busy_timeout={BUSY_MS}", *pragmas):
            raw.execute(f"PRAGMA {pragma}")

    return engine


def _interrupt_after(engine: sa.Engine, seconds: float) -> None:
    """Let SQLite break off a statement that runs longer."""

    @sa.event.listens_for(engine, "before_cursor_execute")
    def _begin(_connection: sa.Connection, cursor: Any, *_rest: Any) -> None:
        until = time.monotonic() + seconds
        cursor.connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)


def constraint_of(error: IntegrityError, metadata: sa.MetaData) -> str | None:
    """The name of the constraint that refused. Of a unique one SQLite tells only the columns; the metadata knows it."""
    named = getattr(getattr(error.orig, "__cause__", None), "constraint_name", None)
    if named:
        return str(named)
    text = str(error.orig)
    if match := re.search(r"CHECK constraint failed: (\w+)", text):
        return match[1]
    if match := re.search(r"UNIQUE constraint failed: (.+)", text):
        columns = [part.strip().rpartition(".") for part in match[1].split(",")]
        table = metadata.tables.get(columns[0][0])
        wanted = {column for _, _, column in columns}
        for candidate in () if table is None else (*table.constraints, *table.indexes):
            if isinstance(candidate, UNIQUE) and {column.name for column in candidate.columns} == wanted:
                return str(candidate.name)
    return None
