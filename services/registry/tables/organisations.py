"""Bodies of every kind, and their other names."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from services.contracts.registry import OrganisationKind
from services.registry.tables.metadata import METADATA, SORTED_BY_BYTES, RegistryTable, an_added_list, one_of


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
    unit_coverage: list[dict[str, Any]] = Field(default_factory=list, sa_column=an_added_list())
    mandates: list[str] = Field(default_factory=list, sa_column=an_added_list())
    core_areas: list[str] = Field(default_factory=list, sa_column=an_added_list())
    elects_in: list[str] = Field(default_factory=list, sa_column=an_added_list())
    members: list[dict[str, Any]] = Field(default_factory=list, sa_column=an_added_list())
    governs: list[str] = Field(default_factory=list, sa_column=an_added_list())
    legal_profile: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    organisation_number: str | None = Field(default=None, index=True)
    official_mailbox: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor_reference: str | None = None
    source: str | None = None
    certainty: str | None = None
    sources: list[dict[str, Any]] = Field(default_factory=list, sa_column=an_added_list())
    confirmed_on: date | None = None
    merged_into: UUID | None = None
    merge_reason: str | None = None


class AliasRow(RegistryTable, table=True):
    """One row per other spelling of an organisation's name. ``folded`` is what a search compares."""

    __tablename__ = "alias"

    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.organisation_id")
    alias: str = Field(primary_key=True)
    folded: str = Field(index=True)


ORGANISATIONS = METADATA.tables["organisation"]
ALIASES = METADATA.tables["alias"]
