"""Learning networks."""

from datetime import date
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field

from services.contracts.events import Network, NetworkStatus
from services.contracts.registry import Region
from services.events.tables.metadata import METADATA, EventsTable, one_of
from services.events.tables.offers import Words


class NetworkRow(EventsTable, table=True):
    """One row per network. Each status says since when; one that was given up was never opened."""

    __tablename__ = "network"
    __table_args__ = (
        one_of("region", Region),
        one_of("status", NetworkStatus),
        CheckConstraint("status <> 'prepared' OR opened_on IS NULL", name="prepared"),
        CheckConstraint("status <> 'open' OR opened_on IS NOT NULL", name="opened_on"),
        CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name="closed_on"),
    )

    network_id: UUID = Field(primary_key=True)
    name: Words = Field(sa_type=JSON)
    theme: str
    lead_id: UUID
    region: str | None = Field(default=None, index=True)
    status: str
    prepared_on: date
    opened_on: date | None = None
    closed_on: date | None = None
    source: str | None = None

    def public(self) -> Network:
        """The network as messages tell it."""
        return Network.model_validate(self.model_dump())


NETWORKS = METADATA.tables["network"]
