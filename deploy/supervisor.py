"""Keeps processes running: starts them, passes on what they say, starts again what ends, stops them in order."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

STEADY_S = 10.0
"""A part that has run for so long starts again at once when it ends; one that ends sooner waits longer each time."""

FIRST_PAUSE_S = 0.1
STOP_S = 15.0

ONCE = ("SAMLA_CRASH_POINT",)
"""What only a part's first process is told: it is to die there, and the next one is to live."""


@dataclass
class Supervisor:
    """Some commands by name, each kept running. The first to start is the last to stop."""

    commands: Mapping[str, Sequence[str]]
    environment: Mapping[str, str]
    longest_pause_s: float = 5.0
    """Before a part that ends again and again is started once more."""
    processes: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    _stopping: bool = False

    async def run(self) -> None:
        """Keep them running until cancelled, then stop them."""
        keepers = {name: asyncio.create_task(self._keep(name)) for name in self.commands}
        try:
            await asyncio.gather(*keepers.values())
        finally:
            self._stopping = True
            for name in reversed(list(self.commands)):
                await self._stop(name)
                keepers[name].cancel()
            await asyncio.gather(*keepers.values(), return_exceptions=True)

    async def _keep(self, name: str) -> None:
        loop = asyncio.get_running_loop()
        pause_s = FIRST_PAUSE_S
        environment = {**os.environ, **self.environment}
        while not self._stopping:
            started_at = loop.time()
            process = self.processes[name] = await asyncio.create_subprocess_exec(
                *self.commands[name],
                env=environment,
                stdin=asyncio.subprocess.PIPE,  # closed when we end, however we end: the part then ends too
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us, or all would stop at once and in no order
            )
            await self._pass_on(name, process)
            code = await process.wait()
            if self._stopping:
                return
            log.error("a part ended; starting it again", extra={"part": name, "code": code})
            environment = {name: value for name, value in environment.items() if name not in ONCE}
            pause_s = FIRST_PAUSE_S if loop.time() - started_at > STEADY_S else min(pause_s * 2, self.longest_pause_s)
            await asyncio.sleep(pause_s)

    async def _pass_on(self, name: str, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            return
        while line := await process.stdout.readline():
            sys.stderr.write(f"{name:<10}{line.decode(errors='replace')}")
            sys.stderr.flush()

    async def _stop(self, name: str) -> None:
        process = self.processes.get(name)
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            log.error("a part does not stop; it is killed", extra={"part": name})
            process.kill()
            await process.wait()
