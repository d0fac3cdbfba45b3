"""Programmes and offers, the places an offer covers, and who is asked to carry it together with the lead."""

from datetime import date
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field

from services.contracts.events import CoOrganiserStatus, OfferStatus
from services.events.tables.metadata import METADATA, EventsTable, one_of

Words = dict[str, str | None]
"""A text by users: ``nb``, ``nn`` or both."""


class ProgrammeRow(EventsTable, table=True):
    """One row per programme."""

    __tablename__ = "programme"

    programme_id: UUID = Field(primary_key=True)
    name: Words = Field(sa_type=JSON)
    theme: str = Field(index=True)
    lead_id: UUID = Field(index=True)
    started_on: date
    source: str | None = None


class OfferRow(EventsTable, table=True):
    """One row per offer. The database holds that an offer on the list says since when."""

    __tablename__ = "offer"
    __table_args__ = (
        one_of("status", OfferStatus),
        CheckConstraint("period_to >= period_from", name="period"),
        CheckConstraint("status <> 'published' OR published_on IS NOT NULL", name="published_on"),
        CheckConstraint("(status = 'withdrawn') = (withdrawn_on IS NOT NULL)", name="withdrawn_on"),
    )

    offer_id: UUID = Field(primary_key=True)
    title: Words = Field(sa_type=JSON)
    description: Words | None = Field(default=None, sa_type=JSON(none_as_null=True))
    theme: str = Field(index=True)
    target_groups: list[str] = Field(sa_type=JSON)
    lead_id: UUID = Field(index=True)
    period_from: date
    period_to: date
    on_request: bool
    status: str
    published_on: date | None = None
    withdrawn_on: date | None = None
    source: str | None = None


class OfferAreaRow(EventsTable, table=True):
    """One row per county (two digits) or unit (four or six) that an offer covers."""

    __tablename__ = "offer_area"

    offer_id: UUID = Field(primary_key=True, foreign_key="offer.offer_id")
    code: str = Field(primary_key=True, index=True)


class OfferCoOrganiserRow(EventsTable, table=True):
    """One row per organisation asked to carry an offer."""

    __tablename__ = "offer_co_organiser"
    __table_args__ = (
        one_of("status", CoOrganiserStatus),
        CheckConstraint("(status = 'invited') = (answered_on IS NULL)", name="answered_on"),
    )

    offer_id: UUID = Field(primary_key=True, foreign_key="offer.offer_id")
    organisation_id: UUID = Field(primary_key=True, index=True)
    status: str
    invited_on: date
    answered_on: date | None = None


PROGRAMMES = METADATA.tables["programme"]
OFFERS = METADATA.tables["offer"]
OFFER_AREAS = METADATA.tables["offer_area"]
OFFER_CO_ORGANISERS = METADATA.tables["offer_co_organiser"]
