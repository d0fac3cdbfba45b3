"""The worked example as the product loads it: the plan, every figure on every day, and what a person finds."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from deploy.example.caller import Caller
from deploy.example.plan import PLAN, REASONS
from deploy.example.play import SESSIONS, play, send_year
from services.kernel.clock import SystemClock
from tests.end_to_end.example_year import Year
from tests.end_to_end.figures import percent, stands
from tests.end_to_end.installation import Installation, installed
from tests.end_to_end.users import slug

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

TODAY = ""
DAYS = (
    "2016-04-09",
    "2016-05-10",
    "2016-06-07",
    "2016-08-30",
    "2016-09-06",
    "2016-10-18",
    "2016-11-01",
    "2016-12-31",
    TODAY,
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def played(new_folder: Callable[[], Path]) -> AsyncIterator[Installation]:
    """An installation with the example, sent by the product itself."""
    async with installed(new_folder()) as here:
        await play(here.settings)
        await here.settled()
        yield here


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def year(played: Installation) -> Year:
    """The same commands, heard by somebody who only counts."""
    heard = Year()

    async def waits(_seconds: float) -> None:
        raise AssertionError("nothing is on its way here")

    async with httpx.AsyncClient(transport=httpx.MockTransport(heard.hear), base_url="http://heard") as client:
        await send_year({name: Caller(client, {}, waits) for name in SESSIONS}, played.organisations)
    return heard


async def test_a_letter_to_the_municipalities_of_today_can_be_tried(played: Installation) -> None:
    editor = await played.user("korusnord.redaktor")
    text = {"subject": "Prøve", "body": "Dette er en prøve."}
    body = {"centre_id": str(played.organisations["korus-nord"]), "year": 2026, "texts": {"nb": text, "nn": text}}
    letter = await editor.does("/letters", body)
    stands = (await editor.get(f"/letters/{letter['letter_id']}")).json()["receipts"]
    assert stands == {"prepared": letter["units"]}
    assert letter["units"] == 80


async def test_the_plan_is_as_its_file(played: Installation) -> None:
    editor = await played.user("korusnord.redaktor")
    (plan,) = await editor.pages("/plans")
    assert (plan["year"], plan["adopted_on"]) == (2016, "2016-04-08")
    details = (await editor.get(f"/plans/{plan['plan_id']}")).json()
    assert len(details["assignments"]) == 45
    tasks = [task for each in details["assignments"] for task in each["tasks"]]
    assert (len(tasks), sum(task["own"] for task in tasks)) == (65, 63)
    assert {each["code"]: each["reason"] for each in details["assignments"] if each.get("reason")} == REASONS
    planned = await editor.pages(f"/plans/{plan['plan_id']}/activities")
    distinct = [each for each in planned if each.get("duplicate_of") is None]
    assert (len(planned), len(distinct), sum(each["own"] for each in distinct)) == (189, 179, 166)
    codes = {each["code"] for each in distinct}
    assert {each["duplicate_of"] for each in planned if each.get("duplicate_of")} <= codes

    figure = await editor.figure("plan_counts")
    assert (figure["numerator"], figure["denominator"], figure["example"]) == (166, 179, False)
    assert figure["extra"] == {
        "assignments": 45,
        "assignments_with_reason": 2,
        "goals": 47,
        "tasks": 65,
        "own_tasks": 63,
        "planned_activities": 189,
        "repeats": 10,
    }
    await stands(played, editor, figure)
    assert (await editor.figure("plan_counts", as_of="2016-04-07"))["denominator"] == 0


async def test_the_same_file_again_changes_nothing(played: Installation) -> None:
    editor, messages = await played.user("korusnord.redaktor"), await played.count("reporting", "outbox")
    again = await editor.does("/plans", json.loads(PLAN.read_text(encoding="utf-8")))
    again.pop("plan_id")
    assert again == {
        "assignments": 45,
        "planned_activities": 189,
        "distinct": 179,
        "own": 166,
        "repeats": 10,
        "tasks": 65,
        "own_tasks": 63,
        "changed": 0,
    }
    assert await played.count("reporting", "outbox") == messages


@pytest.mark.parametrize("day", DAYS)
async def test_every_figure_is_what_the_commands_add_up_to(played: Installation, year: Year, day: str) -> None:
    reader, on = await played.user("direktoratet"), day or str(SystemClock().now().date())
    shown = {}
    for definition in (await reader.get("/indicators")).json()["items"]:
        answer = await reader.get(f"/indicators/{definition['indicator']}/values", **({"as_of": day} if day else {}))
        figure = answer.json()["items"][0]
        shown[figure["indicator"]] = (figure["numerator"], figure.get("denominator"))
    assert shown == year.expected(on)


async def test_st20_bodo_and_tromso_take_part_in_the_overdose_network_and_are_no_pilots(played: Installation) -> None:
    roles = await played.anybody().pages("/programme-memberships", on="2016-12-31")
    assert {each["source"] for each in roles} == {"example"}
    assert sorted((each["programme"], each["unit_code"], each["role"]) for each in roles) == [
        ("bti", "1902", "key"),
        ("ip-kompetanseprogram", "1924", "pilot"),
        ("overdosenettverk", "1804", "participant"),
        ("overdosenettverk", "1902", "participant"),
    ]


@pytest.mark.parametrize("day", DAYS[::3])
async def test_what_belongs_to_a_figure_is_right_too(played: Installation, year: Year, day: str) -> None:
    reader = await played.user("direktoratet")
    extra = {
        name: (await reader.figure(name, as_of=day))["extra"]
        for name in (
            "ungdata_coverage",
            "awareness",
            "brukerplan_training",
            "brukerplan_seminars",
            "majority_over_time",
        )
    }
    assert extra["ungdata_coverage"]["forecast"]["numerator"] == len(year.forecast(day))
    assert extra["awareness"]["by_letter"]["numerator"] == len(year.informed(day, "letter"))
    assert extra["brukerplan_training"]["offered"]["numerator"] == len(year.invited("brukerplan_training", day))
    assert extra["brukerplan_seminars"]["invited"] == len(year.invited("brukerplan_seminars", day))
    assert extra["majority_over_time"]["first_delivered"].keys() == year.reached(day)


async def test_the_year_ends_as_the_stories_say(played: Installation) -> None:
    reader = await played.user("direktoratet")
    shown: dict[str, Any] = {
        each["indicator"]: await reader.figure(each["indicator"])
        for each in (await reader.get("/indicators")).json()["items"]
    }
    assert percent(shown["brukerplan_coverage"]) == 50.6
    assert percent(shown["ungdata_coverage"]) == 58.6
    assert percent(shown["ungdata_coverage"]["extra"]["forecast"]) == 70.1
    assert (percent(shown["awareness"]), percent(shown["awareness"]["extra"]["by_letter"])) == (100.0, 98.9)
    assert (percent(shown["majority_over_time"]), shown["majority_over_time"]["reached"]) == (50.6, True)
    assert shown["brukerplan_training"]["extra"]["days_by_county"] == {"18": 2, "19": 1, "20": 0}
    assert shown["brukerplan_seminars"]["extra"]["days_by_county"] == {"18": 2, "19": 1, "20": 2}
    for figure in shown.values():
        rows = await stands(played, reader, figure)
        # The plan is real; all that happened is made up, and says so wherever it is shown.
        happened = [row for row in rows if not row["aggregate"].startswith("plan")]
        assert all(row["example"] for row in happened)
        assert figure["example"] is bool(happened)


async def test_a_figure_as_it_was_known(played: Installation) -> None:
    reader = await played.user("direktoratet")
    surveys = [item for item in await _whole_feed(played) if _is_brukerplan(item)]
    moments = sorted(item["time"] for item in surveys)
    known = {}
    for moment in (moments[len(moments) // 3], moments[len(moments) // 2], moments[-1]):
        newest: dict[str, dict[str, Any]] = {}
        for item in sorted(surveys, key=lambda item: item["aggregateversion"]):
            if item["time"] <= moment:
                newest[item["subject"]] = item["data"]["mapping"]
        figure = await reader.figure("brukerplan_coverage", known_at=moment)
        within = (each for each in newest.values() if "2015-01-01" <= each.get("completed_on", "") <= "2016-12-31")
        assert figure["numerator"] == len({each["unit_code"] for each in within})
        assert figure["known_at"] == moment
        known[moment] = figure["numerator"]
    assert list(known.values()) == sorted(known.values())
    assert known[moments[-1]] == 44

    before = SystemClock().now() - timedelta(days=1)
    answer = await reader.get("/indicators/brukerplan_coverage/values", known_at=before.isoformat())
    assert (answer.status_code, slug(answer)) == (422, "before-first-record")


def _is_brukerplan(item: dict[str, Any]) -> bool:
    return item["type"].startswith("samla.registry.mapping.") and item["data"]["mapping"]["tool"] == "brukerplan"


async def _whole_feed(here: Installation) -> list[dict[str, Any]]:
    reader, cursor = await here.user("direktoratet"), "0"
    items: list[dict[str, Any]] = []
    while True:
        page = (await reader.get("/feed", limit=200, after=cursor)).json()
        if not page["items"]:
            return items
        items += page["items"]
        cursor = page["cursor"]


@pytest.mark.parametrize("words", ["1902", "5401", "5501", "Tromsø", "tromso"])
async def test_tromso_is_found_by_each_of_its_numbers_and_names(played: Installation, words: str) -> None:
    found = (await played.anybody().get("/municipalities", q=words)).json()["items"]
    assert found[0]["code"] == "5501"
    page = await played.anybody().client.get("/", params={"q": words}, follow_redirects=True)
    assert page.status_code == 200
    assert "Tromsø" in page.text


async def test_a_municipality_is_found_by_its_sami_name(played: Installation) -> None:
    for words in ("Kárášjohka", "karasjohka", "Karasjok"):
        found = (await played.anybody().get("/municipalities", q=words)).json()["items"]
        assert found[0]["code"] == "5610"


@pytest.mark.parametrize(("code", "day"), [("1902", "2016-05-01"), ("1902", "2016-10-01")])
async def test_the_page_of_tromso_lists_one_offer_from_all_centres(played: Installation, code: str, day: str) -> None:
    offer = (await played.anybody().get(f"/municipalities/{code}/offer", on=day)).json()
    leads = {line["lead"]["name"] for line in offer["items"]}
    assert len(leads) >= 3
    assert any(line["co_organisers"] for line in offer["items"])
    assert all(line["source"] == "example" for line in offer["items"])
    page = await played.anybody().client.get(f"/kommuner/{code}", params={"dato": day})
    assert page.status_code == 200
    assert "eksempeldata" in page.text
    for name in leads:
        assert name in page.text
    for line in offer["items"]:
        assert line["title"]["nb"] in page.text


async def test_the_numbers_of_tromso_are_one_municipality(played: Installation) -> None:
    anybody = played.anybody()
    for code, day in (("1902", "2016-05-01"), ("5401", "2020-06-01"), ("5501", "2026-01-01")):
        assert (await anybody.get(f"/municipalities/{code}", on=day)).json()["name"] == "Tromsø"
    assert slug(await anybody.get("/municipalities/1902", on="2020-06-01")) == "unit-not-valid"


async def test_every_page_that_shows_the_example_says_so(played: Installation) -> None:
    anybody = played.anybody().client
    for page in ("/rapport", "/rapport?dato=2016-09-06", "/kommuner/1902?dato=2016-09-01"):
        for language in ("nb", "nn"):
            shown = await anybody.get(page, headers={"Accept-Language": language}, follow_redirects=True)
            assert shown.status_code == 200
            assert "ksempeldata" in shown.text
