"""Searching and sorting names, with the shipped tables as the country."""

from datetime import date

import pytest

from services.contracts.names import fold, sort_key
from services.contracts.place_search import PlaceSearch
from tests.unit.test_geography import COUNTRY, TODAY

SEARCH = PlaceSearch(COUNTRY)
IN_2016 = date(2016, 6, 1)


def found(query: str, on: date) -> list[str]:
    return [match.unit.code for match in SEARCH.find(query, on)]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Tromsø", "TROMSO"),
        ("Ålesund", "Aalesund"),
        ("Ålesund", "alesund"),
        ("Bærum", "baerum"),
        ("Kárášjohka", "karasjohka"),
        ("Porsáŋgu", "porsangu"),
        ("Evenášši", "evenassi"),
        ("Stïentje", "stientje"),
        ("Unjárga – Nesseby", "unjarga  nesseby"),
        ("Aurskog-Høland", "aurskog holand"),
        ("Đ", "d"),
    ],
)
def test_names_fold_to_what_is_typed(written: str, typed: str) -> None:
    assert fold(written) == fold(typed)


@pytest.mark.parametrize("spelling", ["Tromsø", "tromso", " TROMSØ ", "trom"])
def test_tromso_is_found_under_the_code_of_the_date(spelling: str) -> None:
    assert [found(spelling, day)[0] for day in (IN_2016, date(2020, 6, 1), TODAY)] == ["1902", "5401", "5501"]


@pytest.mark.parametrize(
    ("query", "on", "codes"),
    [
        ("Skånland", TODAY, ["5512"]),
        ("skaanland", TODAY, ["5512"]),
        ("Lenvik", TODAY, ["5530"]),
        ("Tysfjord", TODAY, ["1875", "1806"]),
        ("Borre", IN_2016, ["0701"]),
        ("Senja", IN_2016, ["1929", "1931", "1928", "1927"]),
        ("haram", date(2021, 1, 1), ["1507"]),
        ("Guovdageaidnu", TODAY, ["5612"]),
        ("habmer", TODAY, ["1875"]),
        ("Våler", TODAY, ["3114", "3419"]),
        ("Våler", IN_2016, ["0137", "0426"]),
        ("1902", TODAY, ["5501"]),
        ("5501", IN_2016, ["1902"]),
        ("høland", TODAY, ["3226"]),
        ("xyz", TODAY, []),
        ("", TODAY, []),
        ("?", TODAY, []),
    ],
)
def test_places_are_found_by_name_former_name_and_code(query: str, on: date, codes: list[str]) -> None:
    assert found(query, on) == codes


def test_the_whole_name_comes_first_and_own_names_before_former_ones() -> None:
    assert found("bø", TODAY)[:3] == ["1867", "4020", "1804"]
    assert [(match.matched_name, match.is_former) for match in SEARCH.find("bø", TODAY)[:2]] == [
        ("Bø", False),
        ("Bø", True),
    ]


def test_a_limit_is_kept() -> None:
    assert len(SEARCH.find("a", TODAY, limit=3)) == 3


def test_norwegian_order_is_byte_order_of_the_key() -> None:
    mixed = ["Åsnes", "Vågan", "Karlsøy", "Øksnes", "Alta", "Ålesund", "Kárášjohka", "Ørland", "Bardu"]
    assert sorted(mixed, key=sort_key) == [
        "Alta", "Bardu", "Kárášjohka", "Karlsøy", "Vågan", "Øksnes", "Ørland", "Ålesund", "Åsnes",
    ]  # fmt: skip
    assert sorted(["Ås", "Østre Toten", "Ærøy", "Zulu", "Askim"], key=sort_key) == [
        "Askim", "Zulu", "Ærøy", "Østre Toten", "Ås",
    ]  # fmt: skip
    assert all(sort_key(name).isascii() for name in [*mixed, "Snåase - Snåsa", "Porsáŋgu", "Đ"])
