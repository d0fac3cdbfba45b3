"""The surveys that there are."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field

from services.contracts.registry.mapping_tools import RunBy
from services.registry.tables.metadata import METADATA, RegistryTable, one_of


class MappingToolRow(RegistryTable, table=True):
    """One row per mapping tool. None is ever taken away, for runs name it."""

    __tablename__ = "mapping_tool"
    __table_args__ = (one_of("run_by", RunBy), CheckConstraint("interval_months > 0", name="interval_months"))

    tool: str = Field(primary_key=True)
    name: dict[str, Any] = Field(sa_type=JSON)
    run_by: str
    interval_months: int | None = None
    owner_reference: str | None = None
    counts_towards: str | None = None
    source: str
    certainty: str


MAPPING_TOOLS = METADATA.tables["mapping_tool"]
