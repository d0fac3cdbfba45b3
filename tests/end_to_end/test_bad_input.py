"""Bad input, through the gateway: a problem that says what and where; nothing is stored and nothing is repeated."""

import json
from collections.abc import AsyncIterator, Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from deploy.example.plan import PLAN
from deploy.example.signing_in import Passwords as KnownPasswords
from deploy.folder import DataFolder
from gateway.logins import sign_in
from gateway.passwords import Passwords
from gateway.settings import DoorSettings
from services.kernel.clock import FixedClock, SystemClock
from tests.end_to_end.installation import Installation, installed
from tests.end_to_end.users import PREFIX, User, slug

pytestmark = pytest.mark.asyncio(loop_scope="module")

CANARY = "Kanarifugl"
"""Stands in everything bad that is sent, and must stand in no answer."""


@dataclass
class Bench:
    """A signed-in editor, a mapping that is invited, and what the parts hold before anything bad is sent."""

    here: Installation
    editor: User
    mapping: str
    invitation: dict[str, Any]
    held: dict[str, Any]

    async def nothing_is_stored(self) -> None:
        """Every table and every outbox is as before."""
        now = await self.here.everything()
        assert {name for name in now if now[name] != self.held[name]} == set()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench(here: Installation) -> Bench:
    editor = await here.user("korusnord.redaktor")
    invitation = {
        "tool": "brukerplan",
        "unit_code": "1902",
        "year": 2016,
        "centre_id": str(here.organisations["korus-nord"]),
        "occurred_on": "2016-02-01",
    }
    answer = await editor.post("/mappings", invitation, key="the-first")
    assert answer.status_code == 201
    await here.settled()
    mapping = f"/mappings/{answer.json()['mapping_id']}"
    return Bench(here, editor, mapping, invitation, await here.everything())


def told(answer: httpx.Response) -> tuple[int, str, list[tuple[str | None, str]]]:
    """Status, problem, and where it is with what it is called; sure that it is in words and repeats nothing."""
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["title"]
    assert document.pop("trace_id")
    for repeated in (CANARY, "9876"):
        assert repeated not in json.dumps(document, ensure_ascii=False)
        assert repeated not in str(answer.headers)
    errors = document.get("errors", [])
    assert all(each.get("detail") for each in errors)
    return (
        answer.status_code,
        slug(answer),
        [(each.get("pointer", each.get("parameter")), each["code"]) for each in errors],
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"unit_code": "9876"}, (422, "unknown-unit", [("/unit_code", "unknown-unit")])),
        ({"unit_code": "5401"}, (422, "unit-not-valid", [("/unit_code", "unit-not-valid")])),
        ({"unit_code": CANARY}, (422, "invalid", [("/unit_code", "wrong-format")])),
        ({"year": CANARY}, (422, "invalid", [("/year", "wrong-kind")])),
        ({"tool": CANARY}, (422, "invalid", [("/tool", "wrong-format")])),
        ({"tool": "questback"}, (422, "unknown-mapping-tool", [("/tool", "unknown-mapping-tool")])),
        ({CANARY: CANARY}, (422, "unknown-field", [("", "unknown-field")])),
        ({"occurred_on": None}, (422, "invalid", [("/occurred_on", "not-a-date")])),
    ],
)
async def test_a_wrong_field(bench: Bench, changed: dict[str, Any], expected: tuple[int, str, list[Any]]) -> None:
    assert told(await bench.editor.post("/mappings", {**bench.invitation, **changed})) == expected
    await bench.nothing_is_stored()


async def test_a_missing_field(bench: Bench) -> None:
    without = {name: value for name, value in bench.invitation.items() if name != "year"}
    assert told(await bench.editor.post("/mappings", without)) == (422, "invalid", [("/year", "missing")])
    await bench.nothing_is_stored()


@pytest.mark.parametrize("body", [b'{"tool": "' + CANARY.encode(), b"", b"\xff\xfe" + CANARY.encode(), b"{" * 5000])
async def test_malformed_json(bench: Bench, body: bytes) -> None:
    status, problem, _ = told(await bench.editor.post("/mappings", body))
    assert (status, problem) == ((422, "invalid") if body == b"" else (400, "malformed-json"))
    await bench.nothing_is_stored()


@pytest.mark.parametrize("path", ["/mappings", "/municipalities", "/indicators/brukerplan_coverage/values"])
async def test_an_unknown_query_parameter(bench: Bench, path: str) -> None:
    answer = await bench.editor.get(path, **{CANARY: CANARY})
    assert told(answer) == (400, "unknown-query-parameter", [])
    assert answer.json()["allowed"]


async def test_an_unknown_query_parameter_of_a_command(bench: Bench) -> None:
    answer = await bench.editor.post(f"/mappings?{CANARY}=1", bench.invitation)
    assert told(answer)[:2] == (400, "unknown-query-parameter")
    await bench.nothing_is_stored()


async def test_a_body_of_a_megabyte(bench: Bench) -> None:
    body = json.dumps({**bench.invitation, "source": CANARY * 105_000}).encode()
    assert len(body) > 2**20
    answer = await bench.editor.post("/mappings", body)
    assert told(answer)[:2] == (413, "too-large")
    assert answer.json()["most_bytes"] == 256 * 1024
    await bench.nothing_is_stored()


async def test_a_body_of_a_megabyte_that_does_not_say_so(bench: Bench) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(105):
            yield CANARY.encode() * 1000

    headers = {**bench.editor.headers, "Idempotency-Key": "in-pieces", "Content-Type": "application/json"}
    answer = await bench.editor.client.post(f"{PREFIX}/mappings", content=pieces(), headers=headers)
    assert told(answer)[:2] == (413, "too-large")
    await bench.nothing_is_stored()


