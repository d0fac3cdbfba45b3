"""Whom a newsletter informs: units with a subscriber who got the issue, and no others (BR-03)."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from services.contracts.geography import Geography
from services.contracts.registry.contacts import Contact
from services.contracts.registry.newsletters import NewsletterSubscription
from services.kernel.problems import Conflict, FieldError, Invalid
from services.registry.domain.contact_dates import gone_on
from services.registry.domain.dates import require_occurred, require_order
from services.registry.domain.periods import is_valid
from services.registry.domain.refusals import StepOutOfOrder
from services.registry.domain.validity import codes_on


class SubscriptionExists(Conflict):
    """The contact gets the newsletter already."""

    code = "subscription-exists"


class NoSubscriber(Invalid):
    """Nobody in the unit, or nobody at all, got the newsletter."""

    code = "no-subscriber"


def units_reached(
    subscriptions: Iterable[NewsletterSubscription],
    country: Geography,
    on: date,
    not_delivered_to: Collection[UUID] = (),
) -> tuple[str, ...]:
    """The units that an issue of the day informs, each once, sorted by code.

    A subscriber whose municipality has another code by then, or has gone into another, is one there. Where it was
    divided nobody can say in which part, so nobody is informed.
    """
    found: set[str] = set()
    for each in subscriptions:
        if each.subscription_id not in not_delivered_to and is_valid(each.subscribed_on, each.ended_on, on):
            codes = codes_on(country, each.unit_code, on)
            found |= codes if len(codes) == 1 else set()
    return tuple(sorted(found))


def require_subscriber(unit_code: str, reached: Collection[str]) -> None:
    """Refuse to say of a unit that a newsletter informed it which nobody there got.

    Raises:
        NoSubscriber: nobody did.
    """
    if unit_code not in reached:
        raise NoSubscriber(errors=[FieldError("/unit_code", code=NoSubscriber.code)])


def require_reader(contact: Contact, today: date) -> None:
    """Somebody who is gone gets no newsletter.

    Raises:
        Invalid: the contact has ended, is erased, or has no role now or later.
    """
    last = gone_on(contact)
    if contact.ended_on is not None or (last is not None and last <= today):
        raise nobody()


def nobody() -> Invalid:
    """The refusal of a contact that is none, as far as the caller may know."""
    return Invalid(errors=[FieldError("/contact_id", code="no-such-thing")])


def require_reader_in(unit_code: str, units: Collection[str]) -> None:
    """Who gets a newsletter gets it in a unit that the contact is in, so that the unit is informed by it (BR-03).

    Raises:
        Invalid: the contact is in others.
    """
    if unit_code not in units:
        raise Invalid(errors=[FieldError("/unit_code", code="contact-elsewhere")])


def left(subscription: NewsletterSubscription, on: date) -> NewsletterSubscription:
    """The subscription of one who is gone from the day on. One that began later never was."""
    return subscription.model_copy(update={"ended_on": max(on, subscription.subscribed_on)})


def require_known(asked: Collection[UUID], subscriptions: Iterable[NewsletterSubscription]) -> None:
    """Whom an issue could not be delivered to are subscribers.

    Raises:
        Invalid: points at each that is none.
    """
    known = {each.subscription_id for each in subscriptions}
    unknown = [place for place, each in enumerate(asked) if each not in known]
    if unknown:
        raise Invalid(errors=[FieldError(f"/not_delivered_to/{place}", code="no-such-thing") for place in unknown])


def ended(subscription: NewsletterSubscription, on: date, *, today: date) -> NewsletterSubscription:
    """The subscription after its last day; ``on`` is the first without it.

    Raises:
        StepOutOfOrder: it has ended already.
        DateInFuture, DateOutOfOrder: on a day when it cannot have ended.
    """
    if subscription.ended_on is not None:
        raise StepOutOfOrder(step="end", current_status="ended", allowed_from=["subscribed"])
    require_occurred(on, today=today)
    require_order(on, earliest=subscription.subscribed_on)
    return subscription.model_copy(update={"ended_on": on})
