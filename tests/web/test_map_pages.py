"""The map's pages: the same in the picture and in the table, on any date, with no question to the database."""

import re
from html import unescape

import pytest

from tests.web.reading import rows_of, text_of
from tests.web.web_house import WebHouse


async def test_the_country_has_a_picture_and_a_table_with_the_same_counties(house: WebHouse):
    page = await house.page("/kart?dato=2016-06-01")
    labels = re.findall(r'<text class="map-label"[^>]*>([^<]*)</text>', page)
    assert sorted(labels) == sorted(row[0] for row in rows_of(page))
    assert "Kartet er tegnet med dagens kommunegrenser." in text_of(page)
    assert "© Kartverket (CC BY 4.0)" in page


async def test_a_county_lists_every_municipality_of_the_date_with_what_it_is_today(house: WebHouse):
    page = await house.page("/kart/20?dato=2016-06-01")
    rows = rows_of(page)
    assert ["Guovdageaidnu" in row[1] for row in rows].count(True) == 1
    assert len(rows) == 19
    assert "Hammerfest" in next(row[3] for row in rows if row[1].startswith("Kvalsund"))
    assert "er vist som ett område" in text_of(page)
    assert 'href="/kommuner/2011?dato=2016-06-01"' in page


async def test_the_table_sorts_by_name_as_norwegians_do_or_by_number(house: WebHouse):
    by_name = [row[1] for row in rows_of(await house.page("/kart/18?dato=2016-06-01"))]
    assert by_name[:2] == ["Alstahaug", "Andøy"]
    assert by_name[-2:] == ["Vågan", "Øksnes"]
    by_number = [row[2] for row in rows_of(await house.page("/kart/18?dato=2016-06-01&sorter=nummer"))]
    assert by_number == sorted(by_number)
    await house.page("/kart/18?sorter=noe+annet", status=422)


async def test_names_in_the_table_carry_their_language(house: WebHouse):
    assert '<span lang="se">Guovdageaidnu</span>' in await house.page("/kart/56")


async def test_the_table_can_be_fetched_as_it_stands(house: WebHouse):
    page = await house.page("/nn/kart/20?dato=2016-06-01")
    async with house.reader() as reader:
        for kind in ("csv", "geojson"):
            address = re.search(rf'href="(/api/v1/municipalities\.{kind}[^"]*)"', page)
            assert address is not None
            answer = await reader.get(unescape(address[1]))
            assert answer.status_code == 200
            assert "Guovdageaidnu" in answer.text


async def test_a_county_that_is_gone_leads_to_todays_and_to_its_own_last_day(house: WebHouse):
    page = await house.page("/kart/19")
    assert "Fylkesnummer 19 var i bruk til 31. desember 2019." in text_of(page)
    assert 'href="/kart/55"' in page
    assert 'href="/kart/19?dato=2019-12-31"' in page
    early = await house.page("/kart/55?dato=2016-06-01")
    assert "Fylkesnummer 55 kom i bruk 1. januar 2024." in text_of(early)
    assert 'href="/kart/19?dato=2016-06-01"' in early


@pytest.mark.parametrize("path", ["/kart/99", "/kart/5501", "/kart/x"])
async def test_an_unknown_county_is_a_page_that_does_not_exist(house: WebHouse, path: str):
    await house.page(path, status=404)


@pytest.mark.parametrize("path", ["/kart", "/kart/55"])
async def test_a_day_that_is_none_is_told_beside_the_field_and_today_is_shown(house: WebHouse, path: str):
    page = await house.page(f"{path}?dato=i+morgen", status=422)
    assert 'aria-describedby="dato-feil"' in page
    assert "20. november 2026" in page


@pytest.mark.parametrize("path", ["/kart", "/kart?dato=2016-06-01", "/kart/56", "/kart/20?dato=2016-06-01"])
async def test_a_map_asks_the_database_nothing(house: WebHouse, path: str):
    assert await house.statements(path) == 0
