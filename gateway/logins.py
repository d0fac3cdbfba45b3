"""Signing in: how often somebody may try, and the same answer whatever was wrong."""

import hmac
from hashlib import sha256

import sqlalchemy as sa

from gateway.accounts import credentials_of
from gateway.passwords import Passwords
from gateway.sessions import new_reference, open_session
from gateway.settings import DoorSettings
from gateway.tables import LoginAttemptRow
from gateway.tables.metadata import table_of
from services.kernel.database import Database
from services.kernel.problems import TooMany, Unauthorized
from services.kernel.transaction import Transaction

ATTEMPTS = table_of(LoginAttemptRow)


class WrongCredentials(Unauthorized):
    """The login name is unknown, the password is wrong or the account is suspended; which of them is not told."""

    code = "wrong-credentials"


async def sign_in(
    database: Database, passwords: Passwords, settings: DoorSettings, login_name: str, password: str, network: str
) -> str:
    """A new session's reference for the cookie.

    Raises:
        TooMany: the login name or the network has tried too often in this minute.
        WrongCredentials: no such account, wrong password or suspended.
    """
    await database.write(count_attempt, _targets(settings, login_name, network), settings.logins_per_minute)
    found = await database.read(credentials_of, login_name)
    if not await passwords.matches(password, found[1] if found else None) or found is None:
        raise WrongCredentials()
    reference = new_reference()
    await database.write(open_session, found[0], reference)
    return reference


def count_attempt(tx: Transaction, targets: dict[str, int], per_minute: int) -> None:
    """Count one try for each target, each of which may take its own multiple of the minute's limit.

    The count is committed even when it is the one too many, because the refusal is raised for the next one.

    Raises:
        TooMany: a target has used up this minute.
    """
    minute = int(tx.now.timestamp()) // 60
    tx.connection.execute(sa.delete(ATTEMPTS).where(ATTEMPTS.c.minute < minute))
    used = dict(
        tx.connection.execute(
            sa.select(ATTEMPTS.c.target, ATTEMPTS.c.attempts).where(
                ATTEMPTS.c.target.in_(targets), ATTEMPTS.c.minute == minute
            )
        ).tuples()
    )
    if any(used.get(target, 0) >= per_minute * times for target, times in targets.items()):
        raise TooMany(retry_after_s=60 - int(tx.now.timestamp()) % 60)
    for target in sorted(targets):
        _count_one(tx, target, minute)


def _count_one(tx: Transaction, target: str, minute: int) -> None:
    counted = tx.connection.execute(
        sa.update(ATTEMPTS)
        .where(ATTEMPTS.c.target == target, ATTEMPTS.c.minute == minute)
        .values(attempts=ATTEMPTS.c.attempts + 1)
    )
    if counted.rowcount == 0:
        tx.connection.execute(sa.insert(ATTEMPTS).values(target=target, minute=minute, attempts=1))


def _targets(settings: DoorSettings, login_name: str, network: str) -> dict[str, int]:
    """Keyed hashes of what is tried and from where. A network, perhaps a whole office, may try four times as often."""
    return {
        hmac.digest(settings.pepper, f"login {login_name}".encode(), sha256).hex(): 1,
        hmac.digest(settings.pepper, f"network {network}".encode(), sha256).hex(): 4,
    }
