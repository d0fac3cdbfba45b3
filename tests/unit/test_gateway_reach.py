"""Which codes mean a municipality when an offer is looked for."""

from datetime import date
from uuid import uuid4

import pytest

from deploy.reference_tables import read_reference
from gateway.catalogue import Ready, Snapshot
from gateway.catalogue.snapshot import LONGEST_ADDRESS, MOST_ANSWERS
from gateway.queries import find_places, history, municipalities, place_detail, units_covered
from gateway.reach import Heir, heir_of
from services.contracts.geography import Geography, NotValidOn, UnknownCode
from services.contracts.registry import (
    Coverage,
    GeographicChange,
    Organisation,
    OrganisationKind,
    UnitCoverage,
    UnitKind,
)

TODAY = date(2026, 11, 22)
MAY_2016 = date(2016, 5, 1)


@pytest.fixture(scope="module")
def country() -> Snapshot:
    tables = read_reference()
    changes = [GeographicChange(change_id=uuid4(), **change.model_dump()) for change in tables.changes]
    return Snapshot(Geography(tables.units, tables.counties, changes))


def test_tromso_is_also_its_former_codes_and_their_vanished_counties(country):
    areas = country.areas("5501", TODAY)
    assert areas.units == {"5501", "5401", "1902"}
    assert areas.counties == {"55", "54", "19"}


def test_in_2016_tromso_was_only_itself(country):
    areas = country.areas("1902", MAY_2016)
    assert (areas.units, areas.counties) == ({"1902"}, {"19"})


def test_br_51_what_was_told_of_a_code_falls_to_the_unit_that_has_its_area(country):
    geography = country.geography
    assert heir_of(geography, "1902", MAY_2016, TODAY) == Heir("5501", is_whole=True)
    assert heir_of(geography, "1929", MAY_2016, TODAY) == Heir("5530", is_whole=False)
    assert heir_of(geography, "1902", MAY_2016, MAY_2016) == Heir("1902", is_whole=True)
    # Entered after the end of the code.
    assert heir_of(geography, "1929", date(2026, 2, 3), TODAY) == Heir("5530", is_whole=False)


def test_what_was_told_of_an_area_that_was_divided_since_falls_to_nobody(country):
    assert heir_of(country.geography, "1507", date(2022, 5, 1), TODAY) is None
    assert heir_of(country.geography, "9999", MAY_2016, TODAY) is None


def test_a_centre_covers_the_municipalities_of_its_counties_and_those_that_it_names():
    tables = read_reference()
    country = Snapshot(Geography(tables.units, tables.counties))
    centre = Organisation(
        organisation_id=uuid4(),
        reference="a",
        name="A",
        kind=OrganisationKind.national,
        coverage=(
            Coverage(county_code="55", valid_from=date(2024, 1, 1)),
            Coverage(county_code="56", valid_from=date(2024, 1, 1), valid_to=date(2026, 1, 1)),
        ),
        unit_coverage=(UnitCoverage(unit_code="030101", valid_from=date(2024, 1, 1)),),
    )
    covered = [unit.code for unit in units_covered(country, centre, TODAY)]
    assert (covered[0], len(covered), {code[:2] for code in covered[1:]}) == ("030101", 22, {"55"})
    assert units_covered(country, centre, MAY_2016) == ()


def test_who_moved_from_a_county_that_still_exists_is_no_longer_meant_by_it(country):
    # Rindal moved from Møre og Romsdal, which still exists, to Trøndelag in 2019.
    areas = country.areas("5061", TODAY)
    assert "1567" in areas.units
    assert "15" not in areas.counties


def test_a_divided_municipality_is_part_of_both_that_it_became(country):
    assert "1850" in country.areas("1806", TODAY).units
    assert "1850" in country.areas("1875", TODAY).units


def test_a_code_of_another_time_is_refused_with_the_code_of_the_date(country):
    with pytest.raises(NotValidOn) as refusal:
        place_detail(country, "5501", MAY_2016)
    assert refusal.value.instead == ("1902",)
    with pytest.raises(UnknownCode):
        place_detail(country, "9999", TODAY)


@pytest.mark.parametrize("words", ["tromso", "Tromsø", "TROMSØ", "1902", "5401", "5501"])
def test_tromso_is_found_by_name_and_by_any_of_its_codes(country, words):
    assert find_places(country, words, TODAY)[0].code == "5501"
    assert find_places(country, words, MAY_2016)[0].code == "1902"


def test_a_history_tells_every_change_on_the_way(country):
    told = history(country, "5501", TODAY)
    assert [(change.old_code, change.new_code) for change in told.changes] == [("1902", "5401"), ("5401", "5501")]
    assert [(relative.code, relative.relation) for relative in told.earlier] == [("1902", "whole")]
    assert [relative.code for relative in told.today] == ["5501"]
    became = [(relative.code, relative.relation) for relative in history(country, "1902", TODAY).today]
    assert became == [("5501", "whole"), ("5534", "part")]
    assert [relative.code for relative in history(country, "1902", MAY_2016).today] == ["1902", "1936"]


def test_every_code_has_a_history(country):
    for code in country.geography.units:
        assert history(country, code, TODAY).unit.code == code


def test_the_list_of_a_date_is_made_once_for_each_interval(country):
    today = municipalities(country, TODAY)
    assert municipalities(country, date(2026, 1, 1)) is today
    assert municipalities(country, MAY_2016) is not today
    assert len(country.listed(UnitKind.municipality, MAY_2016)) == 428
    assert len(country.listed(UnitKind.municipality, TODAY)) == 357


def test_answers_that_are_kept_do_not_fill_the_memory(country):
    snapshot, told = Snapshot(country.geography), Ready(b"{}")
    for number in range(MOST_ANSWERS + 10):
        snapshot.keep((f"/municipalities/{number}", b"", TODAY), told)
    assert 0 < len(snapshot.answers) <= MOST_ANSWERS
    long = ("/municipalities", b"q=" + b"a" * LONGEST_ADDRESS, TODAY)
    snapshot.keep(long, told)
    assert long not in snapshot.answers
