"""Stories of the mapping surveys: ST-03 BrukerPlan, ST-04 Ungdata, ST-05 Ungdata in upper secondary schools.

And what follows from them: whom to invite (BR-08, BR-50), and what an overview may build on.
"""

from datetime import date, timedelta

import pytest

from deploy.example.places import BODO, TROMSO
from tests.end_to_end.figures import percent, stands
from tests.end_to_end.installation import REGION, Installation
from tests.end_to_end.shown import own_municipalities, report_shows
from tests.end_to_end.surveys import Survey, completed, enter
from tests.web.reading import sums_of, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALL = REGION.all


async def test_st03_brukerplan_counts_completions_of_2015_and_2016_only(here: Installation) -> None:
    editor, korus = await here.user("korusnord.redaktor"), here.organisations["korus-nord"]
    in_2014 = [completed("brukerplan", code, date(2014, 12, 31)) for code in ALL[44:50]]
    in_2015 = [
        completed("brukerplan", code, date(2015, 1, 1) + timedelta(12 * day)) for day, code in enumerate(ALL[:30])
    ]
    in_2016 = [
        completed("brukerplan", code, date(2016, 1, 4) + timedelta(20 * day)) for day, code in enumerate(ALL[30:44])
    ]
    await enter(editor, korus, (*in_2014, *in_2015, *in_2016))
    await here.settled()

    figure = await editor.figure("brukerplan_coverage")
    assert (figure["numerator"], figure["denominator"], percent(figure)) == (44, 87, 50.6)
    assert (figure["target"], figure["needed"], figure["gap"]) == (0.8, 70, 26)
    assert (figure["reached"], figure.get("reached_on")) == (False, None)
    assert (figure["window_from"], figure["window_to"]) == ("2015-01-01", "2016-12-31")
    assert figure["geography"] == "2016-12-31"
    assert len(figure["extra"]["missing"]) == 87 - 44
    assert "Kommuner som mangler (43)" in await report_shows(editor, figure)
    # The page of the centre's municipalities tells of every year, and says so.
    own = sums_of(await own_municipalities(editor, "2016-12-31"))
    assert "Har noen gang gjennomført BrukerPlan 50 av 87 (57,5 %)" in own
    rows = await stands(here, editor, figure)
    assert sorted(row["unit_code"] for row in rows if row["counted"]) == sorted(ALL[:44])
    assert {row["unit_code"]: row["why"] for row in rows if not row["counted"]} == dict.fromkeys(
        ALL[44:50], "outside-window"
    )

    # Six of the next 25 are those that had run it too early the first time.
    await enter(editor, korus, [completed("brukerplan", code, date(2016, 11, 1)) for code in ALL[44:69]])
    await here.settled()
    figure = await editor.figure("brukerplan_coverage")
    assert (figure["numerator"], percent(figure), figure["gap"], figure["reached"]) == (69, 79.3, 1, False)
    await report_shows(editor, figure)

    await enter(editor, korus, [completed("brukerplan", ALL[69], date(2016, 12, 15))])
    await here.settled()
    figure = await editor.figure("brukerplan_coverage")
    assert (figure["numerator"], percent(figure), figure["gap"], figure["reached"]) == (70, 80.5, 0, True)
    assert figure["reached_on"] == "2016-12-15"
    assert "Målet er nådd 15. desember 2016" in await report_shows(editor, figure)
    own = await own_municipalities(editor, "2016-12-31")
    assert "Har noen gang gjennomført BrukerPlan 70 av 87 (80,5 %)" in sums_of(own)
    await stands(here, editor, figure)
    the_day_before = await editor.figure("brukerplan_coverage", as_of="2016-12-14")
    assert (the_day_before["numerator"], the_day_before["reached"]) == (69, False)

    by_county = (await editor.figures("brukerplan_coverage", by="county"))[1:]
    assert [each["by"] for each in by_county] == ["18", "19", "20"]
    assert sum(each["numerator"] for each in by_county) == 70
    assert [each["denominator"] for each in by_county] == [44, 24, 19]


