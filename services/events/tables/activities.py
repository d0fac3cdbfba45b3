"""Activities: the dated things, the units that are invited or excepted, the guests, and who carries them together."""

from datetime import date
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field

from services.contracts.events import ActivityKind, ActivityStatus, CoOrganiserStatus, Mode
from services.events.tables.metadata import METADATA, EventsTable, one_of
from services.events.tables.offers import Words


class ActivityRow(EventsTable, table=True):
    """One row per activity. Each status says since when, and only what was held is closed."""

    __tablename__ = "activity"
    __table_args__ = (
        one_of("kind", ActivityKind),
        one_of("mode", Mode),
        one_of("status", ActivityStatus),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("days >= 1", name="days"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level"),
        CheckConstraint("status NOT IN ('announced', 'held') OR announced_on IS NOT NULL", name="announced_on"),
        CheckConstraint("(status = 'held') = (held_on IS NOT NULL)", name="held_on"),
        CheckConstraint("(status = 'cancelled') = (cancelled_on IS NOT NULL)", name="cancelled_on"),
        CheckConstraint("closed_on IS NULL OR status = 'held'", name="closed_on"),
    )

    activity_id: UUID = Field(primary_key=True)
    offer_id: UUID | None = Field(default=None, foreign_key="offer.offer_id", index=True)
    programme_id: UUID | None = Field(default=None, foreign_key="programme.programme_id", index=True)
    planned_activity_code: str | None = None
    series: str | None = Field(default=None, index=True)
    title: Words = Field(sa_type=JSON)
    kind: str
    theme: str = Field(index=True)
    lead_id: UUID = Field(index=True)
    starts_on: date = Field(index=True)
    ends_on: date
    days: int
    county_code: str | None = None
    mode: str
    level: int
    level_reason: str | None = None
    status: str
    planned_on: date
    announced_on: date | None = None
    held_on: date | None = None
    cancelled_on: date | None = None
    closed_on: date | None = None
    source: str | None = None


class ActivityCoOrganiserRow(EventsTable, table=True):
    """One row per organisation asked to carry an activity."""

    __tablename__ = "activity_co_organiser"
    __table_args__ = (
        one_of("status", CoOrganiserStatus),
        CheckConstraint("(status = 'invited') = (answered_on IS NULL)", name="answered_on"),
    )

    activity_id: UUID = Field(primary_key=True, foreign_key="activity.activity_id")
    organisation_id: UUID = Field(primary_key=True, index=True)
    status: str
    invited_on: date
    answered_on: date | None = None


class ActivityUnitRow(EventsTable, table=True):
    """One row per unit that is invited to an activity or came to it."""

    __tablename__ = "activity_unit"
    __table_args__ = (
        one_of("mode", Mode),
        CheckConstraint("invited_on IS NOT NULL OR attended_on IS NOT NULL", name="invited_or_attended"),
    )

    activity_id: UUID = Field(primary_key=True, foreign_key="activity.activity_id")
    code: str = Field(primary_key=True, index=True)
    mode: str
    invited_on: date | None = None
    attended_on: date | None = None


class ActivityExceptedRow(EventsTable, table=True):
    """One row per unit that gets an arrangement of its own instead."""

    __tablename__ = "activity_excepted"
    __table_args__ = (CheckConstraint("(arrangement IS NULL) = (arranged_on IS NULL)", name="arranged_on"),)

    activity_id: UUID = Field(primary_key=True, foreign_key="activity.activity_id")
    code: str = Field(primary_key=True)
    arrangement: Words | None = Field(default=None, sa_type=JSON(none_as_null=True))
    arranged_on: date | None = None


class ActivityGuestRow(EventsTable, table=True):
    """One row per organisation that is invited as a guest."""

    __tablename__ = "activity_guest"

    activity_id: UUID = Field(primary_key=True, foreign_key="activity.activity_id")
    organisation_id: UUID = Field(primary_key=True)


ACTIVITIES = METADATA.tables["activity"]
ACTIVITY_CO_ORGANISERS = METADATA.tables["activity_co_organiser"]
ACTIVITY_UNITS = METADATA.tables["activity_unit"]
ACTIVITY_EXCEPTED = METADATA.tables["activity_excepted"]
ACTIVITY_GUESTS = METADATA.tables["activity_guest"]
