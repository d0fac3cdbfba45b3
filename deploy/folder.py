"""The data folder: who uses it, and where things lie in it."""

import fcntl
import os
from pathlib import Path
from typing import IO


class FolderInUse(Exception):
    """Another process has the folder open. Two of them on the same files would destroy both."""


class DataFolder:
    """All that an installation keeps on this machine. Readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._locks: dict[str, IO[str]] = {}

    @property
    def broker(self) -> Path:
        """The embedded broker's configuration, store and log."""
        return self.path / "broker"

    @property
    def passwords(self) -> Path:
        """The passwords of the worked example's accounts."""
        return self.path / "passwords.txt"

    def socket_of(self, part: str) -> Path:
        """Where an operator's verb finds the running part."""
        return self.path / f"{part}.socket"

    def take(self, name: str = "samla") -> None:
        """Hold the folder, or one part's files in it, until this process ends.

        Raises:
            FolderInUse: another process holds it.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (self.path / f"{name}.lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise FolderInUse(f"{self.path} is in use: process {holder} holds {name}.lock.") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._locks[name] = lock

    def release(self) -> None:
        """Let others have it."""
        for lock in self._locks.values():
            lock.close()
        self._locks.clear()
