"""The country over the partners' API: on a date, as known at a moment, as points and as a table."""

import asyncio
import csv
import io
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest

from deploy.reference_tables import read_reference
from gateway.catalogue.keeping import KEPT
from services.contracts.message import Message
from services.contracts.registry import (
    ChangeKind,
    CountyRegistered,
    GeographicChange,
    GeographicChangeRecorded,
    GeographicChangeUndone,
    PlaceName,
    RecordChange,
    Unit,
    UnitChanged,
    UnitKind,
    UnitRegistered,
)
from services.kernel.clock import FixedClock, business_date
from tests.conftest import OpenDatabase
from tests.service.gateway_house import GatewayHouse, gateway_house
from tests.service.gateway_neighbours import APRIL, a_county, a_unit
from tests.statements import fresh, selects

LOADED = "2016-01-01T00:00:00.000000Z"
LATE = "2016-03-01T12:00:00.000000Z"
BETWEEN = "2016-02-01T00:00:00Z"
AFTER = "2016-04-01T00:00:00Z"
DAYS = (date(2002, 1, 1), date(2016, 4, 8), date(2020, 1, 1), date(2026, 11, 22))


@pytest.fixture
async def house(open_database: OpenDatabase, clock: FixedClock, tmp_path: Path):
    async with gateway_house(open_database, clock, tmp_path) as house:
        yield house


@pytest.fixture
async def country(house: GatewayHouse) -> GatewayHouse:
    """With the shipped tables."""
    tables = read_reference()
    changes = (recorded(number, change) for number, change in enumerate(tables.changes))
    counties = (CountyRegistered(occurred_on=APRIL, county=county) for county in tables.counties)
    units = (UnitRegistered(occurred_on=APRIL, unit=unit) for unit in tables.units)
    await house.neighbours.tell(*counties, *units, *changes, at=LOADED)
    return house


def recorded(number: int, change: RecordChange) -> Message:
    told = GeographicChange(change_id=UUID(int=number), **change.model_dump())
    return GeographicChangeRecorded(occurred_on=APRIL, change=told)


async def get(house: GatewayHouse, path: str, **query: object) -> httpx.Response:
    asked = {name: str(value) for name, value in query.items() if value is not None}
    return await house.anyone().get(f"/api/v1{path}", params=asked)


