"""Statistics Norway asked through the door: what cannot be used is refused as the description says."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import HttpUrl

from gateway.v1.api import openapi
from services.kernel.clock import FixedClock
from services.kernel.settings import Settings
from tests.conftest import OpenDatabase
from tests.klass import spoiling
from tests.klass.lists import Lists
from tests.klass.server import KlassServer, Spoil, klass_server
from tests.service.gateway_house import GatewayHouse, gateway_house

PATH = "/api/v1/geographic-proposals/from-klass"
WINDOW = {"since": "2023-12-31", "until": "2024-01-01"}


@pytest.fixture
async def klass() -> AsyncIterator[KlassServer]:
    async with klass_server(Lists((), ())) as server:
        yield server


@pytest.fixture
async def house(
    open_database: OpenDatabase, clock: FixedClock, tmp_path: Path, klass: KlassServer
) -> AsyncIterator[GatewayHouse]:
    async with gateway_house(open_database, clock, tmp_path) as house:
        house.registry.state.settings = Settings(klass_url=HttpUrl(klass.address))
        yield house


@pytest.mark.parametrize(
    ("spoil", "status", "slug", "reason"),
    [
        (spoiling.page, 502, "klass-answer-refused", "other-type"),
        (spoiling.truncated, 502, "klass-answer-refused", "cut-off"),
        (spoiling.failing, 503, "klass-unavailable", None),
    ],
)
async def test_an_answer_of_no_use_is_told_in_the_way_that_is_promised(
    house: GatewayHouse, klass: KlassServer, spoil: Spoil, status: int, slug: str, reason: str | None
):
    klass.spoil = spoil
    coordinator = await house.person("KOO")
    answer = await coordinator.post(PATH, json=WINDOW, headers={"Idempotency-Key": "once"})
    told = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (told["type"], told.get("reason")) == (f"urn:samla:problem:{slug}", reason)
    assert str(status) in openapi()["paths"][PATH]["post"]["responses"]
    listed = await coordinator.get("/api/v1/geographic-proposals")
    assert listed.json()["items"] == []
