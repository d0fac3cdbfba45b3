"""Klass asked over real HTTP: right answers are taken byte for byte, and no wrong one gets through."""

from collections.abc import AsyncIterator
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from pydantic import HttpUrl

from services.kernel.clock import FixedClock
from services.kernel.settings import Settings
from services.registry.domain.klass_lists import KlassAnswerRefused, Window, questions
from services.registry.queries import klass as asking
from services.registry.queries.klass import Klass, KlassUnavailable
from tests.conftest import NOW, RunParts
from tests.klass import spoiling
from tests.klass.country import shipped
from tests.klass.server import KlassServer, Spoil, klass_server

REFORM = Window(date(2019, 12, 31), date(2020, 1, 1))
LISTS = shipped().lists()


@pytest.fixture
async def server() -> AsyncIterator[KlassServer]:
    async with klass_server(LISTS) as server:
        yield server


@pytest.fixture
def klass(server: KlassServer, clock: FixedClock) -> Klass:
    return Klass(server.address, clock)


async def test_every_answer_is_kept_byte_for_byte(klass: Klass, server: KlassServer) -> None:
    answers = await klass.fetch(REFORM)
    assert {answer.question: answer.body for answer in answers} == LISTS.answers(REFORM)
    assert {answer.fetched_at for answer in answers} == {NOW}
    assert [answer.sha256 for answer in answers] == [sha256(answer.body).hexdigest() for answer in answers]
    assert sorted(server.asked) == sorted(f"/api/klass/v1/{question}" for question in questions(REFORM))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (spoiling.truncated, "cut-off"),
        (spoiling.no_http, "cut-off"),
        (spoiling.closed, "cut-off"),
        (spoiling.endless, "too-large"),
        (spoiling.bomb, "compressed"),
        (spoiling.elsewhere, "other-status"),
        (spoiling.missing, "other-status"),
        (spoiling.page, "other-type"),
    ],
)
@pytest.mark.parametrize("question", questions(REFORM)[2:4])
async def test_what_is_no_answer_is_refused(
    klass: Klass, server: KlassServer, question: str, spoil: Spoil, reason: str
) -> None:
    server.spoilt, server.spoil = question, spoil
    with pytest.raises(KlassAnswerRefused) as refused:
        await klass.fetch(REFORM)
    assert refused.value.facts == {"question": question, "reason": reason}


@pytest.mark.parametrize("spoil", [spoiling.silent, spoiling.dripping])
async def test_all_answers_together_have_one_time_limit(
    klass: Klass, server: KlassServer, spoil: Spoil, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "TIME_LIMIT_S", 0.3)
    server.spoilt, server.spoil = "codesAt", spoil
    with pytest.raises(KlassUnavailable) as refused:
        await klass.fetch(REFORM)
    assert refused.value.retry_after_s == 60


async def test_a_klass_that_fails_is_unavailable(klass: Klass, server: KlassServer) -> None:
    server.spoil = spoiling.failing
    with pytest.raises(KlassUnavailable):
        await klass.fetch(REFORM)


async def test_nobody_there_is_unavailable(clock: FixedClock) -> None:
    with pytest.raises(KlassUnavailable):
        await Klass("http://127.0.0.1:9/api/klass/v1", clock).fetch(REFORM)


async def test_a_proxy_of_the_environment_is_not_used(
    klass: Klass, server: KlassServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert len(await klass.fetch(REFORM)) == 6


def test_the_time_limit_is_less_than_a_requests() -> None:
    from services.kernel.edge import DEADLINE_S

    assert asking.TIME_LIMIT_S < DEADLINE_S


async def test_an_installation_asks_where_its_setting_says(run_parts: RunParts, settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"klass_url": HttpUrl("http://127.0.0.1:9/klass")})
    async with run_parts("registry", settings=elsewhere) as host:
        app: Any = host.apps["registry"]
        assert str(app.state.settings.klass_url) == "http://127.0.0.1:9/klass"
