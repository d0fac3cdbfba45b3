"""What falls due of a contact: to be asked, reminded, gone and forgotten, and its links to open nothing more."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry.contacts import Contact
from services.kernel.deadlines import clear_deadline, set_deadline, set_deadlines
from services.kernel.effects import withdraw
from services.kernel.transaction import Transaction
from services.registry.commands.contact_rows import NewContact
from services.registry.commands.newsletters import end_subscriptions
from services.registry.domain.contact_dates import asked_again_on, beginning_of, gone_on, kept_until, morning_of
from services.registry.tables.contacts import CONTACT_LINKS

CHECK, REMINDER, RETENTION, LINK = "contact-check", "contact-reminder", "contact-retention", "contact-link"
GONE = "contact-gone"


def expect_checks(tx: Transaction, new: Iterable[NewContact]) -> None:
    """Let each new contact be asked when its time comes, and be gone and forgotten where its roles have an end."""
    asked, gone, forgotten = {}, {}, {}
    for contact, told in new:
        asked[contact.contact_id] = morning_of(asked_again_on(told.occurred_on))
        if (last := gone_on(contact)) is not None and last > tx.today:
            gone[contact.contact_id] = beginning_of(last)
        if (until := kept_until(contact)) is not None:
            forgotten[contact.contact_id] = morning_of(until)
    set_deadlines(tx, CHECK, asked)
    set_deadlines(tx, GONE, gone)
    set_deadlines(tx, RETENTION, forgotten)


def expect_end(tx: Transaction, contact: Contact) -> None:
    """Let the contact get no newsletter and be forgotten when its time comes, if its roles have an end now."""
    end_newsletters(tx, contact)
    until = kept_until(contact)
    if until is None:
        clear_deadline(tx, RETENTION, contact.contact_id)
    else:
        set_deadline(tx, RETENTION, contact.contact_id, morning_of(until))


def end_newsletters(tx: Transaction, contact: Contact) -> None:
    """The contact gets no newsletter from the day on that its last role ends; that is known when the day comes."""
    last = gone_on(contact)
    if last is not None and last > tx.today:
        set_deadline(tx, GONE, contact.contact_id, beginning_of(last))
        return
    clear_deadline(tx, GONE, contact.contact_id)
    if last is not None:
        end_subscriptions(tx, contact.contact_id, last)


def revoke_links(tx: Transaction, contact_id: UUID) -> None:
    """Let no link that the contact was sent open anything."""
    tx.connection.execute(sa.delete(CONTACT_LINKS).where(CONTACT_LINKS.c.contact_id == contact_id))
    clear_deadline(tx, LINK, contact_id)


def ask_no_more(tx: Transaction, contact: Contact) -> None:
    """Let the contact neither be asked nor get what was on its way."""
    clear_deadline(tx, CHECK, contact.contact_id)
    clear_deadline(tx, REMINDER, contact.contact_id)
    withdraw(tx, f"contact/{contact.contact_id}")
