"""The registry kept current from Klass: fetched over HTTP, approved by two, and equal to the shipped tables."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from pydantic import HttpUrl

from services.contracts.geography import Geography
from services.contracts.problems import PROBLEMS
from services.contracts.registry import ChangeKind, Unit
from services.kernel.clock import FixedClock
from services.kernel.settings import Settings
from services.registry.commands import record_changes, register_counties, register_units
from services.registry.domain.klass_lists import Window
from services.registry.domain.klass_names import LANGUAGES
from services.registry.queries import geography
from services.registry.queries import klass as asking
from services.registry.service import registry
from tests.conftest import OpenDatabase
from tests.klass import spoiling
from tests.klass.country import Tables, shipped, told_by_klass
from tests.klass.lists import Change, Code, Lists
from tests.klass.server import KlassServer, Spoil, klass_server
from tests.service.registry_house import Caller, House

SHIPPED = shipped()
LISTS = SHIPPED.lists()
TODAY = date(2026, 6, 1)


class Register:
    """A registry, the Klass that it asks, and two people who may change it."""

    def __init__(self, house: House, klass: KlassServer) -> None:
        self.house, self.klass = house, klass
        self.one, self.other = (house.caller("KOO", who=who) for who in ("one", "another"))

    async def knows(self, tables: Tables) -> None:
        """Load what the registry knows of the country."""
        database = self.house.database
        await database.write(register_counties, tables.counties)
        await database.write(register_units, tables.units)
        await database.write(record_changes, tables.changes)

    async def ask(self, since: date, until: date) -> httpx.Response:
        """Have somebody ask Klass."""
        body = {"since": since.isoformat(), "until": until.isoformat()}
        return await self.one.post("/geographic-proposals/from-klass", body)

    async def approve(self, who: Caller, proposal_id: str) -> httpx.Response:
        """Have somebody approve what a proposal would change now."""
        path = f"/geographic-proposals/{proposal_id}"
        shown = await who.get(path)
        digest = {"digest": shown.json()["proposal"]["digest"]}
        return await who.post(f"{path}/approve", digest, if_match=shown.headers["etag"])

    async def take_over(self, since: date, until: date) -> dict[str, Any]:
        """Ask, and have both approve."""
        asked = await self.ask(since, until)
        assert asked.status_code == 201, asked.text
        proposal_id = asked.json()["proposal_id"]
        assert (await self.approve(self.one, proposal_id)).json()["status"] == "open"
        applied = await self.approve(self.other, proposal_id)
        assert applied.status_code == 200, applied.text
        assert applied.json()["status"] == "applied"
        found: dict[str, Any] = applied.json()
        return found

    async def take_over_nothing(self, since: date, until: date) -> None:
        """Ask, and be told that it is all held."""
        assert slug(await self.ask(since, until)) == "nothing-new-in-klass"

    async def country(self) -> Geography:
        return await self.house.database.read(geography)

    async def dump(self) -> dict[str, list[Any]]:
        """Every row of the registry's own tables, and of what it has told."""

        def rows(connection: sa.Connection) -> dict[str, list[Any]]:
            tables = [*registry.owned_tables, registry.metadata.tables["outbox"]]
            return {table.name: sorted(map(repr, connection.execute(sa.select(table)))) for table in tables}

        return await self.house.database.read(rows)


@pytest.fixture
async def klass() -> AsyncIterator[KlassServer]:
    async with klass_server(LISTS) as server:
        yield server


@pytest.fixture
async def register(open_database: OpenDatabase, clock: FixedClock, klass: KlassServer) -> AsyncIterator[Register]:
    house = House(await open_database(registry), clock)
    house.app.state.settings = Settings(klass_url=HttpUrl(klass.address))
    async with house.client:
        yield Register(house, klass)


