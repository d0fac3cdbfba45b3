"""What a database is asked and told while something is done with it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace

import sqlalchemy as sa

from gateway.catalogue import Catalogue
from services.kernel.database import Database
from services.kernel.web import App


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


@asynccontextmanager
async def fresh(app: App) -> AsyncIterator[None]:
    """Meanwhile the gateway never asks whether its snapshot is the newest, however long it takes: no time goes by."""
    gate = app.state.gate
    catalogue = Catalogue(gate.database, time_s=lambda: 0.0)
    await catalogue.current()
    app.state.gate = replace(gate, catalogue=catalogue)
    try:
        yield
    finally:
        app.state.gate = gate


@contextmanager
def _heard(database: Database, beginning: str) -> Iterator[list[str]]:
    heard: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        heard.extend([statement] if statement.lstrip().upper().startswith(beginning) else [])

    engines = (database.engine, database.reading_engine)
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield heard
    finally:
        for engine in engines:
            sa.event.remove(engine, "before_cursor_execute", note)
