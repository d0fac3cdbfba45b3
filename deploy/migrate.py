"""Bring a part's database to its newest shape: one history for each part, one environment for all."""

import asyncio
import importlib
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from services.kernel.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent
ROOT = HERE.parent


def history_of(part: str) -> Path:
    """The folder with a part's migrations."""
    return (ROOT / part if part == "gateway" else ROOT / "services" / part) / "migrations"


def head_of(part: str) -> str:
    """The newest revision: the files are numbered."""
    return max(path.name[:4] for path in history_of(part).glob("[0-9]*.py"))


async def migrate(database: Database) -> bool:
    """Migrate unless the stamped revision is the newest. Returns whether anything was done."""
    if await database.transact(_stamped) == head_of(database.part):
        return False
    await database.transact(lambda connection: _upgrade(connection, database))
    return True


def _stamped(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def config(part: str) -> "Config":
    """Alembic's settings for one part."""
    # Imported only when there is something to migrate: an ordinary start does without it.
    from alembic.config import Config  # noqa: PLC0415

    found = Config()
    found.set_main_option("script_location", str(HERE / "migrations").replace("%", "%%"))
    found.set_main_option("version_locations", str(history_of(part)).replace("%", "%%"))
    found.set_main_option("path_separator", "newline")
    return found


def _upgrade(connection: sa.Connection, database: Database) -> None:
    from alembic import command  # noqa: PLC0415

    settings = config(database.part)
    settings.attributes |= {"connection": connection, "metadata": database.metadata}
    command.upgrade(settings, "head")


def write_migration(part: str, revision: str, message: str) -> None:
    """For developers: write the migration that brings the newest one to the part's tables."""
    from alembic import command  # noqa: PLC0415

    package = "gateway" if part == "gateway" else f"services.{part}"
    tables = vars(importlib.import_module(f"{package}.tables")).values()
    metadata = next(
        each.metadata
        for each in tables
        if getattr(each, "metadata", None) is not None and "outbox" in each.metadata.tables
    )

    async def write() -> None:
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{folder}/{part}.db", part, metadata=metadata)
            if list(history_of(part).glob("[0-9]*.py")):
                await migrate(database)

            def compare(connection: sa.Connection) -> None:
                settings = config(part)
                settings.attributes |= {"connection": connection, "metadata": metadata}
                command.revision(settings, message, rev_id=revision, autogenerate=True)

            await database.transact(compare)
            await database.close()

    asyncio.run(write())


if __name__ == "__main__":
    write_migration(*sys.argv[1:4])
