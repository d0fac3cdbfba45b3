"""What the pages tell of the registry: a municipality's history, who covers it, organisations, and the search."""

import re
from datetime import date

import pytest

from gateway.catalogue import Snapshot
from gateway.web.organisations import works
from tests.unit.reporting_world import NAPHA, NORD, country, organisations
from tests.web.centre_pages import CentrePages
from tests.web.reading import rows_of, text_of
from tests.web.signing_in import sign_in
from tests.web.web_house import WebHouse

TODAY = date(2026, 11, 20)


def section_of(html: str, name: str) -> str:
    """What is read in the section with a heading of this id."""
    return text_of(html.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0])


async def test_a_history_tells_mergers_numbers_and_counties_in_words(house: WebHouse):
    told = section_of(await house.page("/kommuner/5512"), "historie")
    assert "1. januar 2020 Tjeldsund (1852) og Skånland (1913) ble slått sammen til Tjeldsund (5412)." in told
    assert "Nytt fylke: Troms og Finnmark, før Nordland og Troms." in told
    assert "1. januar 2024 Nytt nummer: Tjeldsund (5412) ble Tjeldsund (5512)." in told
    assert told.index("1. januar 2002") < told.index("1. januar 2020") < told.index("1. januar 2024")


async def test_what_is_to_come_is_told_as_such_and_shown_on_its_day(house: WebHouse):
    told = section_of(await house.page("/kommuner/5614"), "historie")
    assert "1. januar 2030 kommer Alta (5601) og Loppa (5614) blir slått sammen til Alta (5601)." in told
    after = await house.page("/kommuner/5614?dato=2030-01-01")
    assert "Nummer 5614 er i bruk til 31. desember 2029." in text_of(after)
    assert 'href="/kommuner/5601?dato=2030-01-01"' in after
    rows = [row[1] for row in rows_of(await house.page("/kart/56?dato=2030-01-01"))]
    assert "Loppa – Láhppi" not in rows
    assert len(rows) == 17


async def test_a_history_in_nynorsk_is_nynorsk(house: WebHouse):
    told = section_of(await house.page("/nn/kommuner/5512"), "historie")
    assert "vart slått saman til" in told
    assert "ble slått sammen" not in told


async def test_a_number_of_the_past_has_the_same_history(house: WebHouse):
    assert "ble slått sammen til Tjeldsund (5412)." in section_of(await house.page("/kommuner/1913"), "historie")


async def test_each_place_of_a_history_leads_to_its_page_on_a_day_when_it_was_so(house: WebHouse):
    page = await house.page("/kommuner/5512")
    for path in re.findall(r'href="(/kommuner/\d{4}\?dato=[^"]*)"', page.partition('id="historie"')[2]):
        assert "var i bruk til" not in await house.page(path), path


async def test_who_covers_is_told_once_whatever_number_the_county_had(house: WebHouse):
    told = section_of(await house.page("/kommuner/5501"), "dekker")
    assert told.count("KORUS Nord") == 1
    assert "Kompetansesenter for rusfeltet · alle temaer · fra før 2002" in told
    assert "Før og etter" in told
    assert (
        "Troms og Finnmark fylkeskommune Fylkeskommune · alle temaer · fra 1. januar 2020 til 31. desember 2023" in told
    )


async def test_who_covers_is_that_of_the_date(house: WebHouse):
    before = section_of(await house.page("/kommuner/1902?dato=2016-06-01"), "dekker")
    now, _, otherwise = before.partition("Før og etter")
    assert "Hvem dekket kommunen 1. juni 2016" in now
    assert "Fylkesmannen i Troms" in now
    assert "Statsforvalteren i Troms og Finnmark" in otherwise


@pytest.mark.parametrize(("role", "is_told"), [("ED", True), ("PRO", False)])
async def test_what_nobody_confirmed_is_told_to_advisers_with_its_source(house: WebHouse, role: str, is_told: bool):
    await house.add_account("somebody", role, NORD)
    assert "ikke bekreftet" not in await house.page("/kommuner/5501")
    assert "ikke bekreftet" not in await house.page("/organisasjoner/korus-nord")
    async with house.reader() as reader:
        await sign_in(reader, house, "somebody")
        for path in ("/kommuner/5501", "/organisasjoner/korus-nord"):
            page = text_of((await reader.get(path)).text)
            assert ("ikke bekreftet av organisasjonen" in page) is is_told, path
            assert ("korus.no" in page) is is_told, path


