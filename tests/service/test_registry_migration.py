"""What the released registry has written is all there after the migration, on both databases."""

import contextlib
import json
from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.exc import IntegrityError

from deploy.migrate import config, head_of, migrate
from deploy.reference_load import load_reference
from services.contracts.registry import Organisation, OrganisationKind
from services.kernel.access import INSTALLATION
from services.kernel.database import Database
from services.registry import queries
from services.registry.service import registry
from tests.postgres import PostgresServer

ORGANISATION_ID, MAPPING_ID, AWARENESS_ID = (UUID(int=0x7000_8000_0000_0000_0000 + number) for number in (1, 2, 3))
RELEASED = "0001"
TROMSO = {"name": "Tromsø", "north_sami": "Romsa", "valid_from": "1971-01-01", "valid_to": "2020-01-01"}


@pytest.fixture(params=["sqlite", "postgres"])
async def released(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database with the released schema and a row of every kind that others refer to."""
    async with contextlib.AsyncExitStack() as stack:
        url = f"sqlite:///{tmp_path}/registry.db"
        if request.param == "postgres":
            server: PostgresServer = request.getfixturevalue("postgres")
            url = await stack.enter_async_context(server.database())
        database = Database(url, registry.name, metadata=registry.metadata, refusals=registry.refusals)
        stack.push_async_callback(database.close)
        await database.transact(lambda connection: bring_to(connection, RELEASED))
        await database.transact(write_as_released)
        yield database


def bring_to(connection: sa.Connection, revision: str) -> None:
    settings = config(registry.name)
    settings.attributes |= {"connection": connection, "metadata": registry.metadata}
    command.upgrade(settings, revision)


def write_as_released(connection: sa.Connection) -> None:
    """Rows in the columns that the released tables had, read from the database itself."""
    tables = sa.MetaData()
    tables.reflect(connection)

    def add(table: str, **row: Any) -> None:
        ids = {name: as_id(connection, value) if isinstance(value, UUID) else value for name, value in row.items()}
        connection.execute(sa.insert(tables.tables[table]).values(ids))

    add("unit", code="1902", kind="municipality", county_code="19", names=[TROMSO], valid_from=date(1971, 1, 1))
    add(
        "organisation",
        organisation_id=ORGANISATION_ID,
        reference="korus-nord",
        name="KORUS Nord",
        sort_key="korus nord",
        kind="korus",
        coverage=[{"county_code": "19", "themes": [], "valid_from": "2010-01-01", "valid_to": None}],
        source="own knowledge",
        certainty="high",
    )
    add("alias", organisation_id=ORGANISATION_ID, alias="KoRus-Nord", folded="korus nord")
    add(
        "mapping",
        mapping_id=MAPPING_ID,
        tool="ungdata",
        place_code="1902",
        year=2015,
        sequence=1,
        centre_id=ORGANISATION_ID,
        status="completed",
        completed_on=date(2015, 5, 1),
    )
    add(
        "awareness",
        awareness_id=AWARENESS_ID,
        unit_code="1902",
        centre_id=ORGANISATION_ID,
        channel="letter",
        informed_on=date(2016, 2, 1),
    )


def as_id(connection: sa.Connection, value: UUID) -> object:
    """An id as the reflected tables know it: SQLite has no type for it."""
    return value.hex if connection.dialect.name == "sqlite" else value


def rows(connection: sa.Connection, released_only: dict[str, list[str]] | None = None) -> dict[str, list[str]]:
    """Every row of the tables that refer to each other: in all columns, or in those that there were."""
    tables = sa.MetaData()
    tables.reflect(connection)
    found = {}
    for name in ("unit", "organisation", "alias", "mapping", "awareness"):
        table = tables.tables[name]
        columns = sorted(table.c.keys()) if released_only is None else json.loads(released_only[name][0])
        chosen = sa.select(*(table.c[column] for column in columns))
        found[name] = [json.dumps(columns), *(repr(tuple(row)) for row in connection.execute(chosen))]
    return found


def execute(connection: sa.Connection, statement: str) -> list[tuple[Any, ...]]:
    """What a statement answers, if it does."""
    result = connection.execute(sa.text(statement))
    return [tuple(row) for row in result] if result.returns_rows else []


async def test_a_folder_of_the_released_schema_survives_with_every_row(released: Database) -> None:
    before = await released.read(rows)
    assert await migrate(released)
    assert await released.read(lambda connection: rows(connection, before)) == before
    revision = sa.text("SELECT version_num FROM alembic_version")
    assert await released.read(lambda connection: connection.execute(revision).scalar()) == head_of(registry.name)

    organisation = await released.read(queries.organisation_row, ORGANISATION_ID)
    assert organisation.aliases == ("KoRus-Nord",)
    assert (organisation.kind, organisation.certainty) == (OrganisationKind.korus, "high")
    assert (organisation.mandates, organisation.members, organisation.confirmed_on, organisation.merged_into) == (
        *((), ()),
        *(None, None),
    )
    country = await released.read(queries.geography)
    assert country.name("1902", date(2016, 1, 1)) == "Tromsø"
    assert (country.units["1902"].languages, country.units["1902"].undone_on) == ((), None)


async def test_what_held_the_rows_together_holds_them_still(released: Database) -> None:
    await migrate(released)
    if released.is_sqlite:
        assert await released.read(execute, "PRAGMA integrity_check") == [("ok",)]
        assert await released.read(execute, "PRAGMA foreign_key_check") == []
        assert await released.read(execute, "PRAGMA foreign_keys") == [(1,)]
    for statement in (
        "DELETE FROM organisation",
        "DELETE FROM unit",
        "UPDATE alias SET organisation_id = NULL",
        "UPDATE organisation SET kind = 'club'",
        "UPDATE mapping SET status = 'sung'",
        "UPDATE mapping SET completed_on = NULL",
        "INSERT INTO organisation SELECT * FROM organisation",
    ):
        with pytest.raises(IntegrityError):
            await released.transact(partial(execute, statement=statement))
    # Which tools there are, a table says now: a released row may have one that the released code did not know.
    await released.transact(partial(execute, statement="UPDATE mapping SET tool = 'tobacco_survey'"))
    await released.transact(partial(execute, statement="UPDATE organisation SET kind = 'steering_group'"))
    assert (await released.read(queries.organisation_row, ORGANISATION_ID)).governs == ()
    await released.transact(partial(execute, statement="UPDATE organisation SET kind = 'forum'"))
    assert (await released.read(queries.organisation_row, ORGANISATION_ID)).kind is OrganisationKind.forum


async def test_the_newer_tables_are_loaded_into_a_folder_that_was_filled_before(released: Database) -> None:
    await migrate(released)
    await load_reference(released)
    organisation: Organisation = await released.read(queries.organisation_row, ORGANISATION_ID)
    assert (organisation.reference, len(organisation.mandates), len(organisation.sources)) == ("korus-nord", 2, 3)
    (kept,) = await released.read(queries.mappings, INSTALLATION, queries.MappingFilter(), 10, None)
    assert (kept.mapping_id, kept.centre_id) == (MAPPING_ID, ORGANISATION_ID)
