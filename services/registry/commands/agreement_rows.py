"""Agreements as rows: locked, stored anew with what their lists look for, and with what falls due about them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry.agreements import Agreement, AgreementMessage
from services.kernel.bulk import insert_rows
from services.kernel.deadlines import clear_deadline, set_deadline
from services.kernel.transaction import Transaction
from services.registry.domain.agreement_deadlines import REMINDERS, deadlines_of
from services.registry.tables.agreements import (
    AGREEMENT_PARTIES,
    AGREEMENT_UNITS,
    AGREEMENTS,
    COMMITMENTS,
    AgreementRow,
)


def lock_agreement(tx: Transaction, agreement_id: UUID) -> Agreement:
    """The agreement, which nobody else may change until this transaction ends.

    Raises:
        NotFound: there is none.
    """
    return tx.lock(AgreementRow, agreement_id).public()


def expect_agreement(tx: Transaction, agreement_id: UUID) -> None:
    """Refuse unless the caller has seen the newest version of the agreement."""
    tx.expect(AgreementMessage.aggregate, agreement_id)


def store_agreement(tx: Transaction, before: Agreement | None, after: Agreement) -> None:
    """Store what it has become, and let fall due what falls due from now on."""
    columns, of_this = _columns(after), AGREEMENTS.c.agreement_id == after.agreement_id
    if before is None:
        tx.connection.execute(sa.insert(AGREEMENTS).values(columns))
        _insert(tx, AGREEMENT_PARTIES, _parties(after))
    else:
        tx.connection.execute(sa.update(AGREEMENTS).where(of_this).values(columns))
    for table, rows_of in ((AGREEMENT_UNITS, _units), (COMMITMENTS, _commitments)):
        told = rows_of(before) if before is not None else []
        if (rows := rows_of(after)) != told:
            tx.connection.execute(sa.delete(table).where(table.c.agreement_id == after.agreement_id))
            _insert(tx, table, rows)
    _keep_deadlines(tx, before, after)


def store_drafts(tx: Transaction, new: Sequence[Agreement]) -> None:
    """Store agreements that nobody has signed yet, of which nothing falls due, in a constant number of statements."""
    insert_rows(tx.connection, AGREEMENTS, [_columns(each) for each in new])
    insert_rows(tx.connection, AGREEMENT_PARTIES, [row for each in new for row in _parties(each)])
    insert_rows(tx.connection, AGREEMENT_UNITS, [row for each in new for row in _units(each)])


def _keep_deadlines(tx: Transaction, before: Agreement | None, after: Agreement) -> None:
    """What has fallen due is not set again, and a reminder that would be too late is none."""
    told = deadlines_of(before) if before is not None else {}
    falls_due = deadlines_of(after)
    for deadline in told.keys() - falls_due.keys():
        clear_deadline(tx, *deadline)
    for deadline, due_at in falls_due.items():
        if told.get(deadline) == due_at:
            continue
        if deadline.kind in REMINDERS and due_at <= tx.now:
            clear_deadline(tx, *deadline)
        else:
            set_deadline(tx, *deadline, due_at)


def _columns(agreement: Agreement) -> dict[str, Any]:
    shown = agreement.model_dump(include=set(AGREEMENTS.c.keys()))
    return {**shown, "state": agreement.model_dump(mode="json", exclude_none=True)}


def _parties(agreement: Agreement) -> list[dict[str, Any]]:
    return [{"agreement_id": agreement.agreement_id, **party.model_dump()} for party in agreement.parties]


def _units(agreement: Agreement) -> list[dict[str, Any]]:
    editions = [edition for edition in (agreement.signed, agreement.drafted) if edition is not None]
    codes = {code for edition in editions for code in edition.unit_codes}
    return [{"agreement_id": agreement.agreement_id, "unit_code": code} for code in sorted(codes)]


def _commitments(agreement: Agreement) -> list[dict[str, Any]]:
    return [
        {
            "commitment_id": each.commitment_id,
            "agreement_id": agreement.agreement_id,
            "due_on": each.due_on,
            "evidence_on": each.evidence.provided_on if each.evidence else None,
            "verified_on": each.verified_on,
            "overdue_on": each.overdue_on,
            "state": each.model_dump(mode="json", exclude_none=True),
        }
        for each in (agreement.signed.commitments if agreement.signed else ())
    ]


def _insert(tx: Transaction, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        tx.connection.execute(sa.insert(table), rows)
