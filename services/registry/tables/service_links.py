"""The directory of services."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from services.contracts.registry.service_links import (
    OwnerLevel,
    Pillar,
    ServiceLink,
    ServiceRelation,
    ServiceSignificance,
    ServiceType,
)
from services.registry.tables.metadata import METADATA, RegistryTable, one_of


class ServiceLinkRow(RegistryTable, table=True):
    """One row per service in the directory of a municipality, also when it has been taken out."""

    __tablename__ = "service_link"
    __table_args__ = (
        one_of("owner_level", OwnerLevel),
        one_of("service_type", ServiceType),
        one_of("pillar", Pillar),
        one_of("relation", ServiceRelation),
        one_of("significance", ServiceSignificance),
    )

    service_link_id: UUID = Field(primary_key=True)
    unit_code: str = Field(foreign_key="unit.code", index=True)
    owner_level: str
    service_type: str
    pillar: str | None = None
    name: str
    web_address: str | None = None
    relation: str | None = None
    significance: str | None = None
    centre_id: UUID = Field(foreign_key="organisation.organisation_id")
    recorded_on: date
    removed_on: date | None = None
    source: str | None = None

    def public(self) -> ServiceLink:
        """The row as everybody may see it."""
        return ServiceLink.model_validate(self.model_dump())


SERVICE_LINKS = METADATA.tables["service_link"]
