"""What a proposal would change: the whole shipped history proposed day by day, every refusal, and undoing."""

from collections.abc import Iterable
from datetime import date
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

import pytest

from services.contracts.geography import COMPLETE_FROM, Geography
from services.contracts.registry import (
    Amendment,
    ChangeKind,
    County,
    GeographicChange,
    PlaceName,
    ProposeChanges,
    ProposedChange,
    ProposedCounty,
    ProposedName,
    ProposedUnit,
    SamiCategory,
    Unit,
)
from services.kernel.problems import Problem
from services.registry.domain.amendments import amended, digest_of, undone
from services.registry.domain.geography_refusals import AlreadyUndone, LaterChange, PlaceLeftBehind, UndoneInPart
from tests.unit.test_geography import COUNTRY, lineage_of_today

TODAY = date(2027, 6, 1)
NEW_YEAR = date(2028, 1, 1)
NUMBERS = count(1)

Place = TypeVar("Place", Unit, County)


def new_id() -> UUID:
    return UUID(int=0x7000_8000_0000_0000_0000 + next(NUMBERS))


def applied(country: Geography, amendments: Iterable[Amendment]) -> Geography:
    """The country as it is after the amendments."""
    units = {**country.units, **country.undone_units}
    counties = {**country.counties, **country.undone_counties}
    changes = {change.change_id: change for change in (*country.changes, *country.undone_changes)}
    for amendment in amendments:
        match amendment.after:
            case Unit() as unit:
                assert amendment.before == units.get(unit.code)
                units[unit.code] = unit
            case County() as county:
                assert amendment.before == counties.get(county.code)
                counties[county.code] = county
            case GeographicChange() as change:
                assert amendment.before == changes.get(change.change_id)
                changes[change.change_id] = change
    return Geography(units.values(), counties.values(), changes.values())


def names_of(country: Geography) -> dict[str, tuple[PlaceName, ...]]:
    counties = {code: county.names for code, county in country.counties.items()}
    return counties | {code: unit.names for code, unit in country.units.items()}


def at_the_beginning() -> Geography:
    """The country of the shipped tables, as it was known on the first day that they are complete for."""

    def then(place: Place) -> Place:
        so_far: list[PlaceName] = [name for name in place.names if name.valid_from <= COMPLETE_FROM]
        last = so_far.pop().model_copy(update={"valid_to": None})
        return place.model_copy(update={"valid_to": None, "names": (*so_far, last)})

    return Geography(
        [then(unit) for unit in COUNTRY.units.values() if unit.valid_from <= COMPLETE_FROM],
        [then(county) for county in COUNTRY.counties.values() if county.valid_from <= COMPLETE_FROM],
    )


def as_proposed(name: PlaceName) -> dict[str, Any]:
    return {field: getattr(name, field) for field in ProposedName.model_fields}


def steps_of_the_tables() -> list[ProposeChanges]:
    """Everything that the shipped tables tell after the first day, as somebody would have proposed it each day."""
    begins = {name.valid_from for names in names_of(COUNTRY).values() for name in names}
    days = sorted(day for day in begins | {change.effective_on for change in COUNTRY.changes} if day > COMPLETE_FROM)
    return [
        ProposeChanges(
            effective_on=day,
            units=tuple(
                ProposedUnit(
                    code=unit.code, county_code=unit.county_code, parent_code=unit.parent_code, **as_proposed(name)
                )
                for unit in COUNTRY.units.values()
                for name in unit.names
                if name.valid_from == day
            ),
            counties=tuple(
                ProposedCounty(code=county.code, **as_proposed(name))
                for county in COUNTRY.counties.values()
                for name in county.names
                if name.valid_from == day
            ),
            changes=tuple(
                ProposedChange(**change.model_dump(include=set(ProposedChange.model_fields)))
                for change in COUNTRY.changes
                if change.effective_on == day
            ),
            reason="the shipped tables",
            source="the shipped tables",
        )
        for day in dict.fromkeys(days)
    ]


