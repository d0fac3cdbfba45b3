"""Organisations, groups, localities and representatives over the partners' API, from the gateway's own copies."""

from datetime import date
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from services.contracts.events import ActivityAnnounced, OfferPublished
from services.contracts.registry import (
    ChangeKind,
    Coverage,
    ElectionCalled,
    GeographicChange,
    GeographicChangeRecorded,
    GroupKind,
    GroupMember,
    Locality,
    LocalityChanged,
    LocalityKind,
    LocalityRegistered,
    Membership,
    MunicipalityGroup,
    MunicipalityGroupChanged,
    MunicipalityGroupRegistered,
    Organisation,
    OrganisationChanged,
    OrganisationKind,
    OrganisationMerged,
    OrganisationRegistered,
    Region,
    Representative,
    RepresentativeElected,
    RepresentativeEnded,
    UnitChanged,
    UnitCoverage,
    Vote,
)
from services.kernel.clock import FixedClock
from tests.conftest import OpenDatabase
from tests.service.gateway_house import GatewayHouse, gateway_house
from tests.service.gateway_neighbours import APRIL, KORUS_NORD, RVTS_NORD, a_county, a_unit, an_activity, an_offer
from tests.statements import fresh, selects

BODO = UUID(int=11)
SINTEF = UUID(int=12)
TWIN = UUID(int=13)
GROUP = UUID(int=21)
ELECTION = UUID(int=31)
MERGED_ON = date(2016, 3, 1)


def an_organisation(organisation_id: UUID, name: str, **facts: object) -> Organisation:
    told = {"reference": name.lower(), "name": name, "kind": OrganisationKind.korus} | facts
    return Organisation.model_validate({"organisation_id": organisation_id, **told})


ORGANISATIONS = (
    an_organisation(
        KORUS_NORD,
        "KoRus-Nord",
        coverage=(
            Coverage(county_code="18", valid_from=date(2010, 1, 1)),
            Coverage(county_code="19", themes=("brukerplan",), valid_from=date(2010, 1, 1), valid_to=date(2016, 1, 1)),
        ),
    ),
    an_organisation(
        RVTS_NORD,
        "RVTS-Nord",
        kind=OrganisationKind.rvts,
        unit_coverage=(UnitCoverage(unit_code="1850", themes=("trauma",), valid_from=date(2010, 1, 1)),),
    ),
    an_organisation(SINTEF, "SINTEF", kind=OrganisationKind.research, valid_to=date(2015, 1, 1)),
)


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock, tmp_path: Path):
    async with gateway_house(open_database, clock, tmp_path) as house:
        await house.neighbours.tell(
            a_county("18", "Nordland"),
            a_county("19", "Troms"),
            a_unit("1804", "Bodø", "18"),
            a_unit("1805", "Narvik", "18"),
            a_unit("1850", "Tysfjord", "18"),
            a_unit("1902", "Tromsø"),
            *(OrganisationRegistered(occurred_on=APRIL, organisation=each) for each in ORGANISATIONS),
        )
        yield house


async def get(house: GatewayHouse, path: str, **query: object) -> httpx.Response:
    return await house.anyone().get(f"/api/v1{path}", params={name: str(value) for name, value in query.items()})


