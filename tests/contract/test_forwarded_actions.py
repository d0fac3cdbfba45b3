"""A route of the gateway with a service's route behind it asks for the same right, whoever answers it."""

from collections.abc import Iterable

import pytest

from gateway.v1.api import routes as public
from gateway.v1.forwarding import PREFIX
from services.events.service import events
from services.funding.service import funding
from services.kernel.service import Service
from services.kernel.web import Route
from services.registry.service import registry
from services.reporting.service import reporting


def by_address(routes: Iterable[Route], prefix: str = "") -> dict[str, Route]:
    """Routes by method and path."""
    return {
        f"{method} {route.path.removeprefix(prefix)}": route
        for route in routes
        for method in (route.methods or set()) - {"HEAD"}
    }


SERVICES = (registry, events, funding, reporting)
PUBLIC = by_address(public.routes, PREFIX)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_door_asks_for_the_right_that_the_service_asks_for(service: Service):
    behind = by_address(service.routes.routes)
    shared = behind.keys() & PUBLIC.keys()
    assert {address: PUBLIC[address].action for address in shared} == {
        address: behind[address].action for address in shared
    }


def test_every_command_at_the_door_has_one_service_behind_it():
    behind = [address for service in SERVICES for address in by_address(service.routes.routes)]
    commands = [address for address in PUBLIC if not address.startswith("GET ")]
    assert {address: behind.count(address) for address in commands} == dict.fromkeys(commands, 1)
