"""What most tests of the registry begin with."""

from collections.abc import AsyncIterator

import pytest

from deploy.reference_load import load_reference
from services.kernel.clock import FixedClock
from services.registry.service import registry
from tests.conftest import OpenDatabase
from tests.service.registry_agreements import Cast, the_cast
from tests.service.registry_house import House


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock) -> AsyncIterator[House]:
    """The registry with its reference data, on each database. Tests of another part have a house of their own."""
    house = House(await open_database(registry, load_reference), clock)
    async with house.client:
        yield house


@pytest.fixture
async def cast(house: House) -> Cast:
    """Whoever makes agreements, in that registry."""
    return await the_cast(house)
