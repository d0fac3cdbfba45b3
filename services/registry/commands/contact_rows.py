"""Contacts as rows: stored in a constant number of statements however many they are, locked, and given other roles."""

from collections.abc import Sequence
from secrets import token_bytes
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry.contact_requests import PersonFacts, RegisterContact
from services.contracts.registry.contacts import Contact
from services.kernel.bulk import insert_rows
from services.kernel.problems import PreconditionFailed, PreconditionRequired
from services.kernel.transaction import Transaction
from services.registry.domain.contact_persons import KEY_BYTES, changes
from services.registry.queries.contacts import contact
from services.registry.tables import ContactRow
from services.registry.tables.contacts import CONTACT_PERSONS, CONTACT_ROLES, CONTACTS


class NewContact(NamedTuple):
    """A contact, and what was told of who it is."""

    contact: Contact
    told: RegisterContact


def lock_contact(tx: Transaction, contact_id: UUID) -> tuple[ContactRow, Contact]:
    """The contact, which nobody else may change until this transaction ends: its row, and what messages tell of it.

    Raises:
        NotFound: there is none.
    """
    row = tx.lock(ContactRow, contact_id)
    return row, contact(tx.connection, contact_id)


def store_contacts(tx: Transaction, new: Sequence[NewContact]) -> None:
    """Store new contacts and who they are; the audit keeps fingerprints of that."""
    connection, persons = tx.connection, [_person(each) for each in new]
    insert_rows(connection, CONTACTS, [_contact(tx, each) for each in new])
    insert_rows(connection, CONTACT_ROLES, [role for each in new for role in role_rows(each.contact)])
    insert_rows(connection, CONTACT_PERSONS, persons)
    for person in persons:
        told = {field: person[field] for field in PersonFacts.model_fields}
        tx.audit(f"contact/{person['contact_id']}", person=changes(person["key"], {}, told))


def replace_roles(tx: Transaction, contact: Contact) -> None:
    """Store the roles that it has now."""
    tx.connection.execute(sa.delete(CONTACT_ROLES).where(CONTACT_ROLES.c.contact_id == contact.contact_id))
    insert_rows(tx.connection, CONTACT_ROLES, role_rows(contact))


def role_rows(contact: Contact) -> list[dict[str, Any]]:
    """The roles as rows."""
    return [{"contact_id": contact.contact_id, **role.model_dump()} for role in contact.roles]


def facts_of(told: PersonFacts) -> dict[str, Any]:
    """What tells who somebody is, by the columns' names."""
    return told.model_dump(include=set(PersonFacts.model_fields))


def expect_version(tx: Transaction, version: int) -> None:
    """Refuse unless the caller has seen this version of a row that no message tells of (``If-Match``).

    Raises:
        PreconditionRequired, PreconditionFailed: it has seen none, or an older one.
    """
    if tx.principal.is_person_or_client and tx.cause.if_match != version:
        raise PreconditionRequired() if tx.cause.if_match is None else PreconditionFailed()


def _contact(tx: Transaction, new: NewContact) -> dict[str, Any]:
    return {
        "contact_id": new.contact.contact_id,
        "unit_code": new.contact.unit_code,
        "organisation_id": new.contact.organisation_id,
        "owner_id": tx.principal.organisation_id,
        "registered_on": new.told.occurred_on,
    }


def _person(new: NewContact) -> dict[str, Any]:
    its_own = {"contact_id": new.contact.contact_id, "version": 1, "key": token_bytes(KEY_BYTES)}
    return {**its_own, **facts_of(new.told)}
