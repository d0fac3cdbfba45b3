"""The five criteria, the ranking and the spread, one rule at a time."""

from datetime import date
from functools import cache
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.reference_tables import read_reference
from services.contracts.geography import Geography
from services.contracts.message import Text
from services.contracts.registry import GeographicChange, Organisation
from services.contracts.registry.agreements import Anchoring
from services.contracts.registry.focus import (
    AssessFocus,
    Criterion,
    FocusNomination,
    FocusStatus,
    SpecialNeeds,
    Spread,
)
from services.registry.domain.focus import REQUIRED, assessed, is_anchored, ranked, unfulfilled
from services.registry.domain.spread import CentreDoesNotCover, county_of, require_covered, spread_with
from tests.service.registry_agreements import ANCHORED

ON = date(2016, 4, 1)
NEEDS = SpecialNeeds(reason=Text(nb="Mange overdoser"), source="Overdosestatistikk")


@cache
def country() -> Geography:
    reference = read_reference()
    changes = (
        GeographicChange(change_id=UUID(int=number), **change.model_dump())
        for number, change in enumerate(reference.changes)
    )
    return Geography(reference.units, reference.counties, changes)


@cache
def centre(reference: str = "korus-nord") -> Organisation:
    found = next(each for each in read_reference().organisations if each.reference == reference)
    return Organisation(organisation_id=UUID(int=1), **found.model_dump(exclude={"occurred_on"}))


def spread(unit_code: str, *focus_codes: str, on: date = ON) -> Spread:
    return spread_with(unit_code, focus_codes, centre(), country(), on)


def a_nomination(number: int, unit_code: str = "1902", **changes: Any) -> FocusNomination:
    told = {
        "nomination_id": UUID(int=number),
        "unit_code": unit_code,
        "centre_id": UUID(int=1),
        "status": FocusStatus.nominated,
        "nominated_on": date(2016, 3, number),
    }
    return FocusNomination.model_validate(told | changes)


def as_assessed(nomination: FocusNomination, **changes: Any) -> FocusNomination:
    command = AssessFocus.model_validate({"anchoring": ANCHORED, "occurred_on": ON} | changes)
    return assessed(nomination, command, None, spread(nomination.unit_code), country())


@given(st.booleans(), st.booleans(), st.booleans())
def test_br_13_administrative_and_political_anchoring_and_a_long_term_view(
    administrative: bool, political: bool, is_long_term: bool
) -> None:
    decision = ANCHORED["political"]
    anchoring = Anchoring.model_validate(
        {
            "administrative": decision if administrative else None,
            "political": decision if political else None,
            "is_long_term": is_long_term,
        }
    )
    assert is_anchored(anchoring) is (administrative and political and is_long_term)


def test_br_18_five_criteria_are_assessed_and_three_must_be_fulfilled() -> None:
    nomination = as_assessed(a_nomination(1))
    assert nomination.assessment is not None
    assert [each.criterion for each in nomination.assessment.criteria] == list(Criterion)
    assert len(Criterion) == 5
    assert unfulfilled(nomination.assessment) == (Criterion.agreement,)
    assert Criterion.geographic_spread not in REQUIRED
    assert Criterion.special_needs not in REQUIRED


def test_br_15_whatever_the_order_of_nomination_special_needs_come_first() -> None:
    plain = as_assessed(a_nomination(1, "1804"))
    needing = a_nomination(2, "2004", special_needs=NEEDS)
    best = as_assessed(a_nomination(3, "1902", special_needs=NEEDS))
    later = a_nomination(4, "1805")
    nominations = (plain, needing, best, later)
    spreads = {each.nomination_id: spread(each.unit_code) for each in nominations}
    for order in permutations(nominations):
        found = ranked(order, spreads, country(), ON)
        assert [each.nomination for each in found] == [best, needing, plain, later]
        assert [each.rank for each in found] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("focus_codes", "is_skewed"),
    [
        ((), False),
        (("1804",), False),
        (("1903",), True),
        (("1804", "1805", "2004"), False),
        # With 24 of 87 a second one in Troms is no more than its part when there are four in all.
        (("1903", "1804", "2004"), False),
        (("1903", "1804", "1805"), False),
        (("1903", "1911", "1804", "2004"), True),
    ],
)
def test_br_16_a_county_has_too_many_when_it_has_more_than_its_part_rounded_up(
    focus_codes: tuple[str, ...], is_skewed: bool
) -> None:
    assert spread("1902", *focus_codes).is_skewed is is_skewed


@given(st.lists(st.sampled_from(("1804", "1805", "1903", "1911", "2004", "2030")), unique=True))
def test_br_16_shares_are_of_all_the_centres_counties_and_one_unit_is_what_differs(focus_codes: list[str]) -> None:
    found = spread("1902", *focus_codes)
    assert [each.county_code for each in found.counties] == ["18", "19", "20"]
    assert sum(each.municipalities for each in found.counties) == 87
    assert sum(each.share_of_municipalities or 0 for each in found.counties) == pytest.approx(1)
    assert sum(each.focus_before for each in found.counties) == len(focus_codes)
    assert [each.focus_after - each.focus_before for each in found.counties] == [0, 1, 0]
    assert sum(each.share_after or 0 for each in found.counties) == pytest.approx(1)


def test_br_16_a_unit_that_has_another_code_by_now_is_counted_where_it_lies() -> None:
    found = spread("5503", "1902", "1804", on=date(2024, 5, 1))
    assert {each.county_code: (each.focus_before, each.focus_after) for each in found.counties} == {
        "18": (1, 1), "55": (1, 2), "56": (0, 0),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("unit_code", "focus_codes", "in_troms"),
    [
        ("5512", ("1913", "1852"), (1, 1)),
        ("5501", ("1913", "1852"), (1, 2)),
        ("5501", ("1913", "1852", "5512"), (1, 2)),
        ("5512", ("1902", "5501"), (1, 2)),
    ],
)
def test_br_16_units_that_have_become_one_are_counted_once(
    unit_code: str, focus_codes: tuple[str, ...], in_troms: tuple[int, int]
) -> None:
    found = spread(unit_code, *focus_codes, on=date(2024, 5, 1))
    assert {each.county_code: (each.focus_before, each.focus_after) for each in found.counties} == {
        "18": (0, 0), "55": in_troms, "56": (0, 0),
    }  # fmt: skip
    # On a day when they were two, they are two.
    assert [each.focus_before for each in spread("1902", "1913", "1852").counties] == [1, 1, 0]


def test_br_16_a_unit_that_has_become_several_is_one_in_their_county() -> None:
    found = spread("1804", "1850", "1875", on=date(2024, 5, 1))
    assert [(each.focus_before, each.focus_after) for each in found.counties] == [(2, 3), (0, 0), (0, 0)]


def test_br_16_a_centre_of_which_no_coverage_is_told_is_seen_over_the_whole_country() -> None:
    bare = centre().model_copy(update={"coverage": (), "unit_coverage": ()})
    assert len(spread_with("0301", (), bare, country(), ON).counties) == 19
    require_covered(bare, "0301", country(), ON)
    with pytest.raises(CentreDoesNotCover):
        require_covered(centre(), "0301", country(), ON)


def test_a_city_district_lies_in_the_county_of_its_municipality_and_what_never_was_in_none() -> None:
    assert county_of(country(), "030101", ON) == {"03"}
    assert county_of(country(), "1902", date(2021, 1, 1)) == {"54"}
    assert county_of(country(), "9999", ON) == frozenset()
