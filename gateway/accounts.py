"""Local accounts: a login name, a password and what the person may act as. No names, no addresses."""

import secrets
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import AwareDatetime, Field, SecretStr, StringConstraints, field_validator

from gateway.passwords import Passwords
from gateway.sessions import end_sessions_of
from gateway.tables import AccountRow
from gateway.tables.metadata import table_of
from services.contracts.access import ROLES
from services.contracts.message import Public, Request
from services.kernel.database import Database
from services.kernel.problems import Conflict, NotFound
from services.kernel.transaction import Transaction

ACCOUNTS = table_of(AccountRow)

LoginName = Annotated[str, StringConstraints(pattern=r"^[a-zæøå0-9][a-zæøå0-9._-]{1,62}$")]


class LoginNameTaken(Conflict):
    """Another account has the login name."""

    code = "login-name-taken"


class AddAccount(Request):
    """Let somebody in with a password of at least twelve characters."""

    login_name: LoginName
    password: SecretStr = Field(min_length=12, max_length=200)
    roles: frozenset[str] = Field(min_length=1)
    organisation_id: UUID | None = None

    @field_validator("roles")
    @classmethod
    def _are_known(cls, roles: frozenset[str]) -> frozenset[str]:
        if not roles <= set(ROLES):
            raise ValueError("a role is not in the access matrix")
        return roles


class Account(Public):
    """An account as operators see it."""

    subject: str
    login_name: str
    roles: tuple[str, ...]
    organisation_id: UUID | None
    created_at: AwareDatetime
    suspended_at: AwareDatetime | None = None


async def add_account(database: Database, passwords: Passwords, command: AddAccount) -> Account:
    """Hash the password away from the event loop, then store the account.

    Raises:
        LoginNameTaken: another account has the login name.
    """
    return await database.write(store_account, command, await passwords.hash(command.password.get_secret_value()))


def store_account(tx: Transaction, command: AddAccount, password_hash: str) -> Account:
    """Store an account under a new random subject."""
    row = AccountRow(
        subject=secrets.token_hex(16),
        login_name=command.login_name,
        password_hash=password_hash,
        roles=sorted(command.roles),
        organisation_id=command.organisation_id,
        created_at=tx.now,
    )
    tx.add(row)
    tx.audit(f"account/{row.subject}", roles=row.roles)
    return _public(row)


def suspend_account(tx: Transaction, subject: str) -> Account:
    """Keep somebody out from now on and end what is open."""
    row = tx.lock(AccountRow, subject, missing=NotFound)
    row.suspended_at = tx.now
    end_sessions_of(tx, subject)
    tx.audit(f"account/{subject}")
    return _public(row)


def change_roles(tx: Transaction, subject: str, roles: frozenset[str]) -> Account:
    """Let an account act as something else; it must sign in again."""
    row = tx.lock(AccountRow, subject, missing=NotFound)
    row.roles = sorted(roles)
    end_sessions_of(tx, subject)
    tx.audit(f"account/{subject}", roles=row.roles)
    return _public(row)


def credentials_of(connection: sa.Connection, login_name: str) -> tuple[str, str] | None:
    """The subject and password hash behind a login name that may be used."""
    row = connection.execute(
        sa.select(ACCOUNTS.c.subject, ACCOUNTS.c.password_hash).where(
            ACCOUNTS.c.login_name == login_name, ACCOUNTS.c.suspended_at.is_(None)
        )
    ).one_or_none()
    return (row.subject, row.password_hash) if row else None


def accounts(connection: sa.Connection) -> list[Account]:
    """Every account, by login name."""
    shown = (column for column in ACCOUNTS.c if column is not ACCOUNTS.c.password_hash)
    found = connection.execute(sa.select(*shown).order_by(ACCOUNTS.c.login_name))
    return [Account.model_validate(row._asdict()) for row in found]


def _public(row: AccountRow) -> Account:
    return Account.model_validate(row.model_dump(exclude={"password_hash"}))
