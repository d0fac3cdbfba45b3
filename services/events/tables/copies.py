"""Copies of the registry: just enough of units, counties and organisations to judge what a command refers to."""

from datetime import date

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


UNITS = METADATA.tables["unit"]
COUNTIES = METADATA.tables["county"]
ORGANISATIONS = METADATA.tables["organisation"]
