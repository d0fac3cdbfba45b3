"""Who has not been told of a centre's offer, by name (BR-01)."""

import sqlalchemy as sa

from services.contracts.registry import Channel
from services.contracts.reporting import Uninformed, UninformedUnit
from services.reporting.domain.reach import untold
from services.reporting.queries.figures import Asked, question_of, seen
from services.reporting.queries.places import organisations


def uninformed(connection: sa.Connection, asked: Asked, channel: Channel | None) -> Uninformed:
    """The municipalities of the centre's region that were not told in the year, at all or by the channel.

    Raises:
        Invalid: the centre is none, or none is named and several have plans.
        BeforeFirstRecord: nothing was known at the moment.
    """
    centres = organisations(connection)
    question = question_of(connection, asked, centres)
    sources, scope = seen(connection, question, centres)
    missing, region = untold(sources, scope, channel), scope.region
    items = tuple(
        UninformedUnit(
            code=each.code,
            name=region.geography.name(each.code, region.on),
            county_code=region.geography.county_of(each.code, region.on),
            last_bounce_of=each.bounced_on,
        )
        for each in missing
    )
    return Uninformed(
        centre_id=question.centre_id,
        year=question.year,
        as_of=question.as_of,
        geography=question.geography,
        channel=channel,
        units=len(region.codes),
        informed=len(region.codes) - len(items),
        is_met=bool(region.codes) and not items,
        items=items,
    )
