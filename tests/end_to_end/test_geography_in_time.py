"""The country changes while the installation runs: proposed, approved by two, known from a moment on, and undone."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.contracts.registry import UnitKind
from services.kernel.clock import business_date, uuid7
from services.registry import queries
from services.reporting.domain.catalogue import INDICATORS
from tests.end_to_end.installation import Installation, installed
from tests.end_to_end.users import User, slug

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROPOSALS = "/geographic-proposals"
BODO, BEIARN = "1804", "1839"


class ShiftedClock:
    """The time as it is, some days later."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def new_id(self) -> UUID:
        return uuid7(self.now())


@pytest.fixture(scope="module")
def clock() -> ShiftedClock:
    return ShiftedClock()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(new_folder: Callable[[], Path], clock: ShiftedClock) -> AsyncIterator[Installation]:
    """An installation whose days a test can let pass."""
    async with installed(new_folder(), clock=clock) as here:
        yield here


async def apply(here: Installation, body: dict[str, Any], path: str = PROPOSALS) -> dict[str, Any]:
    """Propose it, and let both coordinators approve what they see."""
    first, second = await here.user("koordinator1"), await here.user("koordinator2")
    proposal = await first.does(path, body)
    one = f"{PROPOSALS}/{proposal['proposal_id']}"
    for who in (first, second):
        digest = (await who.get(one)).json()["proposal"]["digest"]
        proposal = await who.does(f"{one}/approve", {"digest": digest}, about=one)
    assert proposal["status"] == "applied"
    await here.settled()
    return proposal


def merger(effective_on: str, new_code: str, *old_codes: str) -> dict[str, Any]:
    return {
        "effective_on": effective_on,
        "units": [{"code": new_code, "name": "Prøvestad"}],
        "changes": [{"old_code": old, "new_code": new_code, "kind": "merge"} for old in old_codes],
        "reason": "invented for a test",
        "source": "a test",
    }


async def every_figure(reader: User, **asked: str) -> dict[str, Any]:
    """The figure of each indicator for the whole region, without the question; none where nothing was known."""
    found = {}
    for indicator in INDICATORS:
        answer = await reader.get(f"/indicators/{indicator}/values", centre="korus-nord", year=2016, **asked)
        if answer.is_success:
            figure = answer.json()["items"][0]
            found[indicator] = {name: figure[name] for name in figure.keys() - {"figure_id", "known_at"}}
        else:
            assert slug(answer) == "before-first-record"
    return found


async def test_a_late_entered_merger_is_known_from_its_moment_on_and_undoing_it_restores_every_figure(
    here: Installation, clock: ShiftedClock
) -> None:
    editor, anybody = await here.user("korusnord.redaktor"), here.anybody()
    centre_id = str(here.organisations["korus-nord"])
    for tool in ("brukerplan", "ungdata"):
        run = {"tool": tool, "unit_code": BODO, "year": 2015, "centre_id": centre_id, "occurred_on": "2015-02-01"}
        invited = await editor.does("/mappings", run)
        await editor.moves(f"/mappings/{invited['mapping_id']}", "complete", "2015-05-01")
    told = {"unit_code": BEIARN, "centre_id": centre_id, "channel": "meeting", "occurred_on": "2016-02-01"}
    await editor.does("/awareness", told)
    await here.settled()
    before, moment = await every_figure(anybody), clock.now().isoformat().replace("+00:00", "Z")
    assert [before[name]["numerator"] for name in ("brukerplan_coverage", "ungdata_coverage", "awareness")] == [1, 1, 1]

    await apply(here, merger("2016-07-01", "1899", BODO, BEIARN))
    after = await every_figure(anybody)
    assert [after[name]["denominator"] for name in ("brukerplan_coverage", "ungdata_coverage")] == [86, 86]
    assert [after[name]["numerator"] for name in ("brukerplan_coverage", "ungdata_coverage")] == [0, 1]
    then = await every_figure(anybody, known_at=moment)
    assert then == {name: before[name] for name in then}
    assert {"brukerplan_coverage", "ungdata_coverage", "awareness"} <= then.keys()
    assert (await anybody.get("/municipalities/1804", on="2016-08-01")).json()["places"][0]["instead"] == ["1899"]

    changes = (await anybody.get("/municipalities/1899/history")).json()["changes"]
    of_july = [change["change_id"] for change in changes if change["effective_on"] == "2016-07-01"]
    undo = {"change_ids": of_july, "reason": "it never happened"}
    await apply(here, undo, f"{PROPOSALS}/undo")
    assert await every_figure(anybody) == before
    assert (await anybody.get("/municipalities/1804", on="2016-08-01")).status_code == 200
    assert (await anybody.get("/municipalities/1899", on="2016-08-01")).status_code == 404
    never_was = (await anybody.get("/municipalities/1899/history")).json()
    assert [each["code"] for each in never_was["today"]] == [BODO, BEIARN]
    assert all(change["undone_on"] for change in never_was["changes"])


async def test_a_future_merger_acts_by_itself_on_its_day_in_the_registry_and_at_the_gateway(
    here: Installation, clock: ShiftedClock
) -> None:
    anybody = here.anybody()
    registry = here.host.hosted["registry"].database
    next_week = business_date(clock.now()) + timedelta(days=7)
    await apply(here, merger(next_week.isoformat(), "5599", "5510", "5512"))

    async def seen() -> tuple[int, int, int]:
        """How many municipalities there are today: at the gateway and in the registry; and what 5510 answers."""
        told = len((await anybody.get("/municipalities")).json()["items"])
        today = business_date(clock.now())
        known = await registry.read(queries.units, today, UnitKind.municipality)
        return told, len(known), (await anybody.get("/municipalities/5510")).status_code

    assert await seen() == (357, 357, 200)
    clock.ahead = timedelta(days=7)
    assert await seen() == (356, 356, 422)
    assert (await anybody.get("/municipalities/5510")).json()["places"][0]["instead"] == ["5599"]
    assert (await anybody.get("/municipalities", q="Prøvestad")).json()["items"][0]["code"] == "5599"
    assert date.fromisoformat((await anybody.get("/municipalities/5599")).json()["valid_from"]) == next_week
