"""Who gets a centre's newsletter, as the registry publishes it: the unit, never the contact."""

from datetime import date
from uuid import UUID

from pydantic import Field

from services.contracts.message import Message, Public, Request, UnitCode
from services.contracts.registry.sources import Source


class NewsletterSubscription(Public):
    """Somebody in a unit gets a centre's newsletter, from a day until another that is not part of it."""

    subscription_id: UUID
    centre_id: UUID
    unit_code: UnitCode
    subscribed_on: date
    ended_on: date | None = None


class NewsletterSubscriptionMessage(Message):
    """Any fact about who gets a newsletter."""

    aggregate = "subscription"
    subscription: NewsletterSubscription

    @property
    def aggregate_id(self) -> str:
        return str(self.subscription.subscription_id)


class NewsletterSubscribed(NewsletterSubscriptionMessage):
    """A contact in a unit gets the newsletter from now on."""

    type = "samla.registry.subscription.started.v1"


class NewsletterUnsubscribed(NewsletterSubscriptionMessage):
    """The contact gets it no more."""

    type = "samla.registry.subscription.ended.v1"


class SubscribeToNewsletter(Request):
    """A contact in a unit gets a centre's newsletter. ``contact_id`` is a reference that tells nothing of a person."""

    centre_id: UUID
    contact_id: UUID
    unit_code: UnitCode
    occurred_on: date


class UnsubscribeFromNewsletter(Request):
    """A contact gets the newsletter no more."""

    occurred_on: date


class RecordNewsletterIssue(Request):
    """An issue went to every subscriber of the day but to those whom it could not be delivered to."""

    centre_id: UUID
    occurred_on: date
    not_delivered_to: tuple[UUID, ...] = Field(default=(), max_length=2000)
    """Subscriptions."""
    source: Source = None
