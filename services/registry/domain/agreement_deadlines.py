"""When something about an agreement falls due: reminders thirty days ahead, and the check on the morning after."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from services.contracts.registry.agreements import Agreement, AgreementStatus
from services.kernel.clock import OSLO

COMMITMENT_REMINDER, COMMITMENT_CHECK = "commitment-reminder", "commitment-check"
REVISION_REMINDER, REVISION_CHECK = "revision-reminder", "revision-check"
REMINDERS = frozenset((COMMITMENT_REMINDER, REVISION_REMINDER))

AHEAD = timedelta(days=30)
"""How long before it falls due the parties are reminded."""
MORNING = time(7)
"""When the day's reminders and checks are made, in Norway: a mail that comes at night is read by nobody."""


class Deadline(NamedTuple):
    """What falls due, as the table of deadlines names it."""

    kind: str
    subject: str


def deadlines_of(agreement: Agreement) -> Mapping[Deadline, datetime]:
    """Everything about the agreement that falls due, and when: of what is met or known to be overdue, nothing more."""
    edition = agreement.signed
    if agreement.status is not AgreementStatus.in_force or edition is None:
        return {}
    found: dict[Deadline, datetime] = {}
    for commitment in edition.commitments:
        if commitment.evidence is None:
            subject = subject_of(agreement.agreement_id, commitment.commitment_id)
            found |= _around(COMMITMENT_REMINDER, COMMITMENT_CHECK, subject, commitment.due_on, commitment.overdue_on)
    if edition.revise_by is not None:
        subject = str(agreement.agreement_id)
        found |= _around(REVISION_REMINDER, REVISION_CHECK, subject, edition.revise_by, agreement.revision_overdue_on)
    return found


def subject_of(agreement_id: UUID, commitment_id: UUID) -> str:
    """A commitment as the table of deadlines names it."""
    return f"{agreement_id}/{commitment_id}"


def ids_in(subject: str) -> tuple[UUID, UUID]:
    """The agreement and the commitment that :func:`subject_of` named."""
    agreement_id, _, commitment_id = subject.partition("/")
    return UUID(agreement_id), UUID(commitment_id)


def _around(reminder: str, check: str, subject: str, due_on: date, overdue_on: date | None) -> dict[Deadline, datetime]:
    found = {Deadline(reminder, subject): _morning(due_on - AHEAD)}
    if overdue_on is None:
        found[Deadline(check, subject)] = _morning(due_on + timedelta(days=1))
    return found


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, OSLO)
