"""Stories of what centres hold: ST-01 training days, ST-02 seminar days, ST-10 courses; and BR-44, which ties them."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from deploy.example.places import BODO, COUNTIES, TROMSO
from tests.end_to_end.figures import stands
from tests.end_to_end.installation import REGION, Installation
from tests.end_to_end.users import User

pytestmark = pytest.mark.asyncio(loop_scope="module")

NORDLAND, TROMS, FINNMARK = (REGION.of(county) for county in ("18", "19", "20"))


async def planned(editor: User, lead_id: UUID, series: str, kind: str, starts_on: str, **other: object) -> str:
    """Plan an activity of a day in a county, or as ``other`` says; the path to it."""
    body = {
        "title": {"nb": "Opplæring", "nn": "Opplæring"},
        "kind": kind,
        "theme": "brukerplan",
        "lead_id": str(lead_id),
        "starts_on": starts_on,
        "ends_on": starts_on,
        "series": series,
        "occurred_on": "2016-04-11",
        **other,
    }
    return f"/activities/{(await editor.does('/activities', body))['activity_id']}"


async def invited_along(editor: User, activity: str, partner_id: UUID) -> None:
    """Ask another centre to co-organise; until it has said yes nothing can be announced (BR-44)."""
    await editor.moves(activity, "co-organisers", "2016-04-11", organisation_id=str(partner_id))
    assert await editor.is_refused(activity, "announce", "2016-04-12") == (409, "co-organiser-pending")


async def held(editor: User, activity: str, on: str, codes: Sequence[str], mode: str = "onsite") -> None:
    """Announce, invite and hold."""
    await editor.moves(activity, "announce", "2016-04-18")
    await editor.moves(activity, "invitations", "2016-04-19", unit_codes=list(codes), mode=mode)
    await editor.moves(activity, "hold", on)


async def test_st01_training_days_are_offered_to_all(here: Installation) -> None:
    editor, korus = await here.user("korusnord.redaktor"), here.organisations["korus-nord"]
    korfor = await here.user("korfor.redaktor")
    series, kind = "brukerplan_training", "training_day"
    # Finnmark, and two single municipalities of each of the other counties, are offered it remotely.
    days = (
        ("18", "2016-05-10", NORDLAND[:20]),
        ("18", "2016-05-11", NORDLAND[20:-2]),
        ("19", "2016-05-19", TROMS[:-2]),
    )
    for county, day, codes in days:
        activity = await planned(editor, korus, series, kind, day, county_code=county)
        await invited_along(editor, activity, here.organisations["korfor"])
        await korfor.moves(activity, "co-organisers/answer", "2016-04-15", accept=True)
        await held(editor, activity, day, codes)
    await here.settled()
    figure = await editor.figure(series)
    assert figure["extra"]["offered"]["numerator"] == 87 - 2 - 2 - 19
    assert len(figure["extra"]["not_offered"]) == 23

    remote = await planned(editor, korus, series, kind, "2016-06-07", mode="remote")
    await editor.moves(remote, "announce", "2016-04-18")
    await editor.moves(
        remote, "invitations", "2016-04-19", unit_codes=[*FINNMARK, *NORDLAND[-2:], *TROMS[-2:]], mode="remote"
    )
    await here.settled()
    figure = await editor.figure(series)
    assert figure["numerator"] == 3
    assert figure["extra"]["days_by_county"] == {"18": 2, "19": 1, "20": 0}
    assert figure["extra"]["offered"] == {"numerator": 87, "denominator": 87, "value": 1.0}
    assert figure["extra"]["not_offered"] == []
    # The remote one is not held yet; held, it is still no day on site.
    await editor.moves(remote, "hold", "2016-06-07")
    await here.settled()
    figure = await editor.figure(series)
    assert figure["numerator"] == 3
    rows = await stands(here, editor, figure)
    assert [row.get("why") for row in rows] == [None, None, None, "remote"]
    assert (await editor.figure(series, as_of="2016-05-10"))["numerator"] == 1
    # A co-organiser that said yes has held them too; one that was not asked has not.
    assert (await editor.figure(series, centre="korfor", year=2016))["numerator"] == 3
    assert (await editor.figure(series, centre="napha", year=2016))["numerator"] == 0


async def test_st02_seminar_days_spare_those_with_an_arrangement_of_their_own(here: Installation) -> None:
    editor, korus = await here.user("korusnord.redaktor"), here.organisations["korus-nord"]
    napha = await here.partner("napha")
    governors = {county: here.organisations[f"fylkesmannen-{name}"] for county, name in COUNTIES.items()}
    days = (
        ("18", "2016-08-30", NORDLAND[1:9], (BODO,)),
        ("18", "2016-08-31", NORDLAND[9:17], ()),
        ("19", "2016-09-06", TROMS[1:9], (TROMSO,)),
        ("20", "2016-09-13", FINNMARK[:5], ()),
        ("20", "2016-09-14", FINNMARK[5:10], ()),
    )
    assert not {BODO, TROMSO} & {code for _, _, codes, _ in days for code in codes}
    made = {}
    for county, day, codes, excepted in days:
        activity = made[day] = await planned(
            editor, korus, "brukerplan_seminars", "seminar_day", day, county_code=county, excepted_codes=list(excepted)
        )
        await invited_along(editor, activity, here.organisations["napha"])
        await napha.moves(activity, "co-organisers/answer", "2016-04-15", accept=True)
        await editor.moves(activity, "announce", "2016-04-18")
        guests = {"mode": "onsite", "guest_ids": [str(governors[county])]}
        for spared in excepted:
            refusal = await editor.is_refused(
                activity, "invitations", "2016-04-19", unit_codes=[*codes, spared], **guests
            )
            assert refusal == (409, "excepted-unit-invited")
        await editor.moves(activity, "invitations", "2016-04-19", unit_codes=list(codes), **guests)
        await editor.moves(activity, "hold", day)
    await here.settled()
    figure = await editor.figure("brukerplan_seminars")
    assert (figure["numerator"], figure["extra"]["own_arrangements"]) == (5, 0)

    own = {"arrangement": {"nb": "Egen gjennomgang", "nn": "Eigen gjennomgang"}}
    for day, code in (("2016-08-30", BODO), ("2016-09-06", TROMSO)):
        assert await editor.is_refused(made[day], "close", "2016-10-01") == (409, "own-arrangement-missing")
        await editor.moves(made[day], "replacements", "2016-09-20", code=code, **own)
    for activity in made.values():
        await editor.moves(activity, "close", "2016-10-01")
    await here.settled()

    figure = await editor.figure("brukerplan_seminars")
    assert (figure["numerator"], figure["extra"]["days_by_county"]) == (5, {"18": 2, "19": 1, "20": 2})
    assert figure["extra"]["excepted_and_invited"] == 0
    assert figure["extra"]["own_arrangements"] == 2
    # Three governors are guests at the days, and no municipality more is invited for it.
    assert (figure["extra"]["guests"], figure["extra"]["invited"]) == (3, 34)
    await stands(here, editor, figure)


async def test_st10_motivational_interviewing_in_every_county(here: Installation) -> None:
    editor, korus = await here.user("korusnord.redaktor"), here.organisations["korus-nord"]
    course = {"theme": "motivational_interviewing"}
    for county, first, last, advanced in (
        ("18", "2016-04-26", "2016-04-27", "2016-10-18"),
        ("19", "2016-05-03", "2016-05-04", "2016-10-25"),
        ("20", "2016-05-10", "2016-05-11", "2016-11-01"),
    ):
        two_days = {**course, "county_code": county, "ends_on": last, "days": 2}
        introductory = await planned(editor, korus, "mi_introductory", "course", first, **two_days)
        await held(editor, introductory, last, REGION.of(county)[:5])
        follow_up = await planned(editor, korus, "mi_advanced", "course", advanced, **course, county_code=county)
        if county == "20":
            # Planned is not held (BR-64).
            await here.settled()
            before = await editor.figure("mi_courses")
            assert (before["extra"]["introductory"], before["extra"]["advanced"]) == (3, 2)
        await held(editor, follow_up, advanced, REGION.of(county)[:5])
    await here.settled()

    figure = await editor.figure("mi_courses")
    assert figure["numerator"] == 6
    assert figure["extra"] == {
        "introductory": 3,
        "introductory_days": 6,
        "advanced": 3,
        "counties_without_course": [],
    }
    await stands(here, editor, figure)
    in_may = await editor.figure("mi_courses", as_of="2016-05-09")
    assert (in_may["numerator"], in_may["extra"]["counties_without_course"]) == (2, ["20"])


async def test_activities_are_counted_by_the_level_that_follows_from_kind_and_length(here: Installation) -> None:
    """BR-20 to BR-24, at the bounds: six and twelve months to the day, and a day more."""
    editor, korus = await here.user("korusnord.redaktor"), here.organisations["korus-nord"]
    levels = {}
    for kind, last in (
        ("conference", "2016-01-12"),
        ("network", "2016-07-10"),
        ("network", "2016-07-11"),
        ("supervision", "2017-01-10"),
        ("supervision", "2017-01-11"),
    ):
        body = {"ends_on": last, "days": 2, "county_code": "18", "occurred_on": "2016-01-04"}
        activity = await planned(editor, korus, "levels", kind, "2016-01-11", **body)
        levels[last] = (await editor.get(activity)).json()["level"]
    assert list(levels.values()) == [1, 2, 3, 3, 4]
    figures = await editor.figures("activities_per_level", by="level")
    assert [each["by"] for each in figures[1:]] == ["1", "2", "3", "4"]
    assert sum(each["numerator"] for each in figures[1:]) == figures[0]["numerator"]
    await stands(here, editor, figures[0])
