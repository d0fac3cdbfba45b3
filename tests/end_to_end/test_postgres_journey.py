"""The same parts on PostgreSQL: a plan, a completed mapping and an award, each as far as its figure."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.__main__ import arguments
from deploy.example.award import AWARD_ORE, send_award
from deploy.example.caller import Caller
from deploy.example.plan import PLAN, REASONS
from deploy.parts import PARTS
from deploy.verbs import reconcile
from tests.end_to_end.figures import percent, stands
from tests.end_to_end.installation import Installation, fill, installed
from tests.end_to_end.surveys import completed, enter
from tests.postgres import PostgresServer

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    """An installation whose parts each have a database of their own in PostgreSQL."""
    for part in PARTS:
        await postgres.create(f"journey_{part}")
    data: Path = tmp_path_factory.mktemp("installed") / "var"
    async with installed(data, database_url=f"{postgres.base_url}journey_{{part}}") as here:
        await fill(here)
        yield here
    for part in PARTS:
        await postgres.drop(f"journey_{part}")


async def test_from_a_plan_to_the_figures(here: Installation) -> None:
    assert not (here.settings.data / "registry.db").exists()
    editor, lead = await here.user("korusnord.redaktor"), await here.user("korusnord.leder1")
    second, korus = await here.user("korusnord.leder2"), here.organisations["korus-nord"]
    imported = await editor.does("/plans", json.loads(PLAN.read_text(encoding="utf-8")))
    assert (imported["distinct"], imported["own"]) == (179, 166)
    plan = f"/plans/{imported['plan_id']}"
    assert await lead.is_refused(plan, "adopt", "2016-04-08") == (409, "assignments-unanswered")
    for code, reason in REASONS.items():
        await editor.moves(f"{plan}/assignments/{code}", "reason", "2016-04-08", reason=reason)
    await lead.moves(plan, "adopt", "2016-04-08")

    await enter(editor, korus, [completed("brukerplan", code, date(2016, 5, 2)) for code in ("1902", "1804")])
    by_name = [Caller(each.client, each.headers, asyncio.sleep) for each in (editor, lead, second)]
    await send_award(by_name[0], by_name[1], by_name[2], korus)
    await here.settled()

    figure = await editor.figure("brukerplan_coverage")
    assert (figure["numerator"], percent(figure)) == (2, 2.3)
    await stands(here, editor, figure)
    awarded = await editor.figure("awarded_per_scheme")
    assert awarded["numerator"] == AWARD_ORE
    await stands(here, editor, awarded)
    assert (await editor.figure("plan_counts"))["numerator"] == 166
    assert (await editor.figure("majority_over_time"))["numerator"] == 1
    assert await reconcile(here.operator, arguments(["reconcile", "--deep"])) == 0
