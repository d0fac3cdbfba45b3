"""Activities: the dated things, who is invited to them and who came."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from services.contracts.events.co_organisers import CoOrganiser
from services.contracts.message import CountyCode, LongText, Message, Public, Request, ShortText, Text, Theme, UnitCode


class ActivityKind(StrEnum):
    """What is done. Level 1 follows from a single course, lecture or conference; the others are processes over time."""

    course = "course"
    lecture = "lecture"
    conference = "conference"
    training_day = "training_day"
    seminar_day = "seminar_day"
    topic_day = "topic_day"
    gathering = "gathering"
    meeting = "meeting"
    network = "network"
    supervision = "supervision"
    project = "project"
    own_arrangement = "own_arrangement"


class Mode(StrEnum):
    """Where the unit takes part."""

    onsite = "onsite"
    remote = "remote"


class ActivityStatus(StrEnum):
    """Where an activity stands."""

    planned = "planned"
    announced = "announced"
    held = "held"
    cancelled = "cancelled"


class Participation(Public):
    """A unit of an activity: invited, and whether it came."""

    code: UnitCode
    mode: Mode = Mode.onsite
    invited_on: date | None = None
    attended_on: date | None = None


class ExceptedUnit(Public):
    """A unit that is not invited because it gets an arrangement of its own."""

    code: UnitCode
    arrangement: Text | None = None
    arranged_on: date | None = None
    """When the own arrangement was made; empty until then, and the activity cannot be closed before."""


class Activity(Public):
    """A dated thing that a centre does for units, alone or with others. Business dates say when each status came.

    ``county_code`` is where it is held (none for remote only); ``days`` the number of course days; ``level`` 1 to 4
    (BR-20 … BR-24), with a reason where a person set it. ``guest_ids`` are organisations invited as guests; they are
    never counted as units.
    """

    activity_id: UUID
    offer_id: UUID | None = None
    programme_id: UUID | None = None
    planned_activity_code: str | None = None
    """The planned activity of a centre's plan that this carries out, for example ``B2-A02``."""
    series: str | None = None
    """Activities of one series are counted together, for example ``brukerplan_training``."""
    title: Text
    kind: ActivityKind
    theme: Theme
    lead_id: UUID
    co_organisers: tuple[CoOrganiser, ...] = ()
    starts_on: date
    ends_on: date
    days: int
    county_code: CountyCode | None = None
    mode: Mode = Mode.onsite
    level: int = Field(ge=1, le=4)
    level_reason: str | None = None
    status: ActivityStatus
    planned_on: date
    announced_on: date | None = None
    held_on: date | None = None
    cancelled_on: date | None = None
    closed_on: date | None = None
    units: tuple[Participation, ...] = ()
    excepted: tuple[ExceptedUnit, ...] = ()
    guest_ids: tuple[UUID, ...] = ()
    source: str | None = None


class ActivityMessage(Message):
    """Any fact about an activity."""

    aggregate = "activity"
    activity: Activity

    @property
    def aggregate_id(self) -> str:
        return str(self.activity.activity_id)


class ActivityPlanned(ActivityMessage):
    """An activity is planned."""

    type = "samla.events.activity.planned.v1"


class ActivityCoOrganiserInvited(ActivityMessage):
    """A centre is asked to co-organise the activity."""

    type = "samla.events.activity.co_organiser_invited.v1"


class ActivityCoOrganiserAnswered(ActivityMessage):
    """The invited centre has said yes or no."""

    type = "samla.events.activity.co_organiser_answered.v1"


class ActivityAnnounced(ActivityMessage):
    """The activity is made known."""

    type = "samla.events.activity.announced.v1"


class ActivityUnitsInvited(ActivityMessage):
    """Units, and perhaps guests, are invited."""

    type = "samla.events.activity.units_invited.v1"


class ActivityUnitReplaced(ActivityMessage):
    """An excepted unit got its own arrangement."""

    type = "samla.events.activity.unit_replaced.v1"


class ActivityHeld(ActivityMessage):
    """The activity took place."""

    type = "samla.events.activity.held.v1"


class ActivityAttendanceRecorded(ActivityMessage):
    """It is recorded which units came."""

    type = "samla.events.activity.attendance_recorded.v1"


class ActivityClosed(ActivityMessage):
    """Nothing is left to do for the activity."""

    type = "samla.events.activity.closed.v1"


class ActivityCancelled(ActivityMessage):
    """The activity will not take place."""

    type = "samla.events.activity.cancelled.v1"


class PlanActivity(Request):
    """Plan a dated activity. ``days`` is empty for «every day from the first to the last»."""

    title: Text
    kind: ActivityKind
    theme: Theme
    lead_id: UUID
    starts_on: date
    ends_on: date
    days: int | None = Field(default=None, ge=1, le=400)
    county_code: CountyCode | None = None
    mode: Mode = Mode.onsite
    offer_id: UUID | None = None
    programme_id: UUID | None = None
    planned_activity_code: ShortText | None = None
    series: Theme | None = None
    level: int | None = Field(default=None, ge=1, le=4)
    level_reason: LongText | None = None
    excepted_codes: tuple[UnitCode, ...] = Field(default=(), max_length=50)
    occurred_on: date
    source: ShortText | None = None


class InviteUnits(Request):
    """Invite units in a mode, and organisations as guests."""

    unit_codes: tuple[UnitCode, ...] = Field(default=(), max_length=500)
    mode: Mode = Mode.onsite
    guest_ids: tuple[UUID, ...] = Field(default=(), max_length=50)
    occurred_on: date


class ReplaceUnit(Request):
    """An excepted unit's own arrangement."""

    code: UnitCode
    arrangement: Text
    occurred_on: date


class RecordAttendance(Request):
    """The units that came. A unit that was not invited is added."""

    unit_codes: tuple[UnitCode, ...] = Field(min_length=1, max_length=500)
    occurred_on: date
