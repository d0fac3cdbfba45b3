"""Keeps the newest snapshot and a few of what was known earlier.

A snapshot is exchanged for a newer one when the copies in the database have changed. This process is told of what it
applies itself (:meth:`Catalogue.forget`); for what another process applied it looks at most twice a second, so that
answering a list costs no question to the database.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from gateway.catalogue.reading import Fingerprint, fingerprint, load
from gateway.catalogue.snapshot import Snapshot
from services.contracts.geography import Geography
from services.kernel.database import Database

FRESH_S = 0.5
"""How long a snapshot is used before the database is asked whether there is a newer one."""

KEPT = 4
"""How many states of earlier knowledge are kept: each holds a country."""


class NothingKnown(LookupError):
    """At the moment asked about nothing was recorded yet."""


class Catalogue:
    """Gives snapshots: the newest, or that of an earlier moment."""

    def __init__(self, database: Database, time_s: Callable[[], float] = time.monotonic) -> None:
        """``time_s`` tells how fresh a snapshot is: seconds that only go forward."""
        self._database, self._time_s = database, time_s
        self._snapshot = Snapshot(Geography())
        self._fingerprint: Fingerprint | None = None
        self._looked_at = -math.inf
        self._looking = asyncio.Lock()
        self._earlier: OrderedDict[Fingerprint, Snapshot] = OrderedDict()
        self._remembering = asyncio.Lock()

    async def current(self) -> Snapshot:
        """The snapshot to answer one request from."""
        if self._fingerprint and (self._is_fresh or self._looking.locked()):
            return self._snapshot
        async with self._looking:
            if not (self._fingerprint and self._is_fresh):
                await self._look()
        return self._snapshot

    async def known(self, moment: datetime) -> Snapshot:
        """What was recorded until and at the moment. Two moments with nothing recorded between give the same.

        Raises:
            NothingKnown: nothing was recorded yet.
        """
        current = await self.current()
        wanted = await self._database.read(fingerprint, moment)
        if wanted.is_empty:
            raise NothingKnown(moment)
        if wanted == self._fingerprint:
            return current
        if wanted not in self._earlier:
            async with self._remembering:
                if wanted not in self._earlier:
                    wanted, snapshot = await self._database.read(load, moment, self._newest)
                    self._earlier[wanted] = snapshot
                    while len(self._earlier) > KEPT:
                        self._earlier.popitem(last=False)
        self._earlier.move_to_end(wanted)
        return self._earlier[wanted]

    def forget(self) -> None:
        """Look at the database at the next question, however fresh the snapshot is."""
        self._looked_at = -math.inf

    @property
    def _is_fresh(self) -> bool:
        return self._time_s() - self._looked_at < FRESH_S

    @property
    def _newest(self) -> tuple[Fingerprint | None, Snapshot]:
        return self._fingerprint, self._snapshot

    async def _look(self) -> None:
        # The time before the look: what is applied meanwhile makes the next question look again.
        self._looked_at = self._time_s()
        try:
            if await self._database.read(fingerprint) != self._fingerprint:
                self._fingerprint, self._snapshot = await self._database.read(load, None, self._newest)
        except BaseException:
            self.forget()
            raise
