"""Learning networks, with the centre that represents the region on a day and so follows its networks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contracts.events import NetworkOn
from services.contracts.registry import Region
from services.events.queries.versions import newest_version
from services.events.queries.viewers import Viewer
from services.events.tables.copies import REPRESENTATIVES
from services.events.tables.networks import NETWORKS
from services.kernel.problems import NotFound


@dataclass(frozen=True, slots=True)
class NetworkFilter:
    """Which networks; empty fields do not narrow. ``on`` is the day on which ``follower_id`` follows them."""

    region: Region | None = None
    follower_id: UUID | None = None
    on: date | None = None


def networks(
    connection: sa.Connection, viewer: Viewer, wanted: NetworkFilter, today: date, limit: int, after: UUID | None
) -> Sequence[NetworkOn]:
    """At most ``limit`` networks that the viewer may see, in the order they were entered, from behind ``after``."""
    on = wanted.on or today
    chosen = _seen_by(viewer, on, today).order_by(NETWORKS.c.network_id).limit(limit)
    if wanted.region is not None:
        chosen = chosen.where(NETWORKS.c.region == wanted.region)
    if wanted.follower_id is not None:
        chosen = chosen.where(_follower(on) == wanted.follower_id)
    if after is not None:
        chosen = chosen.where(NETWORKS.c.network_id > after)
    return [_network(row, on) for row in connection.execute(chosen).mappings()]


def network(
    connection: sa.Connection, network_id: UUID, viewer: Viewer, on: date, today: date
) -> tuple[NetworkOn, int]:
    """One network with whoever follows it on the day, and its newest version.

    Raises:
        NotFound: there is no such network, or it is only prepared and none of the viewer's business today.
    """
    chosen = _seen_by(viewer, on, today).where(NETWORKS.c.network_id == network_id)
    row = connection.execute(chosen).mappings().one_or_none()
    if row is None:
        raise NotFound()
    return _network(row, on), newest_version(connection, "network", network_id)


def _seen_by(viewer: Viewer, on: date, today: date) -> sa.Select[Any]:
    # The right is judged today, whatever day is asked about: it goes with the seat.
    follows = _follower(today) == viewer.organisation_id
    condition = viewer.may_see(NETWORKS, follows, shown_since="opened_on")
    return sa.select(NETWORKS, _follower(on).label("follower_id")).where(condition)


def _follower(on: date) -> sa.ScalarSelect[UUID]:
    """Who has the seat of the network's region on the day. Were there two, as between messages, it is the newer."""
    seat = REPRESENTATIVES.c
    return (
        sa.select(seat.elected_id)
        .where(
            seat.region == NETWORKS.c.region,
            seat.valid_from <= on,
            sa.or_(seat.valid_to.is_(None), seat.valid_to > on),
        )
        .order_by(seat.valid_from.desc(), seat.representative_id.desc())
        .limit(1)
        .correlate(NETWORKS)
        .scalar_subquery()
    )


def _network(row: Mapping[Any, Any], on: date) -> NetworkOn:
    return NetworkOn.model_validate({**row, "on": on})
