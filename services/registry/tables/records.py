"""What has been done with a unit: mappings run, and offers told of."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from services.contracts.registry import Awareness, Channel, Mapping, MappingStatus
from services.registry.tables.metadata import METADATA, RegistryTable, one_of

COUNTY_DIGITS = 2
"""A code of two digits is a county; of four or six a unit."""

NOT_CANCELLED = sa.text("status <> 'cancelled'")


class MappingRow(RegistryTable, table=True):
    """One row per run of a mapping tool. ``place_code`` is a county where the tool is county authorities' (BR-47)."""

    __tablename__ = "mapping"
    __table_args__ = (
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
        return mapping_of(self.model_dump())


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
    bounce: str | None = None
    source: str | None = None

    def public(self) -> Awareness:
        """The row as everybody may see it."""
        return Awareness.model_validate(self.model_dump())


def mapping_of(row: dict[str, Any]) -> Mapping:
    """A row of the table as everybody may see it, without a ``MappingRow`` between: there may be 20 000 to show."""
    place = "county_code" if len(row["place_code"]) == COUNTY_DIGITS else "unit_code"
    return Mapping.model_validate({**row, place: row["place_code"]})


MAPPINGS = METADATA.tables["mapping"]
AWARENESS = METADATA.tables["awareness"]
