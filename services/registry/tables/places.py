"""Units, counties and what became of them; groups of units, and places that are none."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field

from services.contracts.registry import ChangeKind, GroupKind, LocalityKind, UnitKind
from services.registry.tables.metadata import METADATA, SORTED_BY_BYTES, RegistryTable, an_added_list, one_of


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
    languages: list[dict[str, Any]] = Field(default_factory=list, sa_column=an_added_list())
    undone_on: date | None = None


class CountyRow(RegistryTable, table=True):
    """One row per county code."""

    __tablename__ = "county"
    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_from < valid_to", name="period"),)

    code: str = Field(primary_key=True)
    names: list[dict[str, Any]] = Field(sa_type=JSON)
    valid_from: date
    valid_to: date | None = None
    undone_on: date | None = None


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
    undone_on: date | None = None


class LocalityRow(RegistryTable, table=True):
    """One row per town or district that is no municipality."""

    __tablename__ = "locality"
    __table_args__ = (one_of("kind", LocalityKind),)

    reference: str = Field(primary_key=True)
    kind: str
    name: str
    aliases: list[str] = Field(sa_type=JSON)
    unit_codes: list[str] = Field(sa_type=JSON)
    units_on: date
    note: str | None = None
    source: str
    certainty: str


class GroupRow(RegistryTable, table=True):
    """One row per municipality group, with every member it ever had."""

    __tablename__ = "municipality_group"
    __table_args__ = (one_of("kind", GroupKind), UniqueConstraint("reference"))

    group_id: UUID = Field(primary_key=True)
    reference: str
    name: str
    sort_key: str = Field(sa_type=SORTED_BY_BYTES, index=True)
    kind: str
    owner_id: UUID | None = Field(default=None, foreign_key="organisation.organisation_id")
    members: list[dict[str, Any]] = Field(sa_type=JSON)
    source: str | None = None
    certainty: str | None = None


UNITS = METADATA.tables["unit"]
COUNTIES = METADATA.tables["county"]
CHANGES = METADATA.tables["geographic_change"]
LOCALITIES = METADATA.tables["locality"]
GROUPS = METADATA.tables["municipality_group"]
