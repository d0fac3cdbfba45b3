"""One installation on this machine: its keys, its broker, and what must exist in the broker before the parts start."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from deploy.embedded import EmbeddedServer
from deploy.fitness import verify_broker
from deploy.folder import DataFolder
from deploy.host import BrokerAddress
from deploy.keys import PROVISION, ensure_seeds, read_key, users
from deploy.operator import NotRunning
from deploy.provisioning import Provisioning
from deploy.secrets import Secrets, write_secret
from services.kernel.broker import Broker
from services.kernel.service import Service
from services.kernel.settings import Settings


def ensure_keys(settings: Settings, services: Sequence[Service]) -> None:
    """Make the keys that are missing: the broker's users, and the installation's own secrets."""
    ensure_seeds(settings.keys_folder, [*(service.name for service in services), PROVISION])
    Secrets(settings.keys_folder).ensure()


@contextlib.asynccontextmanager
async def broker(settings: Settings, services: Sequence[Service]) -> AsyncIterator[BrokerAddress]:
    """The broker that the settings name, or our own, started and kept running.

    Raises:
        ServerFailed: our own does not start.
    """
    if settings.nats_url is not None and settings.nats_monitor_url is not None:
        yield BrokerAddress(settings.nats_url, settings.nats_monitor_url)
        return
    server = EmbeddedServer(DataFolder(settings.data).broker, users=users(settings.keys_folder, services))
    await asyncio.to_thread(server.start)
    write_secret(_address_file(settings), json.dumps({"url": server.url, "monitor_url": server.monitor_url}))
    watch = asyncio.create_task(server.supervise())
    try:
        yield BrokerAddress(server.url, server.monitor_url)
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
        await asyncio.to_thread(server.stop)


def known_address(settings: Settings) -> BrokerAddress:
    """Where the broker of the running installation is.

    Raises:
        NotRunning: there is none.
    """
    if settings.nats_url is not None and settings.nats_monitor_url is not None:
        return BrokerAddress(settings.nats_url, settings.nats_monitor_url)
    try:
        return BrokerAddress(**json.loads(_address_file(settings).read_text()))
    except FileNotFoundError:
        raise NotRunning(f"No broker runs in {settings.data}; SAMLA_NATS_URL can name another.") from None


def _address_file(settings: Settings) -> Path:
    return DataFolder(settings.data).broker / "address.json"


@contextlib.asynccontextmanager
async def provisioning(
    settings: Settings, address: BrokerAddress, services: Sequence[Service]
) -> AsyncIterator[Provisioning]:
    """The right to make and delete streams: for this step and the verbs that need it, in no running part.

    Raises:
        BrokerUnreachable: there is no broker.
        BrokerUnfit: it would lose messages.
    """
    connection = await Broker.connect(address.url, identity=PROVISION, key=read_key(settings.keys_folder, PROVISION))
    try:
        await verify_broker(connection, address.monitor_url, ())
        yield Provisioning(connection, services, replicas=settings.stream_replicas)
    finally:
        await connection.close()