def slug(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("urn:samla:problem:")


def names_without_language(country: Geography) -> set[str]:
    """Codes with a name in another language that nobody has said which language it is in, though the tables know."""
    languages = set(LANGUAGES)
    return {
        unit.code
        for unit in SHIPPED.units
        for ours, theirs in zip(unit.names, country.units[unit.code].names, strict=True)
        if ours.model_dump(include=languages) != theirs.model_dump(include=languages)
    }


def told(country: Geography) -> dict[str, Any]:
    return told_by_klass(country.units.values(), country.counties.values(), country.changes)


def eve(day: date) -> date:
    return day - timedelta(days=1)


@pytest.mark.parametrize("year", [2018, 2020, 2024])
async def test_the_country_becomes_the_shipped_one(register: Register, year: int) -> None:
    """All that has happened since, in one proposal: codes, validity, full names and main ways."""
    day = date(year, 1, 1)
    await register.knows(SHIPPED.before(day))
    await register.take_over(eve(day), TODAY)
    assert told(await register.country()) == told_by_klass(SHIPPED.units, SHIPPED.counties, SHIPPED.changes)
    await register.take_over_nothing(eve(day), TODAY)


@pytest.mark.parametrize("year", [2018, 2020, 2024])
async def test_one_reform(register: Register, year: int) -> None:
    day = date(year, 1, 1)
    await register.knows(SHIPPED.before(day))
    proposal = await register.take_over(eve(day), day)
    since = SHIPPED.before(day + timedelta(days=1))
    assert told(await register.country()) == told_by_klass(since.units, since.counties, since.changes)
    listed = [each for each in since.changes if each.effective_on == day and each.kind is not ChangeKind.part]
    assert proposal["changes"] == len(listed)


async def test_what_klass_does_not_tell_is_ours_and_survives(register: Register) -> None:
    """Smaller areas, what was restored and the languages of names, through the reforms of 2020 and 2024."""
    before = SHIPPED.before(date(2020, 1, 1))
    await register.knows(before)
    await register.take_over(date(2019, 12, 31), date(2023, 1, 1))
    moved = [
        each for each in SHIPPED.changes if each.kind is ChangeKind.part and each.effective_on.year in (2020, 2021)
    ]
    await register.house.database.write(record_changes, moved)
    await register.take_over(date(2023, 1, 1), TODAY)
    restoring = [each for each in SHIPPED.changes if each.restores is not None]
    await register.house.database.write(record_changes, restoring)
    await register.take_over_nothing(date(2019, 12, 31), TODAY)
    country = await register.country()
    ours = {
        (each.effective_on, each.old_code, each.new_code): (each.kind, each.restores)
        for each in (*before.changes, *moved, *restoring)
    }
    kept = {(each.effective_on, each.old_code, each.new_code): (each.kind, each.restores) for each in country.changes}
    assert {key: kept[key] for key in ours} == ours
    assert names_without_language(country) == {
        "1826",
        "1853",
        "5001",
        "5025",
        "1833",
        "1845",
        "5037",
        "5516",
        "0301",
        "5006",
        "5536",
    }


async def test_what_was_restored_is_recorded_after_one_import_and_survives_the_next(register: Register) -> None:
    """The reform of 2024 is imported, then it is told what it restored, then the new names of 2026 are imported."""
    day = date(2024, 1, 1)
    ours = [each for each in SHIPPED.changes if each.restores is not None or each.weight is not None]

    async def told_of_ours() -> dict[tuple[str, str], tuple[str | None, float | None]]:
        edges = {
            (each.old_code, each.new_code): (each.restores, each.weight) for each in (await register.country()).changes
        }
        return {key: edges[key] for key in ((each.old_code, each.new_code) for each in ours)}

    await register.knows(SHIPPED.before(day))
    await register.take_over(eve(day), day)
    assert set((await told_of_ours()).values()) == {(None, None)}
    assert await register.house.database.write(record_changes, ours) == len(ours) == 9
    proposal = await register.take_over(day, TODAY)
    assert (proposal["units"], proposal["changes"]) == (3, 3)
    assert await told_of_ours() == {(each.old_code, each.new_code): (each.restores, each.weight) for each in ours}
    country = await register.country()
    assert country.name("0301", TODAY) == "Oslo"
    assert country.names("5006", TODAY).official_name == "Steinkjer - Stïentje"
    assert [branch.code for branch in country.related("1534", TODAY)] == ["1580"]
    assert [branch.weight for branch in country.related("1507", TODAY)] == [0.863143, 0.136857]


@pytest.mark.parametrize("year", [2018, 2020, 2024])
async def test_tables_that_know_nothing_of_it_yet_do_not_take_it_back(register: Register, year: int) -> None:
    """They are loaded again, with one name corrected that has nothing to do with it; then come those that know."""
    day = date(year, 1, 1)
    older = SHIPPED.before(day)
    await register.knows(older)
    await register.take_over(eve(day), TODAY)
    taken_over = await register.country()
    database = register.house.database
    assert await database.write(register_units, older.units) == 0
    assert await database.write(register_counties, older.counties) == 0
    assert await database.write(record_changes, older.changes) == 0
    assert (await register.country()).units == taken_over.units
    corrected = [with_another_name(unit) if unit.code == ENDED[year] else unit for unit in older.units]
    assert await database.write(register_units, corrected) == 1
    ended = (await register.country()).units[ENDED[year]]
    assert ended.valid_to == taken_over.units[ENDED[year]].valid_to
    assert (ended.names[-1].name, ended.names[-1].valid_to) == ("Prøvenavn", ended.valid_to)
    await register.knows(SHIPPED)
    country = await register.country()
    assert country.units == {unit.code: unit for unit in SHIPPED.units}
    assert country.counties == {county.code: county for county in SHIPPED.counties}


ENDED = {2018: "1601", 2020: "1902", 2024: "1507"}
"""A municipality whose code ended with the reform of the year."""


def with_another_name(unit: Unit) -> Unit:
    """As a table tells it that corrects the last name."""
    *before, last = unit.names
    return unit.model_copy(update={"names": (*before, last.model_copy(update={"name": "Prøvenavn"}))})


async def test_an_invented_change_of_the_future_acts_on_its_day(
    register: Register, klass: KlassServer, clock: FixedClock
) -> None:
    """Test data: nobody has decided that Kristiansund and Averøy become one."""
    day = date(2031, 1, 1)
    klass.lists = Lists(
        (
            *(replace(line, until=day) if line.code in ("1505", "1554") else line for line in LISTS.codes),
            Code(131, "1599", "Testvik", since=day),
        ),
        (*LISTS.changes, Change(131, day, "1505", "1599"), Change(131, day, "1554", "1599")),
    )
    await register.knows(SHIPPED)
    proposal = await register.take_over(TODAY, date(2031, 6, 1))
    assert (proposal["units"], proposal["counties"], proposal["changes"]) == (3, 0, 2)

    async def codes_now() -> set[str]:
        listed = (await register.house.anybody.get("/municipalities", county="15")).json()["items"]
        return {unit["code"] for unit in listed} & {"1505", "1554", "1599"}

    clock.advance(eve(day) - clock.now().date())
    assert await codes_now() == {"1505", "1554"}
    clock.advance(timedelta(days=1))
    assert await codes_now() == {"1599"}


async def test_the_same_person_does_not_approve_twice(register: Register) -> None:
    await register.knows(SHIPPED.before(date(2024, 1, 1)))
    proposal_id = (await register.ask(date(2023, 12, 31), date(2024, 1, 1))).json()["proposal_id"]
    await register.approve(register.one, proposal_id)
    before = await register.dump()
    again = await register.approve(register.one, proposal_id)
    assert (again.status_code, slug(again)) == (409, "already-approved")
    assert await register.dump() == before


async def test_a_difference_that_changed_between_the_approvals_is_approved_anew(register: Register) -> None:
    await register.knows(SHIPPED.before(date(2024, 1, 1)))
    asked = (await register.ask(date(2023, 12, 31), date(2024, 1, 1))).json()
    await register.approve(register.one, asked["proposal_id"])
    known = (await register.country()).units["5401"]
    named = known.model_copy(update={"names": (known.names[0].model_copy(update={"north_sami": "Romsa"}),)})
    await register.house.database.write(register_units, [named])
    path = f"/geographic-proposals/{asked['proposal_id']}"
    version = (await register.other.get(path)).headers["etag"]
    stale = await register.other.post(f"{path}/approve", {"digest": asked["digest"]}, if_match=version)
    assert (stale.status_code, slug(stale)) == (409, "diff-changed")
    assert "5501" not in (await register.country()).units
    assert (await register.approve(register.other, asked["proposal_id"])).json()["status"] == "open"
    assert (await register.approve(register.one, asked["proposal_id"])).json()["status"] == "applied"
    assert (await register.country()).units["5401"].names[0].north_sami == "Romsa"


async def test_every_answer_is_kept_and_can_be_read(register: Register) -> None:
    await register.knows(SHIPPED.before(date(2024, 1, 1)))
    path = (await register.ask(date(2023, 12, 31), date(2024, 1, 1))).headers["location"]
    kept = (await register.other.get(f"{path}/answers")).json()["items"]
    right = LISTS.answers(Window(date(2023, 12, 31), date(2024, 1, 1)))
    assert [answer["question"] for answer in kept] == sorted(right)
    for answer in kept:
        body = (await register.other.get(f"{path}/answers/{answer['number']}")).content
        assert body == right[answer["question"]]
        assert (answer["sha256"], answer["size_bytes"]) == (sha256(body).hexdigest(), len(body))
    assert (await register.other.get(f"{path}/answers/7")).status_code == 404
    assert (await register.other.get(f"/geographic-proposals/{UUID(int=0)}/answers")).status_code == 404
    shown = (await register.other.get(path)).json()
    assert {each["code"]: each["reason"] for each in shown["left_out"]}["2311"] == "continental_shelf"


WRONG: list[tuple[str, Spoil, str, str | None]] = [
    ("131/codesAt", spoiling.truncated, "klass-answer-refused", "cut-off"),
    ("131/codesAt", spoiling.cut_json, "klass-answer-refused", "not-json"),
    ("131/codesAt", spoiling.page_as_json, "klass-answer-refused", "not-json"),
    ("131/codesAt", spoiling.deep, "klass-answer-refused", "not-json"),
    ("131/codesAt", spoiling.page, "klass-answer-refused", "other-type"),
    ("131/changes", spoiling.elsewhere, "klass-answer-refused", "other-status"),
    ("131/changes", spoiling.missing, "klass-answer-refused", "other-status"),
    ("131/changes", spoiling.endless, "klass-answer-refused", "too-large"),
    ("104/changes", spoiling.bomb, "klass-answer-refused", "compressed"),
    ("104/codesAt", spoiling.no_http, "klass-answer-refused", "cut-off"),
    ("104/codesAt", spoiling.closed, "klass-answer-refused", "cut-off"),
    ("103/codesAt", spoiling.failing, "klass-unavailable", None),
    ("103/codesAt", spoiling.silent, "klass-unavailable", None),
    ("103/codesAt", spoiling.dripping, "klass-unavailable", None),
    (
        "131/codesAt",
        spoiling.changed("codes", lambda lines: lines[0].pop("name")),
        "klass-answer-refused",
        "other-fields",
    ),
    (
        "131/codesAt",
        spoiling.changed("codes", lambda lines: lines[0].update(name="Os\x00lo")),
        "klass-answer-refused",
        "other-fields",
    ),
    (
        "131/codesAt",
        spoiling.changed("codes", lambda lines: lines[0].update(code="O301")),
        "klass-answer-refused",
        "other-fields",
    ),
    (
        "131/codesAt",
        spoiling.changed("codes", lambda lines: lines.append(lines[0])),
        "klass-answer-refused",
        "said-twice",
    ),
    (
        "131/changes",
        spoiling.changed("codeChanges", lambda lines: lines[0].update(oldCode="150701")),
        "klass-answer-refused",
        "other-codes",
    ),
    (
        "131/changes",
        spoiling.changed("codeChanges", lambda lines: lines[0].update(changeOccurred="2020-01-01")),
        "klass-answer-refused",
        "other-days",
    ),
    ("131/codesAt", spoiling.changed("codes", lambda lines: lines.clear()), "klass-answer-refused", "other-fields"),
    ("131/codesAt", spoiling.changed("codes", lambda lines: lines.pop(0)), "klass-contradicts-registry", None),
    ("131/changes", spoiling.changed("codeChanges", lambda lines: lines.clear()), "klass-contradicts-registry", None),
    ("104/changes", spoiling.changed("codeChanges", lambda lines: lines.pop()), "klass-contradicts-registry", None),
]


async def test_no_wrong_answer_changes_anything(
    register: Register, klass: KlassServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await register.knows(SHIPPED.before(date(2024, 1, 1)))
    before = await register.dump()
    for spoilt, spoil, problem, reason in WRONG:
        short = spoil in (spoiling.silent, spoiling.dripping)
        monkeypatch.setattr(asking, "TIME_LIMIT_S", 0.5 if short else 8.0)
        klass.spoilt, klass.spoil = spoilt, spoil
        refused = await register.ask(date(2023, 12, 31), date(2024, 1, 1))
        assert (slug(refused), refused.json().get("reason")) == (problem, reason), spoil
        assert refused.status_code == PROBLEMS[problem].status
        assert await register.dump() == before
    klass.spoil = None
    assert (await register.ask(date(2023, 12, 31), date(2024, 1, 1))).status_code == 201


async def test_a_contradiction_says_which_codes_to_look_at(register: Register, klass: KlassServer) -> None:
    await register.knows(SHIPPED.before(date(2024, 1, 1)))
    klass.lists = replace(LISTS, unlisted=frozenset(("1101", "5501")))
    refused = await register.ask(date(2023, 12, 31), date(2024, 1, 1))
    assert (refused.status_code, refused.json()["only_here"]) == (409, ["1101", "5501"])


async def test_asking_again_with_the_same_key_makes_no_second_proposal(register: Register) -> None:
    await register.knows(SHIPPED.before(date(2024, 1, 1)))
    body = {"since": "2023-12-31", "until": "2024-01-01"}
    first, second = [await register.one.post("/geographic-proposals/from-klass", body, key="once") for _ in range(2)]
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert len(await register.house.told("geographic_proposal")) == 1


@pytest.mark.parametrize(
    ("since", "until", "problem"),
    [
        ("2024-01-01", "2024-01-01", "period-reversed"),
        ("2024-01-01", "2023-01-01", "period-reversed"),
        ("1999-01-01", "2023-01-01", "date-before-tables"),
        ("2024-01-01", "9999-12-31", "invalid"),
        ("2024-01-01", "snart", "invalid"),
    ],
)
async def test_a_window_that_cannot_be_meant_is_not_asked_about(
    register: Register, klass: KlassServer, since: str, until: str, problem: str
) -> None:
    refused = await register.one.post("/geographic-proposals/from-klass", {"since": since, "until": until})
    assert (refused.status_code, slug(refused)) == (422, problem)
    assert klass.asked == []


async def test_only_who_may_change_the_register_has_klass_asked(register: Register, klass: KlassServer) -> None:
    body = {"since": "2023-12-31", "until": "2024-01-01"}
    path = "/geographic-proposals/from-klass"
    assert (await register.house.anybody.post(path, body)).status_code == 401
    for role in ("KOM", "FAG", "DRIFT"):
        assert (await register.house.caller(role, UUID(int=1)).post(path, body)).status_code == 403
    assert klass.asked == []
