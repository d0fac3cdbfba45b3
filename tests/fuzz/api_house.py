"""An installation with the worked example, a caller for each kind of role, and ids that exist."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fuzz.api_callers import Caller, every_caller, organisation_of
from tests.fuzz.api_contents import begin_things, known_values, sensible_values
from tests.klass.country import shipped
from tests.klass.server import klass_beside
from tests.ports import installation_ports

ROOT = Path(__file__).parents[2]
WITHIN_S = 120.0


@dataclass(frozen=True)
class ApiHouse:
    """The running installation."""

    address: str
    callers: tuple[Caller, ...]
    organisation_id: str
    """KoRus-Nord's, which owns most of the example."""
    known: Mapping[str, Sequence[str]]
    """Values that exist, by the address up to the parameter that takes them."""
    sensible: Mapping[str, Sequence[Any]]
    """Values that a command can do something with, by the name of the field."""


@contextlib.contextmanager
def api_house(folder: Path) -> Iterator[ApiHouse]:
    """Start ``deploy up`` on ports of its own and wait until the example is sent."""
    port = installation_ports()
    address, data = f"http://127.0.0.1:{port}", folder / "var"
    environment = {
        **os.environ,
        "SAMLA_DATA": str(data),
        "SAMLA_PORT": str(port),
        "SAMLA_ARGON2_TIME_COST": "1",
        "SAMLA_ARGON2_MEMORY_KIB": "8",
    }
    with klass_beside(shipped().lists()) as klass, (folder / "log").open("a+") as log:
        environment["SAMLA_KLASS_URL"] = klass.address
        command = [sys.executable, "-m", "deploy", "up"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait(process, data / "first-content", folder / "log")
            callers = asyncio.run(every_caller(address, data))
            begin_things(address, {caller.name: caller for caller in callers})
            known = known_values(address, callers)
            korus_nord = organisation_of(address, "korus-nord")
            yield ApiHouse(address, callers, korus_nord, known, sensible_values(address, known))
            assert process.poll() is None, (folder / "log").read_text()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _wait(process: "subprocess.Popen[bytes]", content: Path, log: Path) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not (content.exists() and "example" in content.read_text()):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
