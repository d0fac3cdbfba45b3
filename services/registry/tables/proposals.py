"""Proposals to change the country, who has approved them, and what Statistics Norway answered, byte for byte."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, LargeBinary
from sqlmodel import Field

from services.contracts.registry import GeographicProposal, ProposalOrigin, ProposalStatus
from services.kernel.database import UtcDateTime
from services.registry.tables.metadata import METADATA, RegistryTable, one_of


class ProposalRow(RegistryTable, table=True):
    """One row per proposal. ``request`` is what was asked for; what it would change is worked out from it anew."""

    __tablename__ = "geographic_proposal"
    __table_args__ = (
        one_of("origin", ProposalOrigin),
        one_of("status", ProposalStatus),
        CheckConstraint("(status = 'open') = (closed_on IS NULL)", name="closed_on"),
    )

    proposal_id: UUID = Field(primary_key=True)
    origin: str
    status: str
    request: dict[str, Any] = Field(sa_type=JSON)
    digest: str
    units: int
    counties: int
    changes: int
    reason: str
    source: str
    proposed_on: date
    closed_on: date | None = None
    rejection: str | None = None
    amendments: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """What it has changed, once it is applied."""

    def public(self, approvals: int) -> GeographicProposal:
        """The proposal as others see it."""
        shown = self.model_dump(include=set(GeographicProposal.model_fields))
        return GeographicProposal.model_validate({**shown, "approvals": approvals})


class ApprovalRow(RegistryTable, table=True):
    """One row per person who has approved the digest that the proposal now has."""

    __tablename__ = "proposal_approval"

    proposal_id: UUID = Field(primary_key=True, foreign_key="geographic_proposal.proposal_id")
    subject: str = Field(primary_key=True)
    approved_at: datetime = Field(sa_type=UtcDateTime)


class KlassAnswerRow(RegistryTable, table=True):
    """One row per answer of Statistics Norway that a proposal was made from. Never changed."""

    __tablename__ = "klass_answer"

    proposal_id: UUID = Field(primary_key=True, foreign_key="geographic_proposal.proposal_id")
    question: str = Field(primary_key=True)
    """The path and query of the request, without the host."""
    fetched_at: datetime = Field(sa_type=UtcDateTime)
    sha256: str
    body: bytes = Field(sa_type=LargeBinary)


PROPOSALS = METADATA.tables["geographic_proposal"]
APPROVALS = METADATA.tables["proposal_approval"]
KLASS_ANSWERS = METADATA.tables["klass_answer"]
