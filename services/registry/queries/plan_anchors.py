"""The municipal plans that units have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry.plan_anchors import PlanAnchor, PlanAnchorMessage, PlanType
from services.registry.queries.rows import Condition, holds_on, only, page_of
from services.registry.queries.versions import newest_version
from services.registry.tables.plan_anchors import PLAN_ANCHORS

KEY = PLAN_ANCHORS.c.plan_anchor_id


@dataclass(frozen=True, slots=True)
class PlanAnchorFilter:
    """Which plans; empty fields do not narrow. ``on`` asks for those that hold on the day."""

    unit_code: str | None = None
    plan_type: PlanType | None = None
    contains_topic: bool | None = None
    on: date | None = None

    def conditions(self) -> Iterable[Condition]:
        """The filter as conditions on the rows."""
        for column in ("unit_code", "plan_type", "contains_topic"):
            if (value := getattr(self, column)) is not None:
                yield PLAN_ANCHORS.c[column] == value
        if self.on is not None:
            yield holds_on(PLAN_ANCHORS, self.on)


def plan_anchors(
    connection: sa.Connection, wanted: PlanAnchorFilter, limit: int, after: UUID | None
) -> Sequence[PlanAnchor]:
    """At most ``limit`` plans in the order they were entered, from behind ``after``."""
    rows = page_of(connection, PLAN_ANCHORS, KEY, wanted.conditions(), limit, after)
    return [PlanAnchor.model_validate(row) for row in rows]


def plan_anchor(connection: sa.Connection, plan_anchor_id: UUID) -> tuple[PlanAnchor, int]:
    """One plan and its newest version.

    Raises:
        NotFound: there is none.
    """
    is_this = PLAN_ANCHORS.c.plan_anchor_id == plan_anchor_id
    row = only(page_of(connection, PLAN_ANCHORS, KEY, [is_this], 1, None))
    return PlanAnchor.model_validate(row), newest_version(connection, PlanAnchorMessage.aggregate, plan_anchor_id)
