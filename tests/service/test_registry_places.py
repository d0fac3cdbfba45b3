"""The registry's places and organisations over HTTP, from the shipped tables, on both databases."""

from datetime import date, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from deploy.reference_load import Loaded, load_reference
from deploy.reference_tables import read_reference
from services.contracts.geography import Geography
from services.contracts.message import Envelope, upcast
from services.contracts.registry import CountyMessage, GeographicChangeMessage, UnitMessage
from services.kernel.clock import FixedClock
from services.registry.commands import record_changes, register_organisations, register_units
from services.registry.queries import geography
from services.registry.service import registry
from services.registry.tables.places import UNITS
from tests.conftest import OpenDatabase
from tests.service.registry_house import House
from tests.statements import selects
from tests.unit.test_geography import TODAY, lineage_of_today

TODAY_IN_2016 = date(2016, 4, 8)
ALL = Loaded(
    counties=33,
    units=899,
    changes=582,
    organisations=104,
    localities=7,
    groups=3,
    mapping_tools=4,
    membership_programmes=4,
)


async def test_the_tables_are_loaded_whole(open_database: OpenDatabase) -> None:
    assert await load_reference(await open_database(registry)) == ALL


async def test_loading_again_changes_and_tells_nothing(house: House) -> None:
    before = len(await house.told("unit"))
    assert await load_reference(house.database) == Loaded()
    assert len(await house.told("unit")) == before == 899


async def test_the_installation_is_the_actor_of_what_is_loaded(house: House) -> None:
    assert {message["actor"] for message in await house.told("organisation")} == {"installation"}


class ChangedItsMind(Exception):
    """A command that is undone."""


async def test_the_country_is_that_of_the_rows_whoever_has_asked_before(house: House) -> None:
    """A country is made once of the same rows. What a command has changed it sees, and nobody else until it is done."""

    def name(connection: sa.Connection) -> str:
        return geography(connection).name("1902", TODAY_IN_2016)

    def renamed(connection: sa.Connection, *, and_undone: bool) -> None:
        names = [{"name": "Tromsdalen", "valid_from": "1964-01-01"}]
        connection.execute(sa.update(UNITS).where(UNITS.c.code == "1902").values(names=names))
        assert name(connection) == "Tromsdalen"
        if and_undone:
            raise ChangedItsMind

    for _ in range(2):
        with pytest.raises(ChangedItsMind):
            await house.database.transact(partial(renamed, and_undone=True))
        assert await house.database.read(name) == "Tromsø"
    await house.database.transact(partial(renamed, and_undone=False))
    assert await house.database.read(name) == "Tromsdalen"


async def test_what_is_published_makes_the_same_country(house: House) -> None:
    facts = []
    for kind in ("unit", "county", "geographic_change"):
        for told in await house.told(kind):
            envelope = Envelope.model_validate(told)
            message_type, data = upcast(envelope.type, envelope.data)
            facts.append(message_type.model_validate(data))
    country = Geography(
        [fact.unit for fact in facts if isinstance(fact, UnitMessage)],
        [fact.county for fact in facts if isinstance(fact, CountyMessage)],
        [fact.change for fact in facts if isinstance(fact, GeographicChangeMessage)],
    )
    assert len(list(lineage_of_today(country))) == 889
    assert country.successors("1534", country.units["1534"].valid_from, TODAY)[0].code == "1580"


async def test_a_corrected_table_changes_only_what_differs(house: House) -> None:
    reference = read_reference()
    tromso = next(unit for unit in reference.units if unit.code == "5501")
    renamed = tromso.model_copy(update={"names": (tromso.names[0].model_copy(update={"north_sami": "Romsa"}),)})
    assert await house.database.write(register_units, [renamed, reference.units[0]]) == 1
    haram = next(change for change in reference.changes if change.restores == "1534")
    assert await house.database.write(record_changes, [haram.model_copy(update={"weight": 0.14})]) == 1
    napha = next(organisation for organisation in reference.organisations if organisation.reference == "napha")
    moved = napha.model_copy(update={"seat": "Steinkjer", "aliases": ("NAPHA", "Napha Trondheim")})
    assert await house.database.write(register_organisations, [moved]) == 1

    assert [told["aggregateversion"] for told in await house.told("unit")][-1] == 2
    assert (await house.anybody.get("/municipalities", on="2024-01-01", q="romsa")).json()["items"][0]["code"] == "5501"
    history = (await house.anybody.get("/municipalities/1507/history")).json()
    assert [change["weight"] for change in history["changes"] if change["new_code"] == "1580"] == [0.14]
    found = (await house.anybody.get("/organisations", name="napha trondheim")).json()["items"]
    assert [organisation["seat"] for organisation in found] == ["Steinkjer"]


async def test_municipalities_of_a_date_and_county(house: House) -> None:
    async def number(**parameters: str) -> int:
        return len((await house.anybody.get("/municipalities", **parameters)).json()["items"])

    days = ["2002-01-01", "2016-12-31", "2020-01-01", "2024-01-01"]
    assert [await number(on=day) for day in days] == [434, 428, 356, 357]
    assert [await number(on="2016-04-08", county=county) for county in ("18", "19", "20")] == [44, 24, 19]
    assert await number() == await number(on="2016-04-08")


async def test_municipalities_come_in_norwegian_order(house: House) -> None:
    items = (await house.anybody.get("/municipalities", on="2016-04-08", county="18")).json()["items"]
    names = [unit["names"][-1]["name"] for unit in items]
    assert (names[0], names[-2:]) == ("Alstahaug", ["Vågan", "Øksnes"])


