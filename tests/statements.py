"""What a database is asked and told while something is done with it."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from services.kernel.database import Database


@contextmanager
def selects(database: Database) -> Iterator[list[str]]:
    """The questions that are put meanwhile."""
    with _heard(database, "SELECT") as asked:
        yield asked


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """All statements that are sent meanwhile: what is written, too."""
    with _heard(database, "") as sent:
        yield sent


@contextmanager
def _heard(database: Database, beginning: str) -> Iterator[list[str]]:
    heard: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        heard.extend([statement] if statement.lstrip().upper().startswith(beginning) else [])

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield heard
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)
