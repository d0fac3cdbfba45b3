"""What was known at a moment: of each thing in a history the newest version recorded by then."""

from datetime import datetime

import sqlalchemy as sa


def newest(history: sa.Table, key: str, known_at: datetime | None = None) -> sa.Select[tuple[str, int, str, object]]:
    """Id, version, message id and state of each thing, as it is known now or was known at the moment."""
    column, its_id = history.c, history.c[key]
    versions = sa.select(its_id.label("id"), sa.func.max(column.version).label("version")).group_by(its_id)
    if known_at is not None:
        versions = versions.where(column.recorded_at <= known_at)
    chosen = versions.subquery()
    return sa.select(its_id.label("id"), column.version, column.message_id, column.state).join(
        chosen, sa.and_(its_id == chosen.c.id, column.version == chosen.c.version)
    )
