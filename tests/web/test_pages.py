"""What the pages tell, read without a browser: the real app over copies filled by its own consumers."""

import re
from html import unescape

import pytest

from tests.unit.reporting_world import NORD
from tests.web.centre_pages import CentrePages
from tests.web.reading import card_of, rows_of, text_of
from tests.web.signing_in import hidden, sign_in
from tests.web.web_house import WebHouse


@pytest.mark.parametrize("query", ["Tromsø", "tromso", "TROMS", "1902", "5401", "5501"])
async def test_a_municipality_is_found_by_any_name_or_number(house: WebHouse, query: str):
    page = text_of(await house.page(f"/?q={query}"))
    assert "kommunenummer 5501" in page
    assert "1902 før 2020, 5401 fra 2020 og 5501 fra 2024" in page


async def test_a_search_in_the_kven_and_sami_north_forgives_missing_marks(house: WebHouse):
    assert "kommunenummer 5612" in text_of(await house.page("/?q=guovdageaidnu"))


async def test_a_search_that_finds_nothing_says_what_to_try(house: WebHouse):
    page = text_of(await house.page("/?q=Atlantis"))
    assert "Ingen treff på «Atlantis»" in page
    assert "kommunenummeret med fire siffer" in page


async def test_what_is_searched_for_is_never_markup(house: WebHouse):
    assert "<script>alert(1)</script>" not in await house.page("/?q=%3Cscript%3Ealert(1)%3C/script%3E")


async def test_br_05_one_list_names_lead_and_accepted_co_organisers_only(house: WebHouse):
    page = text_of(await house.page("/kommuner/1902?dato=2016-06-01"))
    assert "KORUS Nord" in page
    assert re.search(r"Opplæring i KOR KORUS Nord [^/]*? sammen med NAPHA", page)
    assert not re.search(r"Opplæring i KOR KORUS Nord [^.]*?KORFOR", page.split("Felles opplæring")[0])
    assert "på forespørsel" in page
    assert "Kommer 1" in page
    assert "Tidligere i 2016 1" in page
    assert "avholdt" in page


async def test_a_text_that_is_missing_in_the_readers_language_is_marked_with_its_own(house: WebHouse):
    assert '<span lang="nn">Eit tilbod som kjem</span>' in await house.page("/kommuner/1902?dato=2016-06-01")
    assert '<span lang="nn">' not in await house.page("/nn/kommuner/1902?dato=2016-06-01")
    assert '<span lang="nb">Felles opplæring' in await house.page("/nn/kommuner/1902?dato=2016-06-01")


async def test_what_was_mapped_told_and_granted_is_shown_from_its_day_on(house: WebHouse):
    before = text_of(await house.page("/kommuner/1902?dato=2015-01-01"))
    assert "Ingen kartlegginger er registrert." in before
    assert "Ingen tilskudd er registrert." in before
    after = text_of(await house.page("/kommuner/1902?dato=2016-12-31"))
    assert "BrukerPlan 2015 gjennomført 4. mai 2015" in after
    assert "Ungdata i videregående skole 2015" in after
    assert "brev 15. februar 2016, kom i retur 18. februar 2016" in after
    assert "250 000 kr" in after
    assert "kapittel 765 post 74" in after


async def test_a_survey_is_called_what_the_registry_calls_it_in_the_readers_language(house: WebHouse):
    page = text_of(await house.page("/nn/kommuner/1902?dato=2016-12-31"))
    assert "Ungdata i vidaregåande skule 2015" in page
    assert "fylkeskommunen si eiga kartlegging" in page


async def test_a_survey_that_is_only_invited_is_not_told_to_strangers(house: WebHouse):
    assert "Ungdata 2016" not in text_of(await house.page("/kommuner/1902?dato=2016-12-31"))


async def test_facts_stay_on_the_number_where_they_happened(house: WebHouse):
    page = text_of(await house.page("/kommuner/5501"))
    assert "BrukerPlan 2015" in page
    # The survey, the two who told it of the offer, and what it was awarded.
    assert page.count("Gjelder kommune 1902 Tromsø, som den var da.") == 4
    assert "Det siste tilbudet som er meldt inn, gjaldt til 31. desember 2016." in page
    assert "/kommuner/1902?dato=2016-12-31" in await house.page("/kommuner/5501")


