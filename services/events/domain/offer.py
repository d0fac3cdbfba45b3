"""What an offer becomes: drafted, published, withdrawn, and carried by more than one (BR-05, BR-44)."""

from datetime import date
from uuid import UUID

from services.contracts.events import DraftOffer, Offer, OfferStatus
from services.events.domain.co_organisers import answered, invited, require_accepted
from services.events.domain.dates import require_order, require_period
from services.events.domain.steps import OfferStep, require_offer_step
from services.kernel.problems import FieldError, Invalid


class OfferWithoutArea(Invalid):
    """The offer names neither a county nor a unit: nobody could find it."""

    code = "offer-without-area"


def draft(request: DraftOffer, offer_id: UUID) -> Offer:
    """A new offer that others do not see yet.

    Raises:
        PeriodReversed: the period ends before it begins.
        OfferWithoutArea: it names no place.
    """
    require_period(request.period_from, request.period_to, pointer="/period_to")
    if not request.county_codes and not request.unit_codes:
        raise OfferWithoutArea(errors=[FieldError("/county_codes", code="offer-without-area")])
    return Offer(
        offer_id=offer_id,
        status=OfferStatus.draft,
        county_codes=tuple(sorted(set(request.county_codes))),
        unit_codes=tuple(sorted(set(request.unit_codes))),
        target_groups=tuple(dict.fromkeys(request.target_groups)),
        **request.model_dump(exclude={"occurred_on", "county_codes", "unit_codes", "target_groups"}),
    )


def publish(offer: Offer, on: date) -> Offer:
    """The offer as a part of the one list.

    Raises:
        StepOutOfOrder: it is no draft.
        CoOrganiserPending: a named co-organiser has not accepted.
    """
    require_offer_step(OfferStep.publish, offer)
    require_accepted(offer.co_organisers)
    return offer.model_copy(update={"status": OfferStatus.published, "published_on": on})


def withdraw(offer: Offer, on: date) -> Offer:
    """The offer after it has left the one list, or was never on it.

    Raises:
        StepOutOfOrder: it is withdrawn already.
        DateOutOfOrder: it was published later.
    """
    require_offer_step(OfferStep.withdraw, offer)
    require_order(on, earliest=offer.published_on)
    return offer.model_copy(update={"status": OfferStatus.withdrawn, "withdrawn_on": on})


def invite_co_organiser(offer: Offer, organisation_id: UUID, on: date) -> Offer:
    """The offer with one more organisation asked to carry it.

    Raises:
        StepOutOfOrder: it is withdrawn.
        LeadAsCoOrganiser: the organisation leads it.
        AlreadyInvited: the organisation is asked already.
    """
    require_offer_step(OfferStep.invite_co_organiser, offer)
    co_organisers = invited(offer.co_organisers, organisation_id, lead_id=offer.lead_id, on=on)
    return offer.model_copy(update={"co_organisers": co_organisers})


def answer_invitation(offer: Offer, organisation_id: UUID | None, *, accept: bool, on: date) -> Offer:
    """The offer after an invited organisation's own answer.

    Raises:
        NotFound: the organisation is not invited.
        StepOutOfOrder: the offer is withdrawn.
        AlreadyAnswered: it has answered before.
        DateOutOfOrder: the answer lies before the invitation.
    """
    co_organisers = answered(offer.co_organisers, organisation_id, accept=accept, on=on)
    require_offer_step(OfferStep.answer_invitation, offer)
    return offer.model_copy(update={"co_organisers": co_organisers})


def require_carried_by(offer: Offer | None, organisation_id: UUID) -> None:
    """Refuse to plan an activity under an offer that the organisation neither leads nor has agreed to carry.

    Raises:
        Invalid: it does not, or there is no such offer; the caller cannot tell which.
    """
    if offer is not None:
        accepted = (known.organisation_id for known in offer.co_organisers if known.status == "accepted")
        if organisation_id in (offer.lead_id, *accepted):
            return
    raise Invalid(errors=[FieldError("/offer_id", code="no-such-thing")])
