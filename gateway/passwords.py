"""Passwords of local accounts: Argon2id, off the event loop, with the same cost for a login name that is unknown."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.settings import DoorSettings


class Passwords:
    """Makes and checks password hashes at the cost that the settings name."""

    def __init__(self, settings: DoorSettings) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.argon2_time_cost,
            memory_cost=settings.argon2_memory_kib,
            parallelism=settings.argon2_parallelism,
        )
        self._nobodys_hash = self._hasher.hash("nobody has this password")
        self._few_at_a_time = asyncio.Semaphore(2)

    async def hash(self, password: str) -> str:
        """The hash to store, with its salt and cost inside."""
        async with self._few_at_a_time:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password: str, stored_hash: str | None) -> bool:
        """Whether the password is right. Without a stored hash it takes as long, and the answer is no."""
        async with self._few_at_a_time:
            right = await asyncio.to_thread(self._verify, password, stored_hash or self._nobodys_hash)
        return right and stored_hash is not None

    def _verify(self, password: str, stored_hash: str) -> bool:
        try:
            return self._hasher.verify(stored_hash, password)
        except (VerificationError, InvalidHashError):
            return False