async def test_example_data_says_so_and_other_data_does_not(house: WebHouse):
    assert "eksempeldata" in await house.page("/kommuner/1902?dato=2016-06-01")
    kautokeino = text_of(await house.page("/kommuner/2011?dato=2016-06-01"))
    assert kautokeino.count("eksempeldata") == 2  # the explanation and the one offer that is


async def test_a_number_of_the_past_shows_what_it_was_and_leads_to_todays(house: WebHouse):
    page = await house.page("/kommuner/1902")
    assert "Nummer 1902 var i bruk til 31. desember 2019." in text_of(page)
    assert 'href="/kommuner/5501"' in page
    assert 'href="/kommuner/1902?dato=2019-12-31"' in page


async def test_a_number_of_today_is_explained_on_a_day_before_it(house: WebHouse):
    page = await house.page("/kommuner/5501?dato=2016-06-01")
    assert "Nummer 5501 kom i bruk 1. januar 2024." in text_of(page)
    assert 'href="/kommuner/1902?dato=2016-06-01"' in page


async def test_a_division_is_told_from_the_side_of_what_was_divided(house: WebHouse, centre: CentrePages):
    forwards = text_of(await house.page("/kommuner/1850"))
    assert "Narvik kommunenummer 1806 Fikk en del av kommunen da den ble delt." in forwards
    backwards = text_of(await house.page("/kommuner/1806?dato=2016-06-01"))
    assert "Tysfjord kommunenummer 1850 Etter delingen hører en del av kommunen til her." in backwards
    assert "Fikk" not in backwards
    await centre.told()
    async with centre.reader() as reader:
        divided = text_of((await reader.get("/kommuner/1507")).text)
        haram = text_of((await reader.get("/kommuner/1580?dato=2022-06-01")).text)
    assert "Haram kommunenummer 1580 Fikk 13,7 % av kommunen da den ble delt." in divided
    assert "Ålesund kommunenummer 1507 Etter delingen hører 13,7 % av kommunen til her." in haram


async def test_borders_on_land_are_told_as_far_as_the_map_knows_them(house: WebHouse):
    assert "Kommunen grenser på land til Balsfjord, Karlsøy, Lyngen og Storfjord." in text_of(
        await house.page("/kommuner/1902?dato=2016-06-01")
    )
    assert "Kommunen grenser på land blant annet til Balsfjord, Bardu, Storfjord og Sørreisa." in text_of(
        await house.page("/kommuner/1924?dato=2016-06-01")
    )
    lenvik = text_of(await house.page("/kommuner/1931?dato=2016-06-01"))
    assert "Kartet er tegnet med dagens grenser, så Berg, Lenvik, Torsken og Tranøy er vist som ett område." in lenvik
    assert "grenser på land" not in lenvik


async def test_names_carry_the_language_they_are_read_in(house: WebHouse):
    assert '<span lang="se">Guovdageaidnu</span>' in await house.page("/kommuner/5612")


@pytest.mark.parametrize("day", ["2016-13-01", "i morgen", "1999-01-01", "0001-01-01", "9999-12-31T00:00"])
async def test_a_day_that_is_none_is_told_beside_the_field(house: WebHouse, day: str):
    page = await house.page(f"/kommuner/5501?dato={day}", status=422)
    assert 'aria-invalid="true"' in page
    assert day not in text_of(page)


async def test_an_unknown_number_is_a_page_with_a_search(house: WebHouse):
    page = await house.page("/kommuner/9999", status=404)
    assert "Denne siden finnes ikke" in page
    assert 'role="search"' in page
    assert "Denne sida finst ikkje" in await house.page("/nn/ukjend", status=404)


