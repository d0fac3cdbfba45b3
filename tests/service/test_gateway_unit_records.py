"""What is recorded of units over the partners' API, from the gateway's own copies."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.contracts.message import Text
from services.contracts.registry.memberships import (
    MembershipProgramme,
    MembershipProgrammeRegistered,
    MembershipRole,
    ProgrammeKind,
    ProgrammeMembership,
    ProgrammeMembershipEnded,
    ProgrammeMembershipRecorded,
)
from services.contracts.registry.overdoses import OverdoseCount, OverdoseCountRecorded, OverdoseCountWithdrawn
from services.contracts.registry.plan_anchors import (
    PlanAnchor,
    PlanAnchorChanged,
    PlanAnchorEnded,
    PlanAnchorRecorded,
    PlanType,
)
from services.contracts.registry.service_links import (
    OwnerLevel,
    Pillar,
    ServiceLink,
    ServiceLinkRecorded,
    ServiceLinkRemoved,
    ServiceType,
)
from services.kernel.clock import FixedClock
from tests.conftest import OpenDatabase
from tests.service.gateway_house import GatewayHouse, gateway_house
from tests.service.gateway_neighbours import APRIL, KORUS_NORD, a_county, a_unit


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock, tmp_path: Path):
    async with gateway_house(open_database, clock, tmp_path) as house:
        await house.neighbours.tell(
            a_county("18", "Nordland"),
            a_county("19", "Troms"),
            a_unit("1902", "Tromsø"),
            a_unit("1903", "Harstad"),
            a_unit("1804", "Bodø", "18"),
        )
        yield house


async def ids(caller: httpx.AsyncClient, path: str, key: str, **asked: Any) -> list[int]:
    """The ids of a list, page by page of two, as numbers."""
    answer = await caller.get(f"/api/v1{path}", params={"limit": 2, **asked})
    items: list[dict[str, Any]] = []
    while True:
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        if "next" not in answer.links:
            return [UUID(item[key]).int for item in items]
        answer = await caller.get(answer.links["next"]["url"])


def a_plan(number: int, unit: str = "1902", **changes: Any) -> PlanAnchor:
    facts = {
        "plan_anchor_id": UUID(int=number),
        "unit_code": unit,
        "plan_type": PlanType.public_health_plan,
        "name": "Folkehelseplan",
        "valid_from": date(2014, 7, 1),
        "valid_to": date(2018, 7, 1),
        "contains_topic": True,
        "centre_id": KORUS_NORD,
    }
    return PlanAnchor.model_validate(facts | changes)


async def test_municipal_plans_are_found_by_unit_type_topic_and_date(house: GatewayHouse):
    plans = (
        a_plan(1),
        a_plan(2, plan_type=PlanType.alcohol_drug_action_plan, valid_from=date(2015, 1, 1), valid_to=None),
        a_plan(3, "1804", contains_topic=False),
        a_plan(4, "1804", valid_from=date(2010, 1, 1), valid_to=date(2014, 1, 1)),
    )
    await house.neighbours.tell(*(PlanAnchorRecorded(occurred_on=APRIL, plan_anchor=plan) for plan in plans))
    async with house.anyone() as caller:
        for asked, found in (
            ({}, [1, 2, 3, 4]),
            ({"unit_code": "1902"}, [1, 2]),
            ({"plan_type": "alcohol_drug_action_plan"}, [2]),
            ({"contains_topic": True}, [1, 2, 4]),
            ({"contains_topic": False}, [3]),
            ({"on": "2013-12-31"}, [4]),
            ({"on": "2014-01-01"}, []),
            ({"on": "2018-06-30"}, [1, 2, 3]),
            ({"on": "2018-07-01"}, [2]),
        ):
            assert await ids(caller, "/plan-anchors", "plan_anchor_id", **asked) == found, asked


async def test_a_municipal_plan_is_told_as_it_is_now_with_its_version(house: GatewayHouse):
    plan, renamed = a_plan(1), a_plan(1, name="Folkehelseplan for Tromsø")
    never = renamed.model_copy(update={"valid_to": renamed.valid_from})
    path = f"/api/v1/plan-anchors/{UUID(int=1)}"
    async with house.anyone() as caller:
        assert (await caller.get(path)).status_code == 404
        await house.neighbours.tell(
            PlanAnchorRecorded(occurred_on=APRIL, plan_anchor=plan),
            PlanAnchorChanged(occurred_on=APRIL, plan_anchor=renamed),
        )
        answer = await caller.get(path)
        assert (answer.json()["name"], answer.headers["etag"]) == ("Folkehelseplan for Tromsø", '"2"')
        await house.neighbours.tell(PlanAnchorEnded(occurred_on=APRIL, plan_anchor=never))
        assert await ids(caller, "/plan-anchors", "plan_anchor_id", on="2014-07-01") == []
        assert (await caller.get(path)).headers["etag"] == '"3"'


def a_role(number: int, unit: str = "1902", **changes: Any) -> ProgrammeMembership:
    facts = {
        "programme_membership_id": UUID(int=number),
        "programme": "overdosenettverk",
        "unit_code": unit,
        "role": MembershipRole.participant,
        "valid_from": date(2014, 9, 1),
    }
    return ProgrammeMembership.model_validate(facts | changes)


async def test_br_61_roles_are_found_by_programme_unit_role_and_date(house: GatewayHouse):
    bti, network = (
        MembershipProgramme(
            reference=reference,
            name=Text(nb=reference),
            kind=ProgrammeKind.network,
            roles=(MembershipRole.pilot, MembershipRole.participant),
            source="the test",
            certainty="high",
        )
        for reference in ("bti", "overdosenettverk")
    )
    roles = (a_role(1), a_role(2, "1804"), a_role(3, programme="bti", role=MembershipRole.key))
    await house.neighbours.tell(
        *(MembershipProgrammeRegistered(occurred_on=APRIL, membership_programme=each) for each in (network, bti)),
        *(ProgrammeMembershipRecorded(occurred_on=APRIL, programme_membership=role) for role in roles),
        ProgrammeMembershipEnded(
            occurred_on=APRIL, programme_membership=roles[1].model_copy(update={"valid_to": date(2016, 1, 1)})
        ),
    )
    async with house.anyone() as caller:
        programmes = (await caller.get("/api/v1/membership-programmes")).json()["items"]
        assert [each["reference"] for each in programmes] == ["bti", "overdosenettverk"]
        for asked, found in (
            ({}, [1, 2, 3]),
            ({"unit_code": "1902"}, [1, 3]),
            ({"programme": "overdosenettverk"}, [1, 2]),
            ({"programme": "overdosenettverk", "role": "pilot"}, []),
            ({"role": "key"}, [3]),
            ({"on": "2015-12-31"}, [1, 2, 3]),
            ({"on": "2016-01-01"}, [1, 3]),
            ({"on": "2014-08-31"}, []),
        ):
            assert await ids(caller, "/programme-memberships", "programme_membership_id", **asked) == found, asked
        ended = await caller.get(f"/api/v1/programme-memberships/{UUID(int=2)}")
        assert (ended.json()["valid_to"], ended.headers["etag"]) == ("2016-01-01", '"2"')
        assert (await caller.get(f"/api/v1/programme-memberships/{UUID(int=9)}")).status_code == 404


def a_count(number: int, unit: str, year: int, **told: Any) -> OverdoseCount:
    facts = {
        "overdose_count_id": UUID(int=number),
        "unit_code": unit,
        "year": year,
        "centre_id": KORUS_NORD,
        "recorded_on": date(2016, 2, 1),
        "source": "Dødsårsaksregisteret",
    }
    return OverdoseCount.model_validate(facts | told)


async def test_r115_counts_of_overdoses_are_told_as_far_as_they_may_be_known(house: GatewayHouse):
    counts = (
        a_count(1, "1902", 2014, fewer_than=5),
        a_count(2, "1902", 2015, deaths=6),
        a_count(3, "1804", 2015, deaths=9),
    )
    await house.neighbours.tell(
        *(OverdoseCountRecorded(occurred_on=APRIL, overdose_count=each) for each in counts),
        OverdoseCountWithdrawn(occurred_on=APRIL, overdose_count=counts[2].model_copy(update={"withdrawn_on": APRIL})),
    )
    async with house.anyone() as caller:
        for asked, found in (
            ({}, [1, 2]),
            ({"unit_code": "1902"}, [1, 2]),
            ({"unit_code": "1804"}, []),
            ({"year": 2014}, [1]),
            ({"unit_code": "1902", "year": 2015}, [2]),
        ):
            assert await ids(caller, "/overdose-counts", "overdose_count_id", **asked) == found, asked
        small = (await caller.get(f"/api/v1/overdose-counts/{UUID(int=1)}")).json()
        assert (small["fewer_than"], "deaths" in small) == (5, False)
        assert (await caller.get(f"/api/v1/overdose-counts/{UUID(int=3)}")).status_code == 404
        assert (await caller.get("/api/v1/overdose-counts/numbers")).status_code == 401
    async with await house.person("HD") as caller:
        assert (await caller.get("/api/v1/overdose-counts/numbers")).status_code == 403


async def test_services_are_found_by_municipality_owner_kind_and_pillar(house: GatewayHouse):
    service = ServiceLink(
        service_link_id=UUID(int=1),
        unit_code="1902",
        owner_level=OwnerLevel.health_trust,
        service_type=ServiceType.detoxification,
        pillar=Pillar.tsb,
        name="Avrusning",
        web_address="https://unn.example/avrusning",
        centre_id=KORUS_NORD,
        recorded_on=date(2016, 2, 1),
    )
    other = {"service_link_id": UUID(int=2), "owner_level": OwnerLevel.voluntary, "pillar": None}
    services = (
        service,
        service.model_copy(update={**other, "service_type": ServiceType.low_threshold}),
        service.model_copy(update={"service_link_id": UUID(int=3), "unit_code": "1804"}),
    )
    await house.neighbours.tell(
        *(ServiceLinkRecorded(occurred_on=APRIL, service_link=each) for each in services),
        ServiceLinkRemoved(occurred_on=APRIL, service_link=services[2].model_copy(update={"removed_on": APRIL})),
    )
    async with house.anyone() as caller:
        for asked, found in (
            ({}, [1, 2]),
            ({"unit_code": "1804"}, []),
            ({"owner_level": "voluntary"}, [2]),
            ({"service_type": "detoxification"}, [1]),
            ({"pillar": "tsb"}, [1]),
        ):
            assert await ids(caller, "/service-links", "service_link_id", **asked) == found, asked
        assert (await caller.get(f"/api/v1/service-links/{UUID(int=1)}")).headers["etag"] == '"1"'
        assert (await caller.get(f"/api/v1/service-links/{UUID(int=3)}")).status_code == 404
