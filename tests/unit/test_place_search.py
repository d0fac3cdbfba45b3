"""Search that a person forgives: towns and regions, double names, and one slip of the pen."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.names import SHORTEST_WORD, fold, is_one_slip_away
from services.contracts.place_search import Match, PlaceSearch
from services.contracts.registry import Locality, LocalityKind
from tests.unit.test_geography import COUNTRY, REFERENCE_TABLES, TODAY

IN_2016 = date(2016, 6, 1)


def a_locality(reference: str, name: str, kind: LocalityKind, *codes: str, aliases: tuple[str, ...] = ()) -> Locality:
    return Locality(
        reference=reference,
        kind=kind,
        name=name,
        aliases=aliases,
        unit_codes=codes,
        units_on=IN_2016,
        source="this test",
        certainty="high",
    )


LOCALITIES = (
    a_locality("kirkenes", "Kirkenes", LocalityKind.town, "2030", aliases=("Girkonjárga",)),
    a_locality("finnsnes", "Finnsnes", LocalityKind.town, "1931"),
    a_locality("mo-i-rana", "Mo i Rana", LocalityKind.town, "1833"),
    a_locality("vesteralen", "Vesterålen", LocalityKind.region, "1866", "1867", "1868", "1870", "1871"),
    a_locality("ofoten", "Ofoten", LocalityKind.region, "1805", "1850", "1851", "1852", "1853", "1854"),
    a_locality(
        "ytre-helgeland", "Ytre Helgeland", LocalityKind.region,
        "1811", "1812", "1813", "1815", "1816", "1818", "1820", "1822", "1827", "1834", "1835", "1836",
    ),
)  # fmt: skip
SEARCH = PlaceSearch(COUNTRY, LOCALITIES)
SHIPPED = PlaceSearch(COUNTRY, REFERENCE_TABLES.localities)


def found(query: str, on: date) -> list[str]:
    return [match.unit.code for match in SEARCH.find(query, on)]


@pytest.mark.parametrize(
    ("query", "reference", "on", "codes"),
    [
        ("Kirkenes", "kirkenes", TODAY, {"5605"}),
        ("Kirkenes", "kirkenes", IN_2016, {"2030"}),
        ("girkonjarga", "kirkenes", TODAY, {"5605"}),
        ("Finnsnes", "finnsnes", TODAY, {"5530"}),
        ("Finnsnes", "finnsnes", IN_2016, {"1931"}),
        ("mo i rana", "mo-i-rana", TODAY, {"1833"}),
        ("Vesterålen", "vesteralen", TODAY, {"1866", "1867", "1868", "1870", "1871"}),
        ("vesteraalen", "vesteralen", TODAY, {"1866", "1867", "1868", "1870", "1871"}),
        ("Ofoten", "ofoten", IN_2016, {"1805", "1850", "1851", "1852", "1853", "1854"}),
        ("Ytre Helgeland", "ytre-helgeland", TODAY, {
            "1811", "1812", "1813", "1815", "1816", "1818", "1820", "1822", "1827", "1834", "1835", "1836",
        }),
    ],
)  # fmt: skip
def test_a_town_or_region_finds_the_municipalities_that_it_lies_in_on_the_date(
    query: str, reference: str, on: date, codes: set[str]
) -> None:
    matches = SEARCH.find(query, on)
    assert {match.unit.code for match in matches} == codes
    for match in matches:
        assert match.locality is not None
        assert match.locality.reference == reference
        assert (match.is_former, match.is_guess) == (False, False)


def test_a_region_whose_municipality_was_divided_lies_in_both_parts() -> None:
    assert set(found("Ofoten", TODAY)) == {"1806", "1875", "1851", "1853", "5512"}


@pytest.mark.parametrize(
    ("name", "on", "municipalities"),
    [
        ("Ofoten", TODAY, {"Evenes", "Lødingen", "Narvik"}),
        ("Ofoten", IN_2016, {"Ballangen", "Evenes", "Lødingen", "Narvik", "Tysfjord"}),
        ("Lofoten", TODAY, {"Flakstad", "Moskenes", "Røst", "Vestvågøy", "Værøy", "Vågan"}),
        ("Lofoten", IN_2016, {"Flakstad", "Moskenes", "Røst", "Vestvågøy", "Værøy", "Vågan"}),
    ],
)
def test_a_shipped_region_is_what_is_counted_to_it(name: str, on: date, municipalities: set[str]) -> None:
    matches = SHIPPED.find(name, on)
    assert {COUNTRY.name(match.unit.code, on) for match in matches} == municipalities
    assert not any(match.is_guess for match in matches)


def test_a_municipality_comes_before_a_town_of_the_same_name() -> None:
    towns = (a_locality("bodo", "Bodø", LocalityKind.town, "1804"), a_locality("nes", "Nes", LocalityKind.town, "1866"))
    search = PlaceSearch(COUNTRY, towns)
    (bodo,) = search.find("Bodø", TODAY)
    assert bodo.locality is None
    assert search.find("Nes", TODAY)[0].locality is None
    assert "1866" in [match.unit.code for match in search.find("Nes", TODAY)]


@pytest.mark.parametrize(
    ("name", "on", "codes"),
    [
        ("Våler", TODAY, ["3114", "3419"]),
        ("Våler", IN_2016, ["0137", "0426"]),
        ("Herøy", TODAY, ["1515", "1818"]),
        ("Herøy", IN_2016, ["1515", "1818"]),
        ("Nes", IN_2016, ["0236", "0616"]),
        ("Os", IN_2016, ["0441", "1243"]),
        ("Bø", IN_2016, ["0821", "1867"]),
        ("Sande", IN_2016, ["0713", "1514"]),
    ],
)
def test_a_double_name_finds_both_in_different_counties(name: str, on: date, codes: list[str]) -> None:
    matches = SEARCH.find(name, on)[:2]
    assert [match.unit.code for match in matches] == codes
    assert {match.matched_name for match in matches} == {name}
    assert len({match.unit.county_code for match in matches}) == 2
    for match in matches:
        county = match.unit.county_code or ""
        assert [each.unit.code for each in SEARCH.find(name, on, county=county)[:1]] == [match.unit.code]


@pytest.mark.parametrize(
    ("typed", "on", "code", "name"),
    [
        ("Alstadhaug", TODAY, "1820", "Alstahaug"),  # one letter too many
        ("Kautokeno", TODAY, "5612", "Kautokeino"),  # too few
        ("Kautokaino", TODAY, "5612", "Kautokeino"),  # wrong
        ("Hammerefst", TODAY, "5603", "Hammerfest"),  # in the wrong order
        ("guovdagaidnu", TODAY, "5612", "Guovdageaidnu"),
        ("Kirkeness", TODAY, "5605", "Kirkenes"),
        ("vesteralenn", TODAY, "1866", "Vesterålen"),
        ("Skånlnad", TODAY, "5512", "Skånland"),
        ("aurskog hølund", TODAY, "3226", "Aurskog-Høland"),
        ("hølund", TODAY, "3226", "Aurskog-Høland"),
    ],
)
def test_one_slip_is_answered_as_a_guess(typed: str, on: date, code: str, name: str) -> None:
    matches = [match for match in SEARCH.find(typed, on) if match.matched_name == name]
    assert code in [match.unit.code for match in matches]
    assert all(match.is_guess for match in SEARCH.find(typed, on))


@pytest.mark.parametrize(
    ("typed", "code", "name"),
    [
        ("Sørvaranger", "5605", "Sør-Varanger"),
        ("sorvaranger kommune", "5605", "Sør-Varanger"),
        ("Nordfron", "3436", "Nord-Fron"),
        ("Østretoten", "3442", "Østre Toten"),
        ("Aurskoghøland", "3226", "Aurskog-Høland"),
    ],
)
def test_a_space_or_hyphen_left_out_is_a_slip(typed: str, code: str, name: str) -> None:
    (match,) = SEARCH.find(typed, TODAY)
    assert (match.unit.code, match.matched_name, match.is_guess) == (code, name, True)


@pytest.mark.parametrize(
    ("typed", "on", "codes"),
    [
        ("Tromsø kommune", TODAY, ["5501"]),
        ("voss herad", TODAY, ["4621"]),
        ("Sør-Varanger kommune", TODAY, ["5605"]),
        ("Os kommune", TODAY, ["3430", "4624"]),  # and not Oslo
        ("Våler (Innlandet)", TODAY, ["3419"]),
        ("Våler (Østfold)", TODAY, ["3114"]),
        ("Våler (Hedmark)", IN_2016, ["0426"]),
        ("Våler (Hedmark)", TODAY, ["3419"]),  # what was Hedmark is in Innlandet
        ("herøy(nordland)", TODAY, ["1818"]),
        ("Herøy (Møre og Romsdal)", TODAY, ["1515"]),
        ("Kautokeino - Guovdageaidnu", TODAY, ["5612"]),
        ("Guovdageaidnu – Kautokeino", TODAY, ["5612"]),
        ("Kautokeino/Guovdageaidnu", IN_2016, ["2011"]),
        ("Porsanki / Porsáŋgu / Porsanger", TODAY, ["5622"]),
    ],
)
def test_what_is_written_beside_a_name_does_not_hide_it(typed: str, on: date, codes: list[str]) -> None:
    matches = SEARCH.find(typed, on)
    assert [match.unit.code for match in matches] == codes
    assert not any(match.is_guess for match in matches)


@pytest.mark.parametrize("typed", ["Tromsø (Nordland)", "Tromsø - Bodø", "Tromsø (Atlantis)", "kommune", " - / ", "()"])
def test_what_is_written_beside_a_name_must_be_right(typed: str) -> None:
    assert SEARCH.find(typed, TODAY) == []


def test_one_of_several_with_the_same_name_is_looked_for_in_the_county_asked_for() -> None:
    assert SEARCH.find("Herøy (Nordland)", TODAY, county="15") == []
    assert [match.unit.code for match in SEARCH.find("Herøy kommune", TODAY, county="15")] == ["1515"]


def test_a_guess_is_made_of_whole_words() -> None:
    assert [match.matched_name for match in SEARCH.find("Alstadhaug", TODAY)] == ["Alstahaug"]
    guesses = [match.matched_name for match in SEARCH.find("Nordx", TODAY)]
    assert "Nord-Odal" in guesses
    assert all("nord" in fold(name).split() for name in guesses), guesses


@pytest.mark.parametrize("query", ["Tromso", "Kirkenes", "5501", "1902", "Skånland", "Guovdageaidnu", "a"])
def test_what_is_found_as_it_is_written_is_no_guess(query: str) -> None:
    assert SEARCH.find(query, TODAY)
    assert not any(match.is_guess for match in SEARCH.find(query, TODAY))


@pytest.mark.parametrize("query", ["Bodu", "1999", "99021", "Alstadhauug", "xyzzy", "ø", "Mo i Rena", "  ", "%", "i"])
def test_no_guess_is_made_of_two_slips_a_short_word_or_a_number(query: str) -> None:
    assert not any(match.is_guess for match in SEARCH.find(query, TODAY))


def test_every_municipality_of_every_time_is_found_by_its_own_name() -> None:
    for day in (date(2002, 1, 1), IN_2016, date(2020, 1, 1), TODAY):
        for unit in COUNTRY.units_on(day):
            best = SEARCH.find(COUNTRY.name(unit.code, day), day)
            same_name = [match for match in best if match.matched_name == COUNTRY.name(unit.code, day)]
            assert unit.code in [match.unit.code for match in same_name], unit.code
            assert not best[0].is_former


WORDS = st.text(st.sampled_from("abdeilno"), min_size=SHORTEST_WORD, max_size=9)


def slips_of(word: str) -> set[str]:
    """Everything that one slip makes of a word, by trying."""
    letters = "abdeilno"
    parts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    left_out = {one + other[1:] for one, other in parts if other}
    wrong = {one + letter + other[1:] for one, other in parts if other for letter in letters}
    too_many = {one + letter + other for one, other in parts for letter in letters}
    swapped = {one + other[1] + other[0] + other[2:] for one, other in parts if len(other) > 1}
    return left_out | wrong | too_many | swapped


@given(word=WORDS, other=WORDS)
def test_a_slip_is_what_trying_every_slip_finds(word: str, other: str) -> None:
    assert is_one_slip_away(word, other) == (other in slips_of(word))
    for slip in slips_of(word):
        assert is_one_slip_away(word, slip), slip


@given(query=st.text(max_size=40))
def test_no_words_are_too_strange_to_look_for(query: str) -> None:
    matches: list[Match] = SEARCH.find(query, TODAY)
    assert len(matches) <= 20
    assert not matches or fold(query)
