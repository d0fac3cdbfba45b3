"""Nominations of focus municipalities. ``state`` is the nomination as it is published; the rest is taken from it."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field

from services.contracts.registry.focus import FocusNomination, FocusStatus
from services.registry.tables.metadata import METADATA, RegistryTable, one_of

OPEN = sa.text("status IN ('nominated', 'assessed', 'designated')")


class FocusNominationRow(RegistryTable, table=True):
    """One row per nomination. A centre has at most one of a unit that is not refused or ended."""

    __tablename__ = "focus_nomination"
    __table_args__ = (
        one_of("status", FocusStatus),
        CheckConstraint("status <> 'designated' OR agreement_id IS NOT NULL", name="agreement_id"),
        CheckConstraint("(agreement_id IS NULL) = (designated_on IS NULL)", name="designated_on"),
        CheckConstraint("(status = 'ended') = (ended_on IS NOT NULL)", name="ended_on"),
        Index("uq_focus_nomination_open", "centre_id", "unit_code", unique=True,
              sqlite_where=OPEN, postgresql_where=OPEN),
    )  # fmt: skip

    nomination_id: UUID = Field(primary_key=True)
    centre_id: UUID = Field(foreign_key="organisation.organisation_id")
    unit_code: str = Field(foreign_key="unit.code", index=True)
    status: str
    agreement_id: UUID | None = Field(default=None, foreign_key="agreement.agreement_id")
    """What the designation rests on (BR-12)."""
    designated_on: date | None = None
    ended_on: date | None = None
    state: dict[str, Any] = Field(sa_type=JSON)

    def public(self) -> FocusNomination:
        """The nomination itself."""
        return FocusNomination.model_validate(self.state)

    @classmethod
    def of(cls, nomination: FocusNomination) -> "FocusNominationRow":
        """The row of a nomination as it is now."""
        designation = nomination.designation
        return cls(
            **nomination.model_dump(include={"nomination_id", "centre_id", "unit_code", "status", "ended_on"}),
            agreement_id=designation.agreement_id if designation is not None else None,
            designated_on=designation.designated_on if designation is not None else None,
            state=nomination.model_dump(mode="json", exclude_none=True),
        )


FOCUS_NOMINATIONS = METADATA.tables["focus_nomination"]
