"""Starting and stopping: all parts in one process, one part in this process, or each part in its own."""

import asyncio
import contextlib
import gc
import json
import logging
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from deploy import installation, tracing
from deploy.first_content import load_first_content, until_ready
from deploy.folder import DataFolder
from deploy.host import BrokerAddress, Host, running
from deploy.operations import answers_of
from deploy.operator import listening
from deploy.parts import PARTS, SERVICES, load, mail_port_of, port_of, traces_port_of
from deploy.serving import listen, serving
from deploy.supervisor import Supervisor
from services.kernel.broker import BrokerUnreachable
from services.kernel.service import Service
from services.kernel.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listeners:
    """The ports of a part, taken before anything else is started."""

    http: socket.socket
    traces: socket.socket | None = None
    mail: socket.socket | None = None

    @classmethod
    def of(cls, settings: Settings, name: str) -> "Listeners":
        """Take the ports of a part."""
        http = listen(port_of(name, settings))
        if name != "gateway":
            return cls(http)
        mail = listen(mail_port_of(settings)) if settings.smtp_url is None else None
        return cls(http, listen(traces_port_of(settings)), mail)


async def start_all(settings: Settings, *, example: bool, started_at: float) -> None:
    """All parts in this process, until it is told to stop."""
    folder = DataFolder(settings.data)
    folder.take()
    listeners = Listeners.of(settings, "gateway")
    services = load()
    installation.ensure_keys(settings, services)
    async with tracing.measured(settings), _told_to_stop() as stop, installation.broker(settings, services) as address:
        await _provide(settings, address, services)
        async with (
            running(settings, address, services) as host,
            operated(host),
            served(host, "gateway", listeners),
        ):
            _announce(settings, folder, started_at)
            _keep_what_is_loaded()
            await _unless(stop, load_first_content(settings, example=example))
            await stop.wait()


async def start_part(settings: Settings, name: str, *, supervised: bool) -> None:
    """One part in this process. Broker, streams and keys are there already."""
    listeners = Listeners.of(settings, name)
    services = load([name])
    address = installation.known_address(settings)
    async with (
        tracing.measured(settings),
        _told_to_stop(also_without_parent=supervised) as stop,
        running(settings, address, services) as host,
        operated(host),
        served(host, name, listeners),
    ):
        log.info("listening", extra={"part": name, "port": port_of(name, settings)})
        _keep_what_is_loaded()
        await stop.wait()


async def start_separate(settings: Settings, *, example: bool, started_at: float) -> None:
    """Each part in a process of its own, beside the broker, until this process is told to stop."""
    folder = DataFolder(settings.data)
    folder.take()
    services = load()
    installation.ensure_keys(settings, services)
    async with _told_to_stop() as stop, installation.broker(settings, services) as address:
        await _provide(settings, address, services)
        peers = {name: f"http://127.0.0.1:{port_of(name, settings)}" for name in SERVICES}
        supervisor = Supervisor(
            commands={name: (sys.executable, "-m", "deploy", "part", name, "--supervised") for name in PARTS},
            environment={"SAMLA_PEERS": json.dumps(peers)},
        )
        kept = asyncio.create_task(supervisor.run())
        try:
            await _unless(stop, until_ready(settings))
            _announce(settings, folder, started_at)
            await _unless(stop, load_first_content(settings, example=example))
            await stop.wait()
        finally:
            kept.cancel()
            await asyncio.gather(kept, return_exceptions=True)


async def _provide(settings: Settings, address: BrokerAddress, services: Sequence[Service]) -> None:
    """Make what is missing in the broker. Without one the parts start all the same, and take commands."""
    try:
        async with installation.provisioning(settings, address, services) as provisioning:
            await provisioning.provide()
    except BrokerUnreachable as missing:
        log.warning("nothing was provisioned", extra={"detail": str(missing)})


@contextlib.asynccontextmanager
async def served(host: Host, name: str, listeners: Listeners) -> AsyncIterator[None]:
    """Serve one part, and with the gateway also the receiver of traces and the sink of mail."""
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(serving(host.apps[name], listeners.http))
        if host.receiver is not None and listeners.traces is not None:
            await stack.enter_async_context(serving(host.receiver, listeners.traces))
        if host.sink is not None and listeners.mail is not None:
            # Imported here: a service's process takes no mail.
            from deploy.sink import taking_mail  # noqa: PLC0415

            clock = host.hosted[name].database.clock
            await stack.enter_async_context(taking_mail(host.sink, clock, listeners.mail))
        yield


@contextlib.asynccontextmanager
async def operated(host: Host) -> AsyncIterator[None]:
    """Let operators talk to the parts of this process."""
    async with contextlib.AsyncExitStack() as stack:
        for name, hosted in host.hosted.items():
            await stack.enter_async_context(listening(hosted.folder.socket_of(name), answers_of(hosted)))
        yield


@contextlib.asynccontextmanager
async def _told_to_stop(*, also_without_parent: bool = False) -> AsyncIterator[asyncio.Event]:
    """An event that is set when the process is told to stop, or when the one that started it is gone."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    orphaned = asyncio.create_task(_until_orphaned(stop)) if also_without_parent else None
    try:
        yield stop
    finally:
        if orphaned is not None:
            orphaned.cancel()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do the work, but leave it when told to stop."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
        return
    await working


async def _until_orphaned(stop: asyncio.Event) -> None:
    """The supervisor holds the other end of our standard input and never writes to it."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    stop.set()


def _keep_what_is_loaded() -> None:
    """What was made at the start lives as long as the process: the collector need not look through it ever again.

    Nor need it look so often: a batch of messages is thousands of objects that go away by themselves. A rebuild takes
    a quarter less work.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _announce(settings: Settings, folder: DataFolder, started_at: float) -> None:
    """The first lines that a person sees."""
    seconds = time.time() - started_at
    print(f"Samla: {settings.url}")
    print(f"Passwords of the example's accounts: {folder.passwords}")
    print(f"Started in {seconds:.1f} s. Stop with Ctrl-C.", flush=True)
