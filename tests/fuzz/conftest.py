"""The installation that the API's tests ask, started once."""

from collections.abc import Iterator

import pytest

from tests.fuzz.api_house import ApiHouse, api_house


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiHouse]:
    with api_house(tmp_path_factory.mktemp("api")) as running:
        yield running
