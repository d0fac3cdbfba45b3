"""A table of mapping surveys: one run in each row, with where it stands and the dates of its steps."""

from datetime import date
from uuid import UUID

from services.contracts.message import ShortText
from services.contracts.registry.localities import Reference
from services.contracts.registry.mappings import MappingFacts, MappingStatus
from services.contracts.tables import Becomes, Column, TableForm


class ImportMapping(MappingFacts):
    """A run as a row tells of it. The place is a code or a name; of the dates, that of the status must be there.

    Without a ``centre`` it is the caller's own. ``mapping_id`` names a run that is held already.
    """

    mapping_id: UUID | None = None
    municipality: ShortText | None = None
    county: ShortText | None = None
    centre: Reference | None = None
    status: MappingStatus
    invited_on: date | None = None
    agreed_on: date | None = None
    completed_on: date | None = None
    cancelled_on: date | None = None


MAPPINGS = TableForm(
    "mappings",
    ImportMapping,
    (
        Column("tool"),
        Column("unit_code", Becomes.code, (4, 6)),
        Column("municipality"),
        Column("county_code", Becomes.code, (2,)),
        Column("county"),
        Column("year"),
        Column("status"),
        Column("invited_on", Becomes.day),
        Column("agreed_on", Becomes.day),
        Column("completed_on", Becomes.day),
        Column("cancelled_on", Becomes.day),
        Column("centre"),
        Column("source"),
        Column("mapping_id"),
    ),
)
"""The columns of a table of mappings."""
