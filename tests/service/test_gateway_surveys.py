"""Surveys over the partners' API: which there are, from the gateway's own copies, as they are or were known."""

from datetime import date
from pathlib import Path

import pytest

from services.contracts.message import Text
from services.contracts.registry.mapping_tools import (
    MappingTool,
    RunBy,
    SurveyTool,
    SurveyToolChanged,
    SurveyToolRegistered,
)
from services.kernel.clock import FixedClock
from tests.conftest import OpenDatabase
from tests.service.gateway_house import GatewayHouse, gateway_house
from tests.service.gateway_neighbours import APRIL, a_county, a_unit

UNGDATA = SurveyTool(
    tool=MappingTool.ungdata,
    name=Text(nb="Ungdata", nn="Ungdata"),
    run_by=RunBy.unit,
    counts_towards="ungdata_coverage",
    source="the test",
    certainty="high",
)
TOBACCO = SurveyTool(
    tool=MappingTool("tobacco_survey"),
    name=Text(nb="Tobakksundersøkelsen", nn="Tobakksundersøkinga"),
    run_by=RunBy.unit,
    interval_months=12,
    source="the test",
    certainty="high",
)


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock, tmp_path: Path):
    async with gateway_house(open_database, clock, tmp_path) as house:
        await house.neighbours.tell(
            a_county("18", "Nordland"),
            a_county("19", "Troms"),
            a_unit("1902", "Tromsø"),
            a_unit("1903", "Harstad"),
            a_unit("1931", "Lenvik"),
            a_unit("1804", "Bodø", "18"),
        )
        yield house


async def test_mapping_tools_are_told_in_pages_and_as_they_were_known(house: GatewayHouse):
    await house.neighbours.tell(
        *(SurveyToolRegistered(occurred_on=APRIL, mapping_tool=tool) for tool in (UNGDATA, TOBACCO)),
        at="2016-04-08T09:00:00.000000Z",
    )
    yearly = UNGDATA.model_copy(update={"interval_months": 36})
    changed = SurveyToolChanged(occurred_on=date(2016, 4, 9), mapping_tool=yearly)
    await house.neighbours.tell(changed, at="2016-04-09T09:00:00.000000Z")
    async with house.anyone() as caller:
        found = (await caller.get("/api/v1/mapping-tools")).json()["items"]
        assert [(each["tool"], each["interval_months"]) for each in found] == [("tobacco_survey", 12), ("ungdata", 36)]
        assert found[0]["name"] == {"nb": "Tobakksundersøkelsen", "nn": "Tobakksundersøkinga"}
        page = await caller.get("/api/v1/mapping-tools", params={"limit": 1})
        following = await caller.get(page.links["next"]["url"])
        assert [each["tool"] for each in (*page.json()["items"], *following.json()["items"])] == [
            "tobacco_survey",
            "ungdata",
        ]
        then = await caller.get("/api/v1/mapping-tools", params={"known_at": "2016-04-08T12:00:00Z"})
        assert [each["interval_months"] for each in then.json()["items"]] == [12, None]


async def test_the_due_list_comes_from_the_registry(house: GatewayHouse):
    async with house.anyone() as caller:
        answer = await caller.get("/api/v1/mapping-tools/ungdata/due", params={"on": "2016-04-08"})
        # The registry behind this door has not been told of any tool.
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:samla:problem:not-found")
