"""Newsletters: who gets one, and which units an issue has informed."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry import AwarenessRecorded, Channel, Dispatch
from services.contracts.registry.newsletters import (
    NewsletterSubscribed,
    NewsletterSubscription,
    NewsletterSubscriptionMessage,
    NewsletterUnsubscribed,
    RecordNewsletterIssue,
    SubscribeToNewsletter,
    UnsubscribeFromNewsletter,
)
from services.kernel.problems import FieldError, NotFound
from services.kernel.transaction import Transaction
from services.registry.commands.contact_rights import lock_seen
from services.registry.commands.references import lock_own, require_own_centre, require_places
from services.registry.domain.contact_places import units_at
from services.registry.domain.dates import require_occurred
from services.registry.domain.newsletters import (
    NoSubscriber,
    ended,
    left,
    nobody,
    require_known,
    require_reader,
    require_reader_in,
    units_reached,
)
from services.registry.queries import geography
from services.registry.tables import AwarenessRow, SubscriptionRow
from services.registry.tables.letters import SUBSCRIPTIONS
from services.registry.tables.organisations import ORGANISATIONS


def subscribe(tx: Transaction, command: SubscribeToNewsletter) -> NewsletterSubscription:
    """A contact in a unit gets a centre's newsletter from a day on.

    Raises:
        NotFound: the centre is another's.
        UnknownOrganisation, NotACentre: it is no centre.
        SubscriptionExists: the contact gets it already.
        DateInFuture, UnknownUnit, UnitNotValid: it cannot have begun then and there.
        Invalid: the contact is none that the caller may read, is gone, or is in another unit.
    """
    require_own_centre(tx, command.centre_id)
    require_occurred(command.occurred_on, today=tx.today)
    require_places(tx, {"/unit_code": command.unit_code}, on=command.occurred_on)
    _require_reader(tx, command)
    row = SubscriptionRow(
        subscription_id=tx.new_id(),
        centre_id=command.centre_id,
        contact_id=command.contact_id,
        unit_code=command.unit_code,
        subscribed_on=command.occurred_on,
    )
    tx.add(row)
    tx.flush()
    subscription = row.public()
    tx.publish(NewsletterSubscribed(occurred_on=command.occurred_on, subscription=subscription))
    return subscription


def unsubscribe(tx: Transaction, subscription_id: UUID, command: UnsubscribeFromNewsletter) -> NewsletterSubscription:
    """The contact gets the newsletter no more.

    Raises:
        NotFound: there is no such subscription, or it is to another centre's.
        StepOutOfOrder, DateInFuture, DateOutOfOrder: as ``ended``.
    """
    row = lock_own(tx, SubscriptionRow, subscription_id, NewsletterSubscriptionMessage)
    subscription = ended(row.public(), command.occurred_on, today=tx.today)
    row.ended_on = subscription.ended_on
    tx.publish(NewsletterUnsubscribed(occurred_on=command.occurred_on, subscription=subscription))
    return subscription


def end_subscriptions(tx: Transaction, contact_id: UUID, on: date) -> None:
    """One who is gone from the day on gets no newsletter any more, so that no unit is informed by it (BR-03)."""
    column = SUBSCRIPTIONS.c
    is_open = sa.and_(column.contact_id == contact_id, column.ended_on.is_(None))
    chosen = sa.select(SubscriptionRow).where(is_open).order_by(column.subscription_id).with_for_update()
    for row in tx.session.scalars(chosen).all():
        subscription = left(row.public(), on)
        row.ended_on = subscription.ended_on
        tx.publish(NewsletterUnsubscribed(occurred_on=subscription.ended_on or on, subscription=subscription))


def record_newsletter_issue(tx: Transaction, command: RecordNewsletterIssue) -> Dispatch:
    """An issue was sent: each unit with a subscriber who got it is informed, once (BR-03).

    Raises:
        NotFound: the centre is another's.
        UnknownOrganisation, NotACentre: it is no centre.
        DateInFuture: it cannot have been sent yet.
        Invalid: points at those who did not get it and are no subscribers.
        NoSubscriber: nobody got it.
    """
    require_own_centre(tx, command.centre_id)
    require_occurred(command.occurred_on, today=tx.today)
    found = subscribers(tx, command.centre_id)
    require_known(command.not_delivered_to, found)
    missed = frozenset(command.not_delivered_to)
    codes = units_reached(found, geography(tx.connection), command.occurred_on, missed)
    if not codes:
        raise NoSubscriber(errors=[FieldError("/centre_id", code=NoSubscriber.code)])
    issue_id = tx.new_id()
    rows = [
        AwarenessRow(
            awareness_id=tx.new_id(),
            dispatch_id=issue_id,
            unit_code=code,
            centre_id=command.centre_id,
            channel=Channel.newsletter,
            informed_on=command.occurred_on,
            source=command.source,
        )
        for code in codes
    ]
    tx.add(*rows)
    told = tuple(row.public() for row in rows)
    for awareness in told:
        tx.publish(AwarenessRecorded(occurred_on=command.occurred_on, awareness=awareness))
    return Dispatch(dispatch_id=issue_id, awareness=told)


def subscribers(tx: Transaction, centre_id: UUID) -> Sequence[NewsletterSubscription]:
    """Everybody who gets or has got the centre's newsletter."""
    chosen = sa.select(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.centre_id == centre_id)
    return [SubscriptionRow(**row).public() for row in tx.connection.execute(chosen).mappings()]


def _require_reader(tx: Transaction, command: SubscribeToNewsletter) -> None:
    try:
        contact = lock_seen(tx, command.contact_id)
    except NotFound:
        raise nobody() from None
    require_reader(contact, tx.today)
    code = contact.unit_code or _municipality(tx, contact.organisation_id)
    if code is not None:
        require_reader_in(command.unit_code, units_at(geography(tx.connection), code, command.occurred_on))


def _municipality(tx: Transaction, organisation_id: UUID | None) -> str | None:
    """The code of the unit that the organisation is the municipality of; none for another kind of body."""
    chosen = sa.select(ORGANISATIONS.c.unit_code).where(ORGANISATIONS.c.organisation_id == organisation_id)
    code: str | None = tx.connection.execute(chosen).scalar()
    return code
