"""SQLite's one writer thread: whatever waits is written together, a savepoint each, and committed once."""

import asyncio
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from services.kernel.crash_points import crash_point
from services.kernel.outage import is_outage, unavailable

T = TypeVar("T")

GROUP = 64
"""How many writes share a commit at most. More would make the first of them wait for the last."""


@dataclass(slots=True)
class _Job:
    work: Callable[[sa.Connection], Any]
    command: bool
    alone: bool
    future: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Runs writes on one SQLite file in the order they come, in a thread of its own.

    Raises:
        Unavailable: the file cannot be opened.
    """

    def __init__(self, engine: sa.Engine, part: str) -> None:
        self._part = part
        try:
            self._connection = engine.connect()
        except sa.exc.OperationalError as error:
            raise unavailable(error) from error
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=f"writer-{part}", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[sa.Connection], T], *, command: bool) -> T:
        """Do the work inside a savepoint; return when the commit that holds it is on disk.

        Raises:
            Unavailable: the commit failed; nothing of it is stored.
        """
        return await self._run_job(work, command=command, alone=False)

    async def run_alone(self, work: Callable[[sa.Connection], T]) -> T:
        """Do what cannot be part of a transaction, between two of them."""
        return await self._run_job(work, command=False, alone=True)

    async def _run_job(self, work: Callable[[sa.Connection], T], *, command: bool, alone: bool) -> T:
        loop = asyncio.get_running_loop()
        job = _Job(work, command, alone, loop.create_future(), loop)
        self._jobs.put(job)
        # Shielded: a caller that goes away does not undo what may be committed already.
        return await asyncio.shield(job.future)

    def close(self) -> None:
        """Finish what waits, then end the thread."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        with self._connection as connection:
            while (first := self._jobs.get()) is not None:
                group, last = self._waiting(first)
                self._write(connection, [job for job in group if not job.alone])
                for job in group:
                    if job.alone:
                        self._do_alone(connection, job)
                if last:
                    return

    def _waiting(self, first: _Job) -> tuple[list[_Job], bool]:
        group = [first]
        while len(group) < GROUP:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return group, True
            group.append(job)
        return group, False

    @staticmethod
    def _do_alone(connection: sa.Connection, job: _Job) -> None:
        try:
            job.result = job.work(connection)
        except Exception as error:
            job.error = unavailable(error) if is_outage(error) else error
        connection.rollback()  # SQLAlchemy believes to have begun something
        if not job.loop.is_closed():
            job.loop.call_soon_threadsafe(_deliver, [job])

    def _write(self, connection: sa.Connection, group: list[_Job]) -> None:
        if not group:
            return
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            for job in group:
                self._within_savepoint(connection, job)
            if any(job.command for job in group):
                crash_point("CP1", self._part)
            connection.commit()
        except Exception as broken:
            connection.rollback()
            # After a commit that failed SQLite is still inside the transaction, and SQLAlchemy believes it is not.
            driver: Any = connection.connection.driver_connection
            driver.rollback()
            for job in group:
                # What a member was refused for stands: nothing of it was to be stored.
                job.error = job.error or unavailable(broken)
        if any(job.command for job in group):
            crash_point("CP2", self._part)
        for loop in {job.loop for job in group}:
            mine = [job for job in group if job.loop is loop]
            if not loop.is_closed():
                loop.call_soon_threadsafe(_deliver, mine)

    @staticmethod
    def _within_savepoint(connection: sa.Connection, job: _Job) -> None:
        connection.exec_driver_sql("SAVEPOINT command")
        try:
            job.result = job.work(connection)
        except Exception as error:
            job.error = unavailable(error) if is_outage(error) else error
            connection.exec_driver_sql("ROLLBACK TO command")
        connection.exec_driver_sql("RELEASE command")


def _deliver(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.cancelled():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
