"""The organisations that the registry starts with, from the shipped tables."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import orjson
import pytest

from deploy.reference_tables import read_reference
from services.contracts.names import fold
from services.contracts.registry import (
    CENTRE_KINDS,
    CoreArea,
    Coverage,
    LegalForm,
    Mandate,
    Organisation,
    OrganisationKind,
    OrganisationPart,
    Region,
    RegisterOrganisation,
    SamiLanguage,
    UnitKind,
)
from services.registry.domain.mergers import duplicates

REFERENCE = read_reference()
ORGANISATIONS = (*REFERENCE.organisations, *(forum.organisation for forum in REFERENCE.forums))
BY_REFERENCE = {organisation.reference: organisation for organisation in ORGANISATIONS}
PLAN = Path("deploy/example/plan2016.json")


def named(name: str, on: date) -> list[str]:
    """The references of the organisations that have the name or alias on the date."""
    return [
        organisation.reference
        for organisation in ORGANISATIONS
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
    assert len(BY_REFERENCE) == len(ORGANISATIONS) == 104
    assert (len(REFERENCE.forums), len(REFERENCE.groups), len(REFERENCE.localities)) == (2, 3, 7)


def test_r_110_every_municipality_of_today_is_written_to_in_the_form_that_it_has_decided() -> None:
    decided = {unit.code: unit.languages for unit in REFERENCE.units if unit.languages}
    assert decided.keys() == {
        unit.code for unit in REFERENCE.units if unit.kind == UnitKind.municipality and unit.valid_to is None
    }
    forms = Counter(decision.form for (decision,) in decided.values())
    # What Språkrådet counts.
    assert forms == {"bokmal": 119, "nynorsk": 88, "neutral": 150}
    assert {code: decided[code][0].form for code in ("0301", "1811", "4640", "5501", "5612")} == {
        "0301": "neutral",
        "1811": "bokmal",
        "4640": "nynorsk",
        "5501": "neutral",
        "5612": "bokmal",
    }


def test_r_111_thirteen_municipalities_belong_to_the_sami_area() -> None:
    area = {unit.code: unit.languages[0].sami_area for unit in REFERENCE.units if unit.languages}
    names = {unit.code: unit.names[-1].name for unit in REFERENCE.units}
    assert {language: {names[code] for code in area if area[code] == language} for language in SamiLanguage} == {
        "north_sami": {
            *("Karasjok", "Kautokeino", "Kåfjord", "Lavangen", "Nesseby", "Porsanger", "Tana", "Tjeldsund"),
        },
        "lule_sami": {"Hamarøy"},
        "south_sami": {"Hattfjelldal", "Røros", "Røyrvik", "Snåsa"},
    }


NAMING = {"lead", "co_organisers", "owner", "host", "members", "with", "publisher", "attached_to", "commissioned_by"}
"""The fields of the plan's file that name organisations, alone or in lists."""

SEVERAL = {
    "Default KoRus-Nord; another value means KoRus-Nord is participant or contributor.",
    *("DPS (under avklaring)", "Fylkesmannen", "KoRus-Vest", "KoRus Oslo og KoRus Øst", "RBUP/RKBU", "RIO/MARBORG"),
    *("RVTS", "andre kompetansemiljø", "andre kompetansemiljø i regionen", "andre kompetansesentre", "flere KoRus"),
    *("brukerorganisasjoner", "det enkelte senter", "fylkeskommunene", "kommuner", "utvalgte kommuner"),
    *("øvrige KoRus", "øvrige kompetansesentre"),
}
"""What the plan says where it names no single body. An alias that guessed would give somebody's work to another."""


