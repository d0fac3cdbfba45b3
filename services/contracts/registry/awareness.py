"""Who was told about a centre's offer, and how, as the registry publishes it."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from services.contracts.message import Message, Public, Request, UnitCode
from services.contracts.registry.sources import Source


class Channel(StrEnum):
    """How a unit was told about a centre's offer."""

    letter = "letter"
    newsletter = "newsletter"
    website = "website"
    dialogue = "dialogue"
    meeting = "meeting"
    visit = "visit"
    call = "call"


class BounceKind(StrEnum):
    """Why a letter has not come to its mailbox."""

    refused = "refused"
    """The recipient's mail server would not have it."""
    returned = "returned"
    """It was taken, and came back."""


class Awareness(Public):
    """One unit told, or tried told, about one centre's offer. A letter with ``bounced_on`` informs nobody."""

    awareness_id: UUID
    dispatch_id: UUID | None = None
    """The letter, or the issue of a newsletter, that it was one of."""
    unit_code: UnitCode
    centre_id: UUID
    channel: Channel
    informed_on: date
    bounced_on: date | None = None
    bounce: BounceKind | None = None
    source: str | None = None


class AwarenessMessage(Message):
    """Any fact about who knows of the offer."""

    aggregate = "awareness"
    awareness: Awareness

    @property
    def aggregate_id(self) -> str:
        return str(self.awareness.awareness_id)


class AwarenessRecorded(AwarenessMessage):
    """A unit was told about a centre's offer."""

    type = "samla.registry.awareness.informed.v1"


class LetterDispatched(AwarenessMessage):
    """The yearly letter went to a unit's official mailbox."""

    type = "samla.registry.awareness.letter_dispatched.v1"


class LetterBounced(AwarenessMessage):
    """The letter was refused by the mailbox, or came back."""

    type = "samla.registry.awareness.letter_bounced.v1"


class RecordAwareness(Request):
    """A unit was told about the centre's offer."""

    unit_code: UnitCode
    centre_id: UUID
    channel: Channel
    occurred_on: date
    source: Source = None


class DispatchLetter(Request):
    """The yearly letter went to the official mailbox of each unit, sent by other means: one record each."""

    centre_id: UUID
    occurred_on: date
    unit_codes: tuple[UnitCode, ...] = Field(min_length=1, max_length=500)
    source: Source = None


class Bounce(Request):
    """The letter to one unit came back."""

    occurred_on: date


class Dispatch(Public):
    """What one sending of a letter or newsletter made: an awareness record per unit."""

    dispatch_id: UUID
    awareness: tuple[Awareness, ...]