async def test_tromso_is_found_on_each_date(house: House) -> None:
    for on, code in (("2016-06-01", "1902"), ("2020-06-01", "5401"), ("2026-01-01", "5501")):
        for query in ("Tromsø", "tromso"):
            items = (await house.anybody.get("/municipalities", on=on, q=query)).json()["items"]
            assert [unit["code"] for unit in items] == [code]


async def test_a_search_within_a_county(house: House) -> None:
    items = (await house.anybody.get("/municipalities", on="2016-04-08", q="Bø", county="18")).json()["items"]
    assert [unit["code"] for unit in items] == ["1867", "1804"]


async def test_one_municipality(house: House) -> None:
    tromso = (await house.anybody.get("/municipalities/1902", on="2016-04-08")).json()
    assert (tromso["names"][0]["name"], tromso["county_code"], tromso["valid_to"]) == ("Tromsø", "19", "2020-01-01")
    assert tromso["valid_from"] == "1971-01-01"


async def test_a_code_that_is_not_valid_on_the_date_says_what_is(house: House) -> None:
    answer = await house.anybody.get("/municipalities/1902", on="2024-01-01")
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"] == "urn:samla:problem:unit-not-valid"
    assert problem["places"] == [
        {"code": "1902", "valid_from": "1971-01-01", "valid_to": "2020-01-01", "instead": ["5501"]}
    ]
    assert problem["errors"][0]["parameter"] == "on"


UNANSWERABLE: list[tuple[str, dict[str, str], int, str]] = [
    ("/municipalities/9999", {}, 404, "not-found"),
    ("/municipalities/9999/history", {}, 404, "not-found"),
    ("/municipalities/tromso", {}, 404, "not-found"),
    ("/municipalities", {"on": "2001-12-31"}, 422, "date-before-tables"),
    ("/counties", {"on": "2001-12-31"}, 422, "date-before-tables"),
    ("/municipalities", {"county": "99"}, 422, "unknown-unit"),
    ("/municipalities", {"county": "55"}, 422, "unit-not-valid"),
    ("/municipalities", {"on": "in spring"}, 422, "invalid"),
    ("/municipalities", {"when": "2016-04-08"}, 400, "unknown-query-parameter"),
    ("/organisations/00000000-0000-7000-8000-000000000000", {}, 404, "not-found"),
]


async def test_what_cannot_be_answered(house: House) -> None:
    for path, parameters, status, slug in UNANSWERABLE:
        answer = await house.anybody.get(path, **parameters)
        assert (path, answer.status_code, answer.json()["type"]) == (path, status, f"urn:samla:problem:{slug}")
        assert "in spring" not in answer.text


async def test_the_history_of_a_code(house: House, clock: FixedClock) -> None:
    clock.advance(timedelta(days=3700))
    history = (await house.anybody.get("/municipalities/5530/history")).json()
    assert [relative["code"] for relative in history["earlier"]] == ["1927", "1928", "1929", "1931"]
    assert [relative["code"] for relative in history["today"]] == ["5530"]
    assert [change["old_code"] for change in history["changes"]] == ["5421"]
    tysfjord = (await house.anybody.get("/municipalities/1850/history")).json()
    assert [(each["code"], each["relation"], each["weight"]) for each in tysfjord["today"]] == [
        ("1806", "split", None),
        ("1875", "split", None),
    ]


async def test_counties_and_districts(house: House) -> None:
    counties = (await house.anybody.get("/counties", on="2021-01-01")).json()["items"]
    assert [county["code"] for county in counties] == [
        "03", "11", "15", "18", "30", "34", "38", "42", "46", "50", "54",
    ]  # fmt: skip
    districts = (await house.anybody.get("/districts", on="2016-04-08", county="03")).json()["items"]
    assert len(districts) == 17


async def test_organisations_by_kind_county_and_date(house: House) -> None:
    found = (await house.anybody.get("/organisations", kind="korus", county="19", on="2016-04-08")).json()["items"]
    assert [organisation["reference"] for organisation in found] == ["korus-nord"]
    later = await house.anybody.get("/organisations", kind="korus", county="55", on="2016-04-08")
    assert later.json()["type"] == "urn:samla:problem:unit-not-valid"
    kinds = (await house.anybody.get("/organisations", kind="korus")).json()["items"]
    assert [organisation["reference"] for organisation in kinds] == [
        "korus-vest-bergen", "korus-midt", "korus-nord", "korus-oslo", "korus-vest-stavanger", "korus-sor", "korus-ost",
    ]  # fmt: skip


async def test_only_the_national_coordinator_registers_an_organisation(house: House) -> None:
    body = {"reference": "kbt", "name": "KBT Midt-Norge", "kind": "partner", "occurred_on": "2016-01-01"}
    assert (await house.caller("ED").post("/organisations", body)).status_code == 403
    made = await house.caller("KOO").post("/organisations", body)
    assert made.status_code == 201
    shown = await house.anybody.get(made.headers["location"])
    assert shown.json() == made.json()
    again = await house.caller("KOO").post("/organisations", body)
    assert (again.status_code, again.json()["type"]) == (409, "urn:samla:problem:organisation-exists")


async def test_a_list_is_a_constant_number_of_statements(house: House) -> None:
    async def number(path: str, **parameters: str) -> int:
        with selects(house.database) as asked:
            assert (await house.anybody.get(path, **parameters)).status_code == 200
        return len(asked)

    assert await number("/municipalities", on="2016-04-08") == 3
    assert await number("/municipalities", on="2016-04-08", county="18", q="b") == 3
    assert await number("/organisations") == await number("/organisations", kind="korus", on="2016-04-08") == 2
    assert await number("/mappings") == await number("/awareness", year="2016", limit="200") == 1
