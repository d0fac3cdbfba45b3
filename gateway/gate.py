"""What stands behind the door, gathered once for the routes and pages that need it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Request

from gateway.catalogue import Catalogue, Snapshot
from gateway.identity import Identity, Visitor
from gateway.passwords import Passwords
from gateway.peers import Peers
from gateway.settings import DoorSettings
from gateway.traces import TraceStore
from services.kernel.clock import business_date
from services.kernel.database import Database


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


async def _today(request: Request) -> date:
    return gate_of(request).today


Country = Annotated[Snapshot, Depends(_snapshot)]
"""The country and the organisations as they are known now, for one answer."""

Today = Annotated[date, Depends(_today)]
