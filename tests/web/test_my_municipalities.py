"""The municipalities of a centre: who has been informed, what is mapped and agreed, and what falls due."""

import re
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser

from gateway.service import gateway
from services.contracts.registry import Awareness, AwarenessRecorded, Channel
from tests.service.registry_agreements import Cast, the_cast
from tests.service.reporting_house import body_of
from tests.service.test_registry_focus import designated
from tests.statements import fresh, selects
from tests.web.centre_pages import CentrePages
from tests.web.reading import named_row, sums_of, text_of
from tests.web.signing_in import hidden
from tests.web.test_browser import barriers, sign_in, visit, width_of

PAGE = "/mine-kommuner"
TODAY = "2026-11-20"
TROMSO, SENJA, BODO, ROST = "5501", "5530", "1804", "1856"


@pytest.fixture
async def cast(centre: CentrePages) -> Cast:
    return await the_cast(centre.registry)


async def dispatched(centre: CentrePages, cast: Cast, *codes: str, on: str = "2026-02-16") -> list[dict[str, Any]]:
    """A letter of KoRus-Nord's that went to some."""
    letter = {"centre_id": str(cast.centre_id), "occurred_on": on, "unit_codes": codes}
    answer = await cast.editor.post("/dispatches", letter)
    assert answer.status_code == 201, answer.text
    await centre.told()
    sent: list[dict[str, Any]] = answer.json()["awareness"]
    return sent


async def completed(cast: Cast, code: str, on: str, tool: str = "ungdata") -> None:
    """A survey that has been run in a municipality, or by a county authority."""
    place = {"unit_code" if len(code) == 4 else "county_code": code}
    survey = {"tool": tool, "year": int(on[:4]), "centre_id": str(cast.centre_id), "occurred_on": on, **place}
    path = (await cast.editor.post("/mappings", survey)).headers["location"]
    for number, verb in enumerate(("agree", "complete"), 1):
        moved = await cast.editor.post(f"{path}/{verb}", {"occurred_on": on}, if_match=f'"{number}"')
        assert moved.status_code == 200, moved.text


async def shown(centre: CentrePages, cast: Cast, page: str = PAGE) -> str:
    """The page as an editor of KoRus-Nord reads it."""
    async with centre.signed_in("ED", cast.centre_id) as reader:
        answer = await reader.get(page)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_br_01_everybody_that_the_centre_covers_has_a_row_and_the_sums_say_how_many(
    centre: CentrePages, cast: Cast
):
    page = await shown(centre, cast)
    assert page.count('<th scope="row">') == 80
    assert [name for name in ("Nordland", "Troms", "Finnmark") if f">{name} <span" in page] == [
        "Nordland", "Troms", "Finnmark",
    ]  # fmt: skip
    assert named_row(page, "Tromsø") == ["Tromsø", "ikke informert", "ikke kartlagt", "ingen avtale", "–"]
    assert "Informert i 2026 0 av 80 (0,0 %)" in sums_of(page)
    assert f'href="/kommuner/{TROMSO}"' in page
    assert "Skriv brev til de 80 som ikke er informert" in page


async def test_br_02_who_only_got_a_letter_that_came_back_is_named_as_not_informed(centre: CentrePages, cast: Cast):
    codes = re.findall(r'<th scope="row"><a href="/kommuner/(\d+)"', await shown(centre, cast))
    sent = await dispatched(centre, cast, *codes)
    (rost,) = (each for each in sent if each["unit_code"] == ROST)
    path = f"/awareness/{rost['awareness_id']}"
    await cast.editor.post(f"{path}/bounce", {"occurred_on": "2026-02-18"}, if_match='"1"')
    await centre.told()
    page = await shown(centre, cast)
    assert "Informert i 2026 79 av 80 (98,8 %)" in sums_of(page)
    assert named_row(page, "Røst")[1] == "ikke informert brev 16. februar 2026, kom i retur 18. februar 2026"
    assert named_row(page, "Tromsø")[1] == "brev 16. februar 2026"
    missing = await shown(centre, cast, f"{PAGE}?vis=uinformert")
    assert re.findall(r'<th scope="row"><a href="/kommuner/(\d+)"', missing) == [ROST]
    assert "Skriv brev til den ene som ikke er informert" in missing
    assert "Informert i 2026 0 av 80" in sums_of(await shown(centre, cast, f"{PAGE}?dato=2026-02-15"))


