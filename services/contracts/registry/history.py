"""What was recorded of a thing, one entry for each version of it: the same shape whatever the thing is."""

from datetime import date
from typing import Any
from uuid import UUID

from services.contracts.message import Instant, Public


class FieldChange(Public):
    """A field that is another than before. Without ``before`` it was not there, without ``after`` it is no more."""

    field: str
    before: Any = None
    after: Any = None


class Recorded(Public):
    """One version of a thing: what was recorded, when, by whom and why, and what it changed."""

    version: int
    fact: str
    """The type of the message, for example ``samla.registry.organisation.confirmed.v1``."""
    recorded_at: Instant
    occurred_on: date
    recorded_by: UUID | None = None
    """The organisation that somebody acted for; empty for an operator or who acts for none."""
    person: int
    """Who it was, numbered as they come in this history: it says only which versions are the same person's."""
    command: str | None = None
    """What was done; empty for what was recorded before this was kept."""
    reason: str | None = None
    changed: tuple[FieldChange, ...]
    """Against the version before; in the first everything that was told."""