async def test_st04_ungdata_is_forecast_apart_from_what_is_completed(here: Installation) -> None:
    editor, korus = await here.user("korusnord.redaktor"), here.organisations["korus-nord"]
    before = [completed("ungdata", code, date(2010 + number % 6, 3, 1)) for number, code in enumerate(ALL[:51])]
    repeats = [completed("ungdata", code, date(2015, 10, 1)) for code in ALL[:4]]
    await enter(editor, korus, (*before, *repeats))
    await here.settled()
    figure = await editor.figure("ungdata_coverage", as_of="2015-12-31")
    assert (figure["numerator"], figure["denominator"], percent(figure)) == (51, 87, 58.6)
    assert sum(row.get("why") == "repeat" for row in await stands(here, editor, figure)) == 4

    first_timers, again = ALL[51:61], ALL[10:20]
    await enter(editor, korus, [Survey("ungdata", code, date(2016, 1, 20)) for code in (*first_timers, *again)])
    await here.settled()
    figure = await editor.figure("ungdata_coverage")
    assert (figure["numerator"], percent(figure)) == (51, 58.6)
    assert (figure["extra"]["forecast"]["numerator"], percent(figure["extra"]["forecast"])) == (61, 70.1)
    assert (figure["extra"]["surveys_expected"], figure["extra"]["agreed_first_time"]) == (20, 10)

    await enter(editor, korus, [Survey("ungdata", code, date(2016, 4, 1)) for code in ALL[30:35]])
    await here.settled()
    later = await editor.figure("ungdata_coverage")
    assert later["extra"]["surveys_expected"] == 25
    assert later["extra"]["forecast"] == figure["extra"]["forecast"]
    assert (later["numerator"], percent(later)) == (51, 58.6)
    assert [later.get(name) for name in ("target", "needed", "gap", "reached")] == [None] * 4
    card = await report_shows(editor, later)
    assert "Prognose med det som er avtalt for første gang 70,1 % (61 av 87)" in card
    assert "Kartlegginger ventet i året 25" in card
    assert "Mål Ikke tallfestet i oppdraget" in card
    own = await own_municipalities(editor, "2016-12-31")
    assert "Har noen gang gjennomført Ungdata 51 av 87 (58,6 %)" in sums_of(own)
    assert own.count("Ungdata 2016, avtalt") == 25
    await stands(here, editor, later)
    at_the_end_of_january = await editor.figure("ungdata_coverage", as_of="2016-01-31")
    assert at_the_end_of_january["extra"]["surveys_expected"] == 20


async def test_st05_upper_secondary_is_a_figure_of_its_own(here: Installation) -> None:
    editor, korus = await here.user("korusnord.redaktor"), here.organisations["korus-nord"]
    municipal = await editor.figure("ungdata_coverage")
    tool = "ungdata_upper_secondary"
    rounds = (("18", date(2013, 4, 15)), ("20", date(2014, 4, 14)), ("19", date(2015, 4, 13)), ("18", date(2016, 4, 4)))
    await enter(editor, korus, [completed(tool, county, day) for county, day in rounds])
    invited = {"tool": tool, "county_code": "20", "year": 2017, "centre_id": str(korus), "occurred_on": "2016-09-12"}
    planned = await editor.does("/mappings", invited)
    await here.settled()

    figure = await editor.figure(tool)
    assert (figure["numerator"], figure["denominator"]) == (3, 3)
    assert figure["extra"]["rounds"] == 4
    assert figure["extra"]["rounds_by_county"] == {"18": 2, "19": 1, "20": 1}
    assert "Runder i alt 4" in await report_shows(editor, figure)
    own = await own_municipalities(editor, "2016-12-31")
    assert "Har noen gang gjennomført Ungdata 51 av 87 (58,6 %)" in sums_of(own)
    nordland = text_of(own.partition('id="fylke-18"')[2].partition("<table")[0])
    assert "Fylkeskommunens egen kartlegging: Ungdata i videregående skole 2016, gjennomført 4. april 2016" in nordland
    rows = await stands(here, editor, figure)
    assert {row["aggregate"]: row.get("why") for row in rows}[f"mapping/{planned['mapping_id']}"] == "not-completed"
    assert [(await editor.figure(tool, as_of=f"{year}-12-31"))["numerator"] for year in (2012, 2013, 2014)] == [0, 1, 2]
    assert await editor.figure("ungdata_coverage") == municipal


async def test_br_08_all_without_ungdata_are_invited_and_who_is_asked_already_stands_beside_them(
    here: Installation,
) -> None:
    editor = await here.user("korusnord.redaktor")
    due = (await editor.get("/mapping-tools/ungdata/due", on="2016-04-30")).json()
    assert (due["tool"], due["on"], due["interval_months"]) == ("ungdata", "2016-04-30", 36)
    north = {each["unit_code"]: each for each in due["items"] if each["county_code"] in ("18", "19", "20")}
    never = {code for code, each in north.items() if each["reason"] == "never"}
    assert never == set(ALL[51:])
    # 51 have run it, one in six in each year from 2010 on, and four of them again: who did so in 2013 or before is due.
    too_old = {code for number, code in enumerate(ALL[4:51], 4) if 2010 + number % 6 <= 2013}
    assert {code for code, each in north.items() if each["reason"] == "too_long_ago"} == too_old
    asked = {code for code in never if north[code]["open_run"]}
    assert asked == set(ALL[51:61])
    assert {north[code]["open_run"]["status"] for code in asked} == {"agreed"}
    strangers = (await here.anybody().get("/mapping-tools/ungdata/due", on="2016-04-30", county="19")).json()
    assert {each["open_run"] for each in strangers["items"]} == {None}