def test_the_whole_history_proposed_day_by_day_is_the_shipped_one() -> None:
    country = at_the_beginning()
    for step in steps_of_the_tables():
        country = applied(country, amended(country, [step], new_id=new_id))
    # Points and languages are ours, and no change of a border tells them.
    ours = {"point": None, "languages": ()}
    shipped = [unit.model_copy(update=ours) for unit in COUNTRY.units.values()]
    assert [unit.model_copy(update=ours) for unit in country.units.values()] == shipped
    assert country.counties == COUNTRY.counties
    assert list(lineage_of_today(country)) == list(lineage_of_today(COUNTRY))


def test_several_days_in_one_proposal_are_the_same_as_one_after_the_other() -> None:
    beginning = at_the_beginning()
    at_once = applied(beginning, amended(beginning, steps_of_the_tables(), new_id=new_id))
    assert names_of(at_once) == names_of(COUNTRY)
    assert list(lineage_of_today(at_once)) == list(lineage_of_today(COUNTRY))


def proposed(**fields: object) -> ProposeChanges:
    return ProposeChanges.model_validate(
        {"effective_on": NEW_YEAR, "reason": "a test", "source": "invented for a test", **fields}
    )


def change(old_code: str, new_code: str, kind: str = "merge", **fields: object) -> dict[str, object]:
    return {"old_code": old_code, "new_code": new_code, "kind": kind, **fields}


NEW = {"code": "5599", "name": "Prøvestad"}

NEW_2030 = {"code": "5598", "name": "Andre"}

