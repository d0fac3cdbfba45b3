"""The shipped tables are the test: every row of the lineage table, every 1 January, every tricky case."""

import csv
from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.reference_tables import REFERENCE, read_reference
from services.contracts.geography import BeforeTheTables, Geography, NotValidOn, UnknownCode
from services.contracts.lineage import Relation
from services.contracts.registry import GeographicChange, RecordChange, UnitKind

TODAY = date(2026, 12, 31)
MUNICIPALITIES = {
    **dict.fromkeys(range(2002, 2005), 434),
    2005: 433,
    **dict.fromkeys((2006, 2007), 431),
    **dict.fromkeys(range(2008, 2012), 430),
    2012: 429,
    **dict.fromkeys(range(2013, 2017), 428),
    2017: 426,
    **dict.fromkeys((2018, 2019), 422),
    **dict.fromkeys(range(2020, 2024), 356),
    **dict.fromkeys(range(2024, 2027), 357),
}
COUNTIES = {year: 19 if year < 2018 else 18 if year < 2020 else 11 if year < 2024 else 15 for year in MUNICIPALITIES}

REFERENCE_TABLES = read_reference()


def a_geography(*, weights: dict[tuple[str, str], float] | None = None) -> Geography:
    """The country of the shipped tables, with recorded shares where a test wants some."""

    def recorded(number: int, change: RecordChange) -> GeographicChange:
        weight = (weights or {}).get((change.old_code, change.new_code), change.weight)
        return GeographicChange(change_id=UUID(int=number), **{**change.model_dump(), "weight": weight})

    changes = [recorded(number, change) for number, change in enumerate(REFERENCE_TABLES.changes)]
    return Geography(REFERENCE_TABLES.units, REFERENCE_TABLES.counties, changes)


COUNTRY = a_geography()
NEW_YEARS_DAYS = st.sampled_from([date(year, 1, 1) for year in MUNICIPALITIES])


def lineage_of_today(geography: Geography) -> Iterator[dict[str, str]]:
    for code, unit in geography.units.items():
        if unit.kind is UnitKind.city_district:
            continue
        for branch in geography.successors(code, unit.valid_from, TODAY):
            yield {
                "code": code,
                "name": unit.names[-1].name,
                "valid_from": unit.valid_from.isoformat(),
                "valid_to": unit.valid_to.isoformat() if unit.valid_to else "",
                "current_code": branch.code,
                "current_name": geography.name(branch.code, TODAY),
                "current_county_code": geography.county_of(branch.code, TODAY) or "",
                "relation": branch.relation,
                "path": " > ".join(branch.path),
            }


