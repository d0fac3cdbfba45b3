"""The organisations that the registry starts with, from the shipped tables."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from deploy.reference_tables import read_reference
from services.contracts.names import fold
from services.contracts.registry import CENTRE_KINDS, Coverage, OrganisationKind, RegisterOrganisation, UnitKind

REFERENCE = read_reference()
BY_REFERENCE = {organisation.reference: organisation for organisation in REFERENCE.organisations}


def named(name: str, on: date) -> list[str]:
    """The references of the organisations that have the name or alias on the date."""
    return [
        organisation.reference
        for organisation in REFERENCE.organisations
        if fold(name) in map(fold, (organisation.name, *organisation.aliases))
        and (organisation.valid_from is None or organisation.valid_from <= on)
        and (organisation.valid_to is None or on < organisation.valid_to)
    ]


def covered(organisation: RegisterOrganisation, on: date) -> list[str]:
    return [coverage.county_code for coverage in organisation.coverage if holds(coverage, on)]


def holds(coverage: Coverage, on: date) -> bool:
    return coverage.valid_from <= on and (coverage.valid_to is None or on < coverage.valid_to)


def test_the_numbers_of_the_tables() -> None:
    assert Counter(unit.kind for unit in REFERENCE.units) == {UnitKind.municipality: 849, UnitKind.city_district: 50}
    assert Counter(change.level for change in REFERENCE.changes) == {"municipality": 554, "county": 28}
    assert sum(change.note is not None for change in REFERENCE.changes if change.level == "municipality") == 61
    assert sum(unit.point is not None for unit in REFERENCE.units) == 357
    assert len(BY_REFERENCE) == len(REFERENCE.organisations)


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("KoRus-Nord", "korus-nord"),
        ("KoRus Øst", "korus-ost"),
        ("KoRus-Midt", "korus-midt"),
        ("KORFOR", "korfor"),
        ("NAPHA", "napha"),
        ("SANKS", "sanks"),
        ("VIVAT selvmordsforebygging", "vivat"),
        ("RKBU Nord", "rkbu-nord"),
        ("RVTS Nord", "rvts-nord"),
        ("RBUP Øst og Sør", "rbup-ost-sor"),
        ("Helsedirektoratet", "helsedirektoratet"),
        ("FHI", "fhi"),
        ("KS", "ks"),
        ("Fylkesmannen i Nordland", "fylkesmannen-nordland"),
        ("Fylkesmannen i Troms", "fylkesmannen-troms"),
        ("Fylkesmannen i Finnmark", "fylkesmannen-finnmark"),
        ("Nordland fylkeskommune", "fylkeskommune-18"),
        ("Troms fylkeskommune", "fylkeskommune-19"),
        ("Finnmark fylkeskommune", "fylkeskommune-20"),
        ("Tromsø kommune", "tromso-kommune"),
        ("UiT (søker)", "uit"),
        ("RIO", "rio"),
        ("nasjonalt AAH-forum", "aah-forum"),
    ],
)
def test_the_names_of_the_plan_of_2016_find_one_organisation_each(name: str, reference: str) -> None:
    assert named(name, date(2016, 4, 8)) == [reference]


@pytest.mark.parametrize("name", ["KoRus-Vest", "RIO/MARBORG", "øvrige KoRus", "kommuner", "Fylkesmannen"])
def test_a_name_that_may_be_several_finds_none(name: str) -> None:
    assert named(name, date(2016, 4, 8)) == []


def test_korus_nord_covers_the_north_under_the_counties_of_each_time() -> None:
    north = BY_REFERENCE["korus-nord"]
    assert covered(north, date(2016, 12, 31)) == ["18", "19", "20"]
    assert covered(north, date(2020, 1, 1)) == ["18", "54"]
    assert covered(north, date(2024, 1, 1)) == ["18", "55", "56"]


@pytest.mark.parametrize("kind", [OrganisationKind.korus, OrganisationKind.rvts, OrganisationKind.rkbu])
@pytest.mark.parametrize("on", [date(2016, 1, 1), date(2024, 1, 1)])
def test_the_centres_of_a_kind_cover_every_county_once(kind: OrganisationKind, on: date) -> None:
    counties = [code for centre in REFERENCE.organisations if centre.kind is kind for code in covered(centre, on)]
    valid = [
        county.code
        for county in REFERENCE.counties
        if county.valid_from <= on and (county.valid_to is None or on < county.valid_to)
    ]
    assert sorted(counties) == valid


def test_no_county_is_covered_twice_at_once_by_the_same_organisation() -> None:
    for organisation in REFERENCE.organisations:
        spans = sorted(organisation.coverage, key=lambda coverage: (coverage.county_code, coverage.valid_from))
        for one, next_one in pairwise(spans):
            assert one.county_code != next_one.county_code or (one.valid_to or date.max) <= next_one.valid_from


@pytest.mark.parametrize(("year", "number"), [(2016, 18), (2018, 17), (2020, 10), (2024, 14)])
def test_every_county_but_oslo_has_one_county_authority(year: int, number: int) -> None:
    on = date(year, 1, 1)
    counties = [
        code
        for organisation in REFERENCE.organisations
        if organisation.kind is OrganisationKind.county_authority
        for code in covered(organisation, on)
    ]
    assert len(counties) == len(set(counties)) == number
    assert "03" not in counties


def test_what_only_the_plan_names_says_so() -> None:
    told = [organisation for organisation in REFERENCE.organisations if organisation.source == (
        "Gjennomføringsplan 2016 (KoRus-Nord)"
    )]  # fmt: skip
    assert len(told) == 16
    assert all(organisation.certainty for organisation in told)
    assert {organisation.kind for organisation in told} & CENTRE_KINDS == set()
