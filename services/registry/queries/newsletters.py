"""Who gets a centre's newsletter."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from services.contracts.access import Scope
from services.contracts.registry.newsletters import NewsletterSubscription, NewsletterSubscriptionMessage
from services.kernel.access import Principal
from services.kernel.problems import NotFound
from services.registry.queries.versions import newest_version
from services.registry.tables import SubscriptionRow
from services.registry.tables.letters import SUBSCRIPTIONS


def subscriptions(
    connection: sa.Connection,
    viewer: Principal,
    centre_id: UUID | None,
    unit_code: str | None,
    limit: int,
    after: UUID | None,
) -> Sequence[NewsletterSubscription]:
    """At most ``limit`` subscriptions that the viewer may see, in the order they were entered, behind ``after``."""
    column = SUBSCRIPTIONS.c
    chosen = sa.select(SUBSCRIPTIONS).where(_seen_by(viewer)).order_by(column.subscription_id).limit(limit)
    for each, value in ((column.centre_id, centre_id), (column.unit_code, unit_code)):
        if value is not None:
            chosen = chosen.where(each == value)
    if after is not None:
        chosen = chosen.where(column.subscription_id > after)
    return [SubscriptionRow(**row).public() for row in connection.execute(chosen).mappings()]


def subscription(
    connection: sa.Connection, viewer: Principal, subscription_id: UUID
) -> tuple[NewsletterSubscription, int]:
    """One subscription and its newest version.

    Raises:
        NotFound: there is none that the viewer may see.
    """
    wanted = sa.and_(SUBSCRIPTIONS.c.subscription_id == subscription_id, _seen_by(viewer))
    row = connection.execute(sa.select(SUBSCRIPTIONS).where(wanted)).mappings().first()
    if row is None:
        raise NotFound()
    newest = newest_version(connection, NewsletterSubscriptionMessage.aggregate, subscription_id)
    return SubscriptionRow(**row).public(), newest


def _seen_by(viewer: Principal) -> sa.ColumnElement[bool]:
    return sa.true() if viewer.scope is Scope.all else SUBSCRIPTIONS.c.centre_id == viewer.organisation_id