REFUSED: dict[str, tuple[dict[str, object], str, list[str]]] = {
    "an unknown code": (
        {"changes": [change("5501", "5599"), change("5598", "5503")]},
        "unknown-unit",
        ["/changes/0/new_code", "/changes/1/old_code"],
    ),
    "a municipality that becomes a district": (
        {"changes": [change("5501", "460107")]},
        "unknown-unit",
        ["/changes/0/new_code"],
    ),
    "an old code that is not in use any more": (
        {"changes": [change("1902", "5503")]},
        "unit-not-valid",
        ["/changes/0/old_code"],
    ),
    "a new code that is not in use any more": (
        {"changes": [change("5501", "1902")]},
        "unit-not-valid",
        ["/changes/0/new_code"],
    ),
    "a merger into a code that ends the same day": (
        {"units": [NEW], "changes": [change("5501", "5503"), change("5503", "5599")]},
        "unit-not-valid",
        ["/changes/0/new_code"],
    ),
    "a code that is in use only later": (
        {"effective_on": date(2019, 1, 1), "changes": [change("1804", "1875")]},
        "unit-not-valid",
        ["/changes/0/new_code"],
    ),
    "a future code in use before": (
        {"effective_on": date(2023, 1, 1), "units": [{"code": "5501", "name": "Tromsø"}]},
        "validity-overlaps",
        ["/units/0/code"],
    ),
    "a code used again": (
        {"units": [{"code": "1902", "name": "Tromsø"}], "changes": [change("5501", "1902", "recode")]},
        "validity-overlaps",
        ["/units/0/code"],
    ),
    "a merger into itself": ({"changes": [change("5501", "5501")]}, "change-into-itself", ["/changes/0"]),
    "a rename to another code": ({"changes": [change("5501", "5503", "rename")]}, "change-into-itself", ["/changes/0"]),
    "a rename without a name": (
        {"changes": [change("5501", "5501", "rename")]},
        "invalid",
        ["/changes/0/new_code"],
    ),
    "a cycle": (
        {"changes": [change("5501", "5503"), change("5503", "5530"), change("5530", "5501"), change("5532", "5534")]},
        "changes-in-a-cycle",
        ["/changes/0", "/changes/1", "/changes/2"],
    ),
    "a division with one way only": (
        {"changes": [change("5501", "5503", "split")]},
        "code-without-heir",
        ["/changes/0"],
    ),
    "a code both divided and merged": (
        {"changes": [change("5501", "5503", "split"), change("5501", "5530")]},
        "split-and-merged",
        ["/changes/0", "/changes/1"],
    ),
    "two heirs without a division": (
        {"changes": [change("5501", "5503"), change("5501", "5530")]},
        "split-and-merged",
        ["/changes/0", "/changes/1"],
    ),
    "a recode into a municipality that is there": (
        {"changes": [change("5501", "5503", "recode")]},
        "not-the-same-area",
        ["/changes/0"],
    ),
    "two recodes into one": (
        {"units": [NEW], "changes": [change("5501", "5599", "recode"), change("5503", "5599", "recode")]},
        "not-the-same-area",
        ["/changes/0", "/changes/1"],
    ),
    "a new name for what ends the same day": (
        {"units": [{"code": "5501", "name": "Prøvestad"}], "changes": [change("5501", "5503")]},
        "unit-not-valid",
        ["/units/0/code"],
    ),
    "shares that do not sum to one": (
        {"changes": [change("5501", "5503", "split", weight=0.5), change("5501", "5530", "split", weight=0.4)]},
        "weights-not-whole",
        ["/changes/0/weight", "/changes/1/weight"],
    ),
    "a share of one way only": (
        {"changes": [change("5501", "5503", "split", weight=1), change("5501", "5530", "split")]},
        "weights-not-whole",
        ["/changes/0/weight", "/changes/1/weight"],
    ),
    "a share of a merger": ({"changes": [change("5501", "5503", weight=0.5)]}, "weights-not-whole", ["/changes/0"]),
    "a code to restore that never was": (
        {"changes": [change("5501", "5503", restores="9999")]},
        "restores-no-earlier-code",
        ["/changes/0/restores"],
    ),
    "a code to restore that went elsewhere": (
        {"changes": [change("5501", "5503", restores="1534")]},
        "restores-no-earlier-code",
        ["/changes/0/restores"],
    ),
    "a code to restore that is still in use": (
        {"changes": [change("5501", "5503", restores="5530")]},
        "restores-no-earlier-code",
        ["/changes/0/restores"],
    ),
    "an end before what is recorded later": (
        {"effective_on": date(2023, 1, 1), "changes": [change("5401", "5402")]},
        "later-change",
        ["/changes/0/old_code"],
    ),
    "a municipality from nowhere": ({"units": [NEW]}, "code-without-origin", ["/units/0/code"]),
    "a municipality of a smaller area alone": (
        {"units": [NEW], "changes": [change("5501", "5599", "part")]},
        "code-without-origin",
        ["/units/0/code"],
    ),
    "a municipality in a county that is none": (
        {"units": [{"code": "9801", "name": "Prøvestad"}], "changes": [change("5501", "9801", "recode")]},
        "unknown-unit",
        ["/units/0/county_code"],
    ),
    "a municipality in a county that is none any more": (
        {"units": [{"code": "1999", "name": "Prøvestad"}], "changes": [change("5501", "1999", "recode")]},
        "unit-not-valid",
        ["/units/0/county_code"],
    ),
    "a municipality that changes its county and keeps its code": (
        {"units": [{"code": "5501", "name": "Tromsø", "county_code": "56"}]},
        "invalid",
        ["/units/0/county_code"],
    ),
    "a county that ends under its municipalities": (
        {"changes": [change("55", "56", level="county")]},
        "place-left-behind",
        ["/changes"],
    ),
    "a change that is recorded": (
        {"effective_on": date(2020, 1, 1), "changes": [change("1439", "4649", "part")]},
        "change-recorded",
        ["/changes/0"],
    ),
    "the same change twice": (
        {"changes": [change("5501", "5503"), change("5501", "5503")]},
        "invalid",
        ["/changes/1"],
    ),
    "a language for a municipality that is none any more": (
        {"languages": [{"unit_code": "1902", "form": "bokmal"}]},
        "unit-not-valid",
        ["/languages/0/unit_code"],
    ),
    "a day before the tables": ({"effective_on": date(2001, 12, 31)}, "date-before-tables", ["/effective_on"]),
}