def shipped_lineage() -> list[dict[str, str]]:
    with (REFERENCE / "municipality_lineage.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_of_the_shipped_lineage_table_is_found_and_no_other() -> None:
    shipped = shipped_lineage()
    assert len(shipped) == 889
    assert list(lineage_of_today(COUNTRY)) == shipped


def test_every_row_of_the_shipped_lineage_table_is_found_from_todays_end_too() -> None:
    for row in shipped_lineage():
        earlier = COUNTRY.predecessors(row["current_code"], TODAY, date.fromisoformat(row["valid_from"]))
        back = {branch.code: (branch.relation, " > ".join(branch.path)) for branch in earlier}
        assert back[row["code"]] == (row["relation"], row["path"]), row["code"]


@pytest.mark.parametrize("year", MUNICIPALITIES)
def test_the_number_of_municipalities_and_counties_on_each_first_of_january(year: int) -> None:
    day = date(year, 1, 1)
    assert len(COUNTRY.units_on(day)) == MUNICIPALITIES[year]
    assert len(COUNTRY.counties_on(day)) == COUNTIES[year]
    assert sum(len(COUNTRY.units_on(day, county.code)) for county in COUNTRY.counties_on(day)) == MUNICIPALITIES[year]


def test_the_three_northern_counties_had_87_municipalities_in_2016() -> None:
    day = date(2016, 12, 31)
    assert [len(COUNTRY.units_on(day, county)) for county in ("18", "19", "20")] == [44, 24, 19]


def test_the_districts_of_today() -> None:
    districts = COUNTRY.units_on(TODAY, kind=UnitKind.city_district)
    per_municipality = [district.parent_code for district in districts]
    assert {code: per_municipality.count(code) for code in set(per_municipality)} == {
        "0301": 17,
        "1103": 9,
        "4601": 8,
        "5001": 4,
    }


def test_a_date_before_the_tables_is_refused() -> None:
    with pytest.raises(BeforeTheTables):
        COUNTRY.units_on(date(2001, 12, 31))


def test_tromso_has_three_codes_and_one_name() -> None:
    for code, day in (("1902", date(2016, 6, 1)), ("5401", date(2020, 1, 1)), ("5501", TODAY)):
        assert COUNTRY.name(code, day) == "Tromsø"
    assert [COUNTRY.county_of(*place) for place in (("1902", date(2016, 6, 1)), ("5501", TODAY))] == ["19", "55"]


def test_a_code_that_is_not_valid_on_the_date_tells_what_is_valid_instead() -> None:
    with pytest.raises(NotValidOn) as later:
        COUNTRY.unit("1902", TODAY)
    assert (later.value.valid_to, later.value.instead) == (date(2020, 1, 1), ("5501",))
    with pytest.raises(NotValidOn) as earlier:
        COUNTRY.unit("5530", date(2016, 4, 8))
    assert (earlier.value.valid_from, earlier.value.instead) == (date(2024, 1, 1), ("1927", "1928", "1929", "1931"))
    with pytest.raises(UnknownCode):
        COUNTRY.unit("9999", TODAY)


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("0701", date(2002, 12, 31), "Borre"),
        ("0701", date(2003, 1, 1), "Horten"),
        ("1849", date(2016, 1, 1), "Hamarøy"),
        ("1902", date(1990, 1, 1), "Tromsø"),
        ("54", date(2021, 1, 1), "Troms og Finnmark"),
    ],
)
def test_the_name_is_that_of_the_date(code: str, day: date, name: str) -> None:
    assert COUNTRY.name(code, day) == name


def main_codes(code: str, since: date, on: date, geography: Geography = COUNTRY) -> dict[str, str]:
    return {branch.code: branch.relation for branch in geography.successors(code, since, on)}


def test_haram_is_restored_and_takes_nobody_elses_area_along() -> None:
    in_2016, in_2021 = date(2016, 1, 1), date(2021, 1, 1)
    assert main_codes("1534", in_2016, TODAY) == {"1580": "whole"}
    assert main_codes("1504", in_2016, TODAY) == {"1508": "whole"}
    assert main_codes("1546", in_2016, TODAY) == {"1508": "whole", "1547": "part"}
    assert main_codes("1507", in_2021, TODAY) == {"1508": "split", "1580": "split"}
    assert [branch.code for branch in COUNTRY.predecessors("1580", TODAY, in_2016)] == ["1534"]


def test_a_smaller_area_moves_only_after_the_date_asked_from() -> None:
    assert main_codes("1902", date(2007, 12, 31), TODAY) == {"5501": "whole", "5534": "part"}
    assert main_codes("1902", date(2008, 1, 1), TODAY) == {"5501": "whole"}


def test_counties_have_a_lineage_too() -> None:
    assert main_codes("19", date(2016, 1, 1), TODAY) == {"55": "whole"}
    assert main_codes("54", date(2021, 1, 1), TODAY) == {"55": "split", "56": "split"}


def test_districts_keep_their_lineage_through_the_codes_of_their_municipality() -> None:
    assert main_codes("120107", date(2016, 1, 1), TODAY) == {"460107": "whole"}


