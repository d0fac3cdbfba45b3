"""One installation to be harmed: every part a process of its own beside its broker, supervised as ``--separate`` does.

It listens on loopback alone, lives in a folder of ours, and only processes that it has started are ever signalled.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from itertools import count
from pathlib import Path

import httpx

from deploy import installation
from deploy.example.accounts import ExampleAccount
from deploy.example.caller import Caller
from deploy.example.signing_in import Passwords, sign_in
from deploy.first_content import load_first_content
from deploy.folder import DataFolder
from deploy.host import BrokerAddress
from deploy.operator import ask
from deploy.parts import PARTS, SERVICES, load, mail_port_of, port_of
from deploy.supervisor import Supervisor
from services.kernel.settings import Settings
from tests.mail_server import MailServer, mail_server
from tests.ports import installation_ports

BROKER = "broker"
READY_WITHIN_S = 60.0
LOOK_S = 0.03
CENTRE = "korus-nord"
ACCOUNTS = (
    ExampleAccount("editor", "ED", CENTRE),
    ExampleAccount("proposer", "GK", CENTRE),
    ExampleAccount("approver", "GK", CENTRE),
    ExampleAccount("coordinator", "KOO", CENTRE),
)
ROWS_AT_ONCE = 200


class NotReady(Exception):
    """A part did not come back in time."""


def mailbox_of(code: str) -> str:
    """Where the letters to a municipality go."""
    return f"postmottak.{code}@kommune.example"


def _stands_still(pid: int) -> bool:
    """Whether no thread of a process runs any more. A busy machine lets some run on for a while after the signal."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        states = [
            (thread / "stat").read_text().rpartition(") ")[2][0] for thread in Path(f"/proc/{pid}/task").iterdir()
        ]
        return all(state in "TZX" for state in states)
    return True


