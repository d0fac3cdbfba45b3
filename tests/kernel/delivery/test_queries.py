"""A query sees one state, changes nothing, and takes nobody else's time."""

import asyncio
import re
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from services.kernel.database import READERS, Database
from services.kernel.problems import Unavailable
from tests.kernel.delivery.conftest import Databases
from tests.kernel.delivery.parts import PUBLISHER, award

ENDLESS = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number) SELECT max(n) FROM number"
HOW_MANY = "SELECT count(*) FROM numbered_grant"


def ask(connection: sa.Connection, statement: str) -> Any:
    return connection.exec_driver_sql(statement).scalar_one()


async def test_r57_a_statement_that_takes_too_long_is_broken_off_and_its_connection_is_fit(
    databases: Databases, publisher: Database
) -> None:
    await publisher.write(award, 1)
    hasty = databases.again(PUBLISHER, statement_s=0.2)
    for _ in range(2):
        endless = [hasty.read(ask, ENDLESS) for _ in range(2 * READERS)]
        outcomes = await asyncio.gather(*endless, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [Unavailable] * len(endless)
        answers = await asyncio.gather(*(hasty.read(ask, HOW_MANY) for _ in range(2 * READERS)))
        assert answers == [1] * len(answers)


async def test_r57_each_statement_of_a_query_has_its_own_time(databases: Databases, publisher: Database) -> None:
    """All together they may take longer: this one asks until five times the limit is over."""
    limit_s = 0.2
    hasty = databases.again(PUBLISHER, statement_s=limit_s)
    loop = asyncio.get_running_loop()
    until = loop.time() + 5 * limit_s

    def patient(connection: sa.Connection) -> int:
        asked = 0
        while loop.time() < until:
            asked += 1
            assert ask(connection, HOW_MANY) == 0
        return asked

    assert await hasty.read(patient) > 5


async def test_a_query_changes_nothing(publisher: Database) -> None:
    await publisher.write(award, 1)
    for statement in ("DELETE FROM numbered_grant", "UPDATE numbered_grant SET amount_ore = 1"):
        with pytest.raises((sa.exc.DBAPIError, Unavailable)) as refusal:
            await publisher.read(partial(sa.Connection.exec_driver_sql, statement=statement))
        assert re.search("read.?only", str(refusal.value.__cause__))
    assert await publisher.read(ask, HOW_MANY) == 1