def test_br_51_a_split_without_recorded_shares_is_told_and_never_guessed() -> None:
    regrouped = COUNTRY.regroup({"1850": 6.0, "1805": 10.0, "1902": 3.0}, date(2016, 12, 31), TODAY)
    assert regrouped.amounts == {"1806": 10.0, "5501": 3.0}
    assert [(parting.code, [branch.code for branch in parting.branches]) for parting in regrouped.undecided] == [
        ("1850", ["1806", "1875"])
    ]
    assert regrouped.approximate == ()


def test_a_split_with_recorded_shares_divides_a_number_but_not_a_set() -> None:
    country = a_geography(weights={("1850", "1806"): 0.25, ("1850", "1875"): 0.75})
    numbers = country.regroup({"1850": 8.0, "1805": 1.0}, date(2016, 12, 31), TODAY)
    assert (numbers.amounts, numbers.undecided) == ({"1806": 3.0, "1875": 6.0}, ())
    sets = country.regroup({"1850": frozenset({"a survey"})}, date(2016, 12, 31), TODAY)
    assert (sets.amounts, [parting.code for parting in sets.undecided]) == ({}, ["1850"])


def test_br_51_alesund_of_2020_is_divided_by_todays_inhabitants_and_its_predecessors_are_not() -> None:
    inhabitants = COUNTRY.regroup({"1507": 69_123.0}, date(2021, 1, 1), TODAY)
    assert {code: round(number) for code, number in inhabitants.amounts.items()} == {"1508": 59_663, "1580": 9_460}
    assert sum(inhabitants.amounts.values()) == 69_123.0
    surveys = COUNTRY.regroup({"1507": frozenset({"a survey"})}, date(2021, 1, 1), TODAY)
    assert (surveys.amounts, [parting.code for parting in surveys.undecided]) == ({}, ["1507"])
    earlier = dict.fromkeys(("1504", "1523", "1529", "1534", "1546"), 100.0)
    assert COUNTRY.regroup(earlier, date(2016, 1, 1), TODAY).amounts == {"1508": 400.0, "1580": 100.0}


SENJA = ("1927", "1928", "1929", "1931")
"""Merged into 5421 on 1 January 2020, which got the code 5530 in 2024."""


def without_senja() -> Geography:
    """The country if it had been found that Senja was never made."""
    found_out = {"undone_on": date(2025, 3, 1)}
    undone = {"5421", "5530"}
    return Geography(
        (
            unit.model_copy(update=found_out if unit.code in undone else {"valid_to": None})
            if unit.code in undone | set(SENJA)
            else unit
            for unit in COUNTRY.units.values()
        ),
        COUNTRY.counties.values(),
        (
            change.model_copy(update=found_out) if undone & {change.old_code, change.new_code} else change
            for change in COUNTRY.changes
        ),
    )


def test_what_is_undone_never_was() -> None:
    country = without_senja()
    assert [country.valid(code, TODAY) for code in (*SENJA, "5421", "5530")] == [True] * 4 + [False] * 2
    assert main_codes("1927", date(2016, 1, 1), TODAY, country) == {"1927": "same"}
    with pytest.raises(UnknownCode):
        country.require("5530", TODAY)
    assert len(country.units_on(TODAY)) == MUNICIPALITIES[2026] + 3
    assert [change.new_code for change in country.changes_of("1927")] == []
    assert [change.undone_on for change in country.record_of("1927")] == [date(2025, 3, 1)]
    assert country.undone_units["5530"].names[-1].name == "Senja"


def test_what_was_entered_on_a_code_that_never_was_is_undecided_between_those_it_was_said_to_come_from() -> None:
    country = without_senja()
    regrouped = country.regroup({"5421": frozenset({"a survey"})}, date(2021, 1, 1), TODAY)
    assert regrouped.amounts == {}
    assert [[branch.code for branch in parting.branches] for parting in regrouped.undecided] == [list(SENJA)]
    assert [branch.path for branch in country.instead_of("5530", TODAY)] == [("5530", code) for code in SENJA]
    assert country.instead_of("1927", TODAY) == ()


