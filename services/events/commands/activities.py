"""Activities: planned, carried together, announced, held and closed, or cancelled."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from services.contracts.events import (
    Activity,
    ActivityAnnounced,
    ActivityCancelled,
    ActivityClosed,
    ActivityCoOrganiserAnswered,
    ActivityCoOrganiserInvited,
    ActivityHeld,
    ActivityMessage,
    ActivityPlanned,
    AnswerInvitation,
    InviteCoOrganiser,
    OnDate,
    PlanActivity,
)
from services.events.commands.references import require_counties, require_organisations, require_units
from services.events.commands.storing import lock_activity, lock_own_activity, store_activity
from services.events.domain import activity as rules
from services.events.domain.dates import require_occurred
from services.events.domain.offer import require_carried_by
from services.events.queries.offers import stored_offer
from services.events.queries.programmes import stored_programme
from services.kernel.transaction import Transaction


def plan_activity(tx: Transaction, request: PlanActivity) -> Activity:
    """Plan a dated activity. Its county is judged on its first day, the excepted units on the day it is planned.

    Raises:
        NotFound: another organisation leads it.
        DateInFuture, PeriodReversed, DaysBeyondPeriod, LevelWithoutReason, UnitNotValid: the request is wrong.
        Invalid: its offer or programme does not exist, or the lead does not carry the offer.
        NotYetKnown: the lead, or a place, is not known here yet.
    """
    tx.own(request.lead_id)
    require_occurred(request.occurred_on, today=tx.today)
    require_organisations(tx, [request.lead_id], pointer="/lead_id")
    activity = rules.plan(request, tx.new_id())
    if request.county_code is not None:
        require_counties(tx, [request.county_code], on=request.starts_on, pointer="/county_code")
    require_units(tx, request.excepted_codes, on=request.occurred_on, pointer="/excepted_codes/")
    if request.offer_id is not None:
        require_carried_by(stored_offer(tx.connection, request.offer_id), request.lead_id)
    if request.programme_id is not None:
        rules.require_programme(stored_programme(tx.connection, request.programme_id))
    return tell(tx, None, activity, ActivityPlanned, request.occurred_on)


def invite_activity_co_organiser(tx: Transaction, activity_id: UUID, request: InviteCoOrganiser) -> Activity:
    """Ask an organisation to carry the activity together with the lead.

    Raises:
        NotFound: there is no such activity, or another organisation leads it.
        StepOutOfOrder: it is held or cancelled.
        LeadAsCoOrganiser, AlreadyInvited: the organisation cannot be asked.
        NotYetKnown: the organisation is not known here yet.
    """
    activity = lock_own_activity(tx, activity_id)
    require_occurred(request.occurred_on, today=tx.today)
    require_organisations(tx, [request.organisation_id], pointer="/organisation_id")
    after = rules.invite_co_organiser(activity, request.organisation_id, request.occurred_on)
    return tell(tx, activity, after, ActivityCoOrganiserInvited, request.occurred_on)


def answer_activity_invitation(tx: Transaction, activity_id: UUID, request: AnswerInvitation) -> Activity:
    """The invited organisation's own answer: the caller acts as that organisation, whoever leads.

    Raises:
        NotFound: there is no such activity, or the caller's organisation is not invited.
        StepOutOfOrder: the activity is held or cancelled.
        AlreadyAnswered: the organisation has answered before.
        DateOutOfOrder: the answer lies before the invitation.
    """
    activity = lock_activity(tx, activity_id)
    tx.own(tx.principal.organisation_id)
    require_occurred(request.occurred_on, today=tx.today)
    after = rules.answer_invitation(
        activity, tx.principal.organisation_id, accept=request.accept, on=request.occurred_on
    )
    # Only now: whoever is not invited must not learn that there is something to have seen a version of.
    tx.expect("activity", activity_id)
    return tell(tx, activity, after, ActivityCoOrganiserAnswered, request.occurred_on)


def announce_activity(tx: Transaction, activity_id: UUID, request: OnDate) -> Activity:
    """Make the activity known.

    Raises:
        NotFound: there is no such activity, or another organisation leads it.
        StepOutOfOrder, DateOutOfOrder: it cannot be announced now, or not on that day.
        CoOrganiserPending: a named co-organiser has not accepted (BR-44).
    """
    return _move(tx, activity_id, request, rules.announce, ActivityAnnounced)


def hold_activity(tx: Transaction, activity_id: UUID, request: OnDate) -> Activity:
    """Record that the activity took place. A process gets its real last day and level (BR-25).

    Raises:
        NotFound: there is no such activity, or another organisation leads it.
        StepOutOfOrder, DateOutOfOrder, DateInFuture: it was not announced, or cannot have been held on that day.
    """
    return _move(tx, activity_id, request, rules.hold, ActivityHeld)


def close_activity(tx: Transaction, activity_id: UUID, request: OnDate) -> Activity:
    """Record that nothing is left to do.

    Raises:
        NotFound: there is no such activity, or another organisation leads it.
        StepOutOfOrder, DateOutOfOrder: it is not held, or was held later.
        OwnArrangementMissing: names the excepted units that nothing is arranged for (BR-10).
    """
    return _move(tx, activity_id, request, rules.close, ActivityClosed)


def cancel_activity(tx: Transaction, activity_id: UUID, request: OnDate) -> Activity:
    """Record that the activity will not take place.

    Raises:
        NotFound: there is no such activity, or another organisation leads it.
        StepOutOfOrder, DateOutOfOrder: it is held or cancelled, or was planned later.
    """
    return _move(tx, activity_id, request, rules.cancel, ActivityCancelled)


def tell(tx: Transaction, before: Activity | None, after: Activity, fact: type[ActivityMessage], on: date) -> Activity:
    """Store what the activity became and publish it in full."""
    store_activity(tx.connection, before, after)
    tx.publish(fact(occurred_on=on, activity=after))
    return after


def _move(
    tx: Transaction,
    activity_id: UUID,
    request: OnDate,
    rule: Callable[[Activity, date], Activity],
    fact: type[ActivityMessage],
) -> Activity:
    activity = lock_own_activity(tx, activity_id)
    require_occurred(request.occurred_on, today=tx.today)
    return tell(tx, activity, rule(activity, request.occurred_on), fact, request.occurred_on)
