"""The rows of the registry. What is public has the field names of its resource, so a row becomes one as it is."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.contracts.registry import (
    Awareness,
    ChangeKind,
    Channel,
    Mapping,
    MappingStatus,
    MappingTool,
    OrganisationKind,
    UnitKind,
)
from services.kernel.outbox import service_metadata

METADATA = service_metadata()

SORTED_BY_BYTES = sa.String().with_variant(sa.String(collation="C"), "postgresql")
"""A column whose order is that of its bytes on both databases."""

NOT_CANCELLED = sa.text("status <> 'cancelled'")


class RegistryTable(SQLModel, registry=registry(metadata=METADATA)):
    """A table in the database of the registry."""


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """The column holds one of the enum's words."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(word)) for word in words)})", name=column)


class UnitRow(RegistryTable, table=True):
    """One row per code of a municipality or city district."""

    __tablename__ = "unit"
    __table_args__ = (
        one_of("kind", UnitKind),
        CheckConstraint("valid_to IS NULL OR valid_from < valid_to", name="period"),
        CheckConstraint("(kind = 'city_district') = (parent_code IS NOT NULL)", name="parent_code"),
    )

    code: str = Field(primary_key=True)
    kind: str
    county_code: str | None = None
    parent_code: str | None = None
    names: list[dict[str, Any]] = Field(sa_type=JSON)
    valid_from: date
    valid_to: date | None = None
    point: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))


class CountyRow(RegistryTable, table=True):
    """One row per county code."""

    __tablename__ = "county"
    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_from < valid_to", name="period"),)

    code: str = Field(primary_key=True)
    names: list[dict[str, Any]] = Field(sa_type=JSON)
    valid_from: date
    valid_to: date | None = None


class GeographicChangeRow(RegistryTable, table=True):
    """One row per way from an old code to a new one. The codes may come later than the change, so no foreign keys."""

    __tablename__ = "geographic_change"
    __table_args__ = (
        one_of("kind", ChangeKind),
        UniqueConstraint("effective_on", "old_code", "new_code"),
        CheckConstraint("level IN ('municipality', 'county')", name="level"),
        CheckConstraint("weight >= 0 AND weight <= 1", name="weight"),
    )

    change_id: UUID = Field(primary_key=True)
    level: str
    effective_on: date
    old_code: str
    new_code: str
    kind: str
    weight: float | None = None
    restores: str | None = None
    note: str | None = None
    source: str | None = None
    certainty: str | None = None


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


class MappingRow(RegistryTable, table=True):
    """One row per run of a mapping tool. ``place_code`` is a county for upper secondary, else a unit (BR-47)."""

    __tablename__ = "mapping"
    __table_args__ = (
        one_of("tool", MappingTool),
        one_of("status", MappingStatus),
        CheckConstraint("(status = 'completed') = (completed_on IS NOT NULL)", name="completed_on"),
        CheckConstraint("(status = 'cancelled') = (cancelled_on IS NOT NULL)", name="cancelled_on"),
        CheckConstraint("status <> 'agreed' OR agreed_on IS NOT NULL", name="agreed_on"),
        *(
            Index(f"uq_mapping_{column}", "tool", "place_code", column, unique=True,
                  sqlite_where=NOT_CANCELLED, postgresql_where=NOT_CANCELLED)
            for column in ("year", "sequence")
        ),
    )  # fmt: skip

    mapping_id: UUID = Field(primary_key=True)
    tool: str
    place_code: str = Field(index=True)
    year: int
    sequence: int
    centre_id: UUID = Field(foreign_key="organisation.organisation_id")
    status: str
    invited_on: date | None = None
    agreed_on: date | None = None
    completed_on: date | None = None
    cancelled_on: date | None = None
    source: str | None = None

    def public(self) -> Mapping:
        """The row as everybody may see it."""
        place = "county_code" if self.tool == MappingTool.ungdata_upper_secondary else "unit_code"
        return Mapping.model_validate({**self.model_dump(), place: self.place_code})


class AwarenessRow(RegistryTable, table=True):
    """One row per unit told, or tried told, about a centre's offer."""

    __tablename__ = "awareness"
    __table_args__ = (
        one_of("channel", Channel),
        UniqueConstraint("dispatch_id", "unit_code"),
        CheckConstraint("bounced_on IS NULL OR (channel = 'letter' AND bounced_on >= informed_on)", name="bounced_on"),
    )

    awareness_id: UUID = Field(primary_key=True)
    dispatch_id: UUID | None = None
    unit_code: str = Field(foreign_key="unit.code", index=True)
    centre_id: UUID = Field(foreign_key="organisation.organisation_id", index=True)
    channel: str
    informed_on: date = Field(index=True)
    bounced_on: date | None = None
    source: str | None = None

    def public(self) -> Awareness:
        """The row as everybody may see it."""
        return Awareness.model_validate(self.model_dump())


UNITS = METADATA.tables["unit"]
COUNTIES = METADATA.tables["county"]
CHANGES = METADATA.tables["geographic_change"]
ORGANISATIONS = METADATA.tables["organisation"]
ALIASES = METADATA.tables["alias"]
MAPPINGS = METADATA.tables["mapping"]
AWARENESS = METADATA.tables["awareness"]
OUTBOX = METADATA.tables["outbox"]
