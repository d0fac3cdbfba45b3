"""What the lists of Statistics Norway mean for the country, without network or database."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.contracts.geography import Geography
from services.contracts.registry import ChangeKind, County, GeographicChange, ProposeChanges, ProposedName, Unit
from services.kernel.clock import SystemClock
from services.registry.domain.amendments import amended
from services.registry.domain.klass import Comparison, KlassContradictsRegistry, NothingNewInKlass, compare
from services.registry.domain.klass_lists import Window, read_lists
from services.registry.domain.klass_names import is_called, named
from tests.klass.country import Tables, shipped, told_by_klass
from tests.klass.lists import Change, Code, Lists

SHIPPED = shipped()
LISTS = SHIPPED.lists()
EVERYTHING = Window(date(2002, 12, 31), date(2026, 6, 1))
REFORM = Window(date(2019, 12, 31), date(2020, 1, 1))


def geography(tables: Tables) -> Geography:
    changes = (
        GeographicChange(change_id=UUID(int=number), **change.model_dump())
        for number, change in enumerate(tables.changes)
    )
    return Geography(tables.units, tables.counties, changes)


def compared(tables: Tables, lists: Lists, window: Window) -> Comparison:
    return compare(geography(tables), window, read_lists(window, lists.answers(window)))


def kinds(steps: tuple[ProposeChanges, ...]) -> dict[tuple[date, str, str], ChangeKind]:
    return {
        (step.effective_on, change.old_code, change.new_code): change.kind for step in steps for change in step.changes
    }


def main_kinds(tables: Tables, window: Window) -> dict[tuple[date, str, str], ChangeKind]:
    return {
        (change.effective_on, change.old_code, change.new_code): change.kind
        for change in tables.changes
        if window.holds(change.effective_on) and change.kind not in (ChangeKind.part, ChangeKind.rename)
    }


def test_the_kind_of_every_shipped_change_follows_from_the_lists() -> None:
    found = compared(SHIPPED.before(date(2003, 1, 1)), LISTS, EVERYTHING)
    assert kinds(found.steps) == main_kinds(SHIPPED, EVERYTHING)
    assert len(kinds(found.steps)) == 530
    assert [step.effective_on.year for step in found.steps] == sorted({step.effective_on.year for step in found.steps})


def test_the_kinds_are_the_same_one_reform_at_a_time() -> None:
    for year in (2018, 2019, 2020, 2024):
        day = date(year, 1, 1)
        window = Window(day - timedelta(days=1), day)
        assert kinds(compared(SHIPPED.before(day), LISTS, window).steps) == main_kinds(SHIPPED, window)


@pytest.mark.parametrize("day", [date(2003, 1, 1), date(2018, 1, 1), date(2020, 1, 1), date(2024, 1, 1)])
def test_the_country_before_a_day_becomes_the_shipped_one(day: date) -> None:
    known = geography(SHIPPED.before(day))
    window = Window(day - timedelta(days=1), EVERYTHING.until)
    steps = compare(known, window, read_lists(window, LISTS.answers(window))).steps
    after = [amendment.after for amendment in amended(known, steps, new_id=SystemClock().new_id)]
    units = {**known.units, **{each.code: each for each in after if isinstance(each, Unit)}}
    counties = {**known.counties, **{each.code: each for each in after if isinstance(each, County)}}
    changes = [*known.changes, *(each for each in after if isinstance(each, GeographicChange))]
    assert told_by_klass(units.values(), counties.values(), changes) == told_by_klass(
        SHIPPED.units, SHIPPED.counties, geography(SHIPPED).changes
    )


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("5030", "5001", ChangeKind.merge),
        ("1141", "1103", ChangeKind.merge),
        ("0532", "3053", ChangeKind.county_change),
        ("0533", "3054", ChangeKind.county_change),
        ("0534", "3446", ChangeKind.recode),
        ("1850", "1806", ChangeKind.split),
        ("1849", "1875", ChangeKind.merge),
        ("120101", "460101", ChangeKind.recode),
        ("10", "42", ChangeKind.merge),
    ],
)
def test_what_a_way_of_2020_means(old: str, new: str, kind: ChangeKind) -> None:
    found = compared(SHIPPED.before(date(2020, 1, 1)), LISTS, REFORM)
    assert kinds(found.steps)[(date(2020, 1, 1), old, new)] == kind


def test_what_is_held_is_left_alone_and_nothing_is_new() -> None:
    with pytest.raises(NothingNewInKlass):
        compared(SHIPPED, LISTS, EVERYTHING)


def test_a_smaller_area_that_is_held_stays_one_when_it_is_listed_too() -> None:
    moved = [change for change in SHIPPED.changes if change.kind is ChangeKind.part and change.level == "municipality"]
    listed = (*LISTS.changes, *(Change(131, each.effective_on, each.old_code, each.new_code) for each in moved))
    knows_parts = replace(SHIPPED.before(date(2003, 1, 1)), changes=tuple(moved))
    found = compared(knows_parts, replace(LISTS, changes=listed), EVERYTHING)
    assert kinds(found.steps) == main_kinds(SHIPPED, EVERYTHING)


def test_a_listed_way_from_a_code_that_lives_on_is_a_smaller_area() -> None:
    day = date(2026, 1, 1)
    listed = (*LISTS.changes, Change(131, day, "3118", "3207"))
    found = compared(SHIPPED.before(day), replace(LISTS, changes=listed), Window(date(2025, 12, 31), day))
    assert kinds(found.steps) == {(day, "3118", "3207"): ChangeKind.part}
    assert [unit.code for unit in found.steps[0].units] == ["0301", "5006", "5536"]


def test_half_a_reform_that_is_held_gives_the_other_half_its_kinds() -> None:
    """Somebody has entered by hand that 1507 became 1508, and that it was divided."""
    day = date(2024, 1, 1)
    before = SHIPPED.before(day)
    held = [change for change in SHIPPED.changes if change.effective_on == day and change.new_code == "1508"]
    alesund = [unit for unit in SHIPPED.units if unit.code in ("1507", "1508")]
    others = [unit for unit in before.units if unit.code != "1507"]
    half = replace(before, units=(*others, *alesund), changes=(*before.changes, *held))
    found = kinds(compared(half, LISTS, Window(date(2023, 12, 31), day)).steps)
    assert found[(day, "1507", "1580")] == ChangeKind.split
    assert (day, "1507", "1508") not in found


def test_what_stands_for_no_place_is_left_out_and_told() -> None:
    found = compared(SHIPPED.before(date(2020, 1, 1)), LISTS, REFORM)
    assert {each.code: each.reason for each in found.left_out} == {
        "21": "svalbard",
        "22": "jan_mayen",
        "99": "unspecified",
        "2111": "svalbard",
        "2211": "jan_mayen",
        "2311": "continental_shelf",
        "2599": "abroad",
        "9999": "unspecified",
        "030199": "unspecified_district",
        "110399": "unspecified_district",
        "460199": "unspecified_district",
        "500199": "unspecified_district",
    }


def test_what_becomes_of_no_place_is_nothing_to_us() -> None:
    day = date(2026, 1, 1)
    listed = (*LISTS.changes, Change(131, day, "2111", "2112"), Change(103, day, None, "030199"))
    svalbard = (*LISTS.codes, Code(131, "2112", "Spitsbergen"))
    found = compared(SHIPPED.before(day), Lists(svalbard, listed), Window(date(2025, 12, 31), day))
    assert kinds(found.steps) == {}


class TestContradictions:
    """The list of the last day must follow from what is held and what changed."""

    def refusal(self, lists: Lists) -> dict[str, Any]:
        with pytest.raises(KlassContradictsRegistry) as refused:
            compared(SHIPPED.before(date(2020, 1, 1)), lists, REFORM)
        return refused.value.facts

    def test_a_code_of_ours_that_is_not_listed_is_not_taken_away(self) -> None:
        lists = replace(LISTS, unlisted=frozenset(("1101", "1103")))
        assert self.refusal(lists) == {"only_here": ["1101", "1103"]}

    def test_a_listed_code_that_comes_from_nowhere_is_not_added(self) -> None:
        lists = replace(LISTS, codes=(*LISTS.codes, Code(131, "1199", "Nyby")))
        assert self.refusal(lists) == {"only_there": ["1199"]}

    def test_a_code_that_ceases_without_an_heir_is_not_ended(self) -> None:
        ceased = Change(131, date(2020, 1, 1), "1101", None)
        lists = Lists(LISTS.codes, (*LISTS.changes, ceased), frozenset(("1101",)))
        assert self.refusal(lists) == {"only_here": ["1101"]}

    def test_a_name_that_nothing_changed_is_not_guessed_at(self) -> None:
        codes = tuple(replace(line, name="Egersund") if line.code == "1101" else line for line in LISTS.codes)
        assert self.refusal(replace(LISTS, codes=codes)) == {"other_names": ["1101"]}

    def test_nothing_becomes_of_a_code_that_is_not_in_use(self) -> None:
        from_nowhere = Change(131, date(2020, 1, 1), "0799", "1101")
        assert self.refusal(replace(LISTS, changes=(*LISTS.changes, from_nowhere))) == {"not_in_use": ["0799"]}

    def test_a_list_emptied_by_somebody_ends_nothing(self) -> None:
        emptied = frozenset(line.code for line in LISTS.codes if line.classification == 131) - {"0301"}
        assert len(self.refusal(replace(LISTS, unlisted=emptied))["only_here"]) > 100


class TestNames:
    """SSB's full form, and what of it is the Norwegian name."""

    BEFORE = ProposedName(
        name="Karasjok", official_name="Kárášjohka - Karasjok", north_sami="Kárášjohka", kven="Kaarasjoki"
    )

    def test_the_norwegian_name_of_the_predecessor_is_kept(self) -> None:
        assert named("Kárášjohka - Karasjok", [self.BEFORE], with_form=True) == self.BEFORE

    def test_a_place_without_predecessor_is_called_by_the_first_of_its_names(self) -> None:
        assert named("Nyby - Ođđa", with_form=True) == ProposedName(name="Nyby", official_name="Nyby - Ođđa")

    def test_a_language_leaves_with_its_name_and_ours_stays(self) -> None:
        assert named("Karasjok", [self.BEFORE], with_form=True) == ProposedName(
            name="Karasjok", official_name="Karasjok", kven="Kaarasjoki"
        )

    def test_the_county_in_brackets_is_no_part_of_the_name(self) -> None:
        assert named("Herøy (Nordland)", with_form=True).official_name == "Herøy"
        assert is_called(ProposedName(name="Herøy", official_name="Herøy"), "Herøy (Møre og Romsdal)")

    def test_without_a_form_of_ours_one_name_of_several_is_enough(self) -> None:
        assert is_called(ProposedName(name="Troms", north_sami="Romsa"), "Troms - Romsa - Tromssa")
        assert not is_called(ProposedName(name="Troms", official_name="Troms"), "Troms - Romsa")

    def test_a_district_keeps_no_form(self) -> None:
        assert named("Finnøy", with_form=False) == ProposedName(name="Finnøy")

    def test_the_names_of_every_shipped_place_follow_from_the_lists(self) -> None:
        found = compared(SHIPPED.before(date(2003, 1, 1)), LISTS, EVERYTHING)
        told = {
            (unit.code, step.effective_on): (unit.name, unit.official_name)
            for step in found.steps
            for unit in step.units
        }
        assert told == {
            (unit.code, name.valid_from): (name.name, name.official_name)
            for unit in SHIPPED.units
            for name in unit.names
            if EVERYTHING.holds(name.valid_from)
        }
