"""The country as anybody meets it over HTTP: every year, every code there ever was, and what was known when."""

import asyncio
import csv
import io
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest

from deploy.reference_tables import REFERENCE
from tests.end_to_end.installation import Installation
from tests.end_to_end.users import PREFIX, User
from tests.unit.test_geography import COUNTIES, MUNICIPALITIES
from tests.waiting import eventually
from tests.web.reading import text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

TABLES_BEGIN = "2002-01-01"

with (REFERENCE / "municipality_lineage.csv").open(encoding="utf-8", newline="") as file:
    LINEAGE = list(csv.DictReader(file))
with (REFERENCE / "municipality_changes.csv").open(encoding="utf-8", newline="") as file:
    CHANGES = list(csv.DictReader(file))
MOVED = {(row["old_code"], row["new_code"]): row["date"] for row in CHANGES if row["kind"] == "part"}
"""When smaller areas moved from one code to another."""
MAIN = ("same", "whole", "split")
"""The ways that figures follow; the others are smaller areas."""


async def items(reader: User, path: str, **parameters: Any) -> list[dict[str, Any]]:
    answer = await reader.get(path, **parameters)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


@pytest.mark.parametrize("year", MUNICIPALITIES)
async def test_the_municipalities_and_counties_of_each_first_of_january(here: Installation, year: int) -> None:
    reader, day = here.anybody(), f"{year}-01-01"
    counties = await items(reader, "/counties", on=day)
    municipalities = await items(reader, "/municipalities", on=day)
    assert (len(municipalities), len(counties)) == (MUNICIPALITIES[year], COUNTIES[year])
    of_counties = [
        each["code"]
        for county in counties
        for each in await items(reader, "/municipalities", on=day, county=county["code"])
    ]
    assert sorted(of_counties) == [each["code"] for each in municipalities]


async def histories(reader: User, codes: Iterable[str]) -> dict[str, Any]:
    """What is told of each code, asked for sixteen at a time."""
    found: dict[str, Any] = {}
    waiting = iter(sorted(codes))

    async def ask() -> None:
        for code in waiting:
            answer = await reader.get(f"/municipalities/{code}/history")
            assert answer.status_code == 200, code
            found[code] = answer.json()

    await asyncio.gather(*(ask() for _ in range(16)))
    return found


async def test_every_code_there_ever_was_is_today_what_the_shipped_table_says(here: Installation) -> None:
    reader = here.anybody()
    current = {each["code"]: each for each in await items(reader, "/municipalities")}
    told = await histories(reader, {row["code"] for row in LINEAGE})
    assert [
        {
            "code": code,
            "name": history["unit"]["names"][-1]["name"],
            "valid_from": history["unit"]["valid_from"],
            "valid_to": history["unit"]["valid_to"] or "",
            "current_code": relative["code"],
            "current_name": current[relative["code"]]["name"],
            "current_county_code": current[relative["code"]]["county_code"],
            "relation": relative["relation"],
            "path": " > ".join(relative["path"]),
        }
        for code, history in sorted(told.items())
        for relative in history["today"]
    ] == LINEAGE


async def test_every_code_of_today_leads_back_over_all_its_rows(here: Installation) -> None:
    """Asked back from today to the first day of each row's code: all rows, smaller areas too, and no others."""
    reader = here.anybody()
    asked = sorted({(row["current_code"], max(row["valid_from"], TABLES_BEGIN)) for row in LINEAGE})
    answers: dict[tuple[str, str], list[dict[str, Any]]] = {}
    waiting = iter(asked)

    async def ask() -> None:
        for code, since in waiting:
            answer = await reader.get(f"/municipalities/{code}/history", since=since)
            assert answer.status_code == 200, (code, since)
            answers[code, since] = answer.json()["earlier"]

    await asyncio.gather(*(ask() for _ in range(16)))
    covered = set[tuple[str, str, str, str]]()
    for (code, since), earlier in answers.items():
        told = [(each["code"], code, each["relation"], " > ".join(each["path"])) for each in earlier]
        rows = [row for row in LINEAGE if row["current_code"] == code and _holds(row, since)]
        assert told == [_row(row) for row in rows if not _has_left(row, since)], (code, since)
        covered.update(told)
    assert covered == {_row(row) for row in LINEAGE}
    assert len(covered) == len(LINEAGE) == 889
    assert ("5030", "5001", "whole", "5030 > 5001") in covered
    assert {relation for _, _, relation, _ in covered} == {"same", "whole", "split", "part", "part_via_successor"}


