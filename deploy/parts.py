"""The five parts: their names, where each is found in the code, and where each listens when it runs alone."""

from collections.abc import Iterable
from importlib import import_module

from services.kernel.service import Service
from services.kernel.settings import Settings

SERVICES = ("registry", "events", "funding", "reporting")
PARTS = (*SERVICES, "gateway")
"""In the order in which they start."""


def load(names: Iterable[str] = PARTS) -> tuple[Service, ...]:
    """The manifests. Importing one imports the part, so a process that runs one part loads no other."""
    found = []
    for name in names:
        package = name if name == "gateway" else f"services.{name}"
        manifest = getattr(import_module(f"{package}.service"), name)
        if not isinstance(manifest, Service):
            raise TypeError(f"{package}.service.{name} is no manifest")
        found.append(manifest)
    return tuple(found)


def port_of(name: str, settings: Settings) -> int:
    """The gateway's port is the installation's; the services' follow it when each runs in a process of its own."""
    return settings.port + (0 if name == "gateway" else 1 + SERVICES.index(name))


def traces_port_of(settings: Settings) -> int:
    """Where the gateway takes traces in, on loopback."""
    return settings.port + len(PARTS)


def mail_port_of(settings: Settings) -> int:
    """Where the gateway's process takes mail, on loopback, when the installation has no mail server."""
    return traces_port_of(settings) + 1


def mail_url_of(settings: Settings) -> str:
    """The mail server that the parts give their mail to."""
    return settings.smtp_url or f"smtp://127.0.0.1:{mail_port_of(settings)}"