async def test_br_50_who_has_completed_brukerplan_and_is_not_excepted_is_invited_and_the_governor_is_a_guest(
    here: Installation,
) -> None:
    editor, korus = await here.user("korusnord.redaktor"), here.organisations["korus-nord"]
    told = {
        "title": {"nb": "Seminardag", "nn": "Seminardag"},
        "kind": "seminar_day",
        "theme": "brukerplan",
        "lead_id": str(korus),
        "starts_on": "2017-03-07",
        "ends_on": "2017-03-07",
        "occurred_on": "2016-12-20",
    }
    planned = await editor.does("/activities", {**told, "county_code": "19", "excepted_codes": [TROMSO]})
    path = f"/activities/{planned['activity_id']}"
    # Only planned, it is no stranger's affair.
    assert (await here.anybody().get(f"{path}/eligible")).status_code == 404
    found = (await editor.get(f"{path}/eligible", on="2016-12-31")).json()
    troms = set(REGION.of("19"))
    # 70 have run it by the end of 2016, and all that had run it in 2014 only are among them.
    assert {each["code"] for each in found["items"]} == (set(ALL[:70]) & troms) - {TROMSO}
    assert found["excepted"] == [{"code": TROMSO, "name": "Tromsø"}]
    assert [guest["organisation_id"] for guest in found["guests"]] == [str(here.organisations["fylkesmannen-troms"])]
    assert (found["tool"], found["undecided"]) == ("brukerplan", [])
    await editor.moves(path, "announce", "2016-12-21")
    invited = {"unit_codes": [each["code"] for each in found["items"]], "mode": "onsite"}
    guests = [guest["organisation_id"] for guest in found["guests"]]
    activity = await editor.moves(path, "invitations", "2016-12-22", guest_ids=guests, **invited)
    assert (len(activity["units"]), activity["guest_ids"]) == (len(found["items"]), guests)
    await here.settled()
    assert (await here.anybody().get(f"{path}/eligible", on="2016-12-31")).json() == found
    north = await editor.does("/activities", {**told, "excepted_codes": [TROMSO, BODO], "mode": "remote"})
    everywhere = (await editor.get(f"/activities/{north['activity_id']}/eligible", on="2016-12-31")).json()
    assert {each["code"] for each in everywhere["items"]} == set(ALL[:70]) - {TROMSO, BODO}
    assert len(everywhere["guests"]) == 3


async def test_a_municipalitys_overview_may_build_on_what_was_mapped_counted_and_planned_there(
    here: Installation,
) -> None:
    editor, korus = await here.user("korusnord.redaktor"), here.organisations["korus-nord"]
    plan = {
        "unit_code": TROMSO,
        "plan_type": "public_health_plan",
        "name": "Folkehelseplan",
        "valid_from": "2014-01-01",
        "contains_topic": True,
        "centre_id": str(korus),
        "occurred_on": "2016-03-01",
    }
    anchor = await editor.does("/plan-anchors", plan)
    count = {"unit_code": TROMSO, "year": 2014, "deaths": 2, "source": "Dødsårsaksregisteret"}
    await editor.does("/overdose-counts", {**count, "centre_id": str(korus), "occurred_on": "2016-03-01"})
    await here.settled()
    found = (await here.anybody().get(f"/municipalities/{TROMSO}/data-sources", on="2016-12-31")).json()
    tools = [each["tool"] for each in found["surveys"]]
    assert {tool: tools.count(tool) for tool in sorted(set(tools))} == {
        "brukerplan": 1,
        "ungdata": 2,
        "ungdata_upper_secondary": 1,
    }
    names = {each["tool"]: each["name"]["nn"] for each in found["surveys"]}
    assert names["ungdata_upper_secondary"] == "Ungdata i vidaregåande skule"
    assert (found["has_overdose_counts"], found["overdose_years"]) == (True, [2014])
    assert [each["plan_anchor_id"] for each in found["plan_anchors"]] == [anchor["plan_anchor_id"]]