class World:
    """The installation, its processes, accounts signed in at its gateway, and a mail server that is never harmed."""

    def __init__(self, folder: Path, *, database_url: str | None = None) -> None:
        chosen = {"database_url": database_url} if database_url else {}
        port = installation_ports()
        self.mails = MailServer()
        self.settings = Settings.model_validate(
            {
                "data": folder / "var",
                "port": port,
                "smtp_url": f"smtp://127.0.0.1:{mail_port_of(Settings(port=port))}",
                "mail_sender": "Samla <ikke-svar@samla.example>",
                "argon2_time_cost": 1,
                "argon2_memory_kib": 8,
                **chosen,
            }
        )
        self.services = load()
        self.folder = DataFolder(self.settings.data)
        self.commands: dict[str, Sequence[str]] = {}
        self.supervisor = Supervisor(self.commands, self.environment, longest_pause_s=0.2)
        self.address: BrokerAddress | None = None
        self.is_cut_off = False
        """Whether nothing may go on, and nothing be started again: there is no power."""
        self.callers: dict[str, Caller] = {}
        self.centre_id = ""
        self.addressed: list[str] = []
        """The codes of today's municipalities: each has a mailbox."""
        self._asking = httpx.AsyncClient(trust_env=False, timeout=2, verify=False)
        self.numbers, self.plan_years = count(), count(2002)
        """What clients take from, so that no two ask for the same survey or the same plan."""
        for part in PARTS:
            self.disarm(part)

    @property
    def environment(self) -> dict[str, str]:
        """What every part's process is told."""
        peers = {name: f"http://127.0.0.1:{port_of(name, self.settings)}" for name in SERVICES}
        return {
            "SAMLA_DATA": str(self.settings.data),
            "SAMLA_PORT": str(self.settings.port),
            "SAMLA_DATABASE_URL": self.settings.database_url,
            "SAMLA_PEERS": json.dumps(peers),
            "SAMLA_SMTP_URL": self.settings.smtp_url or "",
            "SAMLA_MAIL_SENDER": self.settings.mail_sender,
            "SAMLA_TRACE_RATIO": "0",
            "SAMLA_ARGON2_TIME_COST": "1",
            "SAMLA_ARGON2_MEMORY_KIB": "8",
        }

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Everything up. What ends meanwhile, however it ends, is started again."""
        self.folder.take()
        self.is_cut_off = False
        installation.ensure_keys(self.settings, self.services)
        try:
            async with (
                mail_server(self.mails, mail_port_of(self.settings)),
                installation.broker(self.settings, self.services) as self.address,
            ):
                async with installation.provisioning(self.settings, self.address, self.services) as provisioning:
                    await provisioning.provide()
                kept = asyncio.create_task(self.supervisor.run())
                try:
                    await self.until_ready()
                    await self._furnish()
                    yield
                finally:
                    kept.cancel()
                    await asyncio.gather(kept, return_exceptions=True)
                    if self.is_cut_off:
                        self.signal(BROKER, signal.SIGKILL)
                    self.supervisor = Supervisor(self.commands, self.environment, longest_pause_s=0.2)
        finally:
            self.folder.release()

    async def _furnish(self) -> None:
        """The reference tables, the accounts and the mailboxes, unless they are there."""
        with contextlib.redirect_stdout(sys.stderr):
            await load_first_content(self.settings, example=False)
        found = ask(self.folder.socket_of("registry"), "organisation", {"reference": CENTRE})
        (self.centre_id,) = [each async for each in found]
        passwords = Passwords(self.folder.passwords)
        for account in ACCOUNTS:
            if account.login_name in self.callers:
                continue
            if not passwords.has(account.login_name):
                await self._add(account, passwords)
            self.callers[account.login_name] = await sign_in(self.settings.url, account.login_name, passwords)
        if not self.addressed:
            self.addressed = await self._give_mailboxes(self.callers["coordinator"])

    async def _add(self, account: ExampleAccount, passwords: Passwords) -> None:
        arguments = {
            "login_name": account.login_name,
            "password": account.login_name * 2,
            "roles": [account.role],
            "organisation_id": self.centre_id,
        }
        async for _ in ask(self.folder.socket_of("gateway"), "add_account", arguments):
            passwords.keep(account, account.login_name * 2)

    async def _give_mailboxes(self, coordinator: Caller) -> list[str]:
        answer = await coordinator.client.get("/api/v1/municipalities")
        codes = sorted(each["code"] for each in answer.raise_for_status().json()["items"])
        rows = [
            {
                "reference": f"kommune-{code}",
                "name": f"Kommune {code}",
                "kind": "municipality",
                "unit_code": code,
                "official_mailbox": mailbox_of(code),
                "occurred_on": "2024-01-01",
            }
            for code in codes
        ]
        for first in range(0, len(rows), ROWS_AT_ONCE):
            body = {"rows": rows[first : first + ROWS_AT_ONCE], "dry_run": False}
            made = await coordinator.post(f"mailboxes-{first}", "/organisations/import", body)
            assert made["stored"], made
        return codes

    async def close(self) -> None:
        """Let go of the connections to the gateway."""
        for client in (self._asking, *(caller.client for caller in self.callers.values())):
            await client.aclose()

    def arm(self, part: str, point: str, count: int) -> None:
        """The next process of the part dies there; so does every one after it until the part is disarmed."""
        self.disarm(part)
        self.commands[part] = ("env", f"SAMLA_CRASH_POINT={point}@{part}:{count}", *self.commands[part])

    def disarm(self, part: str) -> None:
        """The next process of the part is as any other."""
        self.commands[part] = (sys.executable, "-m", "deploy", "part", part, "--supervised")

    def process(self, part: str) -> Process:
        """The part's newest process."""
        return self.supervisor.processes[part]

    def pid_of(self, name: str) -> int:
        """The process of a part, or of the broker."""
        if name == BROKER:
            return int((self.folder.broker / "nats-server.pid").read_text())
        return self.process(name).pid

    def signal(self, name: str, number: signal.Signals) -> int:
        """Send a signal; returns the process that got it."""
        pid = self.pid_of(name)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        return pid

    def freeze(self) -> None:
        """Stop every process where it is, and return when the last of their threads stands still."""
        for pid in [self.signal(name, signal.SIGSTOP) for name in (BROKER, *PARTS)]:
            while not _stands_still(pid):
                time.sleep(0.001)

    def cut_off(self) -> None:
        """Kill every part; the broker follows when nothing is left to start it again. To be left at once."""
        self.is_cut_off = True
        for name in PARTS:
            self.signal(name, signal.SIGKILL)

    async def killed(self, name: str) -> float:
        """Kill without warning, and return after how many seconds all that it had to do with is ready again."""
        started = asyncio.get_running_loop().time()
        pid = self.signal(name, signal.SIGKILL)
        await self.until_replaced(name, pid)
        await self.until_ready(*(PARTS if name == BROKER else (name,)))
        return asyncio.get_running_loop().time() - started

    async def until_replaced(self, name: str, pid: int) -> None:
        """Wait until another process has the place of this one."""
        async with asyncio.timeout(READY_WITHIN_S):
            while True:
                with contextlib.suppress(ValueError):  # half written
                    if self.pid_of(name) != pid:
                        return
                await asyncio.sleep(LOOK_S)

    async def until_ready(self, *names: str) -> None:
        """Wait until these parts, or all, say that they are ready.

        Raises:
            NotReady: one does not.
        """
        for name in names or PARTS:
            try:
                await self.until_answering(port_of(name, self.settings))
            except TimeoutError:
                raise NotReady(f"{name} is not ready within {READY_WITHIN_S:.0f} s") from None

    async def until_answering(self, port: int) -> None:
        """Wait until whoever listens there is ready.

        Raises:
            TimeoutError: it is not.
        """
        async with asyncio.timeout(READY_WITHIN_S):
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await self._asking.get(f"http://127.0.0.1:{port}/health/ready")).is_success:
                        return
                await asyncio.sleep(LOOK_S)