ORIGINS = (
    ("/kommuner/1853", "Evenes og Tjeldsund Kilde: a letter of 2016 · Hvor sikkert: sikkert – for 2016"),
    ("/?q=Ofoten", "Lødingen til Ofoten. ikke bekreftet Kilde: a list of regions · Hvor sikkert: nokså sikkert"),
    ("/?q=kirkenes", "Kirkenes ligger i Sør-Varanger. Kilde: a list of towns · Hvor sikkert: sikkert"),
    ("/kommuner/5614", "til Alta (5601). Invented. ikke bekreftet Kilde: a rumour · Hvor sikkert: usikkert"),
    ("/kommuner/5614?dato=2030-01-01", "Invented. ikke bekreftet Kilde: a rumour"),
    ("/kommuner/5614", "Nytt fylke: Finnmark, før Troms og Finnmark. Kilde: SSB Klass 131"),
    ("/nn/kommuner/5614", "Invented. ikkje stadfesta Kjelde: a rumour · Kor sikkert: usikkert"),
)
"""Pages, and what advisers read there beside a group, a region, a town and a change: where it is known from."""


@pytest.mark.parametrize(("role", "is_told"), [("ED", True), ("PRO", False)])
async def test_groups_towns_and_changes_tell_advisers_where_they_are_known_from(
    house: WebHouse, role: str, is_told: bool
):
    await house.add_account("somebody", role, NORD)
    async with house.reader() as reader:
        await sign_in(reader, house, "somebody")
        for path, told in ORIGINS:
            assert told not in text_of(await house.page(path)), path
            assert (told in text_of((await reader.get(path)).text)) is is_told, path


async def test_what_reference_tables_say_in_english_is_marked_as_english(house: WebHouse):
    await house.add_account("somebody", "ED", NORD)
    async with house.reader() as reader:
        await sign_in(reader, house, "somebody")
        for prefix in ("", "/nn"):
            group = (await reader.get(f"{prefix}/kommuner/1853")).text
            assert '<span lang="en">for 2016</span>' in group
            change = (await reader.get(f"{prefix}/kommuner/5614")).text
            assert '<span class="fact-text" lang="en">Invented.</span>' in change


async def test_what_is_confirmed_says_when(house: WebHouse):
    page = text_of(await house.page("/organisasjoner/lederforum"))
    assert "bekreftet av organisasjonen 1. mars 2016" in page
    assert (
        "Medlemmer KORUS Nord (Kompetansesenter rus - region nord) Kompetansesenter for rusfeltet · uten stemme" in page
    )


async def test_a_group_tells_which_programmes_it_governs_and_who_sits_in_it(house: WebHouse):
    page = text_of(await house.page("/organisasjoner/styringsgruppa"))
    assert "Styringsgruppe" in page
    assert "Styrer Bedre tverrfaglig innsats (BTI)" in page
    assert "Medlemmer KORUS Nord" in page
    assert "Styrer Betre tverrfagleg innsats (BTI)" in text_of(await house.page("/nn/organisasjoner/styringsgruppa"))


async def test_an_organisation_tells_where_it_works_and_of_what_it_is_a_member(house: WebHouse):
    page = text_of(await house.page("/organisasjoner/korus-nord"))
    assert "Medlem av Lederforum Nord Forum · uten stemme" in page
    authority = await house.page("/organisasjoner/fylkeskommune-55")
    assert "Troms alle temaer · fra 1. januar 2024" in text_of(authority)
    assert 'href="/kart/55"' in authority


def test_where_one_works_is_told_in_times_and_the_whole_country_once():
    snapshot = Snapshot(country(), organisations())
    nord, napha = (next(each for each in organisations() if each.organisation_id == known) for known in (NORD, NAPHA))
    told = [([area.name for area in each.areas], each.since, each.is_current) for each in works(snapshot, nord, TODAY)]
    assert told[0] == (["Finnmark", "Troms"], date(2024, 1, 1), True)
    assert (["Nordland"], None, True) in told
    assert (["Troms og Finnmark"], date(2020, 1, 1), False) in told
    (everywhere,) = works(snapshot, napha, TODAY)
    assert (everywhere.is_whole_country, everywhere.since) == (True, date(2008, 9, 1))


async def test_who_works_in_every_county_works_in_the_whole_country(house: WebHouse):
    page = text_of(await house.page("/organisasjoner/napha"))
    assert "Hele landet alle temaer · fra 1. september 2008" in page
    assert "Før og etter" not in page


async def test_a_double_leads_to_the_record_that_is_kept(house: WebHouse):
    async with house.reader() as reader:
        answer = await reader.get("/nn/organisasjoner/korus-nord-en-gang-til")
    assert (answer.status_code, answer.headers["location"]) == (301, "/nn/organisasjoner/korus-nord")
    await house.page("/organisasjoner/finnes-ikke", status=404)


async def test_a_group_names_its_members_by_their_names_of_the_day(house: WebHouse):
    assert "Ofoten sammen Evenes, Skånland og Tjeldsund" in text_of(await house.page("/kommuner/1853?dato=2016-06-01"))
    assert "Ofoten sammen Evenes og Tjeldsund" in text_of(await house.page("/kommuner/1853"))
    assert "Ofoten sammen" not in await house.page("/kommuner/1853?dato=2015-06-01")


