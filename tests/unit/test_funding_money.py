"""Frames, the two persons behind a decision, and postings that sum to zero."""

from dataclasses import fields, replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.funding import Scheme
from services.contracts.message import Text
from services.funding.domain import (
    DateInFuture,
    DateOutOfOrder,
    Frame,
    FrameExceeded,
    OtherPurpose,
    ProposalChanged,
    ProposedAward,
    SamePerson,
    UnitNotValid,
    Validity,
    require_occurred,
    require_purpose,
    require_same_facts,
    require_two_persons,
    require_unit,
    transfer,
)
from services.kernel.problems import NotYetKnown

SCHEME = Scheme(
    scheme_id=UUID("01900000-0000-7000-8000-000000000001"),
    name=Text(nb="Stimuleringsmidler"),
    theme="responsible_alcohol_management",
    year=2016,
    chapter="762",
    item="60",
    frame_ore=100_000_00,
    owner_id=UUID("01900000-0000-7000-8000-000000000002"),
    opened_on=date(2016, 1, 15),
)
AWARD = ProposedAward.under(
    SCHEME,
    proposal_id=UUID("01900000-0000-7000-8000-000000000003"),
    programme_id=UUID("01900000-0000-7000-8000-000000000004"),
    unit_code="1902",
    amount_ore=40_000_00,
    proposed_on=date(2016, 5, 2),
    source="example",
)
OTHER: dict[str, Any] = {
    "proposal_id": SCHEME.owner_id,
    "scheme_id": SCHEME.owner_id,
    "year": 2017,
    "chapter": "765",
    "item": "21",
    "programme_id": SCHEME.owner_id,
    "unit_code": "1804",
    "amount_ore": 40_000_01,
    "proposed_on": date(2016, 5, 3),
    "source": None,
}


def test_an_award_beyond_the_frame_is_refused():
    frame = Frame(total_ore=100_000_00, pledged_ore=60_000_00)
    with pytest.raises(FrameExceeded) as refusal:
        frame.pledge(40_000_01)
    assert refusal.value.facts == {"left_ore": 40_000_00}


def test_an_award_may_take_the_last_ore_of_the_frame():
    assert Frame(total_ore=100_000_00, pledged_ore=60_000_00).pledge(40_000_00).left_ore == 0


@pytest.mark.parametrize("amount_ore", [0, -1])
def test_an_award_is_more_than_nothing(amount_ore: int):
    with pytest.raises(ValueError, match="more than nothing"):
        Frame(total_ore=100_000_00).pledge(amount_ore)


@given(st.integers(1, 10**14), st.lists(st.integers(1, 10**14), max_size=40))
def test_whatever_is_asked_for_the_pledges_never_exceed_the_frame(total_ore: int, amounts_ore: list[int]):
    frame, granted_ore = Frame(total_ore), 0
    for amount_ore in amounts_ore:
        try:
            frame = frame.pledge(amount_ore)
        except FrameExceeded:
            assert amount_ore > frame.left_ore
        else:
            granted_ore += amount_ore
    assert frame.pledged_ore == granted_ore <= total_ore


@given(st.integers(1, 10**14))
def test_a_transfer_takes_from_one_account_what_it_gives_to_another(amount_ore: int):
    lines = transfer(amount_ore, source="frame", target="pledged")
    assert sum(line.amount_ore for line in lines) == 0
    assert [(line.account, line.amount_ore) for line in lines] == [("frame", -amount_ore), ("pledged", amount_ore)]


def test_br_80_an_award_has_the_year_chapter_and_item_of_its_scheme():
    assert (AWARD.year, AWARD.chapter, AWARD.item) == (2016, "762", "60")


def test_br_80_money_set_aside_for_overdose_and_street_level_work_goes_to_nothing_else():
    overdose = SCHEME.model_copy(update={"chapter": "765", "item": "21"})
    for theme in ("overdose", "street_level_work"):
        require_purpose(overdose, theme)
    with pytest.raises(OtherPurpose) as refusal:
        require_purpose(overdose, "responsible_alcohol_management")
    assert refusal.value.facts == {"themes": ["overdose", "street_level_work"]}
    require_purpose(SCHEME, "responsible_alcohol_management")
    require_purpose(overdose.model_copy(update={"item": "74"}), "responsible_alcohol_management")


def test_a_decision_takes_two_persons():
    require_two_persons("a", "b")
    with pytest.raises(SamePerson):
        require_two_persons("a", "a")


@pytest.mark.parametrize("field", [field.name for field in fields(ProposedAward)])
def test_the_second_person_approves_every_fact_that_was_proposed(field: str):
    require_same_facts(AWARD, AWARD.digest())
    changed: dict[str, Any] = {field: OTHER[field]}
    with pytest.raises(ProposalChanged):
        require_same_facts(replace(AWARD, **changed), AWARD.digest())


def test_the_digest_of_a_proposal_never_changes():
    assert AWARD.digest() == "2122161412c8de376b07847cdd87c4270abc9cfa37d82aeef5d5185e457ee278"


def test_an_approval_lies_after_the_proposal_and_not_in_the_future():
    proposed, today = date(2016, 5, 2), date(2016, 5, 20)
    require_occurred(date(2016, 5, 2), today=today, earliest=proposed)
    with pytest.raises(DateOutOfOrder) as refusal:
        require_occurred(date(2016, 5, 1), today=today, earliest=proposed)
    assert refusal.value.facts == {"earliest": "2016-05-02"}
    with pytest.raises(DateInFuture):
        require_occurred(date(2016, 5, 21), today=today, earliest=proposed)


def test_a_municipality_is_paid_under_the_code_it_has_on_the_day():
    tromso = Validity(date(1971, 1, 1), date(2020, 1, 1))
    require_unit("1902", tromso, on=date(2019, 12, 31))
    with pytest.raises(UnitNotValid) as refusal:
        require_unit("1902", tromso, on=date(2020, 1, 1))
    assert refusal.value.facts == {"codes": ["1902"], "on": "2020-01-01"}
    with pytest.raises(NotYetKnown) as waiting:
        require_unit("1902", None, on=date(2019, 12, 31))
    assert waiting.value.retry_after_s == 1