async def test_st_14_what_another_centre_or_another_year_told_does_not_count(centre: CentrePages, cast: Cast):
    await dispatched(centre, cast, BODO, on="2025-12-31")
    other = await centre.registry.organisation_id("KoRus-Sør")
    told = {"unit_code": TROMSO, "centre_id": str(other), "channel": "visit", "occurred_on": "2026-03-01"}
    assert (await centre.registry.caller("ED", other).post("/awareness", told)).status_code == 201
    await centre.told()
    page = await shown(centre, cast)
    assert named_row(page, "Tromsø")[1] == "ikke informert"
    assert named_row(page, "Bodø")[1] == "ikke informert"
    assert named_row(await shown(centre, cast, f"{PAGE}?dato=2025-12-31"), "Bodø")[1] == "brev 31. desember 2025"


async def test_st_05_what_a_county_ran_that_has_changed_since_is_told_with_its_name(centre: CentrePages, cast: Cast):
    await completed(cast, "19", "2015-04-13", "ungdata_upper_secondary")
    await completed(cast, "18", "2013-04-15", "ungdata_upper_secondary")
    await centre.told()
    page = text_of(await shown(centre, cast))
    assert "Ungdata i videregående skole 2015, gjennomført 13. april 2015, i Troms, som senere ble slått sammen" in page
    assert "Ungdata i videregående skole 2013, gjennomført 15. april 2013 Kommune" in page
    assert "Kartlagt 0 av 80" in page


async def test_br_51_what_a_part_ran_is_history_and_what_a_part_was_told_informs_nobody(
    centre: CentrePages, cast: Cast
):
    await completed(cast, "1929", "2016-03-01")
    await completed(cast, "1902", "2016-04-01", "brukerplan")
    await centre.told()
    berg = Awareness(
        awareness_id=UUID(int=1),
        unit_code="1929",
        centre_id=cast.centre_id,
        channel=Channel.visit,
        informed_on=date(2026, 2, 3),
    )
    message = AwarenessRecorded(occurred_on=date(2026, 2, 3), awareness=berg)
    (consumer,) = [each for each in gateway.consumers if each.publisher == "registry"]
    body = body_of(message, 1, datetime(2026, 2, 3, tzinfo=UTC))
    await centre.gate.database.transact(partial(consumer.apply, bodies=[body]))
    page = await shown(centre, cast)
    senja = named_row(page, "Senja")
    assert senja[1] == ("ikke informert besøk 3. februar 2026, til Berg, som senere ble slått sammen med andre")
    assert senja[2] == "Ungdata 2016, gjennomført 1. mars 2016, i Berg, som senere ble slått sammen med andre"
    assert senja[4] == "Ungdata er ikke gjennomført etter at kommunen fikk nye grenser"
    # Tromsø only got other numbers.
    assert named_row(page, "Tromsø")[2] == "BrukerPlan 2016, gjennomført 1. april 2016"
    assert "Kartlagt 2 av 80 (2,5 %) Har noen gang gjennomført BrukerPlan 1 av 80 (1,3 %)" in sums_of(page)
    assert "Har noen gang gjennomført Ungdata 1 av 80 (1,3 %)" in sums_of(page)


async def test_what_is_run_often_is_due_again_and_what_is_agreed_to_stands_beside_it(centre: CentrePages, cast: Cast):
    await completed(cast, TROMSO, "2024-01-15")
    await completed(cast, BODO, "2023-12-10")
    again = {"tool": "ungdata", "unit_code": BODO, "year": 2027, "centre_id": str(cast.centre_id)}
    asked = await cast.editor.post("/mappings", {**again, "occurred_on": "2026-09-01"})
    assert asked.status_code == 201
    await centre.told()
    page = await shown(centre, cast)
    assert named_row(page, "Tromsø")[4] == "–"
    assert named_row(page, "Bodø")[2:] == [
        "Ungdata 2023, gjennomført 10. desember 2023 Ungdata 2027, invitert 1. september 2026",
        "ingen avtale",
        "Ungdata bør gjennomføres igjen fra 10. desember 2026",
    ]