def names_in(part: object, field: str = "") -> Iterator[str]:
    """Every name of an organisation in a part of the plan's file."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from names_in(value, name)
    elif isinstance(part, list):
        for each in part:
            yield from names_in(each, field)
    elif isinstance(part, str) and field in NAMING:
        yield part


def test_every_organisation_named_in_the_plan_of_2016_is_found_by_that_name() -> None:
    names = set(names_in(orjson.loads(PLAN.read_bytes())))
    adopted = date(2016, 4, 8)
    found = {name: named(name, adopted) for name in names - SEVERAL}
    assert len(found) == 40
    assert {name for name, references in found.items() if len(references) != 1} == {"SIRUS"}
    # The plan still names what had become a part of another on New Year's Day. The registry says of which.
    assert named("SIRUS", date(2015, 12, 31)) == ["sirus"]
    assert BY_REFERENCE["sirus"].successor_reference == "fhi"
    assert {name for name in names & SEVERAL if named(name, adopted)} == set()
    assert names >= SEVERAL


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("KoRus-Nord", "korus-nord"),
        ("KoRus Øst", "korus-ost"),
        ("KORFOR", "korfor"),
        ("VIVAT selvmordsforebygging", "vivat"),
        ("RBUP Øst og Sør", "rbup-ost-sor"),
        ("Fylkesmannen i Nordland", "fylkesmannen-nordland"),
        ("Troms fylkeskommune", "fylkeskommune-19"),
        ("Tromsø kommune", "tromso-kommune"),
        ("UiT (søker)", "uit"),
        ("nasjonalt AAH-forum", "aah-forum"),
        ("OSO Ofoten", "oso-ofoten"),
        ("Kompetanselederforum Nord", "kompetanselederforum-nord"),
    ],
)
def test_a_name_finds_the_right_one(name: str, reference: str) -> None:
    assert named(name, date(2016, 4, 8)) == [reference]


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
    assert len(told) == 20
    assert all(organisation.certainty for organisation in told)
    assert {organisation.kind for organisation in told} & CENTRE_KINDS == set()


def test_korus_nord_works_for_the_region_and_the_country_and_its_host_is_a_health_trust() -> None:
    north = BY_REFERENCE["korus-nord"]
    assert north.mandates == (Mandate.regional, Mandate.national)
    assert north.core_areas == tuple(CoreArea)
    assert north.legal_profile is not None
    assert north.legal_profile.form is LegalForm.health_trust
    assert [source.part for source in north.sources] == [
        OrganisationPart.mandate,
        OrganisationPart.elector,
        OrganisationPart.legal_profile,
    ]


def test_what_has_a_mandate_a_vote_or_a_legal_profile_has_its_source_and_certainty() -> None:
    for organisation in ORGANISATIONS:
        told = {source.part for source in organisation.sources}
        assert bool(organisation.mandates or organisation.core_areas) == (OrganisationPart.mandate in told)
        assert bool(organisation.elects_in) == (OrganisationPart.elector in told)
        assert (organisation.legal_profile is not None) == (OrganisationPart.legal_profile in told)
    assert all(organisation.source and organisation.certainty for organisation in ORGANISATIONS)


def test_hosts_of_different_kinds_are_under_different_laws() -> None:
    def laws(reference: str) -> int:
        profile = BY_REFERENCE[reference].legal_profile
        assert profile is not None
        return len(profile.laws)

    assert [laws(name) for name in ("helsedirektoratet", "rkbu-nord", "korus-oslo", "fylkeskommune-18")] == [4, 4, 4, 4]
    assert (laws("korus-nord"), laws("rvts-sor"), laws("napha")) == (2, 0, 0)
    assert BY_REFERENCE["korus-sor"].legal_profile is None


@pytest.mark.parametrize(("region", "electors"), [("north", 3), ("mid", 4), ("west", 4), ("south_east", 6)])
def test_the_electors_of_each_region(region: str, electors: int) -> None:
    assert sum(Region(region) in organisation.elects_in for organisation in ORGANISATIONS) == electors


def test_the_forum_of_the_north_has_four_members_and_vivat_has_no_vote() -> None:
    (forum,) = [forum for forum in REFERENCE.forums if forum.organisation.reference == "kompetanselederforum-nord"]
    assert {seat.member: seat.has_vote for seat in forum.seats} == {
        "korus-nord": True,
        "rkbu-nord": True,
        "rvts-nord": True,
        "vivat": False,
    }
    assert {seat.valid_from.year for seat in forum.seats} == {2015}


def test_no_two_organisations_of_the_tables_look_like_the_same_body() -> None:
    told = (
        Organisation.model_validate({**organisation.model_dump(), "organisation_id": UUID(int=number)})
        for number, organisation in enumerate(ORGANISATIONS)
    )
    assert duplicates(told) == []


def test_a_locality_says_where_it_is_known_from_and_how_surely() -> None:
    assert {locality.reference: locality.certainty for locality in REFERENCE.localities} == {
        "finnsnes": "high",
        "kirkenes": "high",
        "lofoten": "high",
        "mo-i-rana": "high",
        "ofoten": "medium",
        "vesteralen": "medium",
        "ytre-helgeland": "low",
    }
    assert all(locality.note for locality in REFERENCE.localities if locality.certainty != "high")
