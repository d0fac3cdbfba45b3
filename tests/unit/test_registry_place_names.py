"""Municipalities and counties by their names, on days when those meant something else."""

from datetime import date

import pytest

from deploy.reference_tables import read_reference
from services.contracts.geography import Geography
from services.registry.domain.place_names import PlaceNames

REFERENCE = read_reference()
NAMES = PlaceNames(Geography(REFERENCE.units, REFERENCE.counties, ()))


@pytest.mark.parametrize(
    ("name", "on", "codes"),
    [
        ("Tromsø", "2016-04-08", {"1902"}),
        ("tromso", "2020-01-01", {"5401"}),
        ("TROMSØ", "2024-01-01", {"5501"}),
        ("Guovdageaidnu", "2016-04-08", {"2011"}),
        ("Skånland", "2019-12-31", {"1913"}),
        ("Skånland", "2020-01-01", set()),
        ("Våler", "2016-04-08", {"0137", "0426"}),
        ("Gamle Oslo", "2016-04-08", set()),
        ("Troms", "2016-04-08", set()),
        ("", "2016-04-08", set()),
    ],
)
def test_a_municipality_is_found_by_what_it_was_called_on_the_day(name: str, on: str, codes: set[str]) -> None:
    assert NAMES.municipalities(name, date.fromisoformat(on)) == codes


@pytest.mark.parametrize(
    ("name", "on", "code"),
    [
        ("Troms", "2016-04-08", "19"),
        ("Troms", "2020-01-01", None),
        ("Troms", "2024-01-01", "55"),
        ("Tromsø", "2016-04-08", None),
    ],
)
def test_a_county_likewise(name: str, on: str, code: str | None) -> None:
    assert NAMES.county(name, date.fromisoformat(on)) == code


def test_a_code_knows_its_county_and_an_unknown_one_none() -> None:
    assert (NAMES.county_of("1902"), NAMES.county_of("030101"), NAMES.county_of("9999")) == ("19", "03", None)
