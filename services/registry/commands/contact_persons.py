"""Who a contact is: told anew, and found not to be reached."""

from datetime import timedelta
from uuid import UUID

from services.contracts.registry.contact_persons import ContactPerson, Standing
from services.contracts.registry.contact_requests import ChangePerson, RecordBounce
from services.kernel.deadlines import clear_deadline, set_deadline
from services.kernel.effects import withdraw
from services.kernel.transaction import Transaction
from services.registry.commands.contact_deadlines import CHECK, REMINDER, revoke_links
from services.registry.commands.contact_rights import own_contact
from services.registry.commands.contact_rows import expect_version, facts_of
from services.registry.domain.contact_dates import morning_of, standing_of
from services.registry.domain.contact_persons import changes, require_person
from services.registry.domain.dates import require_occurred, require_order
from services.registry.queries.contacts import person_of
from services.registry.tables import ContactPersonRow, ContactRow


def change_person(tx: Transaction, contact_id: UUID, command: ChangePerson) -> ContactPerson:
    """Tell anew who a contact is. No message tells it; the audit keeps fingerprints of what has changed.

    Raises:
        NotFound: there is none, it is another's, or it is erased.
        Invalid: as ``require_person``.
    """
    row = _own_person(tx, contact_id)
    require_person(command)
    told = facts_of(command)
    changed = changes(row.key, row.model_dump(include=set(told)), told)
    if changed:
        if "email" in changed:
            row.bounced_on = None
            _ask_at_the_new_address(tx, row)
        row.sqlmodel_update({**told, "version": row.version + 1})
        tx.audit(f"contact/{contact_id}", person=changed)
    return person_of(row.model_dump(), tx.today)


def record_bounce(tx: Transaction, contact_id: UUID, command: RecordBounce) -> ContactPerson:
    """A mail to a contact came back.

    Raises:
        NotFound: there is none, it is another's, or it is erased.
        DateInFuture, DateOutOfOrder: it cannot have come back then, or has come back later.
    """
    row = _own_person(tx, contact_id)
    require_occurred(command.occurred_on, today=tx.today)
    require_order(command.occurred_on, earliest=row.bounced_on or command.occurred_on)
    row.sqlmodel_update({"bounced_on": command.occurred_on, "version": row.version + 1})
    clear_deadline(tx, REMINDER, contact_id)
    tx.audit(f"contact/{contact_id}", bounced_on=command.occurred_on.isoformat())
    return person_of(row.model_dump(), tx.today)


def _ask_at_the_new_address(tx: Transaction, person: ContactPersonRow) -> None:
    """Whoever reads the old mailbox may be another: its links open nothing more. What was asked there is asked anew."""
    was_waiting = withdraw(tx, f"contact/{person.contact_id}") > 0
    revoke_links(tx, person.contact_id)
    clear_deadline(tx, REMINDER, person.contact_id)
    has_not_answered = standing_of(person.asked_on, person.confirmed_on, tx.today) is not Standing.confirmed
    if was_waiting or has_not_answered:
        set_deadline(tx, CHECK, person.contact_id, morning_of(tx.today + timedelta(days=1)))


def _own_person(tx: Transaction, contact_id: UUID) -> ContactPersonRow:
    """Who the caller's own contact is, in the version that the caller has seen."""
    own_contact(tx, tx.lock(ContactRow, contact_id))
    row = tx.lock(ContactPersonRow, contact_id)
    expect_version(tx, row.version)
    return row
