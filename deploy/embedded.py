"""Our own nats-server as a child process: on loopback, in the data folder, on disk before a message is confirmed."""

import asyncio
import contextlib
import fcntl
import json
import logging
import os
import shutil
import signal
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deploy.keys import server_configuration

log = logging.getLogger(__name__)

START_TIMEOUT_S = 20.0
"""A start reads back what the streams hold; with millions of messages that takes seconds."""

STOP_TIMEOUT_S = 10.0


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
        self._process: asyncio.subprocess.Process | None = None
        self._ports = (-1, -1)

    @property
    def pid(self) -> int | None:
        """The running server's process, for tests that kill it."""
        return self._process.pid if self._process is not None else None

    async def start(self) -> None:
        """Start, and return when it listens.

        Raises:
            ServerFailed: it does not.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        configuration = self._folder / "nats-server.json"
        port, monitor_port = self._ports
        configuration.write_text(
            server_configuration(self._folder, port=port, monitor_port=monitor_port, users=self._users, sync=self._sync)
        )
        for stale in self._folder.glob("*.ports"):
            stale.unlink()
        with await self._only_server() as lock, (self._folder / "nats-server.log").open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                server_binary(), "-c", str(configuration),
                stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output,
                pass_fds=(lock.fileno(),),  # the lock is held for as long as the server lives, whoever started it
                start_new_session=True,  # Ctrl-C is for us; the server stops last
            )  # fmt: skip
        (self._folder / "nats-server.pid").write_text(str(self._process.pid))
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                await self._listening(self._process)
        except TimeoutError:
            await self.stop()
            raise ServerFailed(f"nats-server does not listen; see {self._folder}/nats-server.log") from None

    async def supervise(self) -> None:
        """Start it again whenever it ends by itself. Ends only when cancelled."""
        pause_s = 0.1
        loop = asyncio.get_running_loop()
        while self._process is not None:
            started_at = loop.time()
            code = await self._process.wait()
            log.error("nats-server ended; starting it again", extra={"code": code})
            # One that ends at once each time must not keep a processor busy.
            pause_s = 0.1 if loop.time() - started_at > 10 else min(pause_s * 2, 5.0)
            while True:
                await asyncio.sleep(pause_s)
                try:
                    await self.start()
                    break
                except (ServerFailed, OSError) as error:
                    log.error("nats-server does not start", extra={"detail": str(error)})
                    pause_s = min(pause_s * 2, 5.0)

    async def stop(self) -> None:
        """Stop it in good order, or by force if it will not."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def kill(self) -> None:
        """End it without warning, as a power cut of its process would."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def _only_server(self) -> Any:
        """The lock that says a server runs here. One whose starter was killed is stopped first."""
        lock = (self._folder / "nats-server.lock").open("w")
        deadline = asyncio.get_running_loop().time() + STOP_TIMEOUT_S
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return lock
            except BlockingIOError:
                if asyncio.get_running_loop().time() > deadline:
                    lock.close()
                    raise ServerFailed(f"another nats-server runs in {self._folder} and does not stop") from None
                with contextlib.suppress(OSError, ValueError):
                    os.kill(int((self._folder / "nats-server.pid").read_text()), signal.SIGTERM)
                await asyncio.sleep(0.05)

    async def _listening(self, process: asyncio.subprocess.Process) -> None:
        while True:
            if process.returncode is not None:
                raise ServerFailed(f"nats-server ended with {process.returncode}; see {self._folder}/nats-server.log")
            for path in self._folder.glob("*.ports"):
                with contextlib.suppress(ValueError, KeyError, IndexError):  # half written
                    found = json.loads(path.read_text())
                    self.url, self.monitor_url = found["nats"][0], found["monitoring"][0]
                    ports = [urlsplit(address).port or -1 for address in (self.url, self.monitor_url)]
                    self._ports = (ports[0], ports[1])
                    return
            await asyncio.sleep(0.005)
