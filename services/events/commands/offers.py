"""Offers: drafted, carried together, published on the one list, withdrawn."""

from datetime import date
from uuid import UUID

from services.contracts.events import (
    AnswerInvitation,
    DraftOffer,
    InviteCoOrganiser,
    Offer,
    OfferCoOrganiserAnswered,
    OfferCoOrganiserInvited,
    OfferDrafted,
    OfferMessage,
    OfferPublished,
    OfferWithdrawn,
    OnDate,
)
from services.events.commands.references import require_counties, require_organisations, require_units
from services.events.commands.storing import lock_offer, lock_own_offer, store_offer
from services.events.domain import offer as rules
from services.events.domain.dates import require_occurred
from services.kernel.transaction import Transaction


def draft_offer(tx: Transaction, request: DraftOffer) -> Offer:
    """Prepare an offer. The places it covers are judged on the first day of its period.

    Raises:
        NotFound: another organisation leads it.
        DateInFuture, PeriodReversed, OfferWithoutArea, UnitNotValid: the request is wrong.
        NotYetKnown: the lead, or a place, is not known here yet.
    """
    tx.own(request.lead_id)
    require_occurred(request.occurred_on, today=tx.today)
    require_organisations(tx, [request.lead_id], pointer="/lead_id")
    offer = rules.draft(request, tx.new_id())
    require_counties(tx, request.county_codes, on=request.period_from, pointer="/county_codes/")
    require_units(tx, request.unit_codes, on=request.period_from, pointer="/unit_codes/")
    return _tell(tx, None, offer, OfferDrafted, request.occurred_on)


def publish_offer(tx: Transaction, offer_id: UUID, request: OnDate) -> Offer:
    """Put the offer on the one list.

    Raises:
        NotFound: there is no such offer, or another organisation leads it.
        StepOutOfOrder: it is no draft.
        CoOrganiserPending: a named co-organiser has not accepted.
    """
    offer = lock_own_offer(tx, offer_id)
    require_occurred(request.occurred_on, today=tx.today)
    return _tell(tx, offer, rules.publish(offer, request.occurred_on), OfferPublished, request.occurred_on)


def withdraw_offer(tx: Transaction, offer_id: UUID, request: OnDate) -> Offer:
    """Take the offer off the one list, or drop the draft.

    Raises:
        NotFound: there is no such offer, or another organisation leads it.
        StepOutOfOrder: it is withdrawn already.
        DateOutOfOrder: it was published later.
    """
    offer = lock_own_offer(tx, offer_id)
    require_occurred(request.occurred_on, today=tx.today)
    return _tell(tx, offer, rules.withdraw(offer, request.occurred_on), OfferWithdrawn, request.occurred_on)


def invite_offer_co_organiser(tx: Transaction, offer_id: UUID, request: InviteCoOrganiser) -> Offer:
    """Ask an organisation to carry the offer together with the lead.

    Raises:
        NotFound: there is no such offer, or another organisation leads it.
        StepOutOfOrder: it is withdrawn.
        LeadAsCoOrganiser, AlreadyInvited: the organisation cannot be asked.
        NotYetKnown: the organisation is not known here yet.
    """
    offer = lock_own_offer(tx, offer_id)
    require_occurred(request.occurred_on, today=tx.today)
    require_organisations(tx, [request.organisation_id], pointer="/organisation_id")
    after = rules.invite_co_organiser(offer, request.organisation_id, request.occurred_on)
    return _tell(tx, offer, after, OfferCoOrganiserInvited, request.occurred_on)


def answer_offer_invitation(tx: Transaction, offer_id: UUID, request: AnswerInvitation) -> Offer:
    """The invited organisation's own answer: the caller acts as that organisation, whoever leads.

    Raises:
        NotFound: there is no such offer, or the caller's organisation is not invited.
        StepOutOfOrder: the offer is withdrawn.
        AlreadyAnswered: the organisation has answered before.
        DateOutOfOrder: the answer lies before the invitation.
    """
    offer = lock_offer(tx, offer_id)
    tx.own(tx.principal.organisation_id)
    require_occurred(request.occurred_on, today=tx.today)
    after = rules.answer_invitation(offer, tx.principal.organisation_id, accept=request.accept, on=request.occurred_on)
    # Only now: whoever is not invited must not learn that there is something to have seen a version of.
    tx.expect("offer", offer_id)
    return _tell(tx, offer, after, OfferCoOrganiserAnswered, request.occurred_on)


def _tell(tx: Transaction, before: Offer | None, after: Offer, fact: type[OfferMessage], on: date) -> Offer:
    store_offer(tx.connection, before, after)
    tx.publish(fact(occurred_on=on, offer=after))
    return after
