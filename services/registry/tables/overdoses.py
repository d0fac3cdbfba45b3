"""Deaths by overdose, as exact numbers that leave this database only as far as R115 allows; and who has begun what."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field

from services.contracts.registry.overdoses import OverdoseCount, OverdoseUnit
from services.registry.domain.overdoses import told_of
from services.registry.tables.metadata import METADATA, RegistryTable

STANDS, IS_COUNTED = sa.text("withdrawn_on IS NULL"), sa.text("ended_on IS NULL")


class OverdoseCountRow(RegistryTable, table=True):
    """One row per unit and year that somebody has counted. ``deaths`` is exact."""

    __tablename__ = "overdose_count"
    __table_args__ = (
        CheckConstraint("deaths >= 0", name="deaths"),
        Index("uq_overdose_count_year", "unit_code", "year", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
    )

    overdose_count_id: UUID = Field(primary_key=True)
    unit_code: str = Field(foreign_key="unit.code")
    year: int = Field(index=True)
    deaths: int
    centre_id: UUID = Field(foreign_key="organisation.organisation_id")
    recorded_on: date
    withdrawn_on: date | None = None
    source: str

    def public(self) -> OverdoseCount:
        """The row as everybody may see it."""
        return OverdoseCount.model_validate({**self.model_dump(exclude={"deaths"}), **told_of(self.deaths)})


class OverdoseUnitRow(RegistryTable, table=True):
    """One row per municipality with overdose problems."""

    __tablename__ = "overdose_unit"
    __table_args__ = (
        Index(
            "uq_overdose_unit_unit_code", "unit_code", unique=True, sqlite_where=IS_COUNTED, postgresql_where=IS_COUNTED
        ),
    )

    overdose_unit_id: UUID = Field(primary_key=True)
    unit_code: str = Field(foreign_key="unit.code")
    centre_id: UUID = Field(foreign_key="organisation.organisation_id")
    recorded_on: date
    ended_on: date | None = None
    milestones: list[dict[str, Any]] = Field(sa_type=JSON)
    source: str | None = None

    def public(self) -> OverdoseUnit:
        """The row as who may read the whole register sees it."""
        return OverdoseUnit.model_validate(self.model_dump())


OVERDOSE_COUNTS = METADATA.tables["overdose_count"]
OVERDOSE_UNITS = METADATA.tables["overdose_unit"]
