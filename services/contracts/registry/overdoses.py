"""Deaths by overdose, as counts, and what municipalities with overdose problems have begun, as the registry tells.

Counts alone: nothing about any person, and no count so small that it could be about one (R115).
"""

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from services.contracts.message import STRICT, Message, Public, Request, ShortText, UnitCode, Year
from services.contracts.registry.sources import Source

FEWEST_TOLD = 5
"""The least count that is told outside the registry. Of fewer, none included, it is only said that they are fewer."""


class OverdoseCount(Public):
    """Deaths by overdose in a unit in a year, as everybody may know it.

    Either ``deaths`` is told, or ``fewer_than``: the exact number is known to the registry alone. The unit's code is
    that of the year's last day.
    """

    overdose_count_id: UUID
    unit_code: UnitCode
    year: int
    deaths: int | None = Field(default=None, ge=FEWEST_TOLD)
    fewer_than: int | None = None
    centre_id: UUID
    """The centre that keeps the record."""
    recorded_on: date
    withdrawn_on: date | None = None
    source: ShortText


class OverdoseCountMessage(Message):
    """Any fact about a count of deaths by overdose."""

    aggregate = "overdose_count"
    overdose_count: OverdoseCount

    @property
    def aggregate_id(self) -> str:
        return str(self.overdose_count.overdose_count_id)


class OverdoseCountRecorded(OverdoseCountMessage):
    """A unit's count for a year is known."""

    type = "samla.registry.overdose_count.recorded.v1"


class OverdoseCountCorrected(OverdoseCountMessage):
    """The count was another, or comes from elsewhere. What is told may be the same as before."""

    type = "samla.registry.overdose_count.corrected.v1"


class OverdoseCountWithdrawn(OverdoseCountMessage):
    """There is no count after all: it was of another unit or year, or of something else."""

    type = "samla.registry.overdose_count.withdrawn.v1"


class OverdoseNumber(Public):
    """The exact number, for the centre that keeps it and the coordinator."""

    overdose_count_id: UUID
    unit_code: UnitCode
    name: str
    year: int
    deaths: int
    centre_id: UUID
    source: ShortText


class RecordOverdoseCount(Request):
    """How many died by overdose in a unit in a year, and who has counted."""

    unit_code: UnitCode
    year: Year
    deaths: int = Field(ge=0, le=10_000)
    centre_id: UUID
    source: ShortText
    occurred_on: date


class CorrectOverdoseCount(Request):
    """The number as it is now known, and why it was another."""

    deaths: int = Field(ge=0, le=10_000)
    source: ShortText
    reason: ShortText
    occurred_on: date


class WithdrawOverdoseCount(Request):
    """There is no such count after all, and why."""

    reason: ShortText
    occurred_on: date


class MilestoneKind(StrEnum):
    """What a municipality has begun."""

    mapping = "mapping"
    measures = "measures"
    plan = "plan"


class Milestone(Public):
    """One kind of work against overdoses, begun on a day.

    ``evidence_id`` is the mapping or the plan anchor of the same unit that shows it, where there is one.
    """

    kind: MilestoneKind
    begun_on: date
    evidence_id: UUID | None = None


class OverdoseUnit(Public):
    """A municipality with overdose problems, and what it has begun. It is counted from ``recorded_on`` on.

    ``milestones`` are sorted by kind, each kind once. The code is that of ``recorded_on``.
    """

    overdose_unit_id: UUID
    unit_code: UnitCode
    centre_id: UUID
    recorded_on: date
    ended_on: date | None = None
    milestones: tuple[Milestone, ...] = ()
    source: str | None = None


class OverdoseUnitMessage(Message):
    """Any fact about a municipality with overdose problems."""

    aggregate = "overdose_unit"
    overdose_unit: OverdoseUnit

    @property
    def aggregate_id(self) -> str:
        return str(self.overdose_unit.overdose_unit_id)


class OverdoseUnitRecorded(OverdoseUnitMessage):
    """A municipality has overdose problems."""

    type = "samla.registry.overdose_unit.recorded.v1"


class OverdoseUnitChanged(OverdoseUnitMessage):
    """What it has begun is more, less or other than told."""

    type = "samla.registry.overdose_unit.changed.v1"


class OverdoseUnitEnded(OverdoseUnitMessage):
    """It is not counted among those with overdose problems any more."""

    type = "samla.registry.overdose_unit.ended.v1"


class NewMilestone(Milestone):
    """As a milestone; what it does not know is refused."""

    model_config = STRICT


class RecordOverdoseUnit(Request):
    """A municipality has overdose problems, and has perhaps begun to do something about them."""

    unit_code: UnitCode
    centre_id: UUID
    milestones: tuple[NewMilestone, ...] = Field(default=(), max_length=3)
    source: Source = None
    occurred_on: date


class ChangeOverdoseUnit(Request):
    """Everything that the municipality has begun, as it is now to be told of."""

    milestones: tuple[NewMilestone, ...] = Field(max_length=3)
    source: Source = None
    occurred_on: date


class EndOverdoseUnit(Request):
    """The municipality is not counted from the day on."""

    occurred_on: date