async def items(house: GatewayHouse, path: str, **query: object) -> list[dict]:
    answer = await get(house, path, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def names(house: GatewayHouse, **query: object) -> list[str]:
    return [each["name"] for each in await items(house, "/organisations", **query)]


async def tysfjord_goes_into_narvik(house: GatewayHouse) -> None:
    change = GeographicChange(
        change_id=UUID(int=1),
        level="municipality",
        effective_on=MERGED_ON,
        old_code="1850",
        new_code="1805",
        kind=ChangeKind.merge,
    )
    await house.neighbours.tell(
        UnitChanged(occurred_on=MERGED_ON, unit=a_unit("1850", "Tysfjord", "18", until=MERGED_ON).unit),
        GeographicChangeRecorded(occurred_on=MERGED_ON, change=change),
    )
    house.gate.catalogue.forget()


async def test_organisations_are_found_by_the_county_that_they_cover_on_a_date(house: GatewayHouse):
    assert await names(house, county="18") == ["KoRus-Nord"]
    assert await names(house, county="19", on="2015-06-01") == ["KoRus-Nord"]
    assert await names(house, county="19", on="2016-01-01") == []
    assert await names(house, county="18", on="2009-12-31") == []
    assert await names(house, county="19", on="2015-06-01", theme="brukerplan") == ["KoRus-Nord"]
    assert await names(house, county="19", on="2015-06-01", theme="trauma") == []


async def test_organisations_are_found_by_unit_and_theme_through_the_county_or_by_name(house: GatewayHouse):
    assert await names(house, unit="1804") == ["KoRus-Nord"]
    assert await names(house, unit="1850") == ["KoRus-Nord", "RVTS-Nord"]
    assert await names(house, unit="1850", theme="trauma") == ["KoRus-Nord", "RVTS-Nord"]
    assert await names(house, unit="1902", theme="trauma", on="2015-06-01") == []
    assert await names(house, theme="trauma", kind="rvts") == ["RVTS-Nord"]


async def test_who_covered_a_municipality_that_is_gone_covers_the_one_that_has_its_area(house: GatewayHouse):
    await tysfjord_goes_into_narvik(house)
    assert await names(house, unit="1805", theme="trauma") == ["KoRus-Nord", "RVTS-Nord"]
    assert await names(house, unit="1805", theme="trauma", on="2016-02-01") == ["KoRus-Nord"]


async def test_organisations_of_a_date_are_those_that_were_there(house: GatewayHouse):
    assert "SINTEF" in await names(house)
    assert "SINTEF" in await names(house, on="2014-12-31")
    assert "SINTEF" not in await names(house, on="2015-01-01")


@pytest.mark.parametrize(
    ("query", "status"),
    [({"unit": "9999"}, 404), ({"county": "99"}, 404), ({"unit": "19"}, 422), ({"theme": "Not one"}, 422)],
)
async def test_a_place_that_never_was_covers_nothing(house: GatewayHouse, query, status):
    assert (await get(house, "/organisations", **query)).status_code == status


async def test_a_record_that_was_given_up_says_where_it_went(house: GatewayHouse):
    twin = an_organisation(TWIN, "Korus Nord")
    offer = an_offer(1, lead_id=TWIN, co_organisers=())
    await house.neighbours.tell(
        OrganisationRegistered(occurred_on=APRIL, organisation=twin),
        OfferPublished(occurred_on=APRIL, offer=offer),
    )
    lead = (await items(house, "/municipalities/1902/offer"))[0]["lead"]
    assert lead == {"organisation_id": str(TWIN), "name": "Korus Nord", "kind": "korus"}
    merged = twin.model_copy(update={"merged_into": KORUS_NORD})
    await house.neighbours.tell(OrganisationMerged(occurred_on=APRIL, organisation=merged))
    house.gate.catalogue.forget()
    lead = (await items(house, "/municipalities/1902/offer"))[0]["lead"]
    assert (lead["organisation_id"], lead["name"]) == (str(KORUS_NORD), "KoRus-Nord")
    assert "Korus Nord" not in await names(house)
    told = await get(house, f"/organisations/{TWIN}")
    assert (told.json()["name"], told.json()["merged_into"]) == ("Korus Nord", str(KORUS_NORD))
    assert told.headers["etag"] == '"2"'


async def test_records_that_were_given_up_for_each_other_do_not_lead_astray(house: GatewayHouse):
    for one, other in ((SINTEF, TWIN), (TWIN, SINTEF)):
        record = an_organisation(one, "Runddans", merged_into=other)
        await house.neighbours.tell(OrganisationRegistered(occurred_on=APRIL, organisation=record))
    house.gate.catalogue.forget()
    assert (await house.gate.country()).named(TWIN).name == "Runddans"


def a_group(*members: GroupMember) -> MunicipalityGroup:
    return MunicipalityGroup(
        group_id=GROUP, reference="salten", name="Salten", kind=GroupKind.cooperation, members=members
    )


async def test_a_group_has_the_municipalities_of_the_date(house: GatewayHouse):
    members = (
        GroupMember(unit_code="1804", valid_from=date(2010, 1, 1), valid_to=date(2016, 4, 1)),
        GroupMember(unit_code="1850", valid_from=date(2010, 1, 1)),
        GroupMember(unit_code="1902", valid_from=date(2014, 1, 1)),
    )
    await house.neighbours.tell(MunicipalityGroupRegistered(occurred_on=APRIL, group=a_group(*members)))
    await tysfjord_goes_into_narvik(house)
    (early,) = await items(house, "/groups", on="2012-01-01")
    assert (early["unit_codes"], early["county_codes"]) == (["1804", "1850"], ["18"])
    (crossing,) = await items(house, "/groups", on="2014-01-01")
    assert (crossing["unit_codes"], crossing["county_codes"]) == (["1804", "1850", "1902"], ["18", "19"])
    (now,) = await items(house, "/groups")
    assert (now["unit_codes"], now["on"]) == (["1805", "1902"], "2016-04-08")
    assert len(now["members"]) == 3
    assert [each["reference"] for each in await items(house, "/groups", unit="1805")] == ["salten"]
    assert await items(house, "/groups", unit="1804") == []
    assert [each["reference"] for each in await items(house, "/groups", unit="1804", on="2012-01-01")] == ["salten"]


async def test_a_group_tells_which_version_it_is_and_what_was_known_of_it(house: GatewayHouse):
    first, second = (GroupMember(unit_code=code, valid_from=date(2010, 1, 1)) for code in ("1804", "1805"))
    await house.neighbours.tell(
        MunicipalityGroupRegistered(occurred_on=APRIL, group=a_group(first)), at="2016-04-09T10:00:00.000000Z"
    )
    await house.neighbours.tell(
        MunicipalityGroupChanged(occurred_on=APRIL, group=a_group(first, second)), at="2016-04-10T10:00:00.000000Z"
    )
    house.gate.catalogue.forget()
    now = await get(house, f"/groups/{GROUP}")
    assert (now.json()["unit_codes"], now.headers["etag"]) == (["1804", "1805"], '"2"')
    then = await get(house, f"/groups/{GROUP}", known_at="2016-04-09T12:00:00Z")
    assert (then.json()["unit_codes"], then.headers["etag"]) == (["1804"], '"1"')
    assert (await get(house, f"/groups/{GROUP}", known_at="2016-04-08T12:00:00Z")).status_code == 404
    assert (await get(house, f"/groups/{UUID(int=99)}")).status_code == 404


async def test_a_locality_has_the_municipalities_of_the_date(house: GatewayHouse):
    kjopsvik = Locality(
        reference="kjopsvik",
        kind=LocalityKind.town,
        name="Kjøpsvik",
        aliases=("Gásluokta",),
        unit_codes=("1850",),
        units_on=APRIL.replace(year=2015),
        source="this test",
        certainty="high",
    )
    await house.neighbours.tell(LocalityRegistered(occurred_on=APRIL, locality=kjopsvik))
    await tysfjord_goes_into_narvik(house)
    (now,) = await items(house, "/localities")
    assert (now["name"], now["units"], now["unit_codes"]) == ("Kjøpsvik", ["1805"], ["1850"])
    (then,) = await items(house, "/localities", q="gasluokta", on="2016-01-01")
    assert then["units"] == ["1850"]
    assert await items(house, "/localities", q="bodø") == []
    (found,) = await items(house, "/municipalities", q="kjopsvik")
    assert (found["code"], found["matched"]) == ("1805", "Kjøpsvik")
    assert found["locality"] == {"reference": "kjopsvik", "kind": "town", "name": "Kjøpsvik"}


EARLY, LATE = "2016-04-09T10:00:00.000000Z", "2016-04-10T10:00:00.000000Z"
BEFORE, BETWEEN = "2016-04-08T12:00:00Z", "2016-04-09T12:00:00Z"


async def test_what_was_known_of_a_locality_at_a_moment(house: GatewayHouse):
    facts: dict[str, object] = {
        "reference": "kjopsvik", "kind": "town", "units_on": "2015-01-01", "source": "this test", "certainty": "high"
    }  # fmt: skip
    for at, kind, name, codes in (
        (EARLY, LocalityRegistered, "Kjøpsvik", ("1850",)),
        (LATE, LocalityChanged, "Kjøpsvik sentrum", ("1850", "1805")),
    ):
        told = Locality.model_validate(facts | {"name": name, "unit_codes": codes})
        await house.neighbours.tell(kind(occurred_on=APRIL, locality=told), at=at)
    house.gate.catalogue.forget()
    asked = {
        known_at: await items(house, "/localities", **known_at_of(known_at)) for known_at in (None, BETWEEN, BEFORE)
    }
    assert {known_at: [(each["name"], each["units"]) for each in found] for known_at, found in asked.items()} == {
        None: [("Kjøpsvik sentrum", ["1805", "1850"])],
        BETWEEN: [("Kjøpsvik", ["1850"])],
        BEFORE: [],
    }
    assert await items(house, "/municipalities", q="kjøpsvik", known_at=BEFORE) == []


def known_at_of(moment: str | None) -> dict[str, str]:
    return {} if moment is None else {"known_at": moment}


async def test_what_was_known_of_an_organisation_at_a_moment(house: GatewayHouse):
    for at, kind, name in ((EARLY, OrganisationRegistered, "Tvilling"), (LATE, OrganisationChanged, "Tvillingene")):
        await house.neighbours.tell(
            kind(occurred_on=APRIL, organisation=an_organisation(TWIN, name, reference="tvilling")), at=at
        )
    house.gate.catalogue.forget()
    path = f"/organisations/{TWIN}"
    now, then = await get(house, path), await get(house, path, known_at=BETWEEN)
    assert (now.json()["name"], now.headers["etag"]) == ("Tvillingene", '"2"')
    assert (then.json()["name"], then.headers["etag"]) == ("Tvilling", '"1"')
    assert (await get(house, path, known_at=BEFORE)).status_code == 404
    assert await names(house, q="tvilling", known_at=BETWEEN) == ["Tvilling"]
    assert await names(house, q="tvilling", known_at=BEFORE) == []


async def test_an_organisation_on_a_date_covers_what_it_covered_then(house: GatewayHouse):
    forum = an_organisation(
        TWIN,
        "Forum",
        kind=OrganisationKind.forum,
        members=(
            Membership(organisation_id=KORUS_NORD, valid_from=date(2012, 1, 1), valid_to=date(2014, 1, 1)),
            Membership(organisation_id=RVTS_NORD, valid_from=date(2013, 1, 1)),
        ),
    )
    await house.neighbours.tell(OrganisationRegistered(occurred_on=APRIL, organisation=forum))
    house.gate.catalogue.forget()

    async def on(day: str, organisation_id: UUID = KORUS_NORD) -> dict:
        answer = await get(house, f"/organisations/{organisation_id}", on=day)
        assert answer.headers["etag"] == '"1"'
        return answer.json()

    assert [each["county_code"] for each in (await on("2015-12-31"))["coverage"]] == ["18", "19"]
    assert [each["county_code"] for each in (await on("2016-01-01"))["coverage"]] == ["18"]
    assert (await on("2009-12-31"))["coverage"] == []
    assert (await on("2009-12-31", RVTS_NORD))["unit_coverage"] == []
    assert [each["unit_code"] for each in (await on("2010-01-01", RVTS_NORD))["unit_coverage"]] == ["1850"]
    for day, members in (("2011-12-31", 0), ("2013-06-01", 2), ("2014-01-01", 1)):
        assert len((await on(day, TWIN))["members"]) == members, day
    assert (await on("2014-12-31", SINTEF))["name"] == "SINTEF"
    assert (await get(house, f"/organisations/{SINTEF}", on="2015-01-01")).status_code == 404
    assert len((await get(house, f"/organisations/{KORUS_NORD}")).json()["coverage"]) == 2


def an_election(**facts: object) -> Representative:
    told: dict[str, object] = {
        "representative_id": ELECTION,
        "region": Region.north,
        "electors": (KORUS_NORD, RVTS_NORD),
        "candidates": (KORUS_NORD, RVTS_NORD),
        "called_on": date(2016, 1, 1),
    }
    return Representative.model_validate(told | facts)


async def test_what_was_known_of_an_election_at_a_moment(house: GatewayHouse):
    elected = an_election(elected_id=KORUS_NORD, valid_from=date(2016, 2, 1))
    await house.neighbours.tell(ElectionCalled(occurred_on=APRIL, representative=an_election()), at=EARLY)
    await house.neighbours.tell(RepresentativeElected(occurred_on=APRIL, representative=elected), at=LATE)
    house.gate.catalogue.forget()
    path, seat = f"/representatives/{ELECTION}", {"on": "2016-02-01"}
    now, then = await get(house, path), await get(house, path, known_at=BETWEEN)
    assert (now.json()["elected"]["name"], now.headers["etag"]) == ("KoRus-Nord", '"2"')
    assert (then.json()["elected"], then.headers["etag"]) == (None, '"1"')
    assert (await get(house, path, known_at=BEFORE)).status_code == 404
    assert len(await items(house, "/representatives", **seat)) == 1
    assert await items(house, "/representatives", **seat, known_at=BETWEEN) == []
    assert len(await items(house, "/representatives", known_at=BETWEEN)) == 1
    assert await items(house, "/representatives", known_at=BEFORE) == []


async def test_an_election_on_a_date_is_as_it_stood_then(house: GatewayHouse):
    votes = tuple(
        Vote(elector_id=elector, candidate_id=KORUS_NORD, voted_on=date(2016, 1, day))
        for elector, day in ((KORUS_NORD, 10), (RVTS_NORD, 20))
    )
    over = an_election(votes=votes, elected_id=KORUS_NORD, valid_from=date(2016, 1, 20), valid_to=date(2016, 3, 1))
    await house.neighbours.tell(RepresentativeEnded(occurred_on=APRIL, representative=over))
    house.gate.catalogue.forget()

    async def on(day: str) -> tuple[int, str | None, str | None, str | None]:
        told = (await get(house, f"/representatives/{ELECTION}", on=day)).json()
        name = told["elected"]["name"] if told["elected"] else None
        return len(told["votes"]), name, told["valid_from"], told["valid_to"]

    assert (await get(house, f"/representatives/{ELECTION}", on="2015-12-31")).status_code == 404
    assert await on("2016-01-10") == (1, None, None, None)
    assert await on("2016-01-20") == (2, "KoRus-Nord", "2016-01-20", None)
    assert await on("2016-03-01") == (2, "KoRus-Nord", "2016-01-20", "2016-03-01")


async def test_a_representative_is_told_with_the_name_of_the_centre(house: GatewayHouse):
    seat = an_election(elected_id=KORUS_NORD, valid_from=date(2016, 2, 1))
    await house.neighbours.tell(RepresentativeElected(occurred_on=APRIL, representative=seat))
    house.gate.catalogue.forget()
    (told,) = await items(house, "/representatives", region="north", on="2016-02-01")
    assert (told["elected"]["name"], told["valid_from"]) == ("KoRus-Nord", "2016-02-01")
    assert await items(house, "/representatives", region="west") == []
    assert await items(house, "/representatives", on="2016-01-31") == []
    assert len(await items(house, "/representatives")) == 1
    one = await get(house, f"/representatives/{ELECTION}")
    assert (one.json()["region"], one.headers["etag"]) == ("north", '"1"')
    assert (await get(house, f"/representatives/{UUID(int=99)}")).status_code == 404


async def statements(house: GatewayHouse, path: str) -> int:
    """How many questions a read puts to the database when the snapshot is fresh."""
    async with fresh(house.app):
        with selects(house.database) as asked:
            assert (await house.anyone().get(f"/api/v1{path}")).status_code == 200, path
    return len(asked)


async def test_no_read_of_organisations_groups_or_elections_asks_the_database_once_for_each(house: GatewayHouse):
    """Nothing for what is known now, however much that is, and one statement for an earlier moment."""
    member = GroupMember(unit_code="1804", valid_from=date(2010, 1, 1))
    await house.neighbours.tell(
        MunicipalityGroupRegistered(occurred_on=APRIL, group=a_group(member)),
        ElectionCalled(occurred_on=APRIL, representative=an_election()),
    )
    house.gate.catalogue.forget()
    for path in (
        "/groups",
        "/groups?unit=1804&on=2012-01-01",
        f"/groups/{GROUP}",
        "/localities",
        "/localities?q=bodo",
        "/mapping-tools",
        "/membership-programmes",
        "/representatives",
        f"/representatives/{ELECTION}?on=2016-02-01",
        "/organisations?unit=1804",
        f"/organisations/{KORUS_NORD}",
        f"/organisations/{KORUS_NORD}?on=2015-01-01",
    ):
        assert await statements(house, path) == 0, path
        before = f"{path}{'&' if '?' in path else '?'}known_at=2016-04-08T10:00:00Z"
        assert await statements(house, before) == 1, before


async def test_the_one_list_is_as_many_statements_for_one_line_as_for_sixty(house: GatewayHouse):
    async def told(numbers: range) -> tuple[int, int]:
        for number in numbers:
            await house.neighbours.tell(
                OfferPublished(occurred_on=APRIL, offer=an_offer(number, lead_id=RVTS_NORD)),
                ActivityAnnounced(occurred_on=APRIL, activity=an_activity(1000 + number, "1902", lead_id=RVTS_NORD)),
            )
        lines = len(await items(house, "/municipalities/1902/offer"))
        return lines, await statements(house, "/municipalities/1902/offer")

    assert await told(range(1, 2)) == (2, 2)
    assert await told(range(2, 31)) == (60, 2)


async def test_the_lists_come_in_pages_that_follow_each_other(house: GatewayHouse):
    seen, path = [], "/api/v1/organisations?limit=1&on=2014-01-01"
    while path:
        answer = await house.anyone().get(path)
        seen += [each["reference"] for each in answer.json()["items"]]
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    assert seen == ["korus-nord", "rvts-nord", "sintef"]
