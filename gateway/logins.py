"""Signing in: how often somebody may try, and the same answer whatever was wrong."""

import hmac
from collections.abc import Mapping
from hashlib import sha256

import sqlalchemy as sa

from gateway.accounts import credentials_of
from gateway.passwords import Passwords
from gateway.sessions import new_reference, open_session
from gateway.settings import DoorSettings
from services.kernel.database import Database
from services.kernel.problems import TooMany, Unauthorized
from services.kernel.transaction import Transaction

_FORGET = sa.text("DELETE FROM login_attempt WHERE minute < :minute")
_COUNT = sa.text(
    "INSERT INTO login_attempt (target, minute, attempts) VALUES (:target, :minute, 1) "
    "ON CONFLICT (target, minute) DO UPDATE SET attempts = login_attempt.attempts + 1 RETURNING attempts"
)


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


def count_attempt(tx: Transaction, targets: Mapping[str, int], per_minute: int) -> None:
    """Count one try for each target, which may take its own multiple of the minute's limit. Committed before the try.

    Raises:
        TooMany: a target has used up this minute.
    """
    seconds = int(tx.now.timestamp())
    tx.connection.execute(_FORGET, {"minute": seconds // 60})
    for target, times in sorted(targets.items()):
        tried = tx.connection.execute(_COUNT, {"target": target, "minute": seconds // 60}).scalar_one()
        if tried > per_minute * times:
            raise TooMany(retry_after_s=60 - seconds % 60)


def _targets(settings: DoorSettings, login_name: str, network: str) -> dict[str, int]:
    """Keyed hashes of what is tried and from where. A network, perhaps a whole office, may try four times as often."""
    return {
        hmac.digest(settings.pepper, f"login {login_name}".encode(), sha256).hex(): 1,
        hmac.digest(settings.pepper, f"network {network}".encode(), sha256).hex(): 4,
    }
