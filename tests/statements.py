"""What a database is asked while something is read of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from services.kernel.database import Database


@contextmanager
def selects(database: Database) -> Iterator[list[str]]:
    """The questions that are put meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.extend([statement] if statement.lstrip().upper().startswith("SELECT") else [])

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)