async def test_a_code_that_is_not_in_use_yet_names_those_whose_area_it_gets(here: Installation) -> None:
    """On the first day of each row's code: the code of today is in use, or the refusal names those of the table."""
    reader = here.anybody()
    used = {row["code"]: row["valid_from"] for row in LINEAGE}
    grew = {row["new_code"] for row in CHANGES if row["kind"] == "merge" and row["date"] > used[row["new_code"]]}
    refused = 0
    for code, day in sorted({(row["current_code"], max(row["valid_from"], TABLES_BEGIN)) for row in LINEAGE}):
        mine = [row for row in LINEAGE if row["current_code"] == code and row["relation"] in MAIN and _holds(row, day)]
        answer = await reader.get(f"/municipalities/{code}", on=day)
        if answer.status_code == 200:
            assert "same" in [row["relation"] for row in mine], (code, day)
        elif code not in grew:
            refused += 1
            assert answer.json()["places"][0]["instead"] == [row["code"] for row in mine], (code, day)
    assert refused > 300


def _row(row: dict[str, str]) -> tuple[str, str, str, str]:
    return row["code"], row["current_code"], row["relation"], row["path"]


def _has_left(row: dict[str, str], day: str) -> bool:
    """The row tells of a smaller area that had moved by the day, from a code that stayed in use."""
    steps = row["path"].split(" > ")
    return any(MOVED.get(step, "9999") <= day for step in pairwise(steps))


@pytest.mark.parametrize("since", ["2001-12-31", "0001-01-01"])
async def test_nothing_is_told_of_before_the_tables(here: Installation, since: str) -> None:
    answer = await here.anybody().get("/municipalities/5001/history", since=since)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:samla:problem:date-before-tables")
    assert answer.json()["errors"][0]["parameter"] == "since"


async def test_guovdageaidnu_survives_address_search_sort_and_table(here: Installation) -> None:
    reader = here.anybody()
    for day, code in (("2016-04-08", "2011"), ("2021-01-01", "5430"), ("2026-01-01", "5612")):
        answer = await reader.client.get(f"{PREFIX}/municipalities?q={quote('Guovdageaidnu')}&on={day}")
        (found,) = answer.json()["items"]
        assert (found["code"], found["matched"], found["north_sami"]) == (code, "Guovdageaidnu", "Guovdageaidnu")
        detail = (await reader.get(f"/municipalities/{code}", on=day)).json()
        assert (detail["name"], detail["north_sami"], detail["on"]) == ("Kautokeino", "Guovdageaidnu", day)
        table = (await reader.get("/municipalities.csv", on=day)).content
        rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline=""), delimiter=";"))
        names = [row["name"] for row in rows]
        assert next(row["north_sami"] for row in rows if row["code"] == code) == "Guovdageaidnu"
        assert names.index("Karasjok") < names.index("Kautokeino") < names.index("Øksnes") < names.index("Åsnes")
        assert names[-1] == "Åsnes"


@pytest.mark.parametrize(
    ("words", "code", "is_guess"),
    [
        ("Guovdageainu", "5612", True),
        ("Alstadhaug", "1820", True),
        ("Kirkenes", "5605", False),
        ("Mo i Rana", "1833", False),
        ("Finnsnes", "5530", False),
        ("Skånland", "5512", False),
        ("tromso", "5501", False),
    ],
)
async def test_a_search_forgives_and_says_so(here: Installation, words: str, code: str, is_guess: bool) -> None:
    found = await items(here.anybody(), "/municipalities", q=words, on="2026-01-01")
    assert (found[0]["code"], found[0]["is_guess"]) == (code, is_guess)


@pytest.mark.parametrize(
    ("words", "day", "found"),
    [
        ("Våler", "2026-01-01", [("3114", "Østfold"), ("3419", "Innlandet")]),
        ("Våler", "2016-04-08", [("0137", "Østfold"), ("0426", "Hedmark")]),
        ("Herøy", "2026-01-01", [("1515", "Møre og Romsdal"), ("1818", "Nordland")]),
        ("Nes", "2016-04-08", [("0236", "Akershus"), ("0616", "Buskerud")]),
        ("Os", "2016-04-08", [("0441", "Hedmark"), ("1243", "Hordaland")]),
        ("Bø", "2016-04-08", [("0821", "Telemark"), ("1867", "Nordland")]),
        ("Sande", "2016-04-08", [("0713", "Vestfold"), ("1514", "Møre og Romsdal")]),
    ],
)
async def test_double_names_are_told_apart_by_their_county(
    here: Installation, words: str, day: str, found: list[tuple[str, str]]
) -> None:
    told = await items(here.anybody(), "/municipalities", q=words, on=day)
    assert sorted((each["code"], each["county_name"]) for each in told if each["name"] == words) == found


