"""One installation is filled once and stopped; every module runs a copy of its data folder."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.end_to_end.installation import Installation, fill, installed


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a stopped installation that has reference tables and accounts, and where nothing happened."""
    folder = tmp_path_factory.mktemp("filled") / "var"
    async with installed(folder) as here:
        await fill(here)
    return folder


@pytest.fixture(scope="session")
def new_folder(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Gives another copy of that folder."""

    def copied() -> Path:
        return Path(shutil.copytree(filled, tmp_path_factory.mktemp("installed") / "var"))

    return copied


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(new_folder: Callable[[], Path]) -> AsyncIterator[Installation]:
    """A running installation, shared by the tests of a module."""
    async with installed(new_folder()) as here:
        yield here