async def test_a_survey_of_another_centre_that_is_not_completed_is_read_by_those_who_read_the_whole_register(
    centre: CentrePages, cast: Cast
):
    other = await centre.registry.organisation_id("KoRus-Sør")
    for place, by in ((TROMSO, other), (BODO, cast.centre_id)):
        asked = {"tool": "ungdata", "unit_code": place, "year": 2027, "centre_id": str(by), "occurred_on": "2026-09-01"}
        assert (await centre.registry.caller("ED", by).post("/mappings", asked)).status_code == 201
    await centre.told()
    invited = "Ungdata 2027, invitert 1. september 2026"
    for role, seen in (("ED", invited), ("API", "ikke kartlagt")):
        async with centre.signed_in(role, cast.centre_id) as reader:
            page = (await reader.get(PAGE)).text
        assert (named_row(page, "Tromsø")[2], named_row(page, "Bodø")[2]) == (seen, invited)


async def test_what_is_due_stands_with_a_municipality_that_is_soon_another(centre: CentrePages, cast: Cast):
    """Tromsø gets a new number on 1 January 2020, and Berg becomes a part of Senja."""
    for code in ("1902", "1929"):
        await completed(cast, code, "2016-04-01")
    await centre.told()
    said = "Ungdata bør gjennomføres igjen fra 1. april 2019 over fristen"
    for day in ("2019-12-01", "2019-12-02", "2019-12-31"):
        page = await shown(centre, cast, f"{PAGE}?dato={day}")
        assert [named_row(page, name)[4] for name in ("Tromsø", "Berg", "Lenvik")] == [said, said, "–"], day
    assert named_row(await shown(centre, cast, f"{PAGE}?dato=2020-01-01"), "Tromsø")[4] == said


async def test_br_43_an_agreement_is_linked_and_its_revision_and_commitments_fall_due(centre: CentrePages, cast: Cast):
    path = await cast.signed()
    await centre.told()
    page = await shown(centre, cast)
    tromso = named_row(page, "Tromsø")
    assert tromso[3] == "Avtale om innsats mot rus revideres innen 31. desember 2016"
    assert tromso[4] == "Avtalen skal revideres innen 31. desember 2016 over fristen"
    assert f'href="/avtaler/{path.rpartition("/")[2]}"' in page
    assert "Avtale med senteret 1 av 80 (1,3 %)" in sums_of(page)
    due = text_of(page.partition('id="forfaller"')[2].partition("</section>")[0])
    assert "Kommunen kartlegger med BrukerPlan Tromsø kommune · innen 1. juni 2016 over fristen" in due


async def test_a_focus_municipality_is_marked_under_the_number_it_has_now(centre: CentrePages, cast: Cast):
    await designated(cast, "1902")
    await centre.told()
    page = await shown(centre, cast)
    assert named_row(page, "Tromsø")[0] == "Tromsø Innsatskommune"
    assert "Innsatskommuner 1 av 80 (1,3 %)" in sums_of(page)
    assert page.count("Innsatskommune</span>") == 1
    assert "Innsatskommuner 0 av 87 (0,0 %)" in sums_of(await shown(centre, cast, f"{PAGE}?dato=2016-03-31"))


@pytest.mark.parametrize("day", ["2002-01-01", "2100-12-31"])
async def test_the_first_and_the_last_day_that_can_be_asked_about_have_a_page(
    centre: CentrePages, cast: Cast, day: str
):
    assert "Slik står det" in await shown(centre, cast, f"{PAGE}?dato={day}")


