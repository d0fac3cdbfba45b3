"""The installation as its operator has it: real processes, killed and started again."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.parts import PARTS
from tests.ports import installation_ports

DEADLINE_S = 60.0


class Installation:
    """A data folder, and the processes that were started on it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder / "var", installation_ports()
        self.started: list[subprocess.Popen[str]] = []

    def command(self, *words: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "SAMLA_DATA": str(self.folder), "SAMLA_PORT": str(self.port)}
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy", *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def run(self, *words: str) -> tuple[int, str, str]:
        """A verb: its exit code and what it said."""
        process = self.command(*words)
        said, complained = process.communicate(timeout=DEADLINE_S)
        return process.returncode, said, complained

    def up(self, *words: str) -> subprocess.Popen[str]:
        """Start it, and wait until the reference tables are loaded and every part is ready."""
        process = self.command("up", *words)
        self.until_ready()
        return process

    def until_ready(self, *names: str) -> None:
        ports = [self.port + 1 + PARTS.index(name) for name in names] or [self.port]
        deadline = time.monotonic() + DEADLINE_S
        for port in ports:
            while not self._is_ready(port):
                assert time.monotonic() < deadline, f"port {port} is not ready"
                time.sleep(0.05)

    def _is_ready(self, port: int) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False).is_success
        return False

    def pid_of(self, part: str) -> int:
        return int((self.folder / f"{part}.lock").read_text())

    def until_gone(self, pid: int) -> None:
        deadline = time.monotonic() + DEADLINE_S
        while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split(")")[-1][:4]:
            assert time.monotonic() < deadline, f"process {pid} lives"
            time.sleep(0.02)


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path)
    yield installation
    for process in installation.started:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=DEADLINE_S)


def test_a_first_start_tells_where_it_is_and_a_second_is_refused(installed: Installation) -> None:
    process = installed.up("--empty")
    assert process.stdout is not None
    assert process.stdout.readline() == f"Samla: http://127.0.0.1:{installed.port}\n"
    assert "passwords.txt" in process.stdout.readline()
    assert process.stdout.readline().startswith("Started in ")
    assert "'units': 899" in process.stdout.readline()

    code, _, complaint = installed.run("up", "--empty")
    assert (code, "is in use" in complaint, "Traceback" in complaint) == (2, True, False)
    code, said, _ = installed.run("reconcile")
    assert (code, said) == (0, "Every part knows what was published.\n")
    code, said, _ = installed.run("account", "add", "kari", "--role", "ED", "--organisation", "korus-nord")
    assert (code, said.split()[0], len(said.split()[1])) == (0, "kari", 24)
    code, _, complaint = installed.run("account", "add", "kari", "--role", "ED")
    assert (code, complaint) == (2, "login-name-taken\n")

    broker = int((installed.folder / "broker" / "nats-server.pid").read_text())
    os.kill(broker, signal.SIGKILL)
    installed.until_gone(broker)
    assert installed.run("load-reference")[0] == 0
    assert installed.run("reconcile")[0] == 0
    installed.until_ready()

    process.send_signal(signal.SIGINT)
    assert process.wait(DEADLINE_S) == 0
    code, said, _ = installed.run("dump", "events")
    assert (code, said.count('["unit",')) == (0, 899)


def test_a_killed_part_comes_back_and_a_killed_supervisor_leaves_nothing_behind(installed: Installation) -> None:
    supervisor = installed.up("--empty", "--separate")
    events = installed.pid_of("events")
    os.kill(events, signal.SIGKILL)
    installed.until_gone(events)
    installed.until_ready("events")
    assert installed.pid_of("events") != events

    left = {part: installed.pid_of(part) for part in PARTS}
    supervisor.kill()
    for pid in left.values():
        installed.until_gone(pid)
    again = installed.up("--empty")
    assert installed.run("reconcile")[0] == 0
    again.send_signal(signal.SIGTERM)
    assert again.wait(DEADLINE_S) == 0
