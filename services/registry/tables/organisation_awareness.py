"""Organisations that were told of an offer."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from services.contracts.registry.awareness import Channel
from services.contracts.registry.organisation_awareness import OrganisationAwareness
from services.registry.tables.metadata import METADATA, RegistryTable, one_of


class OrganisationAwarenessRow(RegistryTable, table=True):
    """One row each time that an organisation was told about a centre's offer."""

    __tablename__ = "organisation_awareness"
    __table_args__ = (one_of("channel", Channel),)

    organisation_awareness_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.organisation_id", index=True)
    centre_id: UUID = Field(foreign_key="organisation.organisation_id", index=True)
    channel: str
    informed_on: date
    source: str | None = None

    def public(self) -> OrganisationAwareness:
        """The row as everybody may see it."""
        return OrganisationAwareness.model_validate(self.model_dump())


ORGANISATION_AWARENESS = METADATA.tables["organisation_awareness"]
