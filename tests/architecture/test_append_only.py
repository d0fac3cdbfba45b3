"""A part's audit is append-only in its database: nothing is done to a row but to give it its place, once (R71)."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from deploy.parts import load
from services.kernel.audit import chain, linked, seal
from services.kernel.database import Database
from services.kernel.service import Service
from services.kernel.transaction import Transaction
from tests.conftest import OpenDatabase

PARTS = load()

CHANGES = {
    "position": "position + 100",
    "at": "'2016-01-01T00:00:00.000000Z'",
    "actor": "'somebody else'",
    "organisation": "'another'",
    "command": "'another'",
    "subject": "'thing/3'",
    "version": "1",
    "digest": "'00'",
    "facts": """'{"read": "nothing"}'""",
    "reason": "'another'",
    "trace_id": "'00'",
    "number": "number + 100",
    "hash": "'00'",
}
SEALED, UNSEALED = "subject = 'thing/1'", "subject = 'thing/2'"


def look(tx: Transaction, thing: str) -> None:
    tx.audit(thing, read="all")


async def audited(open_database: OpenDatabase, service: Service) -> Database:
    """A database with a row in the chain, and one that has no place yet."""
    database = await open_database(service)
    await database.write(look, "thing/1")
    assert await database.transact(seal) == 1
    await database.write(look, "thing/2")
    return database


async def rows(database: Database) -> list[dict[str, Any]]:
    """The whole audit as it lies in the database."""

    def read(connection: sa.Connection) -> list[dict[str, Any]]:
        return [dict(row) for row in connection.execute(sa.text("SELECT * FROM audit ORDER BY position")).mappings()]

    return await database.read(read)


async def refused(database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        await database.transact(lambda connection: connection.execute(sa.text(statement)))


@pytest.mark.parametrize("service", PARTS, ids=lambda service: service.name)
async def test_r71_a_row_of_the_audit_is_never_changed_or_deleted(
    open_database: OpenDatabase, service: Service
) -> None:
    database = await audited(open_database, service)
    before = await rows(database)
    assert set(CHANGES) == set(before[0])
    for column, value in CHANGES.items():
        await refused(database, f"UPDATE audit SET {column} = {value} WHERE {SEALED}")
        await refused(database, f"UPDATE audit SET {column} = {value} WHERE {UNSEALED}")
    for column in set(CHANGES) - {"number", "hash"}:
        await refused(
            database, f"UPDATE audit SET number = 2, hash = '00', {column} = {CHANGES[column]} WHERE {UNSEALED}"
        )
    await refused(database, f"UPDATE audit SET number = NULL, hash = NULL WHERE {SEALED}")
    await refused(database, f"UPDATE audit SET number = number, hash = hash WHERE {SEALED}")
    for which in (SEALED, UNSEALED, "1 = 1"):
        await refused(database, f"DELETE FROM audit WHERE {which}")
    assert await rows(database) == before


@pytest.mark.parametrize("service", PARTS, ids=lambda service: service.name)
async def test_r71_the_audit_is_not_emptied_or_written_over(open_database: OpenDatabase, service: Service) -> None:
    database = await audited(open_database, service)
    before = await rows(database)
    if not database.is_sqlite:
        await refused(database, "TRUNCATE audit")
        return
    columns = ", ".join(column for column in CHANGES if column not in ("position", "number"))
    for place in ("position", "number"):
        await refused(
            database,
            f"INSERT OR REPLACE INTO audit ({columns}, {place}) SELECT {columns}, {place} FROM audit WHERE {SEALED}",
        )
    await refused(database, f"UPDATE OR REPLACE audit SET number = 1, hash = '00' WHERE {UNSEALED}")
    assert await rows(database) == before


@pytest.mark.parametrize("service", PARTS, ids=lambda service: service.name)
async def test_r71_rows_still_get_their_places_in_the_chain(open_database: OpenDatabase, service: Service) -> None:
    database = await audited(open_database, service)
    assert await database.transact(seal) == 1
    first, second = await database.read(lambda connection: list(chain(connection)))
    assert (first["number"], second["number"]) == (1, 2)
    assert second["hash"] == linked(first["hash"], second)
    assert await database.transact(seal) == 0
