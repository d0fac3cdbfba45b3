"""The installation as a verb meets it: running, and asked over its sockets, or opened for as long as the verb takes."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from deploy import installation
from deploy.folder import DataFolder
from deploy.host import BrokerAddress, running
from deploy.operations import answers_of
from deploy.operator import Answers, ask, is_running
from deploy.parts import PARTS, load
from deploy.provisioning import Provisioning
from services.kernel.service import Service
from services.kernel.settings import Settings


@dataclass(frozen=True)
class Operated:
    """Every part, to be asked by name, and the right to provision, which only the verb's own process has."""

    settings: Settings
    services: tuple[Service, ...]
    address: BrokerAddress
    partners: dict[str, Answers]

    def ask(self, part: str, operation: str, **arguments: Any) -> AsyncIterator[Any]:
        """Ask a part to do something; it answers piece by piece."""
        return self.partners[part](operation, arguments)

    async def one(self, part: str, operation: str, **arguments: Any) -> Any:
        """Ask for something that has one answer."""
        async for answer in self.ask(part, operation, **arguments):
            return answer
        return None

    def provisioning(self) -> contextlib.AbstractAsyncContextManager[Provisioning]:
        """The right to make and delete streams."""
        return installation.provisioning(self.settings, self.address, self.services)


@contextlib.asynccontextmanager
async def operated(settings: Settings) -> AsyncIterator[Operated]:
    """The installation, running or opened.

    Raises:
        FolderInUse: it is just starting or stopping.
    """
    folder = DataFolder(settings.data)
    services = load()
    if any(is_running(folder.socket_of(name)) for name in PARTS):
        partners = {name: _over_socket(folder, name) for name in PARTS}
        yield Operated(settings, services, installation.known_address(settings), partners)
        return
    folder.take()
    try:
        installation.ensure_keys(settings, services)
        async with installation.broker(settings, services) as address:
            async with installation.provisioning(settings, address, services) as provisioning:
                await provisioning.provide()
            async with running(settings, address, services) as host:
                partners = {name: answers_of(hosted) for name, hosted in host.hosted.items()}
                yield Operated(settings, services, address, partners)
    finally:
        folder.release()


def _over_socket(folder: DataFolder, name: str) -> Answers:
    return lambda operation, arguments: ask(folder.socket_of(name), operation, arguments)
