"""The feed: every fact that partners may read, in one order, from any point on.

The log is owned, not copied. A position is given once and never again: a rebuild of the catalogue leaves it alone.
docs/feed.md says who reads what.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from gateway.tables import FeedEntryRow, FeedPositionRow
from gateway.tables.metadata import table_of
from services.contracts.events import (
    Activity,
    ActivityMessage,
    Network,
    NetworkMessage,
    Offer,
    OfferMessage,
    ProgrammeMessage,
)
from services.contracts.funding import GrantMessage, SchemeMessage
from services.contracts.message import Envelope, Message, Received
from services.contracts.registry import (
    AwarenessMessage,
    CountyMessage,
    GeographicChangeMessage,
    MappingMessage,
    MappingStatus,
    OrganisationMessage,
    UnitMessage,
)
from services.contracts.registry.mapping_tools import SurveyToolMessage
from services.contracts.registry.memberships import MembershipProgrammeMessage, ProgrammeMembershipMessage
from services.contracts.registry.overdoses import OverdoseCountMessage
from services.contracts.registry.plan_anchors import PlanAnchorMessage
from services.contracts.registry.service_links import ServiceLinkMessage

ENTRIES = table_of(FeedEntryRow)
POSITION = table_of(FeedPositionRow)
NAME = "partners"
_FIRST_POSITION = sa.text("INSERT INTO feed_position (feed, position) VALUES (:feed, 0) ON CONFLICT DO NOTHING")

SHOWN = (
    UnitMessage,
    CountyMessage,
    GeographicChangeMessage,
    OrganisationMessage,
    MappingMessage,
    AwarenessMessage,
    SurveyToolMessage,
    PlanAnchorMessage,
    MembershipProgrammeMessage,
    ProgrammeMembershipMessage,
    OverdoseCountMessage,
    ServiceLinkMessage,
    OfferMessage,
    ActivityMessage,
    ProgrammeMessage,
    NetworkMessage,
    SchemeMessage,
    GrantMessage,
)
"""The aggregates that the feed tells about. A new one is added here, not by accident."""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some of the feed, as ready bytes. ``cursor`` is where to go on, also when nothing was found."""

    bodies: tuple[bytes, ...]
    cursor: int
    has_more: bool

    def as_json(self) -> bytes:
        """``{"items": [...], "cursor": "…"}`` without taking the stored bodies apart."""
        return b'{"items":[' + b",".join(self.bodies) + b'],"cursor":"%d"}' % self.cursor


def append_to_feed(connection: sa.Connection, received: Sequence[Received[Message]]) -> None:
    """Write down what is new, in the transaction that copies it. A message that is there already stays where it is."""
    shown = {str(fact.message_id): fact for fact in received if _is_shown(fact.message)}
    if not shown:
        return
    last = _hold_position(connection)
    known = set(connection.scalars(sa.select(ENTRIES.c.message_id).where(ENTRIES.c.message_id.in_(shown))))
    rows = [
        {
            "position": position,
            "message_id": message_id,
            "public": _is_public(fact.message),
            "body": _body(fact),
        }
        for position, (message_id, fact) in enumerate(
            ((message_id, fact) for message_id, fact in shown.items() if message_id not in known), start=last + 1
        )
    ]
    if rows:
        connection.execute(sa.insert(ENTRIES), rows)
        connection.execute(sa.update(POSITION).where(POSITION.c.feed == NAME).values(position=rows[-1]["position"]))


def feed_page(connection: sa.Connection, after: int, limit: int, *, whole_register: bool) -> FeedPage:
    """What follows a position, for a reader of published things or of the whole register."""
    readable = [] if whole_register else [ENTRIES.c.public.is_(True)]
    found = connection.execute(
        sa.select(ENTRIES.c.position, ENTRIES.c.body)
        .where(ENTRIES.c.position > after, *readable)
        .order_by(ENTRIES.c.position)
        .limit(limit + 1)
    ).all()
    shown = found[:limit]
    return FeedPage(tuple(bytes(row.body) for row in shown), shown[-1].position if shown else after, len(found) > limit)


def _hold_position(connection: sa.Connection) -> int:
    """The last position given. Whoever appends next waits until this transaction ends, so none becomes visible late."""
    connection.execute(_FIRST_POSITION, {"feed": NAME})
    held = sa.update(POSITION).where(POSITION.c.feed == NAME).values(position=POSITION.c.position)
    return int(connection.execute(held.returning(POSITION.c.position)).scalar_one())


def _is_shown(message: Message) -> bool:
    """Nothing is told of an offer, an activity or a network before it is published, announced or opened."""
    match message:
        case (
            OfferMessage(offer=Offer(published_on=None))
            | ActivityMessage(activity=Activity(announced_on=None))
            | NetworkMessage(network=Network(opened_on=None))
        ):
            return False
        case _:
            return isinstance(message, SHOWN)


def _is_public(message: Message) -> bool:
    """Whether everybody may read it, or only those who may read the whole register."""
    match message:
        case MappingMessage(mapping=mapping):
            return mapping.status is MappingStatus.completed
        case _:
            return True


def _body(fact: Received[Message]) -> bytes:
    """The CloudEvents envelope without the one who did it, and without the marks that only the inside follows."""
    envelope = Envelope(
        id=fact.message_id,
        source=f"/samla/{fact.message.publisher()}",
        type=fact.message.type,
        subject=fact.message.aggregate_id,
        time=fact.recorded_at,
        aggregateversion=fact.version,
        organisation=fact.organisation,
        data=fact.message.model_dump(mode="json", exclude_none=True),
    )
    told: dict[str, Any] = envelope.model_dump(mode="json", exclude_none=True)
    return orjson.dumps(told)
