"""Keys of partners' systems: shown once, stored as an HMAC under the pepper, found by their prefix."""

import hmac
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa

from gateway.settings import DoorSettings
from gateway.tables import ApiKeyRow
from gateway.tables.metadata import table_of
from services.kernel.problems import NotFound
from services.kernel.transaction import Transaction

FORM = re.compile(r"samla_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
"""The word by which leaked keys are found, the prefix, and 256 random bits."""

KEYS = table_of(ApiKeyRow)


@dataclass(frozen=True, slots=True)
class Client:
    """The system behind a key: it acts for one organisation in the role API."""

    subject: str
    organisation_id: UUID


def new_api_key() -> str:
    """A key to show once."""
    return f"samla_{secrets.token_hex(6)}_{secrets.token_urlsafe(32)}"


def issue_api_key(tx: Transaction, settings: DoorSettings, key: str, organisation_id: UUID, label: str) -> Client:
    """Let a partner's system in with this key. Only its prefix and HMAC are kept."""
    row = ApiKeyRow(
        prefix=_prefix_of(key),
        digest=_digest(settings, key),
        subject=secrets.token_hex(16),
        label=label,
        organisation_id=organisation_id,
        issued_at=tx.now,
    )
    tx.add(row)
    tx.audit(f"api_key/{row.prefix}", organisation=str(organisation_id))
    return Client(row.subject, row.organisation_id)


def revoke_api_key(tx: Transaction, prefix: str) -> None:
    """Let the key in no more."""
    tx.lock(ApiKeyRow, prefix, missing=NotFound).revoked_at = tx.now
    tx.audit(f"api_key/{prefix}")


def client_of(connection: sa.Connection, settings: DoorSettings, key: str) -> Client | None:
    """The client whose key this is, compared in constant time; None for a wrong, unknown or revoked key."""
    if FORM.fullmatch(key) is None:
        return None
    row = connection.execute(
        sa.select(KEYS.c.subject, KEYS.c.organisation_id, KEYS.c.digest).where(
            KEYS.c.prefix == _prefix_of(key), KEYS.c.revoked_at.is_(None)
        )
    ).one_or_none()
    right = hmac.compare_digest(row.digest if row else "0" * 64, _digest(settings, key))
    return Client(row.subject, row.organisation_id) if row and right else None


def _prefix_of(key: str) -> str:
    return key.split("_", 2)[1]


def _digest(settings: DoorSettings, key: str) -> str:
    return hmac.digest(settings.pepper, b"api-key " + key.encode(), sha256).hex()
