"""Programmes: what units take part in over time."""

from datetime import date
from uuid import UUID

from services.contracts.message import Message, Public, Request, ShortText, Text, Theme


class Programme(Public):
    """A training or development programme that units take part in over time."""

    programme_id: UUID
    name: Text
    theme: Theme
    lead_id: UUID
    started_on: date
    source: str | None = None


class ProgrammeMessage(Message):
    """Any fact about a programme."""

    aggregate = "programme"
    programme: Programme

    @property
    def aggregate_id(self) -> str:
        return str(self.programme.programme_id)


class ProgrammeStarted(ProgrammeMessage):
    """A programme has begun."""

    type = "samla.events.programme.started.v1"


class StartProgramme(Request):
    """Begin a programme."""

    name: Text
    theme: Theme
    lead_id: UUID
    occurred_on: date
    source: ShortText | None = None
