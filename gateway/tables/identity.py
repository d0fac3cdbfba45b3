"""Accounts, sessions and API keys. Secrets are stored as hashes only; nobody's name is stored at all."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from gateway.tables.metadata import GatewayTable
from services.kernel.database import UtcDateTime


class AccountRow(GatewayTable, table=True):
    """One row per local account. ``subject`` is random and is all that others ever see of it."""

    __tablename__ = "account"

    subject: str = Field(primary_key=True)
    login_name: str = Field(unique=True)
    password_hash: str
    roles: list[str] = Field(sa_type=JSON)
    organisation_id: UUID | None = None  # of the registry: no foreign key across services
    created_at: datetime = Field(sa_type=UtcDateTime)
    suspended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SessionRow(GatewayTable, table=True):
    """One row per signed-in browser; the key is the hash of what its cookie holds."""

    __tablename__ = "session"

    reference_hash: str = Field(primary_key=True)
    subject: str = Field(foreign_key="account.subject", index=True)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ApiKeyRow(GatewayTable, table=True):
    """One row per key of a partner's system. ``prefix`` finds it; ``digest`` is an HMAC of the whole key."""

    __tablename__ = "api_key"

    prefix: str = Field(primary_key=True)
    digest: str
    subject: str = Field(unique=True)
    label: str
    organisation_id: UUID
    issued_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LoginAttemptRow(GatewayTable, table=True):
    """How often someone tried to sign in during a minute; ``target`` is a keyed hash of login name or network."""

    __tablename__ = "login_attempt"

    target: str = Field(primary_key=True)
    minute: int = Field(primary_key=True)
    attempts: int
