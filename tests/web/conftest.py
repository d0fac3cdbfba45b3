"""What the tests of the pages stand on: a day of today's, a house full of facts, and a real browser."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from services.kernel.clock import FixedClock
from tests.conftest import OpenDatabase
from tests.web.centre_pages import CentrePages, centre_pages
from tests.web.web_house import WebHouse, web_house

TODAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(TODAY)


@pytest.fixture
async def house(sqlite_database: OpenDatabase, clock: FixedClock, tmp_path: Path) -> AsyncIterator[WebHouse]:
    """The gateway with its pages and reporting behind it, both told the same facts about the north."""
    async with web_house(sqlite_database, clock, tmp_path) as house:
        yield house


@pytest.fixture
async def centre(sqlite_database: OpenDatabase, clock: FixedClock, tmp_path: Path) -> AsyncIterator[CentrePages]:
    """The gateway with its pages and the registry behind it, which knows the reference tables."""
    async with centre_pages(sqlite_database, clock, tmp_path) as house:
        yield house


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium: Debian's, or the one that SAMLA_CHROMIUM names."""
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=os.environ.get("SAMLA_CHROMIUM", "/usr/bin/chromium"), args=[*FLAGS, *sandbox]
        )
        yield browser
        await browser.close()
