"""What every table of the registry has in common. What is public has the field names of its resource."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from services.kernel.plumbing import service_metadata

METADATA = service_metadata()
OUTBOX = METADATA.tables["outbox"]

SORTED_BY_BYTES = sa.String().with_variant(sa.String(collation="C"), "postgresql")
"""A column whose order is that of its bytes on both databases."""


class RegistryTable(SQLModel, registry=registry(metadata=METADATA)):
    """A table in the database of the registry."""


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """The column holds one of the enum's words."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(word)) for word in words)})", name=column)


def an_added_list() -> sa.Column[list[object]]:
    """A list that older rows do not have: for them it is empty."""
    return sa.Column(sa.JSON, nullable=False, server_default="[]")
