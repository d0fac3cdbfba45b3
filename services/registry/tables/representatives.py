"""Elections of regional representatives."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field

from services.contracts.registry import Region, Representative
from services.registry.tables.metadata import METADATA, RegistryTable, one_of

NOT_ENDED = sa.text("valid_to IS NULL")


class RepresentativeRow(RegistryTable, table=True):
    """One row per election and the seat it fills. A region has at most one that has not ended (BR-42)."""

    __tablename__ = "representative"
    __table_args__ = (
        one_of("region", Region),
        CheckConstraint("valid_from IS NULL OR elected_id IS NOT NULL", name="elected_id"),
        Index("uq_representative_region", "region", unique=True, sqlite_where=NOT_ENDED, postgresql_where=NOT_ENDED),
    )

    representative_id: UUID = Field(primary_key=True)
    region: str
    electors: list[str] = Field(sa_type=JSON)
    candidates: list[str] = Field(sa_type=JSON)
    votes: list[dict[str, Any]] = Field(sa_type=JSON)
    called_on: date
    elected_id: UUID | None = Field(default=None, foreign_key="organisation.organisation_id")
    valid_from: date | None = None
    valid_to: date | None = None

    def public(self) -> Representative:
        """The row as everybody may see it."""
        return Representative.model_validate(self.model_dump())


REPRESENTATIVES = METADATA.tables["representative"]
