"""What stands behind the door, gathered once for the routes and pages that need it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Depends, Request
from pydantic import AwareDatetime, Field

from gateway.catalogue import Catalogue, NothingKnown, Snapshot
from gateway.identity import Identity, Visitor
from gateway.passwords import Passwords
from gateway.peers import Peers
from gateway.refusals import BeforeFirstRecord
from gateway.settings import DoorSettings
from gateway.sink import MailSink
from gateway.traces import TraceStore
from services.kernel.clock import business_date
from services.kernel.database import Database
from services.kernel.problems import FieldError

Moment = Annotated[AwareDatetime, Field(ge=datetime(1990, 1, 1, tzinfo=UTC), lt=datetime(2101, 1, 1, tzinfo=UTC))]
"""A moment that every database can hold in every time zone."""


@dataclass(frozen=True)
class Gate:
    """The gateway's own things, and its peers."""

    settings: DoorSettings
    database: Database
    identity: Identity
    passwords: Passwords
    catalogue: Catalogue
    peers: Peers
    traces: TraceStore
    sink: MailSink | None = None
    """Where mail ends; none: there is a mail server."""

    async def country(self, known_at: datetime | None = None) -> Snapshot:
        """The country and the organisations as they are known now, or were at a moment.

        Raises:
            BeforeFirstRecord: nothing was recorded yet.
        """
        if known_at is None:
            return await self.catalogue.current()
        try:
            return await self.catalogue.known(known_at)
        except NothingKnown:
            raise BeforeFirstRecord(errors=[FieldError(parameter="known_at", code="before-first-record")]) from None

    @property
    def today(self) -> date:
        """The business day in Norway."""
        return business_date(self.database.clock.now())


def gate_of(request: Request) -> Gate:
    """The gate that the app was made with."""
    gate: Gate = request.app.state.gate
    return gate


def visitor_of(request: Request) -> Visitor:
    """Who is at the door."""
    visitor: Visitor = request.scope["state"]["visitor"]
    return visitor


async def _snapshot(request: Request) -> Snapshot:
    return await gate_of(request).catalogue.current()


async def _known(request: Request, known_at: Moment | None = None) -> Snapshot:
    return await gate_of(request).country(known_at)


async def _today(request: Request) -> date:
    return gate_of(request).today


Country = Annotated[Snapshot, Depends(_snapshot)]
"""The country and the organisations as they are known now, for one answer."""

Known = Annotated[Snapshot, Depends(_known)]
"""The same, or as they were known at the moment that the caller names in ``known_at``."""

Today = Annotated[date, Depends(_today)]