async def test_a_coordinator_chooses_among_the_centres(centre: CentrePages):
    async with centre.signed_in("KOO") as reader:
        first = (await reader.get(PAGE)).text
        assert "Velg et senter for å se kommunene det dekker." in text_of(first)
        assert 'value="korus-nord"' in first
        page = (await reader.get(f"{PAGE}?senter=korus-nord")).text
        assert page.count('<th scope="row">') == 80
        assert f'href="{PAGE}?senter=korus-nord&amp;vis=uinformert"' in page
        told = {"kommune": TROMSO, "kanal": "call", "dag": TODAY}
        action = f"{PAGE}?senter=korus-nord"
        answer = await centre.sends(reader, action, action, told)
        assert answer.headers["location"] == f"{action}&registrert={TROMSO}"
        assert (await reader.get(f"{PAGE}?senter=nope")).status_code == 200
        assert (await centre.sends(reader, action, action, told, kommune="x")).status_code == 422


async def test_a_centre_of_the_whole_country_and_one_of_nothing(centre: CentrePages):
    napha = await centre.registry.organisation_id("NAPHA")
    async with centre.signed_in("ED", napha) as reader:
        page = (await reader.get(PAGE)).text
        assert page.count('<th scope="row">') == 357
        assert page.count('href="#fylke-') == 15
    nothing = {"reference": "nytt-senter", "name": "Nytt senter", "kind": "national", "occurred_on": TODAY}
    made = await centre.registry.caller("KOO").post("/organisations", nothing)
    await centre.told()
    async with centre.signed_in("ED", UUID(made.json()["organisation_id"])) as reader:
        page = text_of((await reader.get(PAGE)).text)
    assert "Senteret dekker ingen kommuner denne dagen." in page


async def test_the_page_asks_as_often_for_one_county_as_for_the_whole_country(centre: CentrePages, cast: Cast):
    await dispatched(centre, cast, TROMSO, BODO)
    one = {"county_code": "55", "valid_from": "2024-01-01"}
    small = {"reference": "lite", "name": "Lite", "kind": "national", "occurred_on": TODAY, "coverage": [one]}
    made = await centre.registry.caller("KOO").post("/organisations", small)
    assert made.status_code == 201, made.text
    await centre.told()
    asked = {}
    for centre_id in (UUID(made.json()["organisation_id"]), await centre.registry.organisation_id("NAPHA")):
        async with centre.signed_in("ED", centre_id) as reader, fresh(centre.app):
            await reader.get("/")
            with selects(centre.gate.database) as front, selects(centre.registry.database) as behind:
                page = (await reader.get(PAGE)).text
        asked[page.count('<th scope="row">')] = len(front), len(behind)
    assert sorted(asked) == [21, 357]
    assert len(set(asked.values())) == 1
    assert asked[357][0] == 4


@pytest.mark.parametrize("role", ["KOM", "DRIFT", "SB"])
async def test_who_may_not_write_mappings_may_not_see_the_page(centre: CentrePages, cast: Cast, role: str):
    async with centre.signed_in(role, cast.centre_id) as reader:
        answer = await reader.get(PAGE)
        assert (answer.status_code, PAGE in (await reader.get("/")).text) == (403, False)
    assert "Siden er for andre roller" in answer.text


async def test_who_is_not_signed_in_is_led_to_the_login(centre: CentrePages, cast: Cast):
    async with centre.signed_in("ED", cast.centre_id) as reader:
        reader.cookies.clear()
        answer = await reader.get(PAGE)
    assert (answer.status_code, "/logg-inn?neste=%2Fmine-kommuner" in answer.text) == (401, True)


async def test_that_a_municipality_is_informed_is_recorded_once(centre: CentrePages, cast: Cast):
    async with centre.signed_in("ED", cast.centre_id) as reader:
        page = (await reader.get(PAGE)).text
        form = page.partition(f'method="post" action="{PAGE}"')[2]
        sent = {name: hidden(form, name) for name in ("form_token", "idempotency_key")}
        told = {"kommune": TROMSO, "kanal": "meeting", "dag": "2026-11-19"}
        back = f"{PAGE}?registrert={TROMSO}"
        for _ in range(2):
            answer = await reader.post(PAGE, data={**sent, **told})
            assert (answer.status_code, answer.headers["location"]) == (303, back)
        await centre.told()
        page = (await reader.get(back)).text
    assert "Tromsø er registrert som informert." in page
    assert named_row(page, "Tromsø")[1] == "møte 19. november 2026"
    assert len(await centre.registry.told("awareness")) == 1


