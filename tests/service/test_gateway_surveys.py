"""Surveys over the partners' API: which there are, who has run them, and what an overview may build on (BR-50)."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.contracts.events import ActivityAnnounced, ActivityCancelled, ActivityStatus, ExceptedUnit
from services.contracts.message import Text
from services.contracts.registry import (
    ChangeKind,
    Coverage,
    GeographicChange,
    GeographicChangeRecorded,
    Mapping,
    MappingCompleted,
    MappingInvited,
    MappingStatus,
    Organisation,
    OrganisationKind,
    OrganisationRegistered,
)
from services.contracts.registry.mapping_tools import (
    MappingTool,
    RunBy,
    SurveyTool,
    SurveyToolChanged,
    SurveyToolRegistered,
)
from services.contracts.registry.overdoses import OverdoseCount, OverdoseCountRecorded
from services.contracts.registry.plan_anchors import PlanAnchor, PlanAnchorRecorded, PlanType
from services.kernel.clock import FixedClock
from tests.conftest import OpenDatabase
from tests.service.gateway_house import GatewayHouse, gateway_house
from tests.service.gateway_neighbours import APRIL, KORUS_NORD, a_county, a_unit, an_activity

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


def a_run(number: int, code: str, completed_on: date | None, **changes: Any) -> MappingCompleted | MappingInvited:
    place = "county_code" if len(code) == 2 else "unit_code"
    facts = {
        "mapping_id": UUID(int=number),
        "tool": MappingTool.ungdata,
        place: code,
        "year": completed_on.year if completed_on else 2016,
        "sequence": 1,
        "centre_id": KORUS_NORD,
        "status": MappingStatus.completed if completed_on else MappingStatus.invited,
        "invited_on": date(2013, 1, 7),
        "completed_on": completed_on,
    }
    mapping = Mapping.model_validate(facts | changes)
    if completed_on is None:
        return MappingInvited(occurred_on=APRIL, mapping=mapping)
    return MappingCompleted(occurred_on=completed_on, mapping=mapping)


def a_body(
    number: int, reference: str, kind: OrganisationKind, *counties: str, **changes: Any
) -> OrganisationRegistered:
    coverage = tuple(Coverage(county_code=county, valid_from=date(2010, 1, 1)) for county in counties)
    facts = {"organisation_id": UUID(int=number), "reference": reference, "name": reference, "kind": kind}
    organisation = Organisation.model_validate({**facts, "coverage": coverage, **changes})
    return OrganisationRegistered(occurred_on=APRIL, organisation=organisation)


async def eligible(house: GatewayHouse, number: int, **asked: str) -> dict[str, Any]:
    async with house.anyone() as caller:
        answer = await caller.get(f"/api/v1/activities/{UUID(int=number)}/eligible", params=asked)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def test_br_50_who_has_run_the_survey_and_is_not_excepted_is_eligible_and_governors_are_guests(
    house: GatewayHouse,
):
    governor = OrganisationKind.county_governor
    seminar = an_activity(1, theme="ungdata", excepted=(ExceptedUnit(code="1902"),), starts_on=date(2016, 9, 6))
    await house.neighbours.tell(
        SurveyToolRegistered(occurred_on=APRIL, mapping_tool=UNGDATA),
        a_body(11, "fylkesmannen-troms", governor, "19"),
        a_body(12, "fylkesmannen-nordland", governor, "18"),
        a_body(13, "fylkesmannen-i-gamle-troms", governor, "19", valid_to=date(2015, 1, 1)),
        a_body(14, "korus-midt", OrganisationKind.korus, "19"),
        ActivityAnnounced(occurred_on=APRIL, activity=seminar),
        a_run(21, "1902", date(2015, 3, 1)),
        a_run(22, "1903", date(2013, 3, 1)),
        a_run(23, "1903", date(2016, 3, 1)),
        a_run(24, "1804", date(2015, 3, 1)),
        a_run(25, "1931", None),
        a_run(26, "1931", date(2015, 3, 1), tool=MappingTool.brukerplan),
    )
    found = await eligible(house, 1, on="2016-04-08")
    assert found["items"] == [
        {"code": "1903", "name": "Harstad", "county_code": "19", "completed_on": "2016-03-01", "run_in": "1903"}
    ]
    assert found["excepted"] == [{"code": "1902", "name": "Tromsø"}]
    assert [guest["name"] for guest in found["guests"]] == ["fylkesmannen-troms"]
    assert (found["tool"], found["undecided"]) == ("ungdata", [])
    earlier = await eligible(house, 1, on="2016-02-29")
    assert [each["completed_on"] for each in earlier["items"]] == ["2013-03-01"]
    # Nothing is registered with the day of today other than above: today is the day of the clock.
    assert (await eligible(house, 1))["on"] == "2016-04-08"


async def test_br_50_an_activity_that_is_nowhere_is_for_all_that_its_lead_covers(house: GatewayHouse):
    await house.neighbours.tell(
        SurveyToolRegistered(occurred_on=APRIL, mapping_tool=TOBACCO),
        a_body(KORUS_NORD.int, "korus-nord", OrganisationKind.korus, "18", "19"),
        a_body(11, "fylkesmannen-i-begge", OrganisationKind.county_governor, "18", "19"),
        ActivityAnnounced(occurred_on=APRIL, activity=an_activity(1, county_code=None)),
        a_run(21, "1902", date(2015, 3, 1), tool="tobacco_survey"),
        a_run(22, "1804", date(2015, 3, 1), tool="tobacco_survey"),
    )
    found = await eligible(house, 1, tool="tobacco_survey")
    assert [each["code"] for each in found["items"]] == ["1804", "1902"]
    assert [guest["name"] for guest in found["guests"]] == ["fylkesmannen-i-begge"]


def a_change(number: int, old: str, new: str, kind: ChangeKind) -> GeographicChangeRecorded:
    change = GeographicChange(
        change_id=UUID(int=number),
        level="municipality",
        effective_on=date(2020, 1, 1),
        old_code=old,
        new_code=new,
        kind=kind,
    )
    return GeographicChangeRecorded(occurred_on=APRIL, change=change)


async def test_br_50_a_merged_municipality_has_run_what_its_parts_have_and_a_divided_ones_run_is_told(
    house: GatewayHouse,
):
    end = date(2020, 1, 1)
    await house.neighbours.tell(
        SurveyToolRegistered(occurred_on=APRIL, mapping_tool=UNGDATA),
        a_unit("1931", "Lenvik", until=end),
        a_unit("1929", "Berg", until=end),
        a_unit("5421", "Senja"),
        a_unit("1850", "Tysfjord", until=end),
        a_unit("1806", "Narvik"),
        a_unit("1875", "Hamarøy"),
        a_change(1, "1931", "5421", ChangeKind.merge),
        a_change(2, "1929", "5421", ChangeKind.merge),
        a_change(3, "1850", "1806", ChangeKind.split),
        a_change(4, "1850", "1875", ChangeKind.split),
        ActivityAnnounced(occurred_on=APRIL, activity=an_activity(1, theme="ungdata")),
        a_run(21, "1931", date(2015, 3, 1)),
        a_run(22, "1929", date(2014, 3, 1)),
        a_run(23, "1850", date(2015, 3, 1)),
    )
    found = await eligible(house, 1, on="2021-01-01")
    assert [(each["code"], each["completed_on"], each["run_in"]) for each in found["items"]] == [
        ("5421", "2015-03-01", "1931")
    ]
    assert found["undecided"] == ["1850"]


async def test_what_is_no_activity_or_no_survey_has_nobody_to_invite(house: GatewayHouse):
    cancelled = an_activity(2, status=ActivityStatus.cancelled, announced_on=None, cancelled_on=APRIL)
    await house.neighbours.tell(
        ActivityAnnounced(occurred_on=APRIL, activity=an_activity(1, theme="kor")),
        ActivityCancelled(occurred_on=APRIL, activity=cancelled),
    )
    async with house.anyone() as caller:
        for number, asked, status, slug in (
            (1, {}, 422, "unknown-mapping-tool"),
            (1, {"tool": "questback"}, 422, "unknown-mapping-tool"),
            (1, {"tool": "Questback!"}, 422, "invalid"),
            (2, {}, 404, "not-found"),
            (3, {}, 404, "not-found"),
        ):
            answer = await caller.get(f"/api/v1/activities/{UUID(int=number)}/eligible", params=asked)
            assert (answer.status_code, answer.json()["type"]) == (status, f"urn:samla:problem:{slug}"), (number, asked)


async def test_an_overview_is_told_what_it_may_build_on(house: GatewayHouse):
    plan = PlanAnchor(
        plan_anchor_id=UUID(int=31),
        unit_code="1902",
        plan_type=PlanType.public_health_plan,
        name="Folkehelseplan",
        valid_from=date(2014, 7, 1),
        valid_to=date(2018, 7, 1),
        contains_topic=True,
        centre_id=KORUS_NORD,
    )
    deaths = OverdoseCount(
        overdose_count_id=UUID(int=41),
        unit_code="1902",
        year=2014,
        fewer_than=5,
        centre_id=KORUS_NORD,
        recorded_on=date(2016, 2, 1),
        source="Dødsårsaksregisteret",
    )
    await house.neighbours.tell(
        SurveyToolRegistered(occurred_on=APRIL, mapping_tool=UNGDATA),
        a_run(21, "1902", date(2013, 3, 1)),
        a_run(22, "1902", date(2016, 3, 1), sequence=2),
        a_run(23, "19", date(2015, 4, 13), tool=MappingTool.ungdata_upper_secondary),
        a_run(24, "1902", None, tool=MappingTool.brukerplan),
        PlanAnchorRecorded(occurred_on=APRIL, plan_anchor=plan),
        PlanAnchorRecorded(
            occurred_on=APRIL,
            plan_anchor=plan.model_copy(update={"plan_anchor_id": UUID(int=32), "valid_to": date(2015, 1, 1)}),
        ),
        OverdoseCountRecorded(occurred_on=APRIL, overdose_count=deaths),
    )
    async with house.anyone() as caller:
        path = "/api/v1/municipalities/1902/data-sources"
        found = (await caller.get(path, params={"on": "2016-04-08"})).json()
        assert [(each["tool"], each["year"], each["name"]) for each in found["surveys"]] == [
            ("ungdata", 2016, {"nb": "Ungdata", "nn": "Ungdata"}),
            ("ungdata_upper_secondary", 2015, None),
            ("ungdata", 2013, {"nb": "Ungdata", "nn": "Ungdata"}),
        ]
        assert (found["name"], found["has_overdose_counts"], found["overdose_years"]) == ("Tromsø", True, [2014])
        assert [each["plan_anchor_id"] for each in found["plan_anchors"]] == [str(UUID(int=31))]
        before = (await caller.get(path, params={"on": "2014-06-30"})).json()
        assert [each["year"] for each in before["surveys"]] == [2013]
        assert (before["has_overdose_counts"], before["plan_anchors"]) == (False, [])
        elsewhere = (await caller.get("/api/v1/municipalities/1903/data-sources")).json()
        # The county's own survey is one of its municipalities' too.
        assert [each["tool"] for each in elsewhere["surveys"]] == ["ungdata_upper_secondary"]
        assert (elsewhere["has_overdose_counts"], elsewhere["plan_anchors"]) == (False, [])
        assert (await caller.get("/api/v1/municipalities/9999/data-sources")).status_code == 404
