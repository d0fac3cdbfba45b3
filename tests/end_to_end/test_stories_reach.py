"""ST-14: everybody was told, and who was not by letter. ST-15: a majority over time is more than half."""

from typing import Any

import pytest

from tests.end_to_end.figures import percent, stands
from tests.end_to_end.installation import REGION, Installation
from tests.end_to_end.shown import own_municipalities, report_shows
from tests.service.contact_house import a_contact
from tests.web.reading import named_row, rows_of, sums_of, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALL = REGION.all
ROST = "1856"


async def test_st14_all_are_told_and_all_but_one_by_letter(here: Installation) -> None:
    editor, korus = await here.user("korusnord.redaktor"), str(here.organisations["korus-nord"])
    letter = {"centre_id": korus, "occurred_on": "2016-02-15", "unit_codes": sorted(ALL)}
    sent = (await editor.does("/dispatches", letter))["awareness"]
    assert len(sent) == 87
    await here.settled()
    assert (await editor.figure("awareness"))["numerator"] == 87

    (came_back,) = (each for each in sent if each["unit_code"] == ROST)
    await editor.moves(f"/awareness/{came_back['awareness_id']}", "bounce", "2016-02-18")
    await here.settled()
    figure = await editor.figure("awareness")
    assert (figure["numerator"], figure["reached"], figure["gap"]) == (86, False, 1)
    assert [each["code"] for each in figure["extra"]["uninformed"]] == [ROST]
    assert "Kommuner som ikke er informert (1) Røst" in await report_shows(editor, figure)
    page = await own_municipalities(editor, "2016-12-31", vis="uinformert")
    assert "Informert i 2016 86 av 87 (98,9 %)" in sums_of(page)
    assert [row[:2] for row in rows_of(page)] == [
        ["Røst", "ikke informert brev 15. februar 2016, kom i retur 18. februar 2016"]
    ]

    called = {"unit_code": ROST, "centre_id": korus, "channel": "dialogue", "occurred_on": "2016-03-01"}
    await editor.does("/awareness", called)
    await here.settled()
    figure = await editor.figure("awareness")
    assert (figure["numerator"], figure["denominator"], percent(figure)) == (87, 87, 100.0)
    assert (figure["reached"], figure["reached_on"]) == (True, "2016-03-01")
    by_letter = figure["extra"]["by_letter"]
    assert (by_letter["numerator"], by_letter["denominator"], percent(by_letter)) == (86, 87, 98.9)
    assert figure["extra"]["not_by_letter"] == [{"code": ROST, "name": "Røst"}]
    assert figure["extra"]["uninformed"] == []
    card = await report_shows(editor, figure)
    assert "Nådd med brev 98,9 % (86 av 87)" in card
    page = await own_municipalities(editor, "2016-12-31")
    assert "Informert i 2016 87 av 87 (100,0 %)" in sums_of(page)
    assert "Alle kommunene er informert i 2016." in text_of(page)
    assert named_row(page, "Røst")[1].startswith("samtale 1. mars 2016 brev 15. februar 2016, kom i retur")
    rows = await stands(here, editor, figure)
    assert [row["unit_code"] for row in rows if row.get("why") == "bounced"] == [ROST]
    # To be told is not to have had an offer (BR-04).
    assert (await editor.figure("majority_over_time"))["numerator"] == 0


async def test_st15_half_is_not_a_majority_and_a_magazine_is_no_offer(here: Installation) -> None:
    editor, korus = await here.user("korusnord.redaktor"), str(here.organisations["korus-nord"])

    async def activity(excepted: list[str]) -> str:
        body: dict[str, Any] = {
            "title": {"nb": "Fagdag", "nn": "Fagdag"},
            "kind": "seminar_day",
            "theme": "brukerplan",
            "lead_id": korus,
            "starts_on": "2016-09-06",
            "ends_on": "2016-09-06",
            "county_code": "19",
            "excepted_codes": excepted,
            "occurred_on": "2016-04-11",
        }
        thing = f"/activities/{(await editor.does('/activities', body))['activity_id']}"
        await editor.moves(thing, "announce", "2016-04-18")
        return thing

    own = {"arrangement": {"nb": "Eget opplegg", "nn": "Eige opplegg"}}
    first = await activity([ALL[0]])
    # Some of the 43 are invited beforehand and others just come; one comes twice, and one that is invited stays away.
    await editor.moves(first, "invitations", "2016-04-19", unit_codes=[*ALL[1:20], ALL[60]])
    await editor.moves(first, "hold", "2016-09-06")
    await editor.moves(first, "attendance", "2016-09-06", unit_codes=list(ALL[1:30]))
    await editor.moves(first, "replacements", "2016-09-07", code=ALL[0], **own)
    second = await activity([])
    await editor.moves(second, "hold", "2016-09-08")
    await editor.moves(second, "attendance", "2016-09-08", unit_codes=list(ALL[29:43]))
    for code in ALL[43:50]:
        reader = (await editor.does("/contacts", a_contact(unit_code=code, occurred_on="2016-05-01")))["contact_id"]
        subscribed = {"unit_code": code, "centre_id": korus, "contact_id": reader, "occurred_on": "2016-05-01"}
        await editor.does("/newsletter-subscriptions", subscribed)
    magazine = await editor.does("/newsletter-issues", {"centre_id": korus, "occurred_on": "2016-06-01"})
    assert [each["unit_code"] for each in magazine["awareness"]] == sorted(ALL[43:50])
    await here.settled()

    figure = await editor.figure("majority_over_time")
    assert (figure["numerator"], figure["denominator"], percent(figure)) == (43, 87, 49.4)
    assert (figure["needed"], figure["gap"], figure["reached"]) == (44, 1, False)
    assert sorted(each["code"] for each in figure["extra"]["without_offer"]) == sorted(ALL[43:])
    assert "Kommuner uten tilbud (44)" in await report_shows(editor, figure)
    # Whoever reads the magazine has been told, and has had no offer (BR-04).
    page = await own_municipalities(editor, "2016-12-31")
    assert page.count("nyhetsbrev 1. juni 2016") == 7
    assert figure["extra"]["first_delivered"][ALL[29]] == "2016-09-06"
    rows = await stands(here, editor, figure)
    assert [row["unit_code"] for row in rows if row.get("why") == "repeat"] == [ALL[29]]

    third = await activity([])
    await editor.moves(third, "hold", "2016-11-01")
    await editor.moves(third, "attendance", "2016-11-01", unit_codes=[ALL[43]])
    await here.settled()
    figure = await editor.figure("majority_over_time")
    assert (figure["numerator"], percent(figure), figure["reached"]) == (44, 50.6, True)
    assert figure["reached_on"] == "2016-11-01"
    assert len(figure["extra"]["without_offer"]) == 43
    assert "Kommuner uten tilbud (43)" in await report_shows(editor, figure)
    assert (await editor.figure("majority_over_time", as_of="2016-10-31"))["reached"] is False
    await stands(here, editor, figure)