async def test_what_is_refused_is_told_at_its_field_and_what_was_filled_in_is_kept(centre: CentrePages, cast: Cast):
    async with centre.signed_in("ED", cast.centre_id) as reader:
        late = {"kommune": TROMSO, "kanal": "visit", "dag": "2026-12-24"}
        answer = await centre.sends(reader, PAGE, PAGE, late)
        assert answer.status_code == 422
        assert "Datoen er ikke kommet ennå" in text_of(answer.text)
        field = answer.text.partition('id="dag"')[2].partition(">")[0]
        assert 'value="2026-12-24"' in field
        assert 'aria-invalid="true" aria-describedby="dag-feil"' in field
        assert '<option value="visit" selected>' in answer.text
        assert f'<option value="{TROMSO}" selected>' in answer.text
        answer = await centre.sends(reader, PAGE, PAGE, {**late, "kommune": "", "dag": "i fjor"})
        assert answer.status_code == 422
        assert 'id="kommune-feil"' in answer.text
        assert 'id="dag-feil"' in answer.text
        newsletter = {"kommune": TROMSO, "kanal": "newsletter", "dag": TODAY}
        answer = await centre.sends(reader, PAGE, PAGE, newsletter)
        assert "Ingen der fikk nyhetsbrevet" in text_of(answer.text)
    assert await centre.registry.told("awareness") == []


async def test_only_a_form_of_the_page_itself_records_anything(centre: CentrePages, cast: Cast):
    told = {"kommune": TROMSO, "kanal": "visit", "dag": TODAY}
    async with centre.signed_in("ED", cast.centre_id) as reader:
        assert (await reader.post(PAGE, data={**told, "idempotency_key": "a"})).status_code == 403
        assert (await centre.sends(reader, PAGE, PAGE, told, form_token="another")).status_code == 403
        assert (await centre.sends(reader, PAGE, PAGE, told, idempotency_key="")).status_code == 400
    assert await centre.registry.told("awareness") == []


@pytest.mark.parametrize("day", ["i morgen", "2001-12-31"])
async def test_a_day_that_is_none_is_told_beside_the_field(centre: CentrePages, cast: Cast, day: str):
    async with centre.signed_in("ED", cast.centre_id) as reader:
        answer = await reader.get(f"{PAGE}?dato={day}")
    assert (answer.status_code, 'id="dato-feil"' in answer.text) == (422, True)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("prefix", ["", "/nn"])
async def test_the_page_has_no_barrier_and_is_not_too_wide(
    centre: CentrePages, cast: Cast, browser: Browser, prefix: str
):
    await dispatched(centre, cast, TROMSO, BODO)
    await completed(cast, "1929", "2016-03-01")
    await cast.signed()
    await centre.told()
    await centre.add_account("an-editor", "ED", cast.centre_id)
    async with centre.served() as url, visit(browser) as (context, heard):
        page = await context.new_page()
        await sign_in(page, url, "an-editor")
        for width in (1280, 320):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.goto(f"{url}{prefix}{PAGE}?registrert={TROMSO}")
            assert await barriers(page) == []
            assert await width_of(page) <= width
        assert heard == []


async def test_the_page_in_nynorsk_has_no_bokmal(centre: CentrePages, cast: Cast):
    page = text_of((await shown(centre, cast, f"/nn{PAGE}")).partition("<main")[2].partition("</main>")[0])
    assert "ikkje informert" in page
    assert "Slik står det" in page
    assert re.findall(r"\b(ikke|fra|kommuner|noen|hvordan|forfaller|velg|er registrert)\b", page, re.IGNORECASE) == []
