"""The file that a centre's plan comes in, field by field. What is not described here is refused."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, ModelWrapValidatorHandler, StringConstraints, model_validator

from services.contracts.characters import read_as_received
from services.contracts.message import LongText, Named, ShortText, Year

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}[0-9]{1,2}$")]
"""Of an assignment, for example ``B2``."""

GoalCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}[0-9]{1,2}-G[0-9]{1,2}$")]
TaskCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}[0-9]{1,2}-T[0-9]{1,2}$")]
ActivityCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}[0-9]{1,2}-A[0-9]{1,2}$")]

Day = Annotated[date, Field(strict=False)]
"""A date as JSON writes it. All else is read as it stands: a number in quotes is not a number."""

Free = dict[str, Any]
"""A part of the file that explains it to readers and is not taken in."""


class FilePart(Named):
    """A part of the file: every field is known, and of the right kind."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PlannedKind(StrEnum):
    """What a plan can hold."""

    course = "course"
    conference = "conference"
    seminar = "seminar"
    gathering = "gathering"
    network = "network"
    survey = "survey"
    programme = "programme"
    supervision = "supervision"
    advisory = "advisory"
    publication = "publication"
    meeting = "meeting"
    web_resource = "web_resource"
    grant = "grant"
    working_group = "working_group"
    agreement = "agreement"
    overview = "overview"
    research = "research"
    teaching = "teaching"
    contribution = "contribution"
    outreach = "outreach"
    recruitment = "recruitment"
    strategy = "strategy"
    plan = "plan"
    campaign = "campaign"
    reporting = "reporting"


class PlannedStatus(StrEnum):
    """How sure the plan is."""

    planned = "planned"
    ongoing = "ongoing"
    in_dialogue = "in_dialogue"
    considered = "considered"
    conditional = "conditional"
    on_request = "on_request"
    done = "done"


class FilePeriod(FilePart):
    """A time as the plan names it, with the bounds of whoever wrote the file."""

    label: ShortText
    precision: ShortText
    since: Day | None = Field(alias="from")
    until: Day | None = Field(alias="to")
    note: LongText | None = None


class FileQuantity(FilePart):
    """How much of something; a range has no value, but bounds."""

    value: int | None
    unit: ShortText
    comparator: Literal["exact", "about", "min", "range", "all"]
    minimum: int | None = Field(default=None, alias="min")
    maximum: int | None = Field(default=None, alias="max")
    by_county: dict[str, int] | None = None
    note: LongText | None = None


class FileGoal(FilePart):
    """What an assignment shall lead to."""

    id: GoalCode
    text_nb: LongText
    indicator: LongText | None
    target_value: float | None
    unit: ShortText | None
    comparator: ShortText | None
    period: FilePeriod | None
    measurable: bool
    has_numeric_target: bool
    baseline: Free | None = None
    note: LongText | None = None


class FileTask(FilePart):
    """What the commission asks for. Without an owner it is the plan's own centre's."""

    id: TaskCode
    text_nb: LongText
    owner: ShortText | None = None
    rule: LongText | None = None
    funding: LongText | None = None


class FileActivity(FilePart):
    """What the plan says shall be done."""

    id: ActivityCode
    title_nb: LongText
    kind: Annotated[PlannedKind, Field(strict=False)]
    level: int | None = Field(ge=1, le=4)
    level_basis: ShortText | None
    level_candidates: tuple[int, ...] | None = Field(default=None, strict=False)
    quantity: list[FileQuantity]
    counties: list[ShortText]
    counties_2016_outside_source: list[ShortText] | None = None
    municipalities: list[ShortText]
    other_places: list[ShortText]
    lead: ShortText
    host: ShortText | None = None
    co_organisers: list[ShortText]
    period: FilePeriod
    mode: ShortText | None
    strand: ShortText | None = None
    target_groups: list[ShortText]
    not_invited: list[ShortText] | None = None
    status: Annotated[PlannedStatus, Field(strict=False)]
    duplicate_of: ActivityCode | None = None
    related_to: list[ActivityCode] | None = None
    phases: list[Free] | None = None
    phase_durations: Free | None = None
    note: LongText | None = None


class FileAssignment(FilePart):
    """A part of the commission, with what shall come of it and what shall be done."""

    code: Code
    title_nb: LongText
    title_en: LongText
    in_commission_letter: bool | None
    source_occurrences: int = Field(ge=1)
    result_goals: list[FileGoal]
    tasks: list[FileTask]
    activities: list[FileActivity]
    facts: list[Free] | None = None
    note: LongText | None = None


class FileArea(FilePart):
    """A chapter of the plan."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}$")]
    title_nb: LongText
    title_en: LongText
    assignments: list[FileAssignment]


class FilePlace(FilePart):
    """A place that the plan names, and how it is spelled there where that differs."""

    name: ShortText
    type: ShortText
    county_in_source: ShortText | None
    outside_source: Free
    spelling_in_source: ShortText | None = None
    note: LongText | None = None


class FileSource(FilePart):
    """Which document the file renders. ``publisher`` is the plan's own centre."""

    file: ShortText
    title: ShortText
    publisher: ShortText
    dated: Day
    plan_year: Year
    region: Free
    organisation: Free


class PlanFile(FilePart):
    """A centre's plan for a year. Characters that cannot be seen are refused."""

    schema_version: Literal["1.0"]
    language: Free
    source: FileSource
    conventions: Free
    key_figures: list[Free]
    areas: list[FileArea] = Field(min_length=1)
    places: list[FilePlace]
    import_warnings: list[Free]
    counts: Free

    @model_validator(mode="wrap")
    @classmethod
    def _as_received(cls, sent: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        return read_as_received(sent, read)