async def test_br_42_the_representative_of_the_region_is_shown_while_seated(house: WebHouse):
    told = "Regional representant i Helse Nord KORUS Nord"
    assert told in text_of(await house.page("/kommuner/1902?dato=2016-06-01"))
    assert told not in text_of(await house.page("/kommuner/5501"))


async def test_the_languages_that_are_decided_are_told_and_nothing_where_none_is(house: WebHouse):
    page = text_of(await house.page("/kommuner/5612"))
    assert "Kommunen vil ha brev fra staten på nynorsk." in page
    assert "Språkutviklingskommune for samisk" in page
    page = text_of(await house.page("/kommuner/5622"))
    assert "Kommunen vil ha brev fra staten på bokmål." in page
    assert "Kommunen hører til forvaltningsområdet for samiske språk: nordsamisk." in page
    in_nynorsk = text_of(await house.page("/nn/kommuner/5622"))
    assert "Kommunen høyrer til forvaltningsområdet for samiske språk: nordsamisk." in in_nynorsk
    assert "Kommunen er nøytral mellom bokmål og nynorsk." in text_of(await house.page("/kommuner/5501"))
    assert 'id="sprak"' not in await house.page("/kommuner/2011?dato=2016-06-01")


async def test_the_map_of_a_municipality_marks_it_and_says_in_words_where_it_is(house: WebHouse):
    page = await house.page("/kommuner/5612")
    assert page.count("map-marked") == 1
    assert (
        "Kautokeino ligger i Finnmark. Kommunen grenser på land til Alta, Karasjok, Kvænangen og Nordreisa."
        in text_of(page)
    )
    merged = text_of(await house.page("/kommuner/1913?dato=2016-06-01"))
    assert "så Skånland og Tjeldsund er vist som ett område." in merged


async def test_a_misspelling_is_answered_as_a_guess_that_says_so(house: WebHouse):
    page = text_of(await house.page("/?q=Alstadhaug"))
    assert "Vi fant ikke «Alstadhaug». Mente du Alstahaug?" in page
    assert "kommunenummer 1820" in page
    assert "Vi fann ikkje «Alstadhaug». Meinte du Alstahaug?" in text_of(await house.page("/nn?q=Alstadhaug"))


async def test_a_town_and_a_region_are_answered_with_their_municipalities(house: WebHouse):
    assert "Kirkenes ligger i Sør-Varanger." in text_of(await house.page("/?q=kirkenes"))
    page = text_of(await house.page("/?q=Ofoten"))
    assert (
        "Ofoten er ikke en kommune. Området hører til Evenes og Narvik. Noen regner også Lødingen til Ofoten." in page
    )


async def test_guovdageaidnu_is_found_in_a_search_and_in_an_address(house: WebHouse):
    page = await house.page("/?q=Guovdageaidnu")
    assert '<span lang="se">Guovdageaidnu</span>' in page
    async with house.reader() as reader:
        for name in ("Guovdageaidnu", "guovdageaidnu", "Kautokeino"):
            answer = await reader.get(f"/kommuner/{name}")
            assert (answer.status_code, answer.headers["location"]) == (302, "/kommuner/5612")
    await house.page("/kommuner/Atlantis", status=404)
    await house.page("/kommuner/Alstadhaug", status=404)


async def test_a_name_in_an_address_leads_to_who_has_it_before_who_had_it(centre: CentrePages):
    await centre.told()
    async with centre.reader() as reader:
        for name, code in (
            ("Ålesund", "1508"),  # Haram was a part of it
            ("Sande", "1514"),
            ("Bø", "1867"),
            ("Nes", "3228"),
            ("Os", "3430"),
            ("Skånland", "5512"),  # nobody has it, and one had
        ):
            answer = await reader.get(f"/kommuner/{name}")
            assert (answer.status_code, answer.headers.get("location")) == (302, f"/kommuner/{code}"), name
        for name in ("Herøy", "Tysfjord"):  # two have it, and two had
            assert (await reader.get(f"/kommuner/{name}")).status_code == 404, name


async def test_a_page_asks_the_database_as_often_whatever_stands_on_it(house: WebHouse):
    of_municipality = {
        await house.statements(path)
        for path in (
            "/kommuner/1902?dato=2016-06-01",
            "/kommuner/2011?dato=2016-06-01",
            "/kommuner/1853?dato=2016-12-31",
        )
    }
    assert len(of_municipality) == 1
    assert (
        await house.statements("/organisasjoner/korus-nord")
        == await house.statements("/organisasjoner/lederforum")
        == 0
    )
    assert await house.statements("/?q=Nes") == await house.statements("/?q=Alstadhaug") == 1