async def test_programs_get_a_problem_document_where_readers_get_a_page(house: WebHouse):
    async with house.reader() as reader:
        answer = await reader.get("/kommuner/9999", headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_report_without_a_plan_says_so(house: WebHouse):
    assert "Ingen sentre har lagt inn en plan ennå." in await house.page("/rapport")


async def test_each_figure_has_all_that_keeps_it_from_being_a_bare_number(house: WebHouse):
    await house.import_plan()
    card = text_of(card_of(await house.page("/rapport?dato=2016-12-31"), "brukerplan_coverage"))
    for told in (
        "1,1 %",
        "1 av 87",
        "69 mangler til målet på 70",
        "Mål 80 %",
        "Trengs for å nå målet 70",
        "Mangler 69",
        "Gjennomført, ikke bare avtalt",
        "1. januar 2015–31. desember 2016",
        "Kommuneinndeling 31. desember 2016",
        "Per dato 31. desember 2016",
        "eksempeldata",
        "Fordelt på fylke",
        "Nordland",
        "Finnmark",
    ):
        assert told in card, told


async def test_br_48_a_goal_without_a_number_gets_none(house: WebHouse):
    await house.import_plan()
    page = card_of(await house.page("/rapport?dato=2016-12-31"), "ungdata_coverage")
    assert "Ikke tallfestet i oppdraget" in page
    assert "bar-target" not in page


async def test_a_figure_in_todays_geography_names_what_could_not_be_placed(house: WebHouse):
    await house.import_plan()
    page = card_of(await house.page("/rapport?dato=2016-12-31&geografi=2024-01-01"), "brukerplan_coverage")
    assert "Kommuneinndeling 1. januar 2024" in text_of(page)
    assert "/kommuner/5501?dato=2024-01-01" not in page
    assert "/kommuner/1804?dato=2024-01-01" in page


@pytest.mark.parametrize(("day", "code"), [("2016-12-31", "1902"), ("2024-01-01", "5501")])
async def test_what_each_municipality_was_awarded_is_a_table_of_the_geography_asked_for(
    house: WebHouse, day: str, code: str
):
    await house.import_plan()
    card = card_of(await house.page(f"/rapport?dato=2016-12-31&geografi={day}"), "awarded_per_scheme")
    by_unit = card.partition("Fordelt på kommune")[2].partition("Fordelt på ordning")[0]
    assert rows_of(by_unit) == [["Tromsø", "250 000 kr"]]
    assert f"/kommuner/{code}?dato={day}" in by_unit


async def test_the_channels_of_what_was_told_are_counted_apart(house: WebHouse):
    await house.import_plan()
    page = text_of(card_of(await house.page("/rapport?dato=2016-12-31"), "awareness"))
    assert "Nådd etter kanal samtale 1" in page


async def test_who_has_begun_with_overdoses_is_a_count_by_kind_and_the_others_are_not_named(house: WebHouse):
    await house.import_plan()
    html = await house.page("/nn/rapport?dato=2016-12-31")
    card = text_of(card_of(html, "overdose_begun"))
    assert "Kommunar med overdoseproblem som har byrja med kartlegging, tiltak eller planar 1" in card
    assert "Kommunar med overdoseproblem 2" in card
    assert "Har byrja med plan 1" in card
    address = re.search(r'href="(/nn/rapport/grunnlag/[^"]*indikator=overdose_begun[^"]*)"', html)
    assert address is not None
    rows = text_of(await house.page(unescape(address[1])))
    assert "Plan" in rows
    assert "Tromsø" in rows
    assert "Bodø" not in rows


async def test_figures_are_as_of_the_day_asked_about(house: WebHouse):
    await house.import_plan()
    assert "250 000 kr" not in text_of(await house.page("/rapport?dato=2016-10-31"))
    assert "250 000 kr" in text_of(await house.page("/rapport?dato=2016-11-01"))


async def test_a_day_before_anything_was_known_is_told_beside_its_field(house: WebHouse):
    await house.import_plan()
    page = await house.page("/rapport?dato=2016-12-31&kjent=2010-01-01", status=422)
    assert 'id="kjent-feil"' in page
    assert "Det er ingen tall å vise" in page


async def facts_behind(house: WebHouse, indicator: str) -> str:
    """The page of the facts behind the first figure of an indicator."""
    html = await house.page("/rapport?dato=2016-12-31")
    address = re.search(rf'href="(/rapport/grunnlag/[^"]*indikator={indicator}[^"]*)"', html)
    assert address is not None
    return await house.page(unescape(address[1]))


async def test_behind_a_figure_stand_its_facts_with_day_place_and_reason(house: WebHouse):
    await house.import_plan()
    page = text_of(await facts_behind(house, "awareness"))
    assert "Kommuner som er gjort kjent med tilbudet" in page
    assert "15.2.2016 Brev Tromsø Nei: Brevet kom i retur" in page
    assert "1.3.2016 Samtale eksempeldata Tromsø Ja" in page


async def test_a_fact_is_called_what_it_is_and_leads_to_the_page_of_its_place(house: WebHouse):
    await house.import_plan()
    for indicator, told, leads_to in (
        ("majority_over_time", "1.11.2016 Tilskudd 765.74 eksempeldata Tromsø", "/kommuner/1902?dato=2016-11-01"),
        ("ungdata_upper_secondary", "13.4.2015 Ungdata i videregående skole 2015 Troms", "/kart/19?dato=2015-04-13"),
        ("activities_per_level", "11.5.2016 Opplæringsdag i BrukerPlan eksempeldata Troms", "/kart/19?dato=2016-05-11"),
    ):
        page = await facts_behind(house, indicator)
        assert told in text_of(page)
        assert f'href="{leads_to}"' in page
        await house.page(leads_to)


async def test_a_long_list_of_facts_is_paged(house: WebHouse):
    await house.import_plan()
    html = await house.page("/rapport?dato=2016-12-31")
    address = re.search(r'href="(/rapport/grunnlag/[^"]*indikator=plan_counts[^"]*)"', html)
    assert address is not None
    seen, path = 0, unescape(address[1])
    while path:
        page = await house.page(path)
        seen += page.count('class="message"')
        following = re.search(r'href="([^"]*etter=[^"]*)" rel="next"', page)
        path = unescape(following[1]) if following else ""
    assert seen == 189


@pytest.mark.parametrize("figure_id", ["abc", "a%3Flimit=1", "a%2F..%2Fplans", "%0a"])
async def test_an_id_of_no_figure_is_a_page_that_does_not_exist(house: WebHouse, figure_id: str):
    await house.page(f"/rapport/grunnlag/{figure_id}", status=404)


async def test_a_cursor_that_leads_nowhere_is_a_page_that_does_not_exist(house: WebHouse):
    await house.import_plan()
    html = await house.page("/rapport?dato=2016-12-31")
    address = re.search(r'href="(/rapport/grunnlag/[^"?]*)', html)
    assert address is not None
    await house.page(f"{address[1]}?etter=%F0", status=404)


@pytest.mark.parametrize("field", ["dato", "kjent", "geografi"])
@pytest.mark.parametrize("day", ["0001-01-01", "1999-01-01", "9999-12-31", "nei"])
async def test_a_report_tells_beside_the_field_what_is_no_day(house: WebHouse, field: str, day: str):
    await house.import_plan()
    assert f'id="{field}-feil"' in await house.page(f"/rapport?{field}={day}", status=422)


async def test_an_unknown_centre_is_told_beside_its_field(house: WebHouse):
    await house.import_plan()
    assert 'id="senter-feil"' in await house.page("/rapport?senter=nobody", status=422)


async def test_operators_pages_are_for_operators(house: WebHouse):
    assert "Logg inn" in await house.page("/drift", status=401)
    await house.add_account("a-lead", "GK", NORD)
    async with house.reader() as reader:
        await sign_in(reader, house, "a-lead")
        assert (await reader.get("/drift")).status_code == 403


async def test_signing_in_and_out(house: WebHouse):
    await house.add_account("an-operator", "DRIFT")
    async with house.reader() as reader:
        await sign_in(reader, house, "an-operator", then="/drift")
        page = (await reader.get("/drift")).text
        assert "drift" in page
        token, key = hidden(page, "form_token"), hidden(page, "idempotency_key")
        left = {"form_token": token, "idempotency_key": key}
        without_key = await reader.post("/logg-ut", data={"form_token": token}, headers={"Origin": house.url})
        assert without_key.status_code == 400
        answer = await reader.post("/logg-ut", data=left, headers={"Origin": house.url})
        assert answer.status_code == 303
        assert (await reader.get("/drift")).status_code == 401


async def test_whoever_is_signed_in_sees_role_and_organisation(house: WebHouse):
    await house.add_account("an-editor", "ED", NORD)
    async with house.reader() as reader:
        await sign_in(reader, house, "an-editor")
        assert "Logget inn som redaktør · KORUS Nord" in text_of((await reader.get("/")).text)


@pytest.mark.parametrize("login_name", ["an-editor", "nobody"])
async def test_a_wrong_password_is_told_as_an_unknown_name_is(house: WebHouse, login_name: str):
    await house.add_account("an-editor", "ED", NORD)
    async with house.reader() as reader:
        form = await reader.get("/logg-inn")
        sent = {"form_token": hidden(form.text, "form_token"), "login_name": login_name, "password": "another"}
        answer = await reader.post("/logg-inn", data=sent, headers={"Origin": house.url})
    assert answer.status_code == 422
    assert "Brukernavnet og passordet passer ikke sammen." in answer.text
    assert "another" not in answer.text


async def test_too_many_tries_are_told_with_the_time_to_wait(house: WebHouse):
    async with house.reader() as reader:
        form = await reader.get("/logg-inn")
        sent = {"form_token": hidden(form.text, "form_token"), "login_name": "nobody", "password": "another"}
        answers = [await reader.post("/logg-inn", data=sent, headers={"Origin": house.url}) for _ in range(6)]
        answer = answers[-1]
    assert answer.status_code == 429
    assert "Vent " in answer.text
    assert answer.headers["retry-after"].isdigit()


async def test_a_form_of_another_site_does_nothing(house: WebHouse):
    async with house.reader() as reader:
        form = await reader.get("/logg-inn")
        sent = {"form_token": hidden(form.text, "form_token"), "login_name": "nobody", "password": "another"}
        elsewhere = await reader.post("/logg-inn", data=sent, headers={"Origin": "http://elsewhere.example"})
        forged = await reader.post("/logg-inn", data={**sent, "form_token": "0"}, headers={"Origin": house.url})
    assert (elsewhere.status_code, forged.status_code) == (403, 403)


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/a\nb"]
)
async def test_nobody_is_sent_elsewhere_after_signing_in(house: WebHouse, address: str):
    await house.add_account("an-editor", "ED", NORD)
    async with house.reader() as reader:
        answer = await sign_in(reader, house, "an-editor", then=address)
    assert answer.headers["location"] == "/"


async def test_files_are_kept_for_a_year_and_nothing_else_can_be_reached(house: WebHouse):
    page = await house.page("/")
    async with house.reader() as reader:
        for path in re.findall(r'"(/static/[^"]+)"', page):
            answer = await reader.get(path)
            assert answer.status_code == 200, path
            assert "immutable" in answer.headers["cache-control"]
        old = await reader.get("/static/0000000000000000/samla.css")
        assert old.headers["cache-control"] == "no-store"
        assert (await reader.get("/static/x/package.json")).status_code == 404


async def test_pages_have_no_style_or_script_of_their_own(house: WebHouse):
    await house.import_plan()
    municipalities = ("/kommuner/1902?dato=2016-06-01", "/kommuner/1902", "/kommuner/5612")
    maps = ("/kart", "/kart/20?dato=2016-06-01", "/kart/19", "/organisasjoner/korus-nord")
    for path in ("/", "/?q=a", "/rapport", "/logg-inn", *municipalities, *maps):
        page = await house.page(path)
        assert not re.search(r"<style|<script(?! src=)|\sstyle=|\son[a-z]+=", page), path