async def test_double_names_are_told_apart_by_their_county_on_the_page(here: Installation) -> None:
    page = await here.anybody().client.get("/", params={"q": "Våler"}, headers={"Accept": "text/html"})
    hits = [text_of(each) for each in page.text.split('<li class="hit">')[1:]]
    assert [re.findall(r"Våler|Østfold fylke|Innlandet fylke|kommunenummer \d+", each)[:3] for each in hits[:2]] == [
        ["Våler", "Østfold fylke", "kommunenummer 3114"],
        ["Våler", "Innlandet fylke", "kommunenummer 3419"],
    ]


@pytest.mark.parametrize(
    ("words", "language", "code", "name"),
    [
        ("Raisi", "kven", "5544", "Nordreisa"),
        ("omasvuono", "kven", "5538", "Storfjord"),
        ("Snåase", "south_sami", "5041", "Snåsa"),
        ("Aarborte", "south_sami", "1826", "Hattfjelldal"),
        ("Hábmer", "lule_sami", "1875", "Hamarøy"),
        ("karasjohka", "north_sami", "5610", "Karasjok"),
    ],
)
async def test_a_municipality_is_found_by_its_kven_and_its_sami_name(
    here: Installation, words: str, language: str, code: str, name: str
) -> None:
    found = (await items(here.anybody(), "/municipalities", q=words, on="2026-01-01"))[0]
    assert (found["code"], found["name"], found["matched"]) == (code, name, found[language])
    assert (found["is_former"], found["is_guess"]) == (False, False)


async def test_the_division_of_alesund_has_its_recorded_shares_and_old_haram_is_haram(here: Installation) -> None:
    """Of 69 123 inhabitants 59 663 live in Ålesund and 9 460 in Haram; of Tysfjord nobody has recorded the shares."""
    reader = here.anybody()
    alesund = (await reader.get("/municipalities/1507/history")).json()
    divided = [each for each in alesund["changes"] if each["kind"] == "split"]
    assert [(each["new_code"], each["weight"], each.get("restores")) for each in divided] == [
        ("1508", 0.863143, None),
        ("1580", 0.136857, "1534"),
    ]
    assert [(each["code"], each["relation"], each["weight"]) for each in alesund["today"]] == [
        ("1508", "split", 0.863143),
        ("1580", "split", 0.136857),
    ]
    haram = (await reader.get("/municipalities/1534/history")).json()
    assert [(each["code"], each["relation"], each["weight"]) for each in haram["today"]] == [("1580", "whole", 1.0)]
    tysfjord = (await reader.get("/municipalities/1850/history")).json()
    assert [(each["code"], each["relation"], each.get("weight")) for each in tysfjord["today"]] == [
        ("1806", "split", None),
        ("1875", "split", None),
    ]


LOCALITIES = {
    "finnsnes": ("Finnsnes", ["1931"], ["5530"], "a note to the plan of 2016"),
    "kirkenes": ("Kirkenes", ["2030"], ["5605"], "a note to the plan of 2016"),
    "lofoten": (
        "Lofoten",
        ["1856", "1857", "1859", "1860", "1865", "1874"],
        ["1856", "1857", "1859", "1860", "1865", "1874"],
        "lofotradet.no, Om Lofotrådet",
    ),
    "mo-i-rana": ("Mo i Rana", ["1833"], ["1833"], "a note to the plan of 2016"),
    "ofoten": (
        "Ofoten",
        ["1805", "1850", "1851", "1853", "1854"],
        ["1806", "1851", "1853"],
        "snl.no and no.wikipedia.org, Ofoten",
    ),
    "vesteralen": (
        "Vesterålen",
        ["1866", "1867", "1868", "1870", "1871"],
        ["1866", "1867", "1868", "1870", "1871"],
        "snl.no, Vesterålen",
    ),
    "ytre-helgeland": (
        "Ytre Helgeland",
        ["1818", "1820", "1822", "1827"],
        ["1818", "1820", "1822", "1827"],
        "heroyfjerdingen.no and skolelederforbundet.no",
    ),
}
"""The shipped towns and regions: name, municipalities in 2016 and in 2026, and how the source begins."""


@pytest.mark.parametrize(("day", "place"), [("2016-04-08", 1), ("2026-01-01", 2)])
async def test_a_town_or_region_is_the_municipalities_of_the_date_and_says_where_it_is_known_from(
    here: Installation, day: str, place: int
) -> None:
    reader = here.anybody()
    told = {each["reference"]: each for each in await items(reader, "/localities", on=day)}
    assert {reference: (each["name"], each["units"]) for reference, each in told.items()} == {
        reference: (expected[0], expected[place]) for reference, expected in LOCALITIES.items()
    }
    for reference, (name, _, _, source) in LOCALITIES.items():
        assert told[reference]["source"].startswith(source), reference
        found = [each for each in await items(reader, "/municipalities", q=name, on=day) if each.get("locality")]
        assert sorted(each["code"] for each in found) == told[reference]["units"], reference
        assert {each["locality"]["reference"] for each in found} == {reference}
    assert {reference: each["certainty"] for reference, each in told.items()} == {
        **dict.fromkeys(("finnsnes", "kirkenes", "lofoten", "mo-i-rana"), "high"),
        **dict.fromkeys(("ofoten", "vesteralen"), "medium"),
        "ytre-helgeland": "low",
    }