@pytest.mark.parametrize("asked", REFUSED)
def test_what_is_refused_points_at_the_field(asked: str) -> None:
    fields, slug, pointers = REFUSED[asked]
    with pytest.raises(Problem) as refused:
        amended(COUNTRY, [proposed(**fields)], new_id=new_id)
    assert (refused.value.code, [error.pointer for error in refused.value.errors]) == (slug, pointers)
    assert all(error.shown("nb")["detail"] and error.shown("nn")["detail"] for error in refused.value.errors)


def told(country: Geography, code: str) -> list[tuple[str | None, date, date | None]]:
    return [(each.form, each.valid_from, each.valid_to) for each in country.units[code].languages]


def test_r_110_a_decision_of_an_earlier_day_holds_until_the_next_one() -> None:
    since = date(2024, 1, 1)
    assert told(COUNTRY, "1804") == [("neutral", since, None)]
    in_2016 = proposed(effective_on=date(2016, 5, 1), languages=[{"unit_code": "1804", "form": "bokmal"}])
    after = applied(COUNTRY, amended(COUNTRY, [in_2016], new_id=new_id))
    assert told(after, "1804") == [("bokmal", date(2016, 5, 1), since), ("neutral", since, None)]
    in_2020 = proposed(effective_on=date(2020, 1, 1), languages=[{"unit_code": "1804", "form": "nynorsk"}])
    between = applied(after, amended(after, [in_2020], new_id=new_id))
    assert told(between, "1804") == [
        ("bokmal", date(2016, 5, 1), date(2020, 1, 1)),
        ("nynorsk", date(2020, 1, 1), since),
        ("neutral", since, None),
    ]


def test_a_municipality_that_ends_before_a_later_decision_leaves_that_as_it_was() -> None:
    merger = proposed(effective_on=date(2016, 7, 1), changes=[change("1804", "1839")])
    in_2016 = proposed(effective_on=date(2016, 5, 1), languages=[{"unit_code": "1804", "form": "bokmal"}])
    decided = applied(COUNTRY, amended(COUNTRY, [in_2016], new_id=new_id))
    after = applied(decided, amended(decided, [merger], new_id=new_id))
    assert after.units["1804"].valid_to == date(2016, 7, 1)
    assert told(after, "1804") == told(decided, "1804")
    ids = [each.change_id for each in after.changes if each.effective_on == date(2016, 7, 1)]
    assert applied(after, undone(after, ids, today=NEW_YEAR)).units == decided.units


KAUTOKEINO = {"code": "5699", "name": "Kautokeino", "north_sami": "Guovdageaidnu"}


@pytest.mark.parametrize("kind", ["recode", "county_change"])
def test_r_111_a_municipality_that_gets_another_code_keeps_its_languages_and_its_place(kind: str) -> None:
    before = COUNTRY.units["5612"]
    recode = proposed(units=[KAUTOKEINO], changes=[change("5612", "5699", kind)])
    after = applied(COUNTRY, amended(COUNTRY, [recode], new_id=new_id))
    (now,) = (each for each in before.languages if each.valid_to is None)
    assert now.sami_area == "north_sami"
    assert after.units["5699"].languages == (now.model_copy(update={"valid_from": NEW_YEAR}),)
    assert after.units["5699"].point == before.point is not None
    assert after.units["5612"].languages[-1].valid_to == NEW_YEAR
    decided = recode.model_copy(update={"languages": proposed(
        languages=[{"unit_code": "5699", "form": "nynorsk"}]).languages})  # fmt: skip
    otherwise = applied(COUNTRY, amended(COUNTRY, [decided], new_id=new_id))
    assert told(otherwise, "5699") == [("nynorsk", NEW_YEAR, None)]
    merger = proposed(units=[KAUTOKEINO], changes=[change("5612", "5699"), change("5610", "5699")])
    merged = applied(COUNTRY, amended(COUNTRY, [merger], new_id=new_id))
    assert (merged.units["5699"].languages, merged.units["5699"].point) == ((), None)


