"""Agreements, and what their lists look for. ``state`` is the agreement as it is published; the rest is from it."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field

from services.contracts.registry.agreements import Agreement, AgreementKind, AgreementStatus, PartyKind
from services.registry.tables.metadata import METADATA, RegistryTable, one_of


class AgreementRow(RegistryTable, table=True):
    """One row per agreement."""

    __tablename__ = "agreement"
    __table_args__ = (
        one_of("kind", AgreementKind),
        one_of("status", AgreementStatus),
        CheckConstraint("status NOT IN ('in_force', 'replaced') OR in_force_since IS NOT NULL", name="in_force_since"),
        CheckConstraint("(status IN ('ended', 'replaced')) = (ended_on IS NOT NULL)", name="ended_on"),
        CheckConstraint("(status = 'replaced') = (replaced_by IS NOT NULL)", name="replaced_by"),
        CheckConstraint("status = 'in_force' OR in_breach_since IS NULL", name="in_breach_since"),
    )

    agreement_id: UUID = Field(primary_key=True)
    kind: str
    centre_id: UUID = Field(foreign_key="organisation.organisation_id", index=True)
    status: str
    in_force_since: date | None = None
    ended_on: date | None = None
    replaced_by: UUID | None = None
    in_breach_since: date | None = None
    state: dict[str, Any] = Field(sa_type=JSON)

    def public(self) -> Agreement:
        """The agreement itself."""
        return Agreement.model_validate(self.state)


class AgreementPartyRow(RegistryTable, table=True):
    """One row per party of an agreement. They stay, whatever becomes of the agreement."""

    __tablename__ = "agreement_party"
    __table_args__ = (one_of("kind", PartyKind),)

    agreement_id: UUID = Field(primary_key=True, foreign_key="agreement.agreement_id")
    party_id: UUID = Field(primary_key=True, index=True)
    kind: str


class AgreementUnitRow(RegistryTable, table=True):
    """One row per unit that an agreement is about, as it binds or is drafted."""

    __tablename__ = "agreement_unit"

    agreement_id: UUID = Field(primary_key=True, foreign_key="agreement.agreement_id")
    unit_code: str = Field(primary_key=True, foreign_key="unit.code", index=True)


class CommitmentRow(RegistryTable, table=True):
    """One row per commitment of the edition that is or was in force. None is overdue that has something to show."""

    __tablename__ = "commitment"
    __table_args__ = (
        CheckConstraint("overdue_on IS NULL OR evidence_on IS NULL", name="overdue_on"),
        CheckConstraint("verified_on IS NULL OR evidence_on IS NOT NULL", name="verified_on"),
        Index("ix_commitment_due_on", "due_on", "commitment_id"),
    )

    commitment_id: UUID = Field(primary_key=True)
    agreement_id: UUID = Field(foreign_key="agreement.agreement_id", index=True)
    due_on: date
    evidence_on: date | None = None
    verified_on: date | None = None
    overdue_on: date | None = None
    state: dict[str, Any] = Field(sa_type=JSON)


AGREEMENTS = METADATA.tables["agreement"]
AGREEMENT_PARTIES = METADATA.tables["agreement_party"]
AGREEMENT_UNITS = METADATA.tables["agreement_unit"]
COMMITMENTS = METADATA.tables["commitment"]
