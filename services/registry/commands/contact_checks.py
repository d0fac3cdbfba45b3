"""A contact is asked each year whether all is still right, reminded once, and found where its mailbox is none."""

from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry.contact_persons import ErasureStatus, Standing
from services.contracts.registry.contacts import Contact
from services.kernel.deadlines import clear_deadline, set_deadline
from services.kernel.effects import Effect, add_effect
from services.kernel.transaction import Transaction
from services.registry.commands.contact_deadlines import CHECK, LINK, REMINDER, end_newsletters
from services.registry.commands.contact_rows import lock_contact
from services.registry.domain.contact_dates import (
    LINK_LIVES,
    REMINDED_AFTER,
    asked_again_on,
    morning_of,
    standing_of,
)
from services.registry.domain.periods import is_valid
from services.registry.queries.contact_links import digest_of
from services.registry.queries.erasures import newest_request
from services.registry.tables import ContactLinkRow, ContactPersonRow
from services.registry.tables.contacts import CONTACT_LINKS


def ask_contact(tx: Transaction, subject: str) -> None:
    """The year is over: ask, where there is somebody to ask, and come back in a year."""
    contact, person = _known(tx, UUID(subject))
    if person is None:
        return
    set_deadline(tx, CHECK, subject, morning_of(asked_again_on(tx.today)))
    if _may_be_written_to(tx, contact, person):
        add_effect(tx, CHECK, f"{CHECK}/{subject}/{tx.today}", f"contact/{subject}")


def remind_contact(tx: Transaction, subject: str) -> None:
    """There is still no answer: ask once more."""
    contact, person = _known(tx, UUID(subject))
    if person is None or not _may_be_written_to(tx, contact, person):
        return
    if standing_of(person.asked_on, person.confirmed_on, tx.today) is Standing.asked:
        facts = {"is_reminder": True}
        add_effect(tx, CHECK, f"{CHECK}/{subject}/{person.asked_on}/reminder", f"contact/{subject}", facts)


def check_sent(tx: Transaction, effect: Effect) -> None:
    """The mail has left: its link opens the contact's page from now on."""
    contact_id = _contact_id(effect)
    _, person = _known(tx, contact_id)
    if person is None:
        return
    tx.add(ContactLinkRow(digest=digest_of(effect.token), contact_id=contact_id, valid_until=tx.now + LINK_LIVES))
    tx.flush()
    forget_links(tx, str(contact_id))
    if not effect.facts.get("is_reminder"):
        person.sqlmodel_update({"asked_on": tx.today, "version": person.version + 1})
        set_deadline(tx, REMINDER, contact_id, morning_of(tx.today + REMINDED_AFTER))
    tx.audit(f"contact/{contact_id}", asked_on=tx.today.isoformat())


def stop_newsletters(tx: Transaction, subject: str) -> None:
    """The day has come on which the last role has ended."""
    _, contact = lock_contact(tx, UUID(subject))
    end_newsletters(tx, contact)


def forget_links(tx: Transaction, subject: str) -> None:
    """Nothing is kept of links that open nothing any more. Comes back when the next one is over."""
    link, contact_id = CONTACT_LINKS.c, UUID(subject)
    is_over = sa.and_(link.contact_id == contact_id, link.valid_until <= tx.now)
    tx.connection.execute(sa.delete(CONTACT_LINKS).where(is_over))
    next_one = sa.select(sa.func.min(link.valid_until)).where(link.contact_id == contact_id)
    if (ends_at := tx.connection.execute(next_one).scalar()) is not None:
        set_deadline(tx, LINK, contact_id, ends_at)


def check_refused(tx: Transaction, effect: Effect) -> None:
    """The recipient's server will not have the mail: the contact cannot be reached at the address."""
    contact_id = _contact_id(effect)
    _, person = _known(tx, contact_id)
    if person is None:
        return
    person.sqlmodel_update({"bounced_on": tx.today, "version": person.version + 1})
    clear_deadline(tx, REMINDER, contact_id)
    tx.audit(f"contact/{contact_id}", bounced_on=tx.today.isoformat())


def _known(tx: Transaction, contact_id: UUID) -> tuple[Contact, ContactPersonRow | None]:
    """The contact and who it is; nobody, once it is erased."""
    _, contact = lock_contact(tx, contact_id)
    return contact, tx.session.get(ContactPersonRow, contact_id, with_for_update=True)


def _may_be_written_to(tx: Transaction, contact: Contact, person: ContactPersonRow) -> bool:
    """It has a mailbox as far as is known, a role now or later, and does not wait to be erased."""
    has_role = any(is_valid(None, role.valid_to, tx.today) for role in contact.roles)
    if not has_role or person.email is None or person.bounced_on is not None:
        return False
    wish = newest_request(tx.connection, contact.contact_id)
    return wish is None or wish.status is not ErasureStatus.open


def _contact_id(effect: Effect) -> UUID:
    return UUID(effect.recipient.partition("/")[2])
