"""Newsletters over HTTP: who gets one, and that an issue was sent."""

from uuid import UUID

from fastapi import Response

from services.contracts.message import UnitCode
from services.contracts.registry.newsletters import (
    NewsletterSubscription,
    RecordNewsletterIssue,
    SubscribeToNewsletter,
    UnsubscribeFromNewsletter,
)
from services.kernel.paging import Page
from services.kernel.web import Caller, Read, Routes
from services.registry.api.writing import Write
from services.registry.commands import newsletters as commands
from services.registry.queries import newsletters as queries

routes = Routes()


@routes.get("/newsletter-subscriptions", action="write_mapping")
async def subscriptions(
    read: Read, caller: Caller, page: Page, centre_id: UUID | None = None, unit_code: UnitCode | None = None
) -> Response:
    """Subscriptions in the order they were entered: to which newsletter, in which unit, since when."""
    found = await read(queries.subscriptions, caller, centre_id, unit_code, page.limit, page.after_id)
    return page.of(found, key=lambda subscription: subscription.subscription_id)


@routes.get("/newsletter-subscriptions/{subscription_id}", action="write_mapping")
async def subscription(subscription_id: UUID, read: Read, caller: Caller, response: Response) -> NewsletterSubscription:
    """One subscription."""
    found, version = await read(queries.subscription, caller, subscription_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/newsletter-subscriptions", action="write_mapping", status_code=201)
async def subscribe(request: SubscribeToNewsletter, write: Write) -> Response:
    """A contact in a unit gets a centre's newsletter."""
    return await write(commands.subscribe, request, location="/newsletter-subscriptions/{subscription_id}")


@routes.post("/newsletter-subscriptions/{subscription_id}/end", action="write_mapping")
async def end(subscription_id: UUID, request: UnsubscribeFromNewsletter, write: Write) -> Response:
    """The contact gets it no more."""
    return await write(commands.unsubscribe, subscription_id, request)


@routes.post("/newsletter-issues", action="write_mapping", status_code=201)
async def issue(request: RecordNewsletterIssue, write: Write) -> Response:
    """An issue went to its subscribers: their units are informed."""
    return await write(commands.record_newsletter_issue, request)