def test_a_refusal_in_one_of_several_days_points_into_that_day() -> None:
    with pytest.raises(Problem) as refused:
        amended(COUNTRY, [proposed(), proposed(changes=[change("5501", "5501")])], new_id=new_id)
    assert [error.pointer for error in refused.value.errors] == ["/steps/1/changes/0"]


A_MERGER = proposed(
    units=[{"code": "5503", "name": "Harstad", "official_name": "Harstad"}, {**NEW, "north_sami": "Geahččalanbáiki"}],
    changes=[change("5510", "5599"), change("5512", "5599"), change("5514", "5503", "part", note="Ei lita øy")],
    languages=[
        {"unit_code": "5501", "form": "neutral"},
        {"unit_code": "5599", "sami_category": "language_stimulation"},
    ],
)


def test_a_merger_ends_what_merges_with_its_name_and_records_a_rename_for_a_new_name() -> None:
    after = applied(COUNTRY, amended(COUNTRY, [A_MERGER], new_id=new_id))
    assert [after.units[code].valid_to for code in ("5510", "5512", "5514", "5599")] == [NEW_YEAR, NEW_YEAR, None, None]
    assert [name.valid_to for name in after.units["5512"].names] == [NEW_YEAR]
    assert (after.units["5599"].county_code, after.name("5599", NEW_YEAR)) == ("55", "Prøvestad")
    assert [(name.north_sami, name.valid_to) for name in after.units["5503"].names] == [
        ("Hárstták", NEW_YEAR),
        (None, None),
    ]
    assert [each.kind for each in after.changes_of("5503") if each.effective_on == NEW_YEAR] == ["rename", "part"]
    assert after.units["5501"].languages == COUNTRY.units["5501"].languages
    assert after.units["5599"].languages[-1].sami_category is SamiCategory.language_stimulation
    assert [branch.code for branch in after.successors("1913", date(2015, 1, 1), NEW_YEAR)] == ["5599"]
    assert [branch.code for branch in after.successors("1913", date(2015, 1, 1), date(2027, 12, 31))] == ["5512"]


def test_the_digest_is_of_what_changes_and_not_of_new_ids_or_the_day_of_asking() -> None:
    first, second = (digest_of(amended(COUNTRY, [A_MERGER], new_id=new_id)) for _ in range(2))
    assert first == second
    other = A_MERGER.model_copy(update={"effective_on": date(2029, 1, 1)})
    assert digest_of(amended(COUNTRY, [other], new_id=new_id)) != first
    ids = ids_of(COUNTRY, "1507")
    assert digest_of(undone(COUNTRY, ids, today=TODAY)) == digest_of(undone(COUNTRY, ids, today=NEW_YEAR))


def ids_of(country: Geography, *old_codes: str) -> list[UUID]:
    return [change.change_id for change in country.changes if change.old_code in old_codes]


def test_undoing_what_was_just_done_restores_the_country_and_keeps_what_never_was() -> None:
    after = applied(COUNTRY, amended(COUNTRY, [A_MERGER], new_id=new_id))
    new = [change.change_id for change in after.changes if change.effective_on == NEW_YEAR]
    back = applied(after, undone(after, new, today=TODAY))
    without_decisions = {
        code: unit.model_copy(update={"languages": COUNTRY.units[code].languages}) for code, unit in back.units.items()
    }
    assert without_decisions == COUNTRY.units
    assert back.changes == COUNTRY.changes
    assert {code: unit.undone_on for code, unit in back.undone_units.items()} == {"5599": TODAY}
    assert {change.undone_on for change in back.undone_changes} == {TODAY}


def test_what_was_undone_can_be_proposed_again_and_is_the_same_change() -> None:
    after = applied(COUNTRY, amended(COUNTRY, [A_MERGER], new_id=new_id))
    new = [change.change_id for change in after.changes if change.effective_on == NEW_YEAR]
    back = applied(after, undone(after, new, today=TODAY))
    again = applied(back, amended(back, [A_MERGER], new_id=new_id))
    assert again.units == after.units
    assert again.changes == after.changes
    assert (again.undone_units, again.undone_changes) == ({}, ())


