"""Which organisations were told about a centre's offer: campuses and others that are no place."""

from datetime import date
from uuid import UUID

from services.contracts.message import Message, Public, Request
from services.contracts.registry.awareness import Channel
from services.contracts.registry.organisations import OrganisationKind
from services.contracts.registry.sources import Source


class OrganisationAwareness(Public):
    """One organisation told about one centre's offer."""

    organisation_awareness_id: UUID
    organisation_id: UUID
    centre_id: UUID
    channel: Channel
    informed_on: date
    source: str | None = None


class OrganisationAwarenessMessage(Message):
    """Any fact about which organisations know of the offer."""

    aggregate = "organisation_awareness"
    organisation_awareness: OrganisationAwareness

    @property
    def aggregate_id(self) -> str:
        return str(self.organisation_awareness.organisation_awareness_id)


class OrganisationInformed(OrganisationAwarenessMessage):
    """An organisation was told about a centre's offer."""

    type = "samla.registry.organisation_awareness.informed.v1"


class RecordOrganisationAwareness(Request):
    """An organisation was told about the centre's offer."""

    organisation_id: UUID
    centre_id: UUID
    channel: Channel
    occurred_on: date
    source: Source = None


class UninformedOrganisation(Public):
    """An organisation that a centre has not told of its offer."""

    organisation_id: UUID
    reference: str
    name: str


class UninformedOrganisations(Public):
    """Who has not been told of a centre's offer in a year, of the organisations of a kind in what the centre covers."""

    centre_id: UUID
    kind: OrganisationKind
    year: int
    as_of: date
    """The last day of the year, or today: which organisations there were, and what the centre covered."""
    organisations: int
    informed: int
    is_met: bool
    """Everybody has been told. Where nobody is known of, nobody has been."""
    items: tuple[UninformedOrganisation, ...]
