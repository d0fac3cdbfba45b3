"""Requests to be erased, and what each of those who decide has decided."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from services.contracts.registry.contact_persons import ErasureDecision, ErasureOrigin, ErasureStatus
from services.kernel.database import UtcDateTime
from services.registry.tables.metadata import METADATA, RegistryTable, one_of

IS_OPEN = sa.text("status = 'open'")


class ErasureRequestRow(RegistryTable, table=True):
    """One row per request. A contact has at most one that is open. It stays, to show that it was answered in time."""

    __tablename__ = "erasure_request"
    __table_args__ = (
        one_of("origin", ErasureOrigin),
        one_of("status", ErasureStatus),
        CheckConstraint("(status = 'open') = (decided_on IS NULL)", name="decided_on"),
        Index("uq_erasure_request_contact_id", "contact_id", unique=True, sqlite_where=IS_OPEN,
              postgresql_where=IS_OPEN),
    )  # fmt: skip

    request_id: UUID = Field(primary_key=True)
    version: int
    contact_id: UUID = Field(foreign_key="contact.contact_id", index=True)
    origin: str
    status: str
    requested_on: date
    due_on: date
    decided_on: date | None = None


class ErasureDecisionRow(RegistryTable, table=True):
    """One row per person who has decided a request: the newest decision."""

    __tablename__ = "erasure_decision"
    __table_args__ = (one_of("decision", ErasureDecision),)

    request_id: UUID = Field(primary_key=True, foreign_key="erasure_request.request_id")
    subject: str = Field(primary_key=True)
    decision: str
    decided_at: datetime = Field(sa_type=UtcDateTime)


ERASURE_REQUESTS = METADATA.tables["erasure_request"]
ERASURE_DECISIONS = METADATA.tables["erasure_decision"]