def test_a_whole_division_is_undone_at_once_or_not_at_all() -> None:
    one, other = ids_of(COUNTRY, "1507")
    with pytest.raises(UndoneInPart) as refused:
        undone(COUNTRY, [one], today=TODAY)
    assert refused.value.facts["changes"] == [str(other)]
    back = applied(COUNTRY, undone(COUNTRY, [one, other], today=TODAY))
    assert back.units["1507"].valid_to is None
    assert set(back.undone_units) == {"1508", "1580"}
    assert [branch.code for branch in back.successors("1534", date(2016, 1, 1), TODAY)] == ["1507"]


def test_what_something_later_builds_upon_is_not_undone() -> None:
    with pytest.raises(LaterChange) as onward:
        undone(COUNTRY, ids_of(COUNTRY, "1927", "1928", "1929", "1931"), today=TODAY)
    assert onward.value.facts["codes"] == ["5421"]
    with pytest.raises(LaterChange) as restored:
        undone(COUNTRY, ids_of(COUNTRY, "1534"), today=TODAY)
    assert restored.value.facts["codes"] == ["1534"]


def test_a_municipality_does_not_live_again_in_a_county_that_ended() -> None:
    with pytest.raises(PlaceLeftBehind) as refused:
        undone(COUNTRY, ids_of(COUNTRY, "1902", "5401"), today=TODAY)
    assert refused.value.facts["codes"] == ["1902"]


def test_one_of_several_that_merged_can_be_taken_out() -> None:
    merged = applied(COUNTRY, amended(COUNTRY, [A_MERGER], new_id=new_id))
    one = [change.change_id for change in merged.changes if change.old_code == "5510"]
    without = applied(merged, undone(merged, one, today=TODAY))
    assert (without.units["5510"].valid_to, without.units["5512"].valid_to) == (None, NEW_YEAR)
    assert without.valid("5599", NEW_YEAR)


def test_a_chain_is_undone_from_its_first_change_on() -> None:
    first = proposed(
        units=[{"code": "5599", "name": "Første"}], changes=[change("5510", "5599"), change("5512", "5599")]
    )
    then = proposed(effective_on=date(2030, 1, 1), units=[NEW_2030], changes=[change("5599", "5598", "recode")])
    after = applied(COUNTRY, amended(COUNTRY, [first, then], new_id=new_id))
    new = [each.change_id for each in after.changes if each.effective_on >= NEW_YEAR]
    with pytest.raises(LaterChange):
        undone(after, new[:2], today=TODAY)
    back = applied(after, undone(after, new, today=TODAY))
    assert (back.units, back.changes) == (COUNTRY.units, COUNTRY.changes)
    assert [branch.code for branch in back.instead_of("5598", TODAY)] == ["5510", "5512"]


def test_a_rename_is_undone() -> None:
    one = [change.change_id for change in COUNTRY.changes_of("0301") if change.kind is ChangeKind.rename]
    back = applied(COUNTRY, undone(COUNTRY, one, today=TODAY))
    assert len(back.units["0301"].names) == len(COUNTRY.units["0301"].names) - 1
    assert back.units["0301"].names[-1].valid_to is None


def test_what_cannot_be_undone() -> None:
    one, other = ids_of(COUNTRY, "1507")
    with pytest.raises(Problem) as unknown:
        undone(COUNTRY, [one, one, new_id()], today=TODAY)
    assert [(error.pointer, error.code) for error in unknown.value.errors] == [
        ("/change_ids/1", "named-twice"),
        ("/change_ids/2", "no-such-thing"),
    ]
    back = applied(COUNTRY, undone(COUNTRY, [one, other], today=TODAY))
    with pytest.raises(AlreadyUndone):
        undone(back, [one, other], today=TODAY)
