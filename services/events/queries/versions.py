"""Which version of a shared thing is the newest: what a change of it must be based on."""

from uuid import UUID

import sqlalchemy as sa

from services.events.tables.metadata import METADATA

OUTBOX = METADATA.tables["outbox"]


def newest_version(connection: sa.Connection, aggregate: str, aggregate_id: UUID) -> int:
    """The number of messages that this part has published about the thing."""
    chosen = sa.select(sa.func.max(OUTBOX.c.version)).where(OUTBOX.c.aggregate == f"{aggregate}/{aggregate_id}")
    return int(connection.execute(chosen).scalar_one() or 0)
