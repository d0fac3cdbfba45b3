"""Every operation that needs somebody refuses whoever shows nothing, something made up, or something that is over."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from gateway.api_keys import new_api_key, revoke_api_key
from gateway.csrf import form_token
from gateway.sessions import new_reference
from gateway.v1.api import openapi
from services.contracts.access import Scope, cell
from services.kernel.clock import FixedClock
from tests.conftest import OpenDatabase
from tests.service.gateway_house import ORIGIN, SETTINGS, GatewayHouse, gateway_house

HEADERS = {"Content-Type": "application/json", "Idempotency-Key": "a", "If-Match": '"1"'}
AN_ID = "00000000-0000-7000-8000-000000000001"
NOT_OPEN = [
    (method.upper(), re.sub(r"\{[^}]*\}", AN_ID, path))
    for path, operations in openapi()["paths"].items()
    for method, operation in operations.items()
    if cell(operation["x-samla-action"], ()).scope is Scope.none
]
"""What nobody may do without having signed in."""


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock, tmp_path: Path) -> AsyncIterator[GatewayHouse]:
    async with gateway_house(open_database, clock, tmp_path) as house:
        yield house


async def answers(client: httpx.AsyncClient) -> dict[str, tuple[int, str]]:
    """The status and the kind of problem with which each of the operations is answered."""
    told = {}
    for method, path in NOT_OPEN:
        content = "{}" if method == "POST" else None
        answer = await client.request(method, path, content=content, headers=HEADERS)
        told[f"{method} {path}"] = (answer.status_code, answer.json()["type"].removeprefix("urn:samla:problem:"))
    return told


def browser(house: GatewayHouse, reference: str) -> httpx.AsyncClient:
    client = house.anyone()
    client.cookies.set("samla_session", reference)
    client.headers.update({"Origin": ORIGIN, "Samla-Form-Token": form_token(SETTINGS, reference)})
    return client


def system(house: GatewayHouse, key: str) -> httpx.AsyncClient:
    client = house.anyone()
    client.headers["Authorization"] = f"Bearer {key}"
    return client


def test_there_are_operations_that_are_not_open():
    assert len(NOT_OPEN) > 50
    assert {method for method, _ in NOT_OPEN} == {"GET", "POST"}


async def test_who_is_known_and_has_no_right_to_them_is_refused_as_somebody(house: GatewayHouse):
    known = await answers(await house.person("FAG"))
    assert known == dict.fromkeys(known, (403, "forbidden"))


async def test_who_shows_nothing_must_sign_in(house: GatewayHouse):
    found = await answers(house.anyone())
    assert found == dict.fromkeys(found, (401, "unauthenticated"))


async def test_a_made_up_session_is_none(house: GatewayHouse):
    found = await answers(browser(house, new_reference()))
    assert found == dict.fromkeys(found, (401, "unauthenticated"))


async def test_a_session_that_has_run_out_is_none(house: GatewayHouse, clock: FixedClock):
    person = await house.person("KOO", "GK")
    clock.advance(SETTINGS.session_idle + timedelta(minutes=1))
    found = await answers(person)
    assert found == dict.fromkeys(found, (401, "unauthenticated"))


async def test_a_session_that_was_ended_is_none(house: GatewayHouse):
    person = await house.person("KOO", "GK")
    await house.gate.identity.sign_out(person.cookies["samla_session"])
    found = await answers(person)
    assert found == dict.fromkeys(found, (401, "unauthenticated"))


async def test_a_made_up_key_opens_nothing(house: GatewayHouse):
    found = await answers(system(house, new_api_key()))
    assert found == dict.fromkeys(found, (401, "token-invalid"))


async def test_a_key_that_was_taken_back_opens_nothing(house: GatewayHouse):
    partner = await house.partner()
    await house.database.write(revoke_api_key, partner.headers["Authorization"].split("_")[1])
    found = await answers(partner)
    assert found == dict.fromkeys(found, (401, "token-invalid"))


@pytest.mark.parametrize("age_s", [0, 3600], ids=["that is fresh", "that has run out"])
async def test_the_token_that_is_used_inside_opens_nothing_from_outside(
    house: GatewayHouse, clock: FixedClock, age_s: int
):
    visitor = await house.gate.identity.visitor(
        {b"cookie": f"samla_session={(await house.person('KOO')).cookies['samla_session']}".encode()}
    )
    clock.advance(timedelta(seconds=age_s))
    found = await answers(system(house, visitor.authorization.decode().removeprefix("Bearer ")))
    assert found == dict.fromkeys(found, (401, "token-invalid"))
