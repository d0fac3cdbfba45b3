"""The manifest: what a part is, on one screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from services.contracts.message import Message
from services.kernel.consumer import Consumer, Log
from services.kernel.copies import Copy
from services.kernel.deadlines import Due
from services.kernel.effects import MailEffect
from services.kernel.plumbing import PLUMBING
from services.kernel.problems import Problem
from services.kernel.web import Routes
from services.kernel.wire import stream_of

__all__ = ["Copy", "Service"]


@dataclass(frozen=True)
class Service:
    """What a part owns, publishes and keeps copies of. It is code, so it cannot lie."""

    name: str
    metadata: sa.MetaData
    routes: Routes
    publishes: tuple[type[Message], ...] = ()
    """Base classes of the facts it publishes."""
    copies: tuple[Copy, ...] = ()
    logs: tuple[Log, ...] = ()
    revision: int = 1
    """Raised whenever a fold changes or a formerly ignored type is applied: the copies are rebuilt before ready."""
    refusals: Mapping[str, type[Problem]] = field(default_factory=dict)
    """What a constraint's refusal means to the caller, by the constraint's name."""
    deadlines: Mapping[str, Due] = field(default_factory=dict)
    """The commands that deadlines bring about, by the kind of deadline."""
    effects: Mapping[str, MailEffect] = field(default_factory=dict)
    """What happens outside, by the kind of effect."""

    @property
    def stream(self) -> str | None:
        """The stream that it publishes to."""
        return stream_of(self.name) if self.publishes else None

    @property
    def reads(self) -> tuple[str, ...]:
        """The publishers whose messages it copies. Never itself."""
        return tuple(sorted({copy.publisher for copy in self.copies}))

    @property
    def consumers(self) -> tuple[Consumer, ...]:
        """One for each publisher that it reads."""
        return tuple(
            Consumer(
                self.name, publisher, tuple(copy for copy in self.copies if copy.publisher == publisher), self.logs
            )
            for publisher in self.reads
        )

    @property
    def owned_tables(self) -> tuple[sa.Table, ...]:
        """Tables that hold facts of its own, sorted by name: neither plumbing nor copies."""
        copied = {copy.table.name for copy in self.copies}
        tables = (table for table in self.metadata.tables.values() if table.name not in PLUMBING | copied)
        return tuple(sorted(tables, key=lambda table: table.name))
