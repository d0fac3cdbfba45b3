"""The one metadata of the service's tables, and how a CHECK lists the words of an enum."""

from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from services.kernel.plumbing import service_metadata

METADATA = service_metadata()


class EventsTable(SQLModel, registry=registry(metadata=METADATA)):
    """A table in the database of the service of events."""


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """The column holds one of the enum's words."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(word)) for word in words)})", name=column)