@pytest.mark.parametrize("token", [f"Bearer {CANARY}", f"Bearer samla_{'0' * 12}_{'A' * 43}", f"Basic {CANARY}"])
async def test_a_wrong_token(bench: Bench, token: str) -> None:
    stranger = User(bench.here.anybody().client, {"Authorization": token})
    assert told(await stranger.post("/mappings", bench.invitation)) == (401, "token-invalid", [])
    assert told(await stranger.get("/municipalities")) == (401, "token-invalid", [])
    await bench.nothing_is_stored()


async def test_nobody_and_those_without_the_right(bench: Bench) -> None:
    assert told(await bench.here.anybody().post("/mappings", bench.invitation)) == (401, "unauthenticated", [])
    other = {**bench.invitation, "centre_id": str(bench.here.organisations["napha"]), "unit_code": "1804"}
    assert told(await bench.editor.post("/mappings", other))[:2] == (404, "not-found")
    await bench.nothing_is_stored()


@pytest.mark.parametrize(
    ("if_match", "expected"),
    [('"2"', (412, "precondition-failed", [])), (f'"{CANARY}"', (412, "precondition-failed", [])),
     (None, (428, "precondition-required", []))],
)  # fmt: skip
async def test_a_stale_version(bench: Bench, if_match: str | None, expected: tuple[int, str, list[Any]]) -> None:
    body = {"occurred_on": "2016-03-01"}
    assert told(await bench.editor.post(f"{bench.mapping}/agree", body, if_match=if_match)) == expected
    await bench.nothing_is_stored()


async def test_a_key_that_was_used_for_something_else(bench: Bench) -> None:
    again = await bench.editor.post("/mappings", bench.invitation, key="the-first")
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    other = {**bench.invitation, "unit_code": "1804"}
    assert told(await bench.editor.post("/mappings", other, key="the-first")) == (422, "idempotency-key-reused", [])
    without_key = {**bench.editor.headers, "Content-Type": "application/json"}
    answer = await bench.editor.client.post(f"{PREFIX}/mappings", json=other, headers=without_key)
    assert told(answer) == (400, "idempotency-key-missing", [])
    await bench.nothing_is_stored()


def wrong_column(assignment: dict[str, Any]) -> None:
    assignment[CANARY] = CANARY


def wrong_column_of_a_task(assignment: dict[str, Any]) -> None:
    assignment["tasks"][0]["eier"] = assignment["tasks"][0].pop("text_nb") + CANARY


def repeated_id(assignment: dict[str, Any]) -> None:
    assignment["tasks"].append(deepcopy(assignment["tasks"][0]))


def number_in_quotes(assignment: dict[str, Any]) -> None:
    assignment["source_occurrences"] = "9876"


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (wrong_column, (422, "unknown-field", [("/areas/1/assignments/0", "unknown-field")])),
        (
            wrong_column_of_a_task,
            (
                422,
                "invalid",
                [
                    ("/areas/1/assignments/0/tasks/0/text_nb", "missing"),
                    ("/areas/1/assignments/0/tasks/0", "unknown-field"),
                ],
            ),
        ),
        (repeated_id, (422, "invalid", [("/areas/1/assignments/0/tasks/{last}/id", "repeated-id")])),
        (number_in_quotes, (422, "invalid", [("/areas/1/assignments/0/source_occurrences", "wrong-kind")])),
    ],
)
async def test_a_wrong_plan_file(
    bench: Bench, spoil: Callable[[dict[str, Any]], None], expected: tuple[int, str, list[tuple[str, str]]]
) -> None:
    file = json.loads(PLAN.read_text(encoding="utf-8"))
    assignment = file["areas"][1]["assignments"][0]
    spoil(assignment)
    status, problem, errors = expected
    last = len(assignment["tasks"]) - 1
    where = [(pointer.replace("{last}", str(last)), code) for pointer, code in errors]
    assert told(await bench.editor.post("/plans", file)) == (status, problem, where)
    await bench.nothing_is_stored()


async def test_tokens_and_sessions_that_are_over(new_folder: Callable[[], Path]) -> None:
    clock = FixedClock(SystemClock().now())
    async with installed(new_folder(), clock=clock) as here:
        editor = await here.user("korusnord.redaktor")
        call = {
            "unit_code": "1902",
            "centre_id": str(here.organisations["korus-nord"]),
            "channel": "dialogue",
            "occurred_on": "2016-03-01",
        }
        assert (await editor.post("/awareness", call)).status_code == 201
        await here.settled()
        messages = await here.published("registry")

        # The gateway still holds the internal token of a minute ago; by the services' clock it is over.
        clock.advance(timedelta(minutes=3))
        assert told(await editor.post("/awareness", call)) == (401, "token-expired", [])
        # A browser that signed in and was left alone has no session any more.
        gateway = here.host.hosted["gateway"]
        door = DoorSettings.of(here.settings, gateway.secrets.pepper)
        password = KnownPasswords(DataFolder(here.settings.data).passwords)["korusnord.leder1"]
        session = await sign_in(gateway.database, Passwords(door), door, "korusnord.leder1", password, "a browser")
        clock.advance(timedelta(minutes=31))
        browser = User(here.anybody().client, {"Cookie": f"{door.session_cookie}={session}"})
        assert told(await browser.post("/awareness", call)) == (401, "unauthenticated", [])
        assert await here.published("registry") == messages
        assert await here.count("registry", "idempotency") == 1