async def items(house: GatewayHouse, path: str, **query: object) -> list[dict]:
    answer = await get(house, path, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def slug(answer: httpx.Response) -> str:
    return answer.json()["type"].removeprefix("urn:samla:problem:")


def a_merger(code: str, into: str, on: date, number: int, *, undone_on: date | None = None) -> GeographicChange:
    return GeographicChange(
        change_id=UUID(int=number),
        level="municipality",
        effective_on=on,
        old_code=code,
        new_code=into,
        kind=ChangeKind.merge,
        undone_on=undone_on,
    )


async def a_late_merger(house: GatewayHouse) -> None:
    """On 1 March it is recorded that Tromsø and Balsfjord have been one since 1 January."""
    merged_on = date(2016, 1, 1)
    await house.neighbours.tell(
        a_county("19", "Troms"), a_unit("1902", "Tromsø"), a_unit("1933", "Balsfjord"), at=LOADED
    )
    ended = [a_unit(code, name, until=merged_on) for code, name in (("1902", "Tromsø"), ("1933", "Balsfjord"))]
    names = (PlaceName(name="Nye Tromsø", valid_from=merged_on),)
    new = Unit(code="1999", kind=UnitKind.municipality, county_code="19", names=names, valid_from=merged_on)
    await house.neighbours.tell(
        *(UnitChanged(occurred_on=merged_on, unit=message.unit) for message in ended),
        UnitRegistered(occurred_on=merged_on, unit=new),
        *(
            GeographicChangeRecorded(occurred_on=merged_on, change=a_merger(code, "1999", merged_on, number))
            for number, code in enumerate(("1902", "1933"), 1)
        ),
        at=LATE,
    )
    house.gate.catalogue.forget()


async def test_known_at_before_and_after_a_late_merger_gives_the_two_answers(house: GatewayHouse):
    await a_late_merger(house)

    async def codes(known_at: str | None, on: str = "2016-04-08") -> list[str]:
        return [each["code"] for each in await items(house, "/municipalities", on=on, known_at=known_at)]

    assert await codes(BETWEEN) == ["1902", "1933"]
    assert await codes(AFTER) == await codes(None) == ["1999"]
    assert await codes(BETWEEN, "2015-06-01") == await codes(AFTER, "2015-06-01") == ["1902", "1933"]
    assert await codes(LATE) == ["1999"], "what is recorded at the moment is known at it"


def a_district(code: str, name: str) -> UnitRegistered:
    names = (PlaceName(name=name, valid_from=date(2010, 1, 1)),)
    district = Unit(
        code=code, kind=UnitKind.city_district, parent_code=code[:4], names=names, valid_from=date(2010, 1, 1)
    )
    return UnitRegistered(occurred_on=APRIL, unit=district)


async def test_known_at_is_answered_by_every_geographic_read(house: GatewayHouse):
    await a_late_merger(house)
    await house.neighbours.tell(a_county("18", "Nordland"), a_district("190201", "Sentrum"), at=LATE)
    house.gate.catalogue.forget()
    now, then = {"on": "2016-04-08"}, {"on": "2016-04-08", "known_at": BETWEEN}
    assert (await get(house, "/municipalities/1902", **then)).json()["name"] == "Tromsø"
    assert slug(await get(house, "/municipalities/1902", **now)) == "unit-not-valid"
    assert (await get(house, "/municipalities/1999", **now)).json()["name"] == "Nye Tromsø"
    assert slug(await get(house, "/municipalities/1999", **then)) == "not-found"
    history = (await get(house, "/municipalities/1902/history", **now)).json()
    assert [each["code"] for each in history["today"]] == ["1999"]
    assert (await get(house, "/municipalities/1902/history", **then)).json()["changes"] == []
    assert [each["matched"] for each in await items(house, "/municipalities", q="balsfjord", **now)] == ["Balsfjord"]
    assert [each["code"] for each in await items(house, "/municipalities", q="balsfjord", **then)] == ["1933"]
    assert await items(house, "/municipalities", q="nye", **then) == []
    assert [each["code"] for each in await items(house, "/municipalities", county="19", **then)] == ["1902", "1933"]
    assert [each["code"] for each in await items(house, "/counties", **now)] == ["18", "19"]
    assert [each["code"] for each in await items(house, "/counties", **then)] == ["19"]
    assert [each["code"] for each in await items(house, "/districts", **now)] == ["190201"]
    assert await items(house, "/districts", **then) == []
    assert await items(house, "/organisations", known_at=BETWEEN) == []
    points = (await get(house, "/municipalities.geojson", **then)).json()
    assert [each["id"] for each in points["features"]] == ["1902", "1933"]
    assert "Tromsø" in (await get(house, "/municipalities.csv", **then)).text


@pytest.mark.parametrize(
    ("known_at", "problem"),
    [
        ("2015-12-31T23:59:59Z", "before-first-record"),
        ("2016-01-01T00:59:59+01:00", "before-first-record"),
        ("2016-02-01T00:00:00", "invalid"),
        ("1000-01-01T00:00:00Z", "invalid"),
        ("9999-12-31T23:00:00-12:00", "invalid"),
        ("in may", "invalid"),
    ],
)
@pytest.mark.parametrize("path", ["/municipalities", "/municipalities/1902", "/organisations", "/municipalities.csv"])
async def test_a_moment_that_cannot_be_answered_is_refused(house: GatewayHouse, path, known_at, problem):
    await house.neighbours.tell(a_county("19", "Troms"), a_unit("1902", "Tromsø"), at=LOADED)
    answer = await get(house, path, known_at=known_at)
    assert (answer.status_code, slug(answer)) == (422, problem)
    assert answer.json()["errors"][0]["parameter"] == "known_at"
    assert (await get(house, path, known_at="2016-01-01T00:00:00Z")).status_code == 200


async def test_states_of_earlier_knowledge_are_built_once_and_the_newest_is_none_of_them(house: GatewayHouse):
    await a_late_merger(house)
    catalogue = house.gate.catalogue
    newest = await house.gate.country()
    then = await house.gate.country(datetime.fromisoformat(BETWEEN))
    assert await house.gate.country(datetime.fromisoformat("2016-02-02T00:00:00Z")) is then
    assert await house.gate.country(datetime.fromisoformat(AFTER)) is newest is await catalogue.current()
    assert then is not newest


async def test_only_a_few_earlier_states_are_kept_and_all_are_answered(house: GatewayHouse):
    moments = [f"2016-02-{day:02}T12:00:00+00:00" for day in range(1, KEPT + 4)]
    await house.neighbours.tell(a_county("19", "Troms"), at=LOADED)
    for number, moment in enumerate(moments):
        await house.neighbours.tell(a_unit(f"19{number:02}", f"Kommune {number}"), at=moment)
    first = await house.gate.country(datetime.fromisoformat(moments[0]))
    at_once = (house.gate.country(datetime.fromisoformat(moment)) for moment in moments[1:] for _ in range(3))
    states = [first, *(await asyncio.gather(*at_once))[::3]]
    assert [len(each.geography.units) for each in states] == list(range(1, KEPT + 4))
    again = await house.gate.country(datetime.fromisoformat(moments[0]))
    assert again is not first, "it made room for later ones"
    assert list(again.geography.units) == ["1900"]


async def test_what_is_undone_vanishes_and_was_known_until_then(house: GatewayHouse):
    await a_late_merger(house)
    undone_on = date(2016, 4, 1)
    names = (PlaceName(name="Nye Tromsø", valid_from=date(2016, 1, 1)),)
    new = Unit(
        code="1999",
        kind=UnitKind.municipality,
        county_code="19",
        names=names,
        valid_from=date(2016, 1, 1),
        undone_on=undone_on,
    )
    await house.neighbours.tell(
        *(
            UnitChanged(occurred_on=undone_on, unit=a_unit(*unit).unit)
            for unit in (("1902", "Tromsø"), ("1933", "Bals"))
        ),
        UnitChanged(occurred_on=undone_on, unit=new),
        *(
            GeographicChangeUndone(
                occurred_on=undone_on,
                change=a_merger(code, "1999", date(2016, 1, 1), number, undone_on=undone_on),
            )
            for number, code in enumerate(("1902", "1933"), 1)
        ),
        at="2016-05-01T00:00:00.000000Z",
    )
    house.gate.catalogue.forget()
    assert [each["code"] for each in await items(house, "/municipalities", on="2016-04-08")] == ["1902", "1933"]
    assert (await get(house, "/municipalities/1999", on="2016-04-08")).status_code == 404
    assert (await get(house, "/municipalities/1902/history")).json()["changes"] == []
    told = await items(house, "/municipalities", on="2016-04-08", known_at=AFTER)
    assert [each["code"] for each in told] == ["1999"]


async def test_a_unit_to_come_is_there_on_its_day(house: GatewayHouse, clock: FixedClock):
    day = business_date(clock.now()) + timedelta(days=1)
    names = (PlaceName(name="Storkommune", valid_from=day),)
    new = Unit(code="1999", kind=UnitKind.municipality, county_code="19", names=names, valid_from=day)
    await house.neighbours.tell(a_county("19", "Troms"), UnitRegistered(occurred_on=APRIL, unit=new), at=LOADED)
    assert await items(house, "/municipalities") == []
    assert [each["code"] for each in await items(house, "/municipalities", on=day)] == ["1999"]
    assert slug(await get(house, "/municipalities/1999")) == "unit-not-valid"
    clock.advance(timedelta(days=1))
    assert [each["code"] for each in await items(house, "/municipalities")] == ["1999"]
    assert (await get(house, "/municipalities/1999")).json()["on"] == day.isoformat()


async def test_a_municipality_need_not_be_sent_twice_and_is_another_on_another_day(country: GatewayHouse):
    first = await get(country, "/municipalities/1902", on="2016-04-08")
    again = await country.anyone().get(
        "/api/v1/municipalities/1902", params={"on": "2016-04-08"}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    other = await get(country, "/municipalities/1902", on="2016-04-09")
    assert other.headers["etag"] != first.headers["etag"]
    assert other.json() == {**first.json(), "on": "2016-04-09"}
    assert (first.json()["name"], first.json()["county_name"], first.json()["on"]) == ("Tromsø", "Troms", "2016-04-08")


async def test_points_are_a_feature_collection(country: GatewayHouse):
    for day in DAYS:
        answer = await get(country, "/municipalities.geojson", on=day)
        assert answer.headers["content-type"] == "application/geo+json"
        collection = answer.json()
        listed = await items(country, "/municipalities", on=day)
        assert collection["type"] == "FeatureCollection"
        assert [each["id"] for each in collection["features"]] == [each["code"] for each in listed]
        for feature in collection["features"]:
            if feature["geometry"] is None:
                assert feature["properties"]["no_point_because"] == "area_changed"
            else:
                longitude, latitude = feature["geometry"]["coordinates"]
                assert 4 < longitude < 32 < 57 < latitude < 72
        without = [each["id"] for each in collection["features"] if each["geometry"] is None]
        assert (without == []) is (day >= date(2024, 1, 1))


POINTS = (
    ("1902", "2016-04-08", True),  # recoded twice
    ("5401", "2021-01-01", True),
    ("1927", "2016-04-08", False),  # merged into Senja
    ("1850", "2016-04-08", False),  # divided
    ("1507", "2021-01-01", False),  # divided in 2024
    ("1534", "2016-04-08", True),  # merged and restored: Haram has its old borders again
    ("1601", "2016-04-08", False),  # Klæbu was merged into it
    ("5001", "2019-01-01", False),
    ("5001", "2020-01-01", True),
    ("1567", "2018-06-01", True),  # another county, the same area
)


async def test_a_point_is_told_only_of_an_area_that_is_still_the_same(country: GatewayHouse):
    for code, on, has_point in POINTS:
        features = (await get(country, "/municipalities.geojson", on=on)).json()["features"]
        (feature,) = (each for each in features if each["id"] == code)
        assert (feature["geometry"] is not None) is has_point, (code, on)


async def test_the_table_opens_in_a_norwegian_spreadsheet(country: GatewayHouse):
    answer = await get(country, "/municipalities.csv", on="2016-04-08")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbfcode;name;")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    names = [row["name"] for row in rows]
    assert len(rows) == 428
    assert names[0] == "Agdenes"
    assert names[-4:] == ["Årdal", "Ås", "Åseral", "Åsnes"]
    assert names.index("Vågå") < names.index("Østre Toten") < names.index("Ål")
    kautokeino = next(row for row in rows if row["code"] == "2011")
    assert (kautokeino["name"], kautokeino["north_sami"]) == ("Kautokeino", "Guovdageaidnu")
    assert next(row for row in rows if row["code"] == "2021")["north_sami"] == "Kárášjohka"
    of_county = await get(country, "/municipalities.csv", on="2016-04-08", county="19")
    assert of_county.text.count("\r\n") == 25


@pytest.mark.parametrize("path", ["/municipalities", "/municipalities.csv", "/municipalities.geojson"])
async def test_a_county_that_is_none_on_the_date_is_refused_with_what_is_there_instead(
    country: GatewayHouse, path: str
):
    answer = await get(country, path, county="54", on="2026-01-01")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    told = answer.json()
    assert told["type"] == "urn:samla:problem:unit-not-valid"
    assert [(each["parameter"], each["code"]) for each in told["errors"]] == [("county", "unit-not-valid")]
    (place,) = told["places"]
    assert (place["code"], place["instead"]) == ("54", ["55", "56"])
    assert (await get(country, path, county="54", on="2022-01-01")).status_code == 200
    unknown = await get(country, path, county="88", on="2026-01-01")
    assert unknown.status_code == 422
    assert [(each["parameter"], each["code"]) for each in unknown.json()["errors"]] == [("county", "unknown-unit")]


async def test_a_search_in_a_county_that_is_none_on_the_date_is_refused(country: GatewayHouse):
    for county in ("54", "88"):
        answer = await get(country, "/municipalities", q="tromso", county=county, on="2026-01-01")
        assert answer.status_code == 422, county


async def test_a_name_that_looks_like_a_formula_stays_a_name(house: GatewayHouse):
    names = ("=HYPERLINK(1)", "+1", "-1", "@SUM", 'Å;"rlig"')
    units = (a_unit(f"19{number:02}", name) for number, name in enumerate(names, 2))
    await house.neighbours.tell(a_county("19", "Troms"), *units)
    answer = await get(house, "/municipalities.csv", on="2016-04-08")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert {row["code"]: row["name"] for row in rows} == {
        "1902": "'=HYPERLINK(1)",
        "1903": "'+1",
        "1904": "'-1",
        "1905": "'@SUM",
        "1906": 'Å;"rlig"',
    }


async def test_guovdageaidnu_is_found_through_an_address(country: GatewayHouse):
    address = f"/api/v1/municipalities?q={quote('Guovdageaidnu')}&on=2016-04-08"
    (found,) = (await country.anyone().get(address)).json()["items"]
    assert (found["code"], found["matched"], found["is_former"]) == ("2011", "Guovdageaidnu", False)
    address = f"/api/v1/municipalities?q={quote('Kárášjohka')}"
    assert [each["code"] for each in (await country.anyone().get(address)).json()["items"]] == ["2021"]


async def test_no_read_of_the_country_asks_the_database_once_for_each_place(country: GatewayHouse):
    """Whatever the size of the country: nothing for what is known now, and one statement for an earlier moment."""
    paths = (
        "/municipalities",
        "/municipalities?on=2016-04-08",
        "/municipalities?on=2016-04-08&county=19",
        "/municipalities?q=tromso",
        "/municipalities/1902",
        "/municipalities/1902?on=2016-04-08",
        "/municipalities/1902/history",
        "/counties",
        "/districts",
        "/organisations",
        "/municipalities.geojson",
        "/municipalities.csv",
    )
    anyone = country.anyone()
    async with fresh(country.app):
        assert (await anyone.get(f"/api/v1/counties?known_at={BETWEEN}")).status_code == 200
        for path in paths:
            assert await statements(country, anyone, path) == 0, path
            before = f"{path}{'&' if '?' in path else '?'}known_at={BETWEEN}"
            assert await statements(country, anyone, before) == 1, before


async def statements(house: GatewayHouse, client: httpx.AsyncClient, path: str) -> int:
    """How many questions a read puts to the database."""
    with selects(house.database) as asked:
        assert (await client.get(f"/api/v1{path}")).status_code == 200, path
    return len(asked)
