"""Bodies of every kind, and their other names."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from services.contracts.registry import OrganisationKind
from services.registry.tables.metadata import METADATA, SORTED_BY_BYTES, RegistryTable, one_of


class OrganisationRow(RegistryTable, table=True):
    """One row per body."""

    __tablename__ = "organisation"
    __table_args__ = (one_of("kind", OrganisationKind), UniqueConstraint("reference"))

    organisation_id: UUID = Field(primary_key=True)
    reference: str
    name: str
    sort_key: str = Field(sa_type=SORTED_BY_BYTES, index=True)
    kind: str
    host: str | None = None
    seat: str | None = None
    unit_code: str | None = None
    county_code: str | None = None
    coverage: list[dict[str, Any]] = Field(sa_type=JSON)
    valid_from: date | None = None
    valid_to: date | None = None
    successor_reference: str | None = None
    source: str | None = None
    certainty: str | None = None


class AliasRow(RegistryTable, table=True):
    """One row per other spelling of an organisation's name. ``folded`` is what a search compares."""

    __tablename__ = "alias"

    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.organisation_id")
    alias: str = Field(primary_key=True)
    folded: str = Field(index=True)


ORGANISATIONS = METADATA.tables["organisation"]
ALIASES = METADATA.tables["alias"]
