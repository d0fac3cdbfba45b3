"""What the service of reporting publishes, and the resources that its API shows."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from services.contracts.message import CountyCode, LongText, Message, Public, Request, UnitCode
from services.contracts.registry.awareness import Channel

Basis = Literal["completed", "agreed", "recorded", "held", "awarded", "adopted", "designated"]
"""What makes a fact count."""


class Period(Public):
    """A time named in a plan. The bounds are ours where the plan names only a season; ``until`` is the last day."""

    label: str | None = None
    precision: str | None = None
    since: date | None = None
    until: date | None = None


class ResultGoal(Public):
    """What an assignment shall lead to. Most carry no number, and none is invented for them (BR-31)."""

    code: str
    text: str
    indicator: str | None = None
    comparator: str | None = None
    target_value: float | None = None
    unit: str | None = None
    period: Period | None = None


class Task(Public):
    """What the commission asks for. A task of another centre is kept, and not counted (BR-34)."""

    code: str
    text: str
    own: bool


class Plan(Public):
    """A centre's plan for a year."""

    plan_id: UUID
    centre_id: UUID
    year: int
    title: str
    adopted_on: date | None = None
    source: str | None = None


class PlanMessage(Message):
    """Any fact about a plan's header."""

    aggregate = "plan"
    plan: Plan

    @property
    def aggregate_id(self) -> str:
        return str(self.plan.plan_id)


class PlanImported(PlanMessage):
    """A plan was taken in from a file, or again with changes."""

    type = "samla.reporting.plan.imported.v1"


class PlanAdopted(PlanMessage):
    """Every assignment has an activity or a written reason, and the centre's lead has adopted the plan (BR-26)."""

    type = "samla.reporting.plan.adopted.v1"


class Assignment(Public):
    """A part of the commission, with its goals and tasks. ``reason`` says why it has no activity of its own."""

    assignment_id: UUID
    plan_id: UUID
    code: str
    area: str
    title: str
    commissioned: bool | None = None
    goals: tuple[ResultGoal, ...] = ()
    tasks: tuple[Task, ...] = ()
    reason: str | None = None


class AssignmentMessage(Message):
    """Any fact about an assignment."""

    aggregate = "assignment"
    assignment: Assignment

    @property
    def aggregate_id(self) -> str:
        return str(self.assignment.assignment_id)


class AssignmentRecorded(AssignmentMessage):
    """An assignment is part of a plan, new or changed."""

    type = "samla.reporting.assignment.recorded.v1"


class PlanDetails(Public):
    """A plan with what it answers to."""

    plan: Plan
    assignments: tuple[Assignment, ...]


class PlannedActivity(Public):
    """What a plan says shall be done. A repeat of another one is linked by ``duplicate_of`` and not counted (BR-33)."""

    planned_activity_id: UUID
    plan_id: UUID
    assignment_code: str
    code: str
    title: str
    kind: str
    level: int | None = None
    status: str
    lead: str
    lead_id: UUID | None = None
    """The organisation that ``lead`` names, where the alias table knows it."""
    own: bool
    """The plan's own centre leads it."""
    co_organisers: tuple[str, ...] = ()
    county_codes: tuple[CountyCode, ...] = ()
    unit_codes: tuple[UnitCode, ...] = ()
    period: Period | None = None
    quantity: tuple[dict[str, Any], ...] = ()
    duplicate_of: str | None = None


class PlannedActivityMessage(Message):
    """Any fact about a planned activity."""

    aggregate = "planned_activity"
    planned_activity: PlannedActivity

    @property
    def aggregate_id(self) -> str:
        return str(self.planned_activity.planned_activity_id)


class PlannedActivityRecorded(PlannedActivityMessage):
    """A planned activity is part of a plan, new or changed."""

    type = "samla.reporting.planned_activity.recorded.v1"


class GiveReason(Request):
    """Say why an assignment has no activity."""

    reason: LongText
    occurred_on: date


class AdoptPlan(Request):
    """Adopt a plan on a date."""

    occurred_on: date


class PlanImport(Public):
    """What an import did, in numbers. ``changed`` is 0 when the same file comes again."""

    plan_id: UUID
    assignments: int
    planned_activities: int
    distinct: int
    own: int
    repeats: int
    tasks: int
    own_tasks: int
    changed: int


class IndicatorDefinition(Public):
    """An indicator before it is asked for a value. The window is empty where it follows the year asked about."""

    indicator: str
    label: dict[str, str]
    unit: Literal["share", "count", "ore"]
    basis: Basis
    target: float | None = None
    window_from: date | None = None
    window_to: date | None = None
    by: tuple[str, ...] = ()
    """The breakdowns that may be asked for."""


class Figure(Public):
    """One value of an indicator: never a bare number.

    ``value`` is the share or count, unrounded; ``target`` is empty where the commission names none (BR-48).
    ``geography`` is the date whose units are the denominator. ``figure_id`` finds the rows behind it.
    """

    figure_id: str
    indicator: str
    label: dict[str, str]
    by: str | None = None
    """County code, scheme or level that the value is for; empty for the whole region."""
    numerator: int
    denominator: int | None = None
    value: float | None = None
    unit: Literal["share", "count", "ore"]
    target: float | None = None
    needed: int | None = None
    """The least numerator that reaches the target."""
    gap: int | None = None
    reached: bool | None = None
    reached_on: date | None = None
    basis: Basis
    window_from: date | None = None
    window_to: date | None = None
    geography: date
    as_of: date
    known_at: str | None = None
    example: bool = False
    """Some of the rows behind the figure are example data."""
    extra: dict[str, Any] = Field(default_factory=dict)
    """Figures that belong to the indicator, for example ``forecast`` or ``onsite_days``."""
    notes: tuple[dict[str, str], ...] = ()
    """What must be said with it, by language: for example that it is shown in the geography of another time."""


class ProvenanceRow(Public):
    """One fact behind a figure: what, where, when, and the message that carried it."""

    message_id: UUID
    aggregate: str
    version: int
    label: str
    unit_code: UnitCode | None = None
    county_code: CountyCode | None = None
    occurred_on: date
    counted: bool
    amount: int = 1
    """What it adds to the numerator when it is counted: days, øre, or one."""
    why: str | None = None
    """Why it is not counted, where it is not: a slug for programs, and in words."""
    why_text: dict[str, str] | None = None
    example: bool = False


class UninformedUnit(Public):
    """A municipality that a centre has not told of its offer."""

    code: UnitCode
    name: str
    county_code: CountyCode | None = None
    last_bounce_of: date | None = None
    """When the newest letter was sent that it was not told by, because the letter bounced."""


class Uninformed(Public):
    """Who has not been told of a centre's offer in a year, by name: what the indicator ``awareness`` does not count."""

    centre_id: UUID
    year: int
    as_of: date
    geography: date
    channel: Channel | None = None
    """The only channel that counts; empty: any does."""
    units: int
    informed: int
    is_met: bool
    """Everybody has been told (BR-01)."""
    items: tuple[UninformedUnit, ...]
