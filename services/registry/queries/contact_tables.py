"""Contacts as rows of a table that can be read in again."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry.contact_imports import CONTACTS as TABLE
from services.contracts.tables import MOST_ROWS
from services.kernel.access import Principal
from services.registry.domain.spreadsheets.refusals import TooMuchToWrite
from services.registry.queries.contacts import ContactFilter, seen_by
from services.registry.tables.contacts import CONTACT_PERSONS, CONTACT_ROLES, CONTACTS
from services.registry.tables.organisations import ORGANISATIONS

CONTACT, PERSON, ROLE = CONTACTS.c, CONTACT_PERSONS.c, CONTACT_ROLES.c


def contact_rows(
    connection: sa.Connection, viewer: Principal, wanted: ContactFilter, today: date
) -> tuple[Sequence[UUID], Sequence[Sequence[object]]]:
    """The ids of the contacts that the viewer may see and that have not ended, and a row for each role of theirs.

    Raises:
        TooMuchToWrite: there are more rows than a file can hold.
    """
    has_not_ended = CONTACT.ended_on.is_(None)
    asked = (has_not_ended, seen_by(connection, viewer, today), *wanted.conditions(connection, today))
    found = connection.execute(_ROWS.where(*asked).limit(MOST_ROWS + 1)).all()
    if len(found) > MOST_ROWS:
        raise TooMuchToWrite(most_rows=MOST_ROWS)
    return list(dict.fromkeys(row[0] for row in found)), [row[1:] for row in found]


_ELSEWHERE = {"organisation": ORGANISATIONS.c.reference, "occurred_on": CONTACT.registered_on}
_OF = {column.name: column for column in (*PERSON, *ROLE, *CONTACT)} | _ELSEWHERE
_ROWS = (
    sa.select(CONTACT.contact_id, *(_OF[name] for name in TABLE.headings))
    .join_from(CONTACTS, CONTACT_PERSONS, PERSON.contact_id == CONTACT.contact_id)
    .join(CONTACT_ROLES, ROLE.contact_id == CONTACT.contact_id)
    .outerjoin(ORGANISATIONS, ORGANISATIONS.c.organisation_id == CONTACT.organisation_id)
    .order_by(CONTACT.contact_id, ROLE.valid_from, ROLE.role)
)
