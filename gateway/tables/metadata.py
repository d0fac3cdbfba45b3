"""The one metadata of the gateway's tables."""

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from services.kernel.plumbing import service_metadata

METADATA = service_metadata()


class GatewayTable(SQLModel, registry=registry(metadata=METADATA)):
    """A table in the gateway's own database."""


def table_of(row: type[GatewayTable]) -> sa.Table:
    """The table behind a row class, for statements that touch many rows."""
    return METADATA.tables[str(row.__tablename__)]
