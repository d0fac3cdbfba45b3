"""A table of contacts: one role of one person in each row, with where it is and who it is."""

from datetime import date

from services.contracts.message import UnitCode
from services.contracts.registry.contact_requests import PersonFacts
from services.contracts.registry.contacts import ContactRole
from services.contracts.registry.localities import Reference
from services.contracts.tables import Becomes, Column, TableForm


class ImportContact(PersonFacts):
    """A role as a row tells of it, at a unit or at an organisation. Rows of one person at one place are one contact.

    Without an ``occurred_on`` it is told today.
    """

    unit_code: UnitCode | None = None
    organisation: Reference | None = None
    role: ContactRole
    valid_from: date
    valid_to: date | None = None
    occurred_on: date | None = None


CONTACTS = TableForm(
    "contacts",
    ImportContact,
    (
        Column("unit_code", Becomes.code, (4, 6)),
        Column("organisation"),
        Column("role"),
        Column("name"),
        Column("email"),
        Column("phone"),
        Column("language"),
        Column("source"),
        Column("lawful_basis"),
        Column("valid_from", Becomes.day),
        Column("valid_to", Becomes.day),
        Column("occurred_on", Becomes.day),
    ),
)
"""The columns of a table of contacts."""
