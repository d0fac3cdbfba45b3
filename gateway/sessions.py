"""Signed-in browsers: a random reference in the cookie, its hash in the database, an idle and an absolute end."""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa

from gateway.settings import DoorSettings
from gateway.tables import AccountRow, SessionRow
from gateway.tables.metadata import table_of
from services.kernel.transaction import Transaction

SESSIONS = table_of(SessionRow)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a live session belongs to, and what they may act as now."""

    subject: str
    organisation_id: UUID | None
    roles: frozenset[str]


def new_reference() -> str:
    """What the cookie holds: 256 random bits."""
    return secrets.token_urlsafe(32)


def reference_hash(reference: str) -> str:
    """What the database holds instead."""
    return sha256(reference.encode()).hexdigest()


def open_session(tx: Transaction, subject: str, reference: str) -> None:
    """Remember a browser that has just signed in. The reference is always a new one."""
    tx.add(SessionRow(reference_hash=reference_hash(reference), subject=subject, opened_at=tx.now, last_seen_at=tx.now))


def resume_session(tx: Transaction, reference: str, settings: DoorSettings) -> SignedIn | None:
    """Who the browser belongs to, and note that it was here; None when the session or the account is over."""
    row = tx.session.get(SessionRow, reference_hash(reference))
    if row is None or row.ended_at is not None:
        return None
    if tx.now - row.last_seen_at > settings.session_idle or tx.now - row.opened_at > settings.session_lifetime:
        row.ended_at = tx.now
        return None
    account = tx.session.get(AccountRow, row.subject)
    if account is None or account.suspended_at is not None:
        return None
    row.last_seen_at = tx.now
    return SignedIn(account.subject, account.organisation_id, frozenset(account.roles))


def end_session(tx: Transaction, reference: str) -> None:
    """Sign the browser out."""
    _end(tx, SESSIONS.c.reference_hash == reference_hash(reference))


def end_sessions_of(tx: Transaction, subject: str) -> None:
    """Sign out every browser of one account."""
    _end(tx, SESSIONS.c.subject == subject)


def _end(tx: Transaction, which: sa.ColumnElement[bool]) -> None:
    tx.connection.execute(sa.update(SESSIONS).where(which, SESSIONS.c.ended_at.is_(None)).values(ended_at=tx.now))
