"""Our own nats-server as a child process: on loopback, in the data folder, on disk before a message is confirmed."""

import asyncio
import contextlib
import fcntl
import json
import logging
import os
import shutil
import signal
import subprocess
import sysconfig
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from deploy.keys import server_configuration

log = logging.getLogger(__name__)

START_TIMEOUT_S = 20.0
"""A start reads back what the streams hold; with millions of messages that takes seconds."""

STOP_TIMEOUT_S = 10.0

LOOK_S = 0.1
"""How soon a server that ended by itself is noticed."""


class ServerFailed(Exception):
    """nats-server is missing, too old or does not start; the reason is in its log."""


def server_binary() -> str:
    """The nats-server of our own environment; ``SAMLA_NATS_SERVER`` names another."""
    for candidate in (os.environ.get("SAMLA_NATS_SERVER"), Path(sysconfig.get_path("scripts")) / "nats-server"):
        if candidate and (found := shutil.which(candidate)):
            return found
    raise ServerFailed("There is no nats-server; SAMLA_NATS_SERVER can name one.")


class EmbeddedServer:
    """One nats-server. It keeps its ports over restarts, so that those connected find it again."""

    def __init__(self, folder: Path, *, users: Sequence[Mapping[str, Any]] = (), sync: str = "always") -> None:
        self.url = ""
        self.monitor_url = ""
        self._folder, self._users, self._sync = folder.absolute(), users, sync
        self._process: subprocess.Popen[bytes] | None = None
        self._ports = (-1, -1)

    @property
    def pid(self) -> int | None:
        """The running server's process, for tests that kill it."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start, and return when it listens: after some 15 ms with little in the streams.

        Raises:
            ServerFailed: it does not.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        port, monitor_port = self._ports
        configuration = self._folder / "nats-server.json"
        configuration.write_text(
            server_configuration(self._folder, port=port, monitor_port=monitor_port, users=self._users, sync=self._sync)
        )
        configuration.chmod(0o600)
        with self._only_server() as lock, (self._folder / "nats-server.log").open("ab") as output:
            for stale in self._folder.glob("*.ports"):
                stale.unlink()
            self._process = subprocess.Popen(
                [server_binary(), "-c", configuration],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(lock.fileno(),),  # held for as long as the server lives, whoever started it
                start_new_session=True,  # Ctrl-C is for us; the server stops last
            )
        (self._folder / "nats-server.pid").write_text(str(self._process.pid))
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise ServerFailed(f"nats-server does not start; see {self._folder}/nats-server.log")
            time.sleep(0.002)

    async def supervise(self) -> None:
        """Start it again whenever it ends by itself. Ends only when cancelled."""
        pause_s = LOOK_S
        while True:
            await asyncio.sleep(pause_s)
            if self._process is None or self._process.poll() is None:
                pause_s = LOOK_S
                continue
            log.error("nats-server ended; starting it again", extra={"code": self._process.returncode})
            starting = asyncio.ensure_future(asyncio.to_thread(self.start))
            try:
                await asyncio.shield(starting)
            except asyncio.CancelledError:
                # A thread cannot be cancelled: what it starts must be there to be stopped.
                await asyncio.gather(starting, return_exceptions=True)
                raise
            except (ServerFailed, OSError) as error:
                log.error("nats-server does not start", extra={"detail": str(error)})
                pause_s = min(pause_s * 2, 5.0)

    def stop(self) -> None:
        """Stop it in good order, or by force if it will not."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End it without warning."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _only_server(self) -> IO[bytes]:
        """The lock that says a server runs here. A server whose starter was killed is stopped first."""
        lock = (self._folder / "nats-server.lock").open("wb")
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return lock
            except BlockingIOError:
                if time.monotonic() > deadline:
                    lock.close()
                    raise ServerFailed(f"another nats-server runs in {self._folder} and does not stop") from None
                with contextlib.suppress(OSError, ValueError):
                    os.kill(int((self._folder / "nats-server.pid").read_text()), signal.SIGTERM)
                time.sleep(0.02)

    def _listens(self) -> bool:
        """Whether it has told its ports."""
        for path in self._folder.glob("*.ports"):
            with contextlib.suppress(ValueError, KeyError, IndexError):  # half written
                told = json.loads(path.read_text())
                self.url, self.monitor_url = told["nats"][0], told["monitoring"][0]
                self._ports = urlsplit(self.url).port or -1, urlsplit(self.monitor_url).port or -1
                return True
        return False