@pytest.mark.parametrize(
    ("words", "reference"),
    [("HALD", "ytre-helgeland"), ("girkonjarga", "kirkenes"), ("Kirkkoniemi", "kirkenes"), ("mo i rana", "mo-i-rana")],
)
async def test_a_town_or_region_is_found_by_its_other_names(here: Installation, words: str, reference: str) -> None:
    assert [each["reference"] for each in await items(here.anybody(), "/localities", q=words)] == [reference]


async def test_a_merger_entered_late_is_known_from_then_on_and_undone_it_was_never(here: Installation) -> None:
    """On a day in autumn it is entered that Bodø went into Beiarn in spring; then, that it did not."""
    reader, in_summer = here.anybody(), "2026-07-01"
    before = _now()
    answers_before = await _answers(reader, on=in_summer)
    assert ("1804" in answers_before["codes"], answers_before["today"]) == (True, ["1804"])

    merger = {"level": "municipality", "old_code": "1804", "new_code": "1839", "kind": "merge"}
    body = {"effective_on": "2026-03-01", "changes": [merger], "reason": "oppdiktet", "source": "en prøve"}
    await _applied(here, "/geographic-proposals", body)
    await eventually(lambda: _is_known(reader, in_summer, gone=True), what="the gateway knows the merger")
    between = _now()
    answers_between = await _answers(reader, on=in_summer)
    assert ("1804" in answers_between["codes"], answers_between["today"]) == (False, ["1839"])
    assert len(answers_between["codes"]) == len(answers_before["codes"]) - 1
    assert await _answers(reader, on=in_summer, known_at=before) == answers_before
    assert await _answers(reader, on=in_summer, known_at=between) == answers_between
    assert "1804" in (await _answers(reader, on="2026-02-28"))["codes"]

    history = (await reader.get("/municipalities/1804/history")).json()
    ids = [each["change_id"] for each in history["changes"] if each["effective_on"] == "2026-03-01"]
    await _applied(here, "/geographic-proposals/undo", {"change_ids": ids, "reason": "det hendte ikke"})
    await eventually(lambda: _is_known(reader, in_summer, gone=False), what="the gateway knows that it is undone")
    assert await _answers(reader, on=in_summer) == answers_before
    assert await _answers(reader, on=in_summer, known_at=between) == answers_between
    assert await _answers(reader, on=in_summer, known_at=before) == answers_before

    refused = await reader.get("/municipalities", known_at="2001-01-01T00:00:00Z")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:samla:problem:before-first-record")


async def _answers(reader: User, **asked: str) -> dict[str, Any]:
    """What several reads say of one state of the country, without what only tells when it was recorded."""
    history = (await reader.get("/municipalities/1804/history", **asked)).json()
    codes = [each["code"] for each in await items(reader, "/municipalities", **asked)]
    points = (await reader.get("/municipalities.geojson", **asked)).json()["features"]
    assert [each["id"] for each in points] == codes
    return {
        "codes": codes,
        "today": [each["code"] for each in history["today"]],
        "changes": history["changes"],
        "beiarn": (await reader.get("/municipalities/1839/history", **asked)).json()["earlier"],
        "table": (await reader.get("/municipalities.csv", **asked)).text,
        "found": [each["code"] for each in await items(reader, "/municipalities", q="Bodø", **asked)],
        "has point": [each["id"] for each in points if each["geometry"]],
    }


async def _applied(here: Installation, path: str, body: dict[str, Any]) -> None:
    """Propose it as one account, and let that one and another approve."""
    first, second = await here.user("koordinator1"), await here.user("koordinator2")
    answer = await first.post(path, body)
    assert answer.status_code == 201, answer.text
    proposal = f"/geographic-proposals/{answer.json()['proposal_id']}"
    for approver in (first, second):
        stands = (await approver.get(proposal)).json()["proposal"]
        answer = await approver.asks(f"{proposal}/approve", {"digest": stands["digest"]}, about=proposal)
        assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "applied"
    await here.settled()


async def _is_known(reader: User, on: str, *, gone: bool) -> bool:
    return ((await reader.get("/municipalities/1804", on=on)).status_code == 422) is gone


def _holds(row: dict[str, str], day: str) -> bool:
    return row["valid_from"] <= day and (not row["valid_to"] or day < row["valid_to"])


def _now() -> str:
    return datetime.now(UTC).isoformat()
