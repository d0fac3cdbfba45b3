"""Learning networks: teams that work together over time, and the centre that follows a region's."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from services.contracts.message import Message, Public, Request, ShortText, Text, Theme
from services.contracts.registry.representatives import Region


class NetworkStatus(StrEnum):
    """Only a network that has been opened is seen by everybody."""

    prepared = "prepared"
    open = "open"
    closed = "closed"


class Network(Public):
    """A learning network. One without a region is for the whole country, and no representative follows it."""

    network_id: UUID
    name: Text
    theme: Theme
    lead_id: UUID
    region: Region | None = None
    status: NetworkStatus
    prepared_on: date
    opened_on: date | None = None
    closed_on: date | None = None
    source: str | None = None


class NetworkOn(Network):
    """A network with the centre that represents its region on a date, and so follows it.

    ``follower_id`` is that centre, the ``elected_id`` of the seat. It is empty while the seat is, and for a network
    without a region.
    """

    on: date
    follower_id: UUID | None = None


class NetworkMessage(Message):
    """Any fact about a learning network. Who follows it is told by the registry's seats, not here."""

    aggregate = "network"
    network: Network

    @property
    def aggregate_id(self) -> str:
        return str(self.network.network_id)


class NetworkPrepared(NetworkMessage):
    """A network is being prepared."""

    type = "samla.events.network.prepared.v1"


class NetworkOpened(NetworkMessage):
    """A network has begun."""

    type = "samla.events.network.opened.v1"


class NetworkClosed(NetworkMessage):
    """A network has ended, or was given up before it began."""

    type = "samla.events.network.closed.v1"


class PrepareNetwork(Request):
    """Prepare a network; others see it when it is opened."""

    name: Text
    theme: Theme
    lead_id: UUID
    region: Region | None = None
    occurred_on: date
    source: ShortText | None = None
