"""Mapping surveys and where each stands, as the registry publishes them."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from services.contracts.message import CountyCode, Message, Public, Request, UnitCode, Year
from services.contracts.registry.mapping_tools import MappingTool as MappingTool
from services.contracts.registry.sources import Source


class MappingStatus(StrEnum):
    """Where a mapping stands."""

    invited = "invited"
    agreed = "agreed"
    completed = "completed"
    cancelled = "cancelled"


class Mapping(Public):
    """One run of a mapping tool in one municipality, or in one county authority where the tool is theirs.

    Each status carries its business date. ``sequence`` numbers the place's runs of the tool in the order they were
    entered; the number of a cancelled run may be given again.
    """

    mapping_id: UUID
    tool: MappingTool
    unit_code: UnitCode | None = None
    county_code: CountyCode | None = None
    year: int
    sequence: int
    centre_id: UUID
    status: MappingStatus
    invited_on: date | None = None
    agreed_on: date | None = None
    completed_on: date | None = None
    cancelled_on: date | None = None
    source: str | None = None


class MappingMessage(Message):
    """Any fact about a mapping."""

    aggregate = "mapping"
    mapping: Mapping

    @property
    def aggregate_id(self) -> str:
        return str(self.mapping.mapping_id)


class MappingInvited(MappingMessage):
    """A municipality or county authority is asked to run the survey."""

    type = "samla.registry.mapping.invited.v1"


class MappingAgreed(MappingMessage):
    """It has agreed to run it."""

    type = "samla.registry.mapping.agreed.v1"


class MappingCompleted(MappingMessage):
    """It has run it."""

    type = "samla.registry.mapping.completed.v1"


class MappingCancelled(MappingMessage):
    """It will not be run."""

    type = "samla.registry.mapping.cancelled.v1"


class MappingFacts(Request):
    """What is told of a run whoever tells it: the survey, the place and the year."""

    tool: MappingTool
    unit_code: UnitCode | None = None
    county_code: CountyCode | None = None
    year: Year
    source: Source = None


class InviteMapping(MappingFacts):
    """Ask a unit, or a county authority where the tool is theirs, to run a survey."""

    centre_id: UUID
    occurred_on: date


class MoveMapping(Request):
    """Agree to, complete or cancel a mapping on a date."""

    occurred_on: date
