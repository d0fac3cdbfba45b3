"""What may happen to an offer, and whether the places and bodies that a command names are known and valid."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.contracts.events import DraftOffer, Offer, OfferStatus
from services.contracts.message import Text
from services.events.domain import offer as rules
from services.events.domain.co_organisers import CoOrganiserPending
from services.events.domain.dates import DateOutOfOrder, PeriodReversed
from services.events.domain.places import UnitNotValid, Validity, require_known, require_valid
from services.events.domain.steps import OFFER_STEPS, OfferStep, StepOutOfOrder
from services.kernel.problems import Invalid, NotYetKnown

KORUS_NORD = UUID("01900000-0000-7000-8000-000000000001")
NAPHA = UUID("01900000-0000-7000-8000-000000000002")
OFFER_ID = UUID("01900000-0000-7000-8000-00000000000b")
DRAFTED, PUBLISHED, WITHDRAWN = date(2016, 2, 1), date(2016, 3, 1), date(2016, 11, 1)


def drafted(**changes: Any) -> Offer:
    request = {
        "title": Text(nb="Klient- og resultatstyrt praksis"),
        "theme": "kor",
        "lead_id": KORUS_NORD,
        "unit_codes": ["1850", "1849", "1850"],
        "period_from": date(2016, 3, 1),
        "period_to": date(2016, 12, 31),
        "occurred_on": DRAFTED,
    }
    return rules.draft(DraftOffer.model_validate({**request, **changes}), OFFER_ID)


STANDING = {
    "draft": drafted(),
    "published": rules.publish(drafted(), PUBLISHED),
    "withdrawn": rules.withdraw(rules.publish(drafted(), PUBLISHED), WITHDRAWN),
}


def test_an_offer_is_drafted_with_each_of_its_places_once():
    offer = drafted(county_codes=["19", "18", "19"])
    assert offer.status == OfferStatus.draft
    assert offer.county_codes == ("18", "19")
    assert offer.unit_codes == ("1849", "1850")


def test_an_offer_without_a_place_is_refused():
    with pytest.raises(rules.OfferWithoutArea):
        drafted(unit_codes=[])


def test_an_offer_whose_period_ends_before_it_begins_is_refused():
    with pytest.raises(PeriodReversed) as refusal:
        drafted(period_to=date(2016, 2, 29))
    assert [error.pointer for error in refusal.value.errors] == ["/period_to"]


def test_br_11_an_offer_on_request_is_an_offer_like_any_other():
    offer = rules.publish(drafted(on_request=True), PUBLISHED)
    assert (offer.status, offer.on_request) == (OfferStatus.published, True)


def test_br_44_an_offer_is_published_when_those_who_are_asked_to_carry_it_have_agreed():
    asked = rules.invite_co_organiser(drafted(), NAPHA, DRAFTED)
    with pytest.raises(CoOrganiserPending) as refusal:
        rules.publish(asked, PUBLISHED)
    assert refusal.value.facts == {"organisation_ids": [str(NAPHA)]}
    assert rules.publish(rules.answer_invitation(asked, NAPHA, accept=True, on=PUBLISHED), PUBLISHED).published_on


def test_a_published_offer_can_still_be_carried_by_one_more():
    asked = rules.invite_co_organiser(STANDING["published"], NAPHA, PUBLISHED)
    carried = rules.answer_invitation(asked, NAPHA, accept=True, on=PUBLISHED)
    assert [(known.organisation_id, known.status.value) for known in carried.co_organisers] == [(NAPHA, "accepted")]


def test_an_offer_is_not_withdrawn_before_it_was_published():
    with pytest.raises(DateOutOfOrder):
        rules.withdraw(STANDING["published"], DRAFTED)


def test_a_draft_that_is_dropped_was_never_published():
    dropped = rules.withdraw(drafted(), WITHDRAWN)
    assert (dropped.status, dropped.published_on) == (OfferStatus.withdrawn, None)


def test_an_activity_is_planned_under_an_offer_by_those_who_carry_it():
    asked = rules.invite_co_organiser(drafted(), NAPHA, DRAFTED)
    rules.require_carried_by(asked, KORUS_NORD)
    for offer in (asked, None):
        with pytest.raises(Invalid) as refusal:
            rules.require_carried_by(offer, NAPHA)
        assert [error.pointer for error in refusal.value.errors] == ["/offer_id"]
    rules.require_carried_by(rules.answer_invitation(asked, NAPHA, accept=True, on=DRAFTED), NAPHA)


@pytest.mark.parametrize("standing", sorted(STANDING))
@pytest.mark.parametrize("step", sorted(OfferStep))
def test_each_step_is_taken_from_where_the_table_says_and_refused_elsewhere(step: OfferStep, standing: str):
    offer = STANDING[standing]
    asked = offer.model_copy(
        update={"co_organisers": rules.invite_co_organiser(drafted(), NAPHA, DRAFTED).co_organisers}
    )
    take = {
        OfferStep.invite_co_organiser: lambda: rules.invite_co_organiser(offer, NAPHA, WITHDRAWN),
        OfferStep.answer_invitation: lambda: rules.answer_invitation(asked, NAPHA, accept=True, on=WITHDRAWN),
        OfferStep.publish: lambda: rules.publish(offer, PUBLISHED),
        OfferStep.withdraw: lambda: rules.withdraw(offer, WITHDRAWN),
    }[step]
    if standing in OFFER_STEPS[step]:
        assert take() != offer
        return
    with pytest.raises(StepOutOfOrder) as refusal:
        take()
    assert refusal.value.facts["current_status"] == standing


TROMSO_2016 = Validity(date(1971, 1, 1), date(2020, 1, 1))
TROMSO_2020 = Validity(date(2020, 1, 1), date(2024, 1, 1))


def test_a_code_is_valid_from_its_first_day_until_the_day_before_its_end():
    assert [TROMSO_2020.holds(date.fromisoformat(on)) for on in ("2019-12-31", "2020-01-01", "2023-12-31")] == [
        False, True, True,
    ]  # fmt: skip
    assert not TROMSO_2020.holds(date(2024, 1, 1))
    assert Validity(date(2024, 1, 1), None).holds(date(2026, 11, 22))


def test_a_code_that_is_known_and_not_valid_on_the_date_is_named():
    known = {"1902": TROMSO_2016, "5401": TROMSO_2020}
    require_valid(known, ["1902"], on=date(2016, 4, 8), pointer="/unit_codes/")
    with pytest.raises(UnitNotValid) as refusal:
        require_valid(known, ["1902", "5401"], on=date(2016, 4, 8), pointer="/unit_codes/")
    assert refusal.value.facts == {"codes": ["5401"], "on": "2016-04-08"}
    assert [error.pointer for error in refusal.value.errors] == ["/unit_codes/1"]


def test_what_is_not_known_yet_may_be_on_its_way_and_is_not_echoed():
    with pytest.raises(NotYetKnown) as refusal:
        require_valid({}, ["9999"], on=date(2016, 4, 8), pointer="/unit_codes/")
    assert refusal.value.retry_after_s == 1
    assert "9999" not in f"{refusal.value.errors} {refusal.value.facts}"


def test_a_single_field_is_pointed_at_without_a_place_in_a_list():
    with pytest.raises(NotYetKnown) as refusal:
        require_known({}, [KORUS_NORD], pointer="/lead_id")
    assert [error.pointer for error in refusal.value.errors] == ["/lead_id"]
