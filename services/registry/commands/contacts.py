"""Contacts: registered, given other roles, confirmed and ended."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from uuid import UUID

from services.contracts.registry.contact_requests import ChangeContact, ConfirmContact, EndContact, RegisterContact
from services.contracts.registry.contacts import (
    Contact,
    ContactChanged,
    ContactConfirmed,
    ContactEnded,
    ContactMessage,
    ContactRegistered,
)
from services.kernel.deadlines import clear_deadline, set_deadline
from services.kernel.transaction import Transaction
from services.registry.commands.contact_deadlines import CHECK, REMINDER, ask_no_more, expect_checks, expect_end
from services.registry.commands.contact_rights import own_contact, own_places
from services.registry.commands.contact_rows import NewContact, lock_contact, replace_roles, store_contacts
from services.registry.commands.references import known_bodies
from services.registry.domain.contact_dates import asked_again_on, morning_of
from services.registry.domain.contacts import (
    ended,
    require_contact,
    require_current,
    require_roles,
    sorted_roles,
    told_of,
)
from services.registry.domain.dates import require_occurred, require_order
from services.registry.queries import geography
from services.registry.tables import ContactPersonRow, ContactRow


def register_contact(tx: Transaction, command: RegisterContact) -> Contact:
    """Make a contact known.

    Raises:
        As ``register_contacts``.
    """
    return register_contacts(tx, [command])[0]


def register_contacts(tx: Transaction, commands: Sequence[RegisterContact]) -> Sequence[Contact]:
    """Make contacts known, in a constant number of statements.

    Raises:
        NotFound: a place is another's, as ``own_places`` says.
        Problem: as ``require_contact`` refuses one of them; nothing is stored.
    """
    own_places(tx, commands)
    country, bodies = geography(tx.connection), known_bodies(tx, _organisations(commands))
    for command in commands:
        require_contact(command, bodies, country, tx.today)
    new = [NewContact(told_of(command, tx.new_id()), command) for command in commands]
    make_known(tx, new)
    return [contact for contact, _ in new]


def make_known(tx: Transaction, new: Sequence[NewContact]) -> None:
    """Store contacts that were found to be right, let each be asked when its time comes, and tell the others."""
    store_contacts(tx, new)
    expect_checks(tx, new)
    for contact, told in new:
        tx.publish(ContactRegistered(occurred_on=told.occurred_on, contact=contact))


def change_contact(tx: Transaction, contact_id: UUID, command: ChangeContact) -> Contact:
    """Tell anew which roles a contact has, and when.

    Raises:
        NotFound: there is none, or it is another's.
        StepOutOfOrder: it has ended, or is erased.
        DateInFuture, PeriodReversed, PeriodsOverlap: the roles cannot be so, or not be told yet.
    """
    before = _own(tx, contact_id)[1]
    require_current(before, "change")
    require_occurred(command.occurred_on, today=tx.today)
    require_roles(command.roles)
    after = before.model_copy(update={"roles": sorted_roles(command.roles)})
    replace_roles(tx, after)
    expect_end(tx, after)
    tx.publish(ContactChanged(occurred_on=command.occurred_on, contact=after))
    return after


def confirm_contact(tx: Transaction, contact_id: UUID, command: ConfirmContact) -> Contact:
    """All that is told of a contact is still right.

    Raises:
        NotFound: there is none, or it is another's.
        StepOutOfOrder: it has ended, or is erased.
        DateInFuture, DateOutOfOrder: it cannot have been said then, or has been said later.
    """
    contact = _own(tx, contact_id)[1]
    require_occurred(command.occurred_on, today=tx.today)
    confirm(tx, contact, command.occurred_on)
    return contact


def confirm(tx: Transaction, contact: Contact, on: date) -> None:
    """The same, whoever says it.

    Raises:
        StepOutOfOrder: it has ended, or is erased.
        DateOutOfOrder: it has been said later.
    """
    require_current(contact, "confirm")
    person = tx.lock(ContactPersonRow, contact.contact_id)
    require_order(on, earliest=person.confirmed_on or on)
    still_bounced = person.bounced_on is not None and person.bounced_on > on
    bounced_on = person.bounced_on if still_bounced else None
    person.sqlmodel_update({"confirmed_on": on, "bounced_on": bounced_on, "version": person.version + 1})
    last = max(on, person.asked_on or on)
    if last == on:
        clear_deadline(tx, REMINDER, contact.contact_id)
    set_deadline(tx, CHECK, contact.contact_id, morning_of(asked_again_on(last)))
    tx.publish(ContactConfirmed(occurred_on=on, contact=contact))


def end_contact(tx: Transaction, contact_id: UUID, command: EndContact) -> Contact:
    """The contact is none any more. Who it was is forgotten some time later.

    Raises:
        NotFound: there is none, or it is another's.
        StepOutOfOrder: it has ended already, or is erased.
        DateInFuture, DateOutOfOrder: it cannot have ended then.
    """
    row, contact = _own(tx, contact_id)
    require_occurred(command.occurred_on, today=tx.today)
    return end(tx, row, contact, command.occurred_on)


def end(tx: Transaction, row: ContactRow, contact: Contact, on: date) -> Contact:
    """The same, whoever says it.

    Raises:
        StepOutOfOrder: it has ended already, or is erased.
        DateOutOfOrder: it had not begun by then.
    """
    require_current(contact, "end")
    require_order(on, earliest=min([row.registered_on, *(role.valid_from for role in contact.roles)]))
    after = ended(contact, on)
    row.ended_on = on
    replace_roles(tx, after)
    ask_no_more(tx, after)
    expect_end(tx, after)
    tx.publish(ContactEnded(occurred_on=on, contact=after))
    return after


def _organisations(commands: Iterable[RegisterContact]) -> Iterator[UUID]:
    return (command.organisation_id for command in commands if command.organisation_id is not None)


def _own(tx: Transaction, contact_id: UUID) -> tuple[ContactRow, Contact]:
    """The caller's own contact in the version that it has seen."""
    row, contact = lock_contact(tx, contact_id)
    own_contact(tx, row)
    tx.expect(ContactMessage.aggregate, contact_id)
    return row, contact
