"""Copies of the registry: just enough to judge what a command refers to, and who represents each region."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from services.events.tables.metadata import METADATA, EventsTable


class UnitCopy(EventsTable, table=True):
    """A municipality or city district, and when its code is valid; ``valid_to`` is exclusive."""

    __tablename__ = "unit"

    code: str = Field(primary_key=True)
    valid_from: date
    valid_to: date | None = None


class CountyCopy(EventsTable, table=True):
    """A county, and when its code is valid; ``valid_to`` is exclusive."""

    __tablename__ = "county"

    code: str = Field(primary_key=True)
    valid_from: date
    valid_to: date | None = None


class OrganisationCopy(EventsTable, table=True):
    """Any body, and what kind of body it is."""

    __tablename__ = "organisation"

    organisation_id: str = Field(primary_key=True)
    kind: str


class RepresentativeCopy(EventsTable, table=True):
    """A region's seat that is or was taken: by which centre, and when; ``valid_to`` is exclusive."""

    __tablename__ = "representative"

    representative_id: str = Field(primary_key=True)
    region: str = Field(index=True)
    elected_id: UUID
    valid_from: date
    valid_to: date | None = None


UNITS = METADATA.tables["unit"]
COUNTIES = METADATA.tables["county"]
ORGANISATIONS = METADATA.tables["organisation"]
REPRESENTATIVES = METADATA.tables["representative"]
