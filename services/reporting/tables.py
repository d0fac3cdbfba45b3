"""The rows of reporting: plans of its own, copies of everybody else's messages.

A copy holds the told state as it is. Where figures answer ``known_at`` it is a history: one row per version.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.kernel.database import UtcDateTime
from services.kernel.plumbing import service_metadata


class ReportingTable(SQLModel, registry=registry(metadata=service_metadata())):
    """The base of every table here."""


OUTBOX = ReportingTable.metadata.tables["outbox"]
"""What this part has published, every version of it: the history of its own plans."""


def table(of: type[ReportingTable]) -> sa.Table:
    """The table of a row class, for statements without the ORM."""
    found: sa.Table = of.__table__  # type: ignore[attr-defined]
    return found


class PlanRow(ReportingTable, table=True):
    """One row per centre and year."""

    __tablename__ = "plan"
    __table_args__ = (sa.UniqueConstraint("centre_id", "year"),)

    plan_id: UUID = Field(primary_key=True)
    centre_id: UUID
    year: int
    title: str
    adopted_on: date | None = None
    source: str | None = None


class AssignmentRow(ReportingTable, table=True):
    """One row per assignment of a plan. ``state`` is the assignment as it is published."""

    __tablename__ = "assignment"
    __table_args__ = (sa.UniqueConstraint("plan_id", "code"),)

    assignment_id: UUID = Field(primary_key=True)
    plan_id: UUID = Field(foreign_key="plan.plan_id")
    code: str
    state: dict[str, Any] = Field(sa_type=sa.JSON)


class PlannedActivityRow(ReportingTable, table=True):
    """One row per planned activity of a plan. ``state`` is the planned activity as it is published."""

    __tablename__ = "planned_activity"
    __table_args__ = (sa.UniqueConstraint("plan_id", "code"),)

    planned_activity_id: UUID = Field(primary_key=True)
    plan_id: UUID = Field(foreign_key="plan.plan_id")
    code: str
    state: dict[str, Any] = Field(sa_type=sa.JSON)


class Latest(ReportingTable):
    """What a copy of the newest state holds of each aggregate."""

    version: int
    message_id: str
    state: dict[str, Any] = Field(sa_type=sa.JSON)


class History(ReportingTable):
    """What a history holds of each version of an aggregate."""

    version: int
    message_id: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    state: dict[str, Any] = Field(sa_type=sa.JSON)


class OrganisationCopy(Latest, table=True):
    """The centres and other bodies, with what they cover and are called."""

    __tablename__ = "organisation_copy"

    organisation_id: str = Field(primary_key=True)


class UnitHistory(History, table=True):
    """The municipalities and city districts."""

    __tablename__ = "unit_history"
    __table_args__ = (sa.PrimaryKeyConstraint("code", "version"),)

    code: str


class CountyHistory(History, table=True):
    """The counties."""

    __tablename__ = "county_history"
    __table_args__ = (sa.PrimaryKeyConstraint("code", "version"),)

    code: str


class ChangeHistory(History, table=True):
    """How codes became other codes."""

    __tablename__ = "geographic_change_history"
    __table_args__ = (sa.PrimaryKeyConstraint("change_id", "version"),)

    change_id: str


class MappingHistory(History, table=True):
    """The runs of the mapping surveys."""

    __tablename__ = "mapping_history"
    __table_args__ = (sa.PrimaryKeyConstraint("mapping_id", "version"),)

    mapping_id: str


class MappingToolHistory(History, table=True):
    """The surveys that there are, and what their runs count towards."""

    __tablename__ = "mapping_tool_history"
    __table_args__ = (sa.PrimaryKeyConstraint("tool", "version"),)

    tool: str


class OverdoseUnitHistory(History, table=True):
    """Municipalities with overdose problems, and what they have begun."""

    __tablename__ = "overdose_unit_history"
    __table_args__ = (sa.PrimaryKeyConstraint("overdose_unit_id", "version"),)

    overdose_unit_id: str


class AwarenessHistory(History, table=True):
    """Who was told of a centre's offer."""

    __tablename__ = "awareness_history"
    __table_args__ = (sa.PrimaryKeyConstraint("awareness_id", "version"),)

    awareness_id: str


class FocusNominationHistory(History, table=True):
    """The units that centres consider, or have designated, as focus municipalities."""

    __tablename__ = "focus_nomination_history"
    __table_args__ = (sa.PrimaryKeyConstraint("nomination_id", "version"),)

    nomination_id: str


class ProgrammeHistory(History, table=True):
    """The programmes that grants are tied to."""

    __tablename__ = "programme_history"
    __table_args__ = (sa.PrimaryKeyConstraint("programme_id", "version"),)

    programme_id: str


class OfferHistory(History, table=True):
    """The offers, with the area and who carries them."""

    __tablename__ = "offer_history"
    __table_args__ = (sa.PrimaryKeyConstraint("offer_id", "version"),)

    offer_id: str


class ActivityHistory(History, table=True):
    """With the units inside: invited, come, and excepted with what they got instead."""

    __tablename__ = "activity_history"
    __table_args__ = (sa.PrimaryKeyConstraint("activity_id", "version"),)

    activity_id: str


class SchemeHistory(History, table=True):
    """The schemes, with chapter, item and frame."""

    __tablename__ = "scheme_history"
    __table_args__ = (sa.PrimaryKeyConstraint("scheme_id", "version"),)

    scheme_id: str


class GrantHistory(History, table=True):
    """The grants, in whole øre."""

    __tablename__ = "grant_history"
    __table_args__ = (sa.PrimaryKeyConstraint("grant_id", "version"),)

    grant_id: str
