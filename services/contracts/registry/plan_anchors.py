"""The municipal plans that a unit's work is anchored in, as the registry publishes them."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from services.contracts.message import Message, Public, Request, ShortText, Theme, UnitCode
from services.contracts.registry.sources import Source


class PlanType(StrEnum):
    """What kind of municipal plan it is. The first two are most central; the others follow the Planning Act."""

    public_health_plan = "public_health_plan"
    alcohol_drug_action_plan = "alcohol_drug_action_plan"
    planning_strategy = "planning_strategy"
    """What the council will plan in its term."""
    master_plan_society = "master_plan_society"
    """The part of the master plan about the community as a whole."""
    master_plan_land_use = "master_plan_land_use"
    action_part = "action_part"
    """What follows the master plan up for four years, with the budget."""
    sector_plan = "sector_plan"
    """A plan for a field or a service, as a part of the master plan or beside it."""
    other = "other"


class PlanAnchor(Public):
    """A plan of a unit, and whether it contains the topic that the centres work with.

    It holds from ``valid_from`` to ``valid_to`` (exclusive); where the two are the same day it never held. ``themes``
    say what of the topic it contains. The code is that of ``valid_from``.
    """

    plan_anchor_id: UUID
    unit_code: UnitCode
    plan_type: PlanType
    name: ShortText
    valid_from: date
    valid_to: date | None = None
    contains_topic: bool
    themes: tuple[Theme, ...] = ()
    adopted_on: date | None = None
    """When the council adopted it."""
    centre_id: UUID
    """The centre that keeps the record."""
    source: str | None = None


class PlanAnchorMessage(Message):
    """Any fact about a plan anchor."""

    aggregate = "plan_anchor"
    plan_anchor: PlanAnchor

    @property
    def aggregate_id(self) -> str:
        return str(self.plan_anchor.plan_anchor_id)


class PlanAnchorRecorded(PlanAnchorMessage):
    """A unit has a plan."""

    type = "samla.registry.plan_anchor.recorded.v1"


class PlanAnchorChanged(PlanAnchorMessage):
    """What is told of a plan is otherwise than before."""

    type = "samla.registry.plan_anchor.changed.v1"


class PlanAnchorEnded(PlanAnchorMessage):
    """A plan holds no longer, or never did."""

    type = "samla.registry.plan_anchor.ended.v1"


class PlanAnchorFacts(Request):
    """What may be told of a plan anew."""

    plan_type: PlanType
    name: ShortText
    valid_from: date
    valid_to: date | None = None
    contains_topic: bool
    themes: tuple[Theme, ...] = Field(default=(), max_length=20)
    adopted_on: date | None = None
    source: Source = None
    occurred_on: date


class RecordPlanAnchor(PlanAnchorFacts):
    """A unit has a plan."""

    unit_code: UnitCode
    centre_id: UUID


class ChangePlanAnchor(PlanAnchorFacts):
    """A plan as it is now to be told of. Its unit and who keeps the record stay."""


class EndPlanAnchor(Request):
    """A plan holds no longer from the day on. On its first day: it never held."""

    valid_to: date
    occurred_on: date
