"""Offers: what centres provide to municipalities, on the one list when it is published."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from services.contracts.events.co_organisers import CoOrganiser
from services.contracts.message import CountyCode, Message, Public, Request, ShortText, Text, Theme, UnitCode


class OfferStatus(StrEnum):
    """Only a published offer is part of the one list."""

    draft = "draft"
    published = "published"
    withdrawn = "withdrawn"


class Offer(Public):
    """What one or several centres provide to municipalities: theme, area and period.

    The area is the union of ``county_codes`` and ``unit_codes``, read on the date asked about. ``period_to`` is the
    last day.
    """

    offer_id: UUID
    title: Text
    description: Text | None = None
    theme: Theme
    target_groups: tuple[str, ...] = ()
    lead_id: UUID
    co_organisers: tuple[CoOrganiser, ...] = ()
    county_codes: tuple[CountyCode, ...] = ()
    unit_codes: tuple[UnitCode, ...] = ()
    period_from: date
    period_to: date
    on_request: bool = False
    status: OfferStatus
    published_on: date | None = None
    withdrawn_on: date | None = None
    source: str | None = None


class OfferMessage(Message):
    """Any fact about an offer."""

    aggregate = "offer"
    offer: Offer

    @property
    def aggregate_id(self) -> str:
        return str(self.offer.offer_id)


class OfferDrafted(OfferMessage):
    """An offer is being prepared."""

    type = "samla.events.offer.drafted.v1"


class OfferPublished(OfferMessage):
    """An offer is part of the one list."""

    type = "samla.events.offer.published.v1"


class OfferWithdrawn(OfferMessage):
    """An offer has left the one list."""

    type = "samla.events.offer.withdrawn.v1"


class OfferCoOrganiserInvited(OfferMessage):
    """A centre is asked to carry the offer together with the lead."""

    type = "samla.events.offer.co_organiser_invited.v1"


class OfferCoOrganiserAnswered(OfferMessage):
    """The invited centre has said yes or no."""

    type = "samla.events.offer.co_organiser_answered.v1"


class DraftOffer(Request):
    """Prepare an offer; others see it when it is published."""

    title: Text
    description: Text | None = None
    theme: Theme
    target_groups: tuple[ShortText, ...] = Field(default=(), max_length=20)
    lead_id: UUID
    county_codes: tuple[CountyCode, ...] = Field(default=(), max_length=40)
    unit_codes: tuple[UnitCode, ...] = Field(default=(), max_length=500)
    period_from: date
    period_to: date
    on_request: bool = False
    occurred_on: date
    source: ShortText | None = None