def test_sets_of_a_merged_municipality_are_united() -> None:
    surveys = {"1927": frozenset({"2013"}), "1931": frozenset({"2013", "2015"}), "1929": frozenset({"2014"})}
    regrouped = COUNTRY.regroup(surveys, date(2016, 12, 31), TODAY)
    assert regrouped.amounts == {"5530": frozenset({"2013", "2014", "2015"})}


def test_regrouping_backwards_adds_what_was_divided_and_leaves_open_what_was_merged() -> None:
    back = COUNTRY.regroup({"1508": 60.0, "1580": 9.0, "5530": 15.0}, TODAY, date(2021, 1, 1))
    assert back.amounts == {"1507": 69.0, "5421": 15.0}
    further_back = COUNTRY.regroup({"1580": 9.0, "5530": 15.0}, TODAY, date(2016, 1, 1))
    assert further_back.amounts == {"1534": 9.0}
    assert [parting.code for parting in further_back.undecided] == ["5530"]


def test_a_regrouped_figure_says_where_a_smaller_area_left() -> None:
    regrouped = COUNTRY.regroup({"1439": 5.0}, date(2016, 1, 1), TODAY)
    assert regrouped.amounts == {"4602": 5.0}
    assert [(parting.code, parting.branches[0].code) for parting in regrouped.approximate] == [("1439", "4649")]


@given(NEW_YEARS_DAYS, NEW_YEARS_DAYS)
@settings(deadline=None, derandomize=True, max_examples=200)
def test_comparable_areas_partition_the_codes_of_both_dates(one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    areas = COUNTRY.comparable_areas(one, other)
    for side, day in ((lambda area: area.earlier, earlier), (lambda area: area.later, later)):
        codes = [code for area in areas for code in side(area)]
        assert sorted(codes) == [unit.code for unit in COUNTRY.units_on(day)]
    assert all(area.earlier and area.later for area in areas)


@given(NEW_YEARS_DAYS, NEW_YEARS_DAYS)
@settings(deadline=None, derandomize=True, max_examples=200)
def test_regrouping_keeps_the_sum_of_what_it_places(since: date, on: date) -> None:
    amounts = {unit.code: float(number) for number, unit in enumerate(COUNTRY.units_on(since))}
    regrouped = COUNTRY.regroup(amounts, since, on)
    left_out = sum(amounts[parting.code] for parting in regrouped.undecided)
    assert sum(regrouped.amounts.values()) + left_out == sum(amounts.values())
    assert set(regrouped.amounts) <= {unit.code for unit in COUNTRY.units_on(on)}


@given(NEW_YEARS_DAYS, NEW_YEARS_DAYS)
@settings(deadline=None, derandomize=True, max_examples=100)
def test_successors_and_predecessors_are_the_same_ways_seen_from_both_ends(one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    forwards = {
        (unit.code, branch.code, branch.relation)
        for unit in COUNTRY.units_on(earlier)
        for branch in COUNTRY.successors(unit.code, earlier, later)
    }
    backwards = {
        (branch.code, unit.code, branch.relation)
        for unit in COUNTRY.units_on(later)
        for branch in COUNTRY.predecessors(unit.code, later, earlier)
    }
    assert forwards == backwards


def test_asking_in_the_wrong_direction_is_an_error() -> None:
    with pytest.raises(ValueError, match="later"):
        COUNTRY.successors("1902", date(2016, 1, 1), date(2015, 1, 1))
    with pytest.raises(ValueError, match="earlier"):
        COUNTRY.predecessors("1902", date(2015, 1, 1), date(2016, 1, 1))


def test_what_has_not_arrived_yet_is_left_out() -> None:
    only_the_old = Geography([COUNTRY.units["1902"]], (), COUNTRY.changes)
    assert only_the_old.successors("1902", date(2016, 1, 1), TODAY) == ()
    assert only_the_old.regroup({"1902": 1.0}, date(2016, 1, 1), TODAY).undecided[0].code == "1902"


def test_a_relation_knows_whether_figures_follow_it() -> None:
    assert [relation.is_main for relation in Relation] == [True, True, True, False, False]
