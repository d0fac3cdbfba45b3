"""Erasure: asked for, decided by two persons, and done; also when the time to keep somebody is over."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry.contact_persons import ErasureDecision, ErasureOrigin, ErasureRequest, ErasureStatus
from services.contracts.registry.contact_requests import DecideErasure, RequestErasure
from services.contracts.registry.contacts import Contact, ContactErased
from services.kernel.deadlines import clear_deadline
from services.kernel.transaction import Transaction
from services.registry.commands.contact_deadlines import RETENTION, ask_no_more, end_newsletters, revoke_links
from services.registry.commands.contact_rights import own_contact
from services.registry.commands.contact_rows import expect_version, lock_contact, replace_roles
from services.registry.domain.contact_dates import decided_by, kept_until
from services.registry.domain.contacts import erased, require_known
from services.registry.domain.dates import require_occurred
from services.registry.domain.erasures import is_agreed, require_new, require_open, status_after
from services.registry.queries.erasures import decisions_of, erasure_request, is_kept, newest_request
from services.registry.tables import ContactRow, ErasureDecisionRow, ErasureRequestRow
from services.registry.tables.contacts import CONTACT_LOOKS, CONTACT_PERSONS
from services.registry.tables.erasures import ERASURE_REQUESTS


def request_erasure(tx: Transaction, contact_id: UUID, command: RequestErasure) -> ErasureRequest:
    """The contact has said to who keeps it that it wants to be erased. Of what is asked twice the first stands.

    Raises:
        NotFound: there is none, or it is another's.
        StepOutOfOrder: it is erased.
        DateInFuture: it cannot have been said then.
    """
    row, contact = lock_contact(tx, contact_id)
    own_contact(tx, row)
    require_occurred(command.occurred_on, today=tx.today)
    return ask_for_erasure(tx, contact, ErasureOrigin.passed_on, command.occurred_on)


def ask_for_erasure(tx: Transaction, contact: Contact, origin: ErasureOrigin, on: date) -> ErasureRequest:
    """The same, whoever says it.

    Raises:
        StepOutOfOrder: it is erased.
    """
    require_known(contact, "request-erasure")
    before = newest_request(tx.connection, contact.contact_id)
    if before is not None and before.status is ErasureStatus.open:
        return before
    row = ErasureRequestRow(
        request_id=tx.new_id(),
        version=1,
        contact_id=contact.contact_id,
        origin=origin,
        status=ErasureStatus.open,
        requested_on=on,
        due_on=decided_by(on),
    )
    tx.add(row)
    tx.flush()
    tx.audit(f"erasure_request/{row.request_id}", contact=str(contact.contact_id), origin=origin)
    return erasure_request(tx.connection, row.request_id)


def decide_erasure(tx: Transaction, request_id: UUID, command: DecideErasure) -> ErasureRequest:
    """Decide whether somebody is erased. It is done when a second person decides the same.

    Raises:
        NotFound: there is no such request.
        StepOutOfOrder: it is decided.
        AlreadyDecided: the caller has decided so already.
    """
    # The contact first, as everywhere, so that two who wait for one another's row cannot be.
    contact_row, contact = lock_contact(tx, erasure_request(tx.connection, request_id).contact_id)
    row = tx.lock(ErasureRequestRow, request_id)
    expect_version(tx, row.version)
    require_open(ErasureStatus(row.status))
    decisions, subject = decisions_of(tx.connection, request_id), tx.principal.subject
    require_new(decisions, subject, command.decision)
    decided = ErasureDecisionRow(request_id=request_id, subject=subject, decision=command.decision, decided_at=tx.now)
    tx.session.merge(decided)
    row.version += 1
    tx.audit(f"erasure_request/{request_id}", decision=command.decision)
    if is_agreed(decisions | {subject: command.decision}, command.decision):
        row.sqlmodel_update({"status": status_after(command.decision), "decided_on": tx.today})
        tx.flush()
        if command.decision is ErasureDecision.erase:
            erase(tx, contact_row, contact, "request")
    tx.flush()
    return erasure_request(tx.connection, request_id)


def erase_when_due(tx: Transaction, subject: str) -> None:
    """The time to keep who a contact was is over. Whom two persons have decided to keep is kept (R89)."""
    row, contact = lock_contact(tx, UUID(subject))
    until = kept_until(contact)
    if until is not None and until <= tx.today and not is_kept(tx.connection, contact.contact_id):
        erase(tx, row, contact, "retention")


def erase(tx: Transaction, row: ContactRow, contact: Contact, reason: str) -> None:
    """Delete everything that tells who the contact is. That it was there, where and in which roles, stays."""
    contact_id = contact.contact_id
    ask_no_more(tx, contact)
    clear_deadline(tx, RETENTION, contact_id)
    revoke_links(tx, contact_id)
    for table in (CONTACT_PERSONS, CONTACT_LOOKS):
        tx.connection.execute(sa.delete(table).where(table.c.contact_id == contact_id))
    is_open = sa.and_(ERASURE_REQUESTS.c.contact_id == contact_id, ERASURE_REQUESTS.c.status == ErasureStatus.open)
    done = {"status": ErasureStatus.erased, "decided_on": tx.today, "version": ERASURE_REQUESTS.c.version + 1}
    tx.connection.execute(sa.update(ERASURE_REQUESTS).where(is_open).values(done))
    after = erased(contact, tx.today)
    row.sqlmodel_update({"ended_on": after.ended_on, "erased_on": after.erased_on})
    replace_roles(tx, after)
    end_newsletters(tx, after)
    tx.erases, tx.reason = True, reason
    tx.publish(ContactErased(occurred_on=tx.today, contact=after))
