"""The municipal plans that a unit's work is anchored in."""

from datetime import date
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field

from services.contracts.registry.plan_anchors import PlanAnchor, PlanType
from services.registry.tables.metadata import METADATA, RegistryTable, one_of


class PlanAnchorRow(RegistryTable, table=True):
    """One row per plan of a unit. One that never held ends on its first day."""

    __tablename__ = "plan_anchor"
    __table_args__ = (
        one_of("plan_type", PlanType),
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="period"),
    )

    plan_anchor_id: UUID = Field(primary_key=True)
    unit_code: str = Field(foreign_key="unit.code", index=True)
    plan_type: str
    name: str
    valid_from: date
    valid_to: date | None = None
    contains_topic: bool
    themes: list[str] = Field(sa_type=JSON)
    adopted_on: date | None = None
    centre_id: UUID = Field(foreign_key="organisation.organisation_id", index=True)
    source: str | None = None

    def public(self) -> PlanAnchor:
        """The row as everybody may see it."""
        return PlanAnchor.model_validate(self.model_dump())


PLAN_ANCHORS = METADATA.tables["plan_anchor"]
