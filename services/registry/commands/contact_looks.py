"""Contacts are read: what is shown to whom is kept, and the contact can see it. So it is done as a command."""

from collections.abc import Sequence
from uuid import UUID

from services.contracts.registry.contact_persons import ContactEntry, ContactPerson
from services.contracts.registry.contacts import ContactMessage
from services.kernel.bulk import insert_rows
from services.kernel.problems import NotFound
from services.kernel.transaction import Transaction
from services.registry.queries.contact_tables import contact_rows
from services.registry.queries.contacts import ContactFilter, Entry, contact, contacts, person, seen_by
from services.registry.queries.versions import newest_version
from services.registry.tables.contacts import CONTACT_LOOKS

ONCE_MORE = "ON CONFLICT (contact_id, looked_on, reader) DO UPDATE SET times = contact_look.times + 1"


def look_at_contacts(tx: Transaction, wanted: ContactFilter, limit: int, after: UUID | None) -> Sequence[Entry]:
    """A page of contacts that the caller may see. ``limit`` is one more than is shown, as pages ask for it."""
    found = contacts(tx.connection, seen_by(tx.connection, tx.principal, tx.today), wanted, limit, after, tx.today)
    shown = [entry["contact"]["contact_id"] for entry in found[: limit - 1]]
    tx.audit("contacts/page", filter=wanted.told(), contacts=[str(each) for each in shown])
    _keep(tx, shown)
    return found


def take_out_contacts(tx: Transaction, wanted: ContactFilter) -> Sequence[Sequence[object]]:
    """The contacts that the caller may see and that have not ended, as rows of a table: one for each role.

    Raises:
        TooMuchToWrite: there are more rows than a file can hold.
    """
    shown, rows = contact_rows(tx.connection, tx.principal, wanted, tx.today)
    tx.audit("contacts/table", filter=wanted.told(), contacts=len(shown))
    _keep(tx, shown)
    return rows


def look_at_contact(tx: Transaction, contact_id: UUID) -> tuple[ContactEntry, int]:
    """One contact that the caller may see, and its newest version. Of one that is erased there is nobody to show.

    Raises:
        NotFound: there is none.
    """
    state = contact(tx.connection, contact_id, seen_by(tx.connection, tx.principal, tx.today))
    known = person(tx.connection, contact_id, tx.today)
    tx.audit(f"contact/{contact_id}", read="contact")
    _keep(tx, [contact_id] if known is not None else [])
    newest = newest_version(tx.connection, ContactMessage.aggregate, contact_id)
    return ContactEntry(contact=state, person=known), newest


def look_at_person(tx: Transaction, contact_id: UUID) -> ContactPerson:
    """Who a contact is that the caller may see.

    Raises:
        NotFound: there is none, or it is erased.
    """
    contact(tx.connection, contact_id, seen_by(tx.connection, tx.principal, tx.today))
    known = person(tx.connection, contact_id, tx.today)
    if known is None:
        raise NotFound()
    tx.audit(f"contact/{contact_id}", read="person")
    _keep(tx, [contact_id])
    return known


def _keep(tx: Transaction, contact_ids: Sequence[UUID]) -> None:
    """Who acted for the same organisation on the same day has looked once more."""
    reader = str(tx.principal.organisation_id or "")
    looks = [{"contact_id": each, "looked_on": tx.today, "reader": reader, "times": 1} for each in contact_ids]
    insert_rows(tx.connection, CONTACT_LOOKS, looks, ONCE_MORE)
