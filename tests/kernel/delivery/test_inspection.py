"""What an operator sees of a part: dumps that can be compared, differences in words, reasons without contents."""

from uuid import UUID

import orjson
import pytest

from services.kernel.database import Database
from services.kernel.inspection import differences, dump, own_heads, parked
from tests.kernel.delivery.conftest import canonical, consumer_of, emptied, heads, waiting
from tests.kernel.delivery.parts import POISON_ORE, PUBLISHER, READER, award, awarded, change
from tests.messages import written


async def test_equal_contents_are_equal_bytes_in_whatever_order_they_were_stored(copies: Database) -> None:
    consumer = consumer_of(READER)
    bodies = [written(awarded(UUID(int=number), number), 1) for number in range(1, 10)]
    await copies.transact(lambda connection: consumer.apply(connection, bodies))
    there = await canonical(copies)
    await copies.transact(emptied)
    await copies.transact(lambda connection: consumer.apply(connection, bodies[::-1]))
    assert await canonical(copies) == there
    lines = [orjson.loads(line) for line in there.splitlines()]
    assert [table for table, _ in lines] == ["grant_copy"] * 9 + ["grant_history"] * 9
    assert [row["grant_id"] for _, row in lines[:9]] == [str(UUID(int=number)) for number in range(1, 10)]


async def test_a_dump_of_all_holds_the_owned_tables_too_and_no_plumbing(publisher: Database) -> None:
    await publisher.write(award, 7)
    copied = await publisher.read(lambda connection: list(dump(connection, PUBLISHER)))
    owned = await publisher.read(lambda connection: list(dump(connection, PUBLISHER, owned=True)))
    assert copied == []
    ((table, row),) = [orjson.loads(line) for line in owned]
    assert (table, row["number"], row["amount_ore"]) == ("numbered_grant", 7, 100)


async def test_heads_are_the_newest_versions_with_their_hashes(publisher: Database) -> None:
    first, second = [await publisher.write(award, number) for number in (1, 2)]
    await publisher.write(change, first, 5)
    found = await publisher.read(own_heads)
    assert {aggregate: version for aggregate, (version, _) in found.items()} == {
        f"grant/{first}": 2,
        f"grant/{second}": 1,
    }
    assert await heads(publisher) == found


def test_differences_are_said_in_words() -> None:
    own = {"grant/1": (3, "aa"), "grant/2": (1, "bb"), "grant/3": (2, "cc")}
    seen = {"grant/1": (2, "ab"), "grant/2": (1, "bb"), "grant/3": (2, "xx"), "grant/4": (1, "dd")}
    assert differences(own, own) == []
    assert differences(own, seen) == [
        "grant/1: version 3 published, 2 known",
        "grant/3: version 2 has another content than was published",
        "grant/4: version 0 published, 1 known",
    ]


@pytest.mark.parametrize("version", [2, 5])
async def test_what_is_parked_is_shown_with_its_reason_and_without_its_content(copies: Database, version: int) -> None:
    body = written(awarded(UUID(int=1), POISON_ORE), version)
    await copies.transact(lambda connection: consumer_of(READER).apply(connection, [body]))
    assert await waiting(copies) == [(f"grant/{UUID(int=1)}", version, "waiting")]
    (row,) = await copies.read(parked)
    assert set(row) == {"consumer", "aggregate", "version", "reason", "detail", "parked_at"}
    assert str(POISON_ORE) not in str(row)
