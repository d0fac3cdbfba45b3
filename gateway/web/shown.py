"""What the pages ask of the catalogue beyond the one list: days on which there is something to show."""

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from gateway.tables import ActivityCopy, ActivityUnitCopy, OfferAreaCopy, OfferCopy
from gateway.tables.metadata import table_of

OFFERS, AREAS, ACTIVITIES, INVITED = (
    table_of(copy) for copy in (OfferCopy, OfferAreaCopy, ActivityCopy, ActivityUnitCopy)
)
EXAMPLE = "example"


def is_example(source: str | None) -> bool:
    """Whether something is there only to show the product."""
    return source == EXAMPLE


def example_day(connection: sa.Connection) -> date | None:
    """The last day of the example's offers; none where no example was loaded."""
    source = OFFERS.c.state["source"].as_string()
    found: date | None = connection.scalar(sa.select(sa.func.max(OFFERS.c.period_to)).where(source == EXAMPLE))
    return found


def last_day_with_offer(connection: sa.Connection, areas: Iterable[str], before: date) -> date | None:
    """The last day before a date on which any of the areas was offered something, or invited to it."""
    codes = sorted(areas)
    offered = connection.scalar(
        sa.select(sa.func.max(OFFERS.c.period_to)).where(
            OFFERS.c.period_to < before,
            OFFERS.c.withdrawn_on.is_(None),
            OFFERS.c.offer_id.in_(sa.select(AREAS.c.offer_id).where(AREAS.c.area.in_(codes))),
        )
    )
    invited = connection.scalar(
        sa.select(sa.func.max(ACTIVITIES.c.ends_on)).where(
            ACTIVITIES.c.ends_on < before,
            ACTIVITIES.c.cancelled_on.is_(None),
            ACTIVITIES.c.activity_id.in_(sa.select(INVITED.c.activity_id).where(INVITED.c.code.in_(codes))),
        )
    )
    return max((day for day in (offered, invited) if day is not None), default=None)
