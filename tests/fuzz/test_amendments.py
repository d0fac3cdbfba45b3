"""Whatever is proposed: it is refused by name, or the country is whole afterwards, and undoing it gives the old one."""

from datetime import date
from itertools import count, pairwise
from uuid import UUID

from hypothesis import event, given, target
from hypothesis import strategies as st

from services.contracts.geography import Geography
from services.contracts.registry import (
    ChangeKind,
    County,
    ProposeChanges,
    ProposedChange,
    ProposedCounty,
    ProposedLanguage,
    ProposedUnit,
    Unit,
    WrittenForm,
)
from services.kernel.problems import Problem
from services.registry.domain.amendments import amended, digest_of, undone
from tests.fuzz.dose import on_sqlite
from tests.unit.test_geography import COUNTRY
from tests.unit.test_registry_amendments import applied

TODAY = date(2027, 6, 1)
DAYS = st.sampled_from([date(2016, 7, 1), date(2024, 1, 1), date(2025, 3, 1), date(2027, 1, 1), date(2028, 1, 1)])
THERE = ("5501", "5503", "5510", "5512", "5514", "5530", "1804", "1839", "460107", "55", "56")
NEW = ("5597", "5598", "5599", "1899", "57")
GONE = ("1902", "5401", "1534", "19")
CODES = st.sampled_from((*THERE, *THERE, *NEW, *NEW, *GONE, "9999"))

CHANGES = st.builds(
    lambda old, new, kind, weight, restores: ProposedChange(
        level="county" if len(old) == 2 else "municipality",
        old_code=old,
        new_code=new,
        kind=kind,
        weight=weight,
        restores=restores,
    ),
    st.sampled_from((*THERE, *THERE, *GONE)),
    CODES,
    st.sampled_from([ChangeKind.merge, ChangeKind.merge, *ChangeKind]),
    st.none() | st.sampled_from((0.0, 0.25, 0.5, 0.75, 1.0)),
    st.none() | st.none() | st.sampled_from((*GONE, "5530")),
)
UNITS = st.builds(
    lambda code, name: ProposedUnit(code=code, name=name),
    st.sampled_from([code for code in (*NEW, *NEW, *THERE, *GONE) if len(code) > 2]),
    st.sampled_from(("Prøvestad", "Tromsø", "Guovdageaidnu")),
)
COUNTIES = st.builds(
    lambda code: ProposedCounty(code=code, name="Prøvefylket"), st.sampled_from(("55", "57", "57", "19"))
)
LANGUAGES = st.builds(
    lambda code: ProposedLanguage(unit_code=code, form=WrittenForm.nynorsk), st.sampled_from((*THERE[:3], "1902"))
)


def steps(units: list[ProposedUnit]) -> st.SearchStrategy[ProposeChanges]:
    """A step that has something to say of each of its new units, so that some get through."""
    return st.builds(
        lambda on, counties, changes, languages: ProposeChanges(
            effective_on=on,
            units=tuple(units),
            counties=tuple(counties),
            changes=tuple(changes),
            languages=tuple(languages),
            reason="fuzz",
            source="fuzz",
        ),
        DAYS,
        st.lists(COUNTIES, max_size=1),
        st.lists(CHANGES, max_size=3).map(lambda some: [*some, *led_to(units)]),
        st.lists(LANGUAGES, max_size=1),
    )


def led_to(units: list[ProposedUnit]) -> list[ProposedChange]:
    kind = ChangeKind.merge if len(units) == 1 else ChangeKind.split
    return [ProposedChange(old_code="5514", new_code=unit.code, kind=kind) for unit in units]


PROPOSALS = st.lists(st.lists(UNITS, max_size=2).flatmap(steps), min_size=1, max_size=2)


@on_sqlite
@given(PROPOSALS)
def test_a_proposal_is_refused_by_name_or_leaves_a_whole_country_and_can_be_undone(asked: list[ProposeChanges]) -> None:
    ids = count(1)
    try:
        amendments = amended(COUNTRY, asked, new_id=lambda: UUID(int=0x7000_8000_0000_0000_0000 + next(ids)))
    except Problem as problem:
        event(problem.code)
        return
    event(f"{len(amendments)} amendments")
    target(float(len(amendments)))
    assert digest_of(amendments) == digest_of(amended(COUNTRY, asked, new_id=lambda: UUID(int=next(ids))))
    after = applied(COUNTRY, amendments)
    is_whole(after)
    known = {change.change_id for change in COUNTRY.changes}
    new = [change.change_id for change in after.changes if change.change_id not in known]
    if new:
        back = applied(after, undone(after, new, today=TODAY))
        days = {step.effective_on for step in asked}
        assert what_changes_change(back, days) == what_changes_change(COUNTRY, days)
        assert back.changes == COUNTRY.changes


def is_whole(country: Geography) -> None:
    """Every area of an earlier day has its codes on a later one, and every unit its county."""
    for before, after in ((date(2016, 1, 1), date(2026, 1, 1)), (date(2024, 1, 1), date(2029, 1, 1))):
        areas = country.comparable_areas(before, after)
        assert sorted(code for area in areas for code in area.later) == [unit.code for unit in country.units_on(after)]
        for unit in country.units_on(before):
            assert any(branch.relation.is_main for branch in country.successors(unit.code, before, after)), unit.code
        for unit in country.units_on(after):
            assert unit.county_code is not None
            assert country.valid(unit.county_code, after), unit.code
    places: list[Unit | County] = [*country.units.values(), *country.counties.values()]
    for place in places:
        assert all(name.valid_to == following.valid_from for name, following in pairwise(place.names)), place.code
        assert place.names[-1].valid_to == place.valid_to


def what_changes_change(country: Geography, days: set[date]) -> dict[str, Unit | County]:
    """The places without what is no change: a decision on language, and a name corrected on the day it began."""
    units = {code: unit.model_copy(update={"languages": ()}) for code, unit in country.units.items()}
    places: dict[str, Unit | County] = {**units, **country.counties}
    return {
        code: place.model_copy(update={"names": ()}) if place.valid_from in days else place
        for code, place in places.items()
    }
