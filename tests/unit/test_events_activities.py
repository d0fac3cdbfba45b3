"""What may happen to an activity, and what becomes of it."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.events import (
    Activity,
    ActivityKind,
    ActivityStatus,
    CoOrganiserStatus,
    InviteUnits,
    Mode,
    PlanActivity,
    RecordAttendance,
    ReplaceUnit,
)
from services.contracts.message import Text
from services.contracts.registry import OrganisationKind
from services.events.domain import activity as rules
from services.events.domain import participation
from services.events.domain.co_organisers import AlreadyAnswered, AlreadyInvited, CoOrganiserPending, LeadAsCoOrganiser
from services.events.domain.dates import DateInFuture, DateOutOfOrder, PeriodReversed, require_occurred
from services.events.domain.participation import (
    AlreadyArranged,
    ExceptedUnitInvited,
    GuestIsMunicipality,
    NotExcepted,
    NothingToInvite,
)
from services.events.domain.steps import ACTIVITY_STEPS, ActivityStep, StepOutOfOrder
from services.kernel.problems import NotFound

KORUS_NORD = UUID("01900000-0000-7000-8000-000000000001")
NAPHA = UUID("01900000-0000-7000-8000-000000000002")
COUNTY_GOVERNOR = UUID("01900000-0000-7000-8000-000000000003")
MUNICIPALITY = UUID("01900000-0000-7000-8000-000000000004")
ACTIVITY_ID = UUID("01900000-0000-7000-8000-00000000000a")

PLANNED, ANNOUNCED, INVITED = date(2016, 4, 8), date(2016, 4, 20), date(2016, 5, 2)
HELD, CLOSED = date(2016, 9, 14), date(2016, 10, 1)

TROMSO, BODO, HARSTAD, NARVIK = "1902", "1804", "1903", "1805"
GUESTS = {COUNTY_GOVERNOR: OrganisationKind.county_governor, MUNICIPALITY: OrganisationKind.municipality}


def a_plan(**changes: Any) -> PlanActivity:
    plan = {
        "title": Text(nb="Seminardag om BrukerPlan"),
        "kind": ActivityKind.seminar_day,
        "theme": "brukerplan",
        "lead_id": KORUS_NORD,
        "starts_on": date(2016, 9, 13),
        "ends_on": date(2016, 9, 14),
        "county_code": "18",
        "occurred_on": PLANNED,
    }
    return PlanActivity.model_validate({**plan, **changes})


def planned(**changes: Any) -> Activity:
    return rules.plan(a_plan(**changes), ACTIVITY_ID)


def announced(**changes: Any) -> Activity:
    return rules.announce(planned(**changes), ANNOUNCED)


def held(**changes: Any) -> Activity:
    return rules.hold(announced(**changes), HELD)


def invite(*codes: str, mode: Mode = Mode.onsite, guest_ids: tuple[UUID, ...] = (), on: date = INVITED) -> InviteUnits:
    return InviteUnits(unit_codes=codes, mode=mode, guest_ids=guest_ids, occurred_on=on)


def test_every_day_of_the_period_is_a_day_of_the_activity_unless_fewer_are_named():
    assert planned().days == 2
    assert planned(ends_on=date(2016, 9, 30), days=3).days == 3


def test_more_days_than_the_period_has_are_refused():
    with pytest.raises(rules.DaysBeyondPeriod) as refusal:
        planned(days=3)
    assert refusal.value.facts == {"most": 2}
    assert [error.pointer for error in refusal.value.errors] == ["/days"]


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(PeriodReversed):
        planned(ends_on=date(2016, 9, 12))


def test_the_level_follows_from_kind_and_duration():
    assert planned().level == 1
    assert planned(kind=ActivityKind.network, starts_on=date(2016, 1, 1), ends_on=date(2016, 6, 30)).level == 2


def test_a_person_may_set_the_level_and_says_why():
    activity = planned(level=4, level_reason="Del av et toårig utviklingsarbeid")
    assert (activity.level, activity.level_reason) == (4, "Del av et toårig utviklingsarbeid")


@pytest.mark.parametrize(("given", "missing"), [({"level": 3}, "/level_reason"), ({"level_reason": "Fordi"}, "/level")])
def test_a_level_without_reason_and_a_reason_without_level_are_refused(given: dict[str, object], missing: str):
    with pytest.raises(rules.LevelWithoutReason) as refusal:
        planned(**given)
    assert [error.pointer for error in refusal.value.errors] == [missing]


@pytest.mark.parametrize(("ended_on", "level"), [(date(2016, 6, 30), 2), (date(2016, 7, 1), 3), (date(2017, 1, 1), 4)])
def test_br_25_a_process_that_ends_earlier_or_later_gets_the_level_of_its_real_duration(ended_on: date, level: int):
    process = announced(
        kind=ActivityKind.project, starts_on=date(2016, 1, 1), ends_on=date(2016, 9, 30), occurred_on=date(2015, 12, 1)
    )
    assert process.level == 3
    ended = rules.hold(process, ended_on)
    assert (ended.ends_on, ended.level) == (ended_on, level)


def test_br_25_a_level_set_by_a_person_stands_when_the_process_ends_earlier():
    process = announced(
        kind=ActivityKind.project, starts_on=date(2016, 1, 1), ends_on=date(2016, 9, 30), level=4, level_reason="Avtalt"
    )
    assert rules.hold(process, date(2016, 5, 1)).level == 4


def test_a_single_activity_keeps_its_days_when_it_is_held():
    activity = rules.hold(announced(), date(2016, 9, 20))
    assert (activity.ends_on, activity.days, activity.held_on) == (date(2016, 9, 14), 2, date(2016, 9, 20))


def test_br_44_announcing_waits_for_every_named_co_organiser_and_names_them():
    activity = rules.invite_co_organiser(planned(), NAPHA, PLANNED)
    activity = rules.invite_co_organiser(activity, COUNTY_GOVERNOR, PLANNED)
    activity = rules.answer_invitation(activity, COUNTY_GOVERNOR, accept=True, on=PLANNED)
    with pytest.raises(CoOrganiserPending) as refusal:
        rules.announce(activity, ANNOUNCED)
    assert refusal.value.facts == {"organisation_ids": [str(NAPHA)]}

    accepted = rules.announce(rules.answer_invitation(activity, NAPHA, accept=True, on=ANNOUNCED), ANNOUNCED)
    assert accepted.status == ActivityStatus.announced
    assert {known.status for known in accepted.co_organisers} == {CoOrganiserStatus.accepted}


def test_br_44_whoever_has_said_no_is_no_co_organiser_and_holds_nothing_up():
    activity = rules.invite_co_organiser(planned(), NAPHA, PLANNED)
    declined = rules.answer_invitation(activity, NAPHA, accept=False, on=ANNOUNCED)
    assert rules.announce(declined, ANNOUNCED).status == ActivityStatus.announced


def test_whoever_has_said_no_may_be_asked_again_and_nobody_is_asked_twice():
    activity = rules.invite_co_organiser(planned(), NAPHA, PLANNED)
    with pytest.raises(AlreadyInvited):
        rules.invite_co_organiser(activity, NAPHA, PLANNED)
    declined = rules.answer_invitation(activity, NAPHA, accept=False, on=ANNOUNCED)
    again = rules.invite_co_organiser(declined, NAPHA, INVITED)
    assert [(known.status, known.invited_on, known.answered_on) for known in again.co_organisers] == [
        (CoOrganiserStatus.invited, INVITED, None)
    ]


def test_only_the_invited_organisation_answers_and_only_once():
    activity = rules.invite_co_organiser(planned(), NAPHA, PLANNED)
    for stranger in (KORUS_NORD, COUNTY_GOVERNOR, None):
        with pytest.raises(NotFound):
            rules.answer_invitation(activity, stranger, accept=True, on=ANNOUNCED)
    answered = rules.answer_invitation(activity, NAPHA, accept=True, on=ANNOUNCED)
    with pytest.raises(AlreadyAnswered):
        rules.answer_invitation(answered, NAPHA, accept=False, on=ANNOUNCED)


def test_the_lead_does_not_carry_it_together_with_itself():
    with pytest.raises(LeadAsCoOrganiser):
        rules.invite_co_organiser(planned(), KORUS_NORD, PLANNED)


def test_units_are_invited_in_a_mode_and_kept_by_code():
    activity = participation.invite(announced(), invite(NARVIK, HARSTAD), {})
    activity = participation.invite(activity, invite(BODO, mode=Mode.remote), {})
    assert [(unit.code, unit.mode, unit.invited_on) for unit in activity.units] == [
        (BODO, Mode.remote, INVITED),
        (NARVIK, Mode.onsite, INVITED),
        (HARSTAD, Mode.onsite, INVITED),
    ]


def test_a_unit_that_is_invited_again_keeps_its_day_and_gets_the_new_mode():
    activity = participation.invite(announced(), invite(NARVIK), {})
    activity = participation.invite(activity, invite(NARVIK, mode=Mode.remote, on=date(2016, 6, 1)), {})
    assert [(unit.mode, unit.invited_on) for unit in activity.units] == [(Mode.remote, INVITED)]


def test_br_10_every_excepted_unit_of_an_invitation_is_named_sorted_and_nobody_is_invited():
    activity = announced(excepted_codes=[TROMSO, BODO])
    with pytest.raises(ExceptedUnitInvited) as refusal:
        participation.invite(activity, invite(TROMSO, HARSTAD, BODO), {})
    assert refusal.value.facts == {"codes": [BODO, TROMSO]}


def test_br_10_closing_waits_for_the_own_arrangement_of_every_excepted_unit_and_names_them():
    activity = held(excepted_codes=[TROMSO, BODO])
    with pytest.raises(rules.OwnArrangementMissing) as refusal:
        rules.close(activity, CLOSED)
    assert refusal.value.facts == {"codes": [BODO, TROMSO]}

    own = Text(nb="Egen gjennomgang i kommunen")
    activity = participation.replace(activity, ReplaceUnit(code=BODO, arrangement=own, occurred_on=HELD))
    with pytest.raises(rules.OwnArrangementMissing) as refusal:
        rules.close(activity, CLOSED)
    assert refusal.value.facts == {"codes": [TROMSO]}

    activity = participation.replace(activity, ReplaceUnit(code=TROMSO, arrangement=own, occurred_on=HELD))
    assert rules.close(activity, CLOSED).closed_on == CLOSED


def test_only_an_excepted_unit_gets_an_arrangement_of_its_own_and_only_one():
    own = Text(nn="Eige opplegg")
    activity = planned(excepted_codes=[TROMSO])
    with pytest.raises(NotExcepted):
        participation.replace(activity, ReplaceUnit(code=BODO, arrangement=own, occurred_on=PLANNED))
    arranged = participation.replace(activity, ReplaceUnit(code=TROMSO, arrangement=own, occurred_on=PLANNED))
    with pytest.raises(AlreadyArranged) as refusal:
        participation.replace(arranged, ReplaceUnit(code=TROMSO, arrangement=own, occurred_on=HELD))
    assert refusal.value.facts == {"arranged_on": "2016-04-08"}


def test_br_50_a_guest_is_an_organisation_and_never_among_the_units():
    activity = participation.invite(announced(), invite(guest_ids=(COUNTY_GOVERNOR,)), GUESTS)
    assert activity.guest_ids == (COUNTY_GOVERNOR,)
    assert activity.units == ()


def test_br_50_a_municipality_is_no_guest():
    with pytest.raises(GuestIsMunicipality) as refusal:
        participation.invite(announced(), invite(guest_ids=(COUNTY_GOVERNOR, MUNICIPALITY)), GUESTS)
    assert [error.pointer for error in refusal.value.errors] == ["/guest_ids/1"]


def test_an_invitation_of_nobody_is_refused():
    with pytest.raises(NothingToInvite):
        participation.invite(announced(), invite(), {})


def test_a_unit_that_came_is_marked_and_one_that_came_uninvited_is_added():
    activity = rules.hold(participation.invite(announced(), invite(NARVIK, mode=Mode.remote), {}), HELD)
    activity = participation.record_attendance(activity, RecordAttendance(unit_codes=(NARVIK, BODO), occurred_on=HELD))
    assert [(unit.code, unit.mode, unit.invited_on, unit.attended_on) for unit in activity.units] == [
        (BODO, Mode.onsite, None, HELD),
        (NARVIK, Mode.remote, INVITED, HELD),
    ]


def test_the_first_day_a_unit_came_stands():
    first, second = date(2016, 9, 13), date(2016, 9, 14)
    activity = participation.record_attendance(held(), RecordAttendance(unit_codes=(BODO,), occurred_on=first))
    activity = participation.record_attendance(activity, RecordAttendance(unit_codes=(BODO,), occurred_on=second))
    assert [unit.attended_on for unit in activity.units] == [first]


def test_nothing_is_held_before_it_starts_or_is_announced():
    with pytest.raises(DateOutOfOrder) as refusal:
        rules.hold(announced(), date(2016, 9, 12))
    assert refusal.value.facts == {"earliest": "2016-09-13"}
    late = rules.announce(planned(), date(2016, 9, 20))
    with pytest.raises(DateOutOfOrder):
        rules.hold(late, date(2016, 9, 14))


def test_what_is_said_to_have_occurred_lies_in_the_past():
    require_occurred(HELD, today=HELD)
    with pytest.raises(DateInFuture):
        require_occurred(HELD, today=date(2016, 9, 13))


STANDING = {
    "planned": planned(),
    "announced": announced(),
    "held": held(),
    "closed": rules.close(held(), CLOSED),
    "cancelled": rules.cancel(announced(), INVITED),
}


def take(step: ActivityStep, activity: Activity) -> Activity:
    """Take the step with the least that it needs, so that only the state can refuse it."""
    late = date(2016, 12, 1)
    asked = activity.model_copy(
        update={"co_organisers": rules.invite_co_organiser(planned(), NAPHA, PLANNED).co_organisers}
    )
    excepted = activity.model_copy(update={"excepted": planned(excepted_codes=[TROMSO]).excepted})
    own = ReplaceUnit(code=TROMSO, arrangement=Text(nb="Eget opplegg"), occurred_on=late)
    steps = {
        ActivityStep.invite_co_organiser: lambda: rules.invite_co_organiser(activity, NAPHA, late),
        ActivityStep.answer_invitation: lambda: rules.answer_invitation(asked, NAPHA, accept=True, on=late),
        ActivityStep.announce: lambda: rules.announce(activity, late),
        ActivityStep.invite_units: lambda: participation.invite(activity, invite(NARVIK, on=late), {}),
        ActivityStep.replace_unit: lambda: participation.replace(excepted, own),
        ActivityStep.hold: lambda: rules.hold(activity, late),
        ActivityStep.record_attendance: lambda: participation.record_attendance(
            activity, RecordAttendance(unit_codes=(NARVIK,), occurred_on=late)
        ),
        ActivityStep.close: lambda: rules.close(activity, late),
        ActivityStep.cancel: lambda: rules.cancel(activity, late),
    }
    return steps[step]()


@pytest.mark.parametrize("standing", sorted(STANDING))
@pytest.mark.parametrize("step", sorted(ActivityStep))
def test_each_step_is_taken_from_where_the_table_says_and_refused_elsewhere(step: ActivityStep, standing: str):
    if standing in ACTIVITY_STEPS[step]:
        assert take(step, STANDING[standing]) != STANDING[standing]
        return
    with pytest.raises(StepOutOfOrder) as refusal:
        take(step, STANDING[standing])
    assert refusal.value.facts == {
        "step": step.value,
        "current_status": standing,
        "allowed_from": sorted(ACTIVITY_STEPS[step]),
    }


@given(st.lists(st.sampled_from(sorted(ActivityStep)), max_size=12))
def test_whatever_is_tried_the_status_and_its_dates_agree(steps: list[ActivityStep]):
    activity = planned()
    for step in steps:
        try:
            after = take(step, activity)
        except (StepOutOfOrder, AlreadyInvited):
            continue
        activity = after if after.co_organisers == activity.co_organisers else activity
    assert (activity.status == "held") == (activity.held_on is not None)
    assert (activity.status == "cancelled") == (activity.cancelled_on is not None)
    assert activity.status not in ("announced", "held") or activity.announced_on is not None
    assert activity.closed_on is None or activity.status == "held"
    assert Activity.model_validate(activity.model_dump()) == activity
