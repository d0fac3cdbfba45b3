"""Every command leaves a row that says who did it; the rows lie in one chain, whoever wrote them and when."""

import asyncio
from uuid import uuid4

import sqlalchemy as sa

from services.kernel.access import Principal
from services.kernel.audit import chain, head, linked, published, rows_of, seal
from services.kernel.database import Database
from services.kernel.transaction import Cause, Transaction
from tests.kernel.delivery.conftest import heads
from tests.kernel.delivery.parts import award, change


async def test_a_command_is_kept_with_who_why_and_the_hash_of_what_it_told(publisher: Database) -> None:
    organisation_id = uuid4()
    somebody = Principal("somebody", organisation_id)
    traced = Cause(traceparent=f"00-{'a' * 32}-{'b' * 16}-01")

    def award_because(tx: Transaction) -> str:
        tx.reason = "decided in the meeting"
        return str(award(tx, 1))

    grant_id = await publisher.write(award_because, principal=somebody, cause=traced)
    (row,) = await publisher.read(rows_of, f"grant/{grant_id}")
    assert (row["actor"], row["organisation"], row["command"]) == ("somebody", str(organisation_id), "award_because")
    assert (row["reason"], row["trace_id"], row["version"]) == ("decided in the meeting", "a" * 32, 1)
    assert (await heads(publisher))[f"grant/{grant_id}"] == (1, row["digest"])
    assert row["at"].endswith("Z")
    assert row["facts"] is None


async def test_what_no_message_tells_is_kept_as_facts(publisher: Database) -> None:
    def look_at(tx: Transaction) -> None:
        tx.audit("contact/1", read=["a", "b"])

    await publisher.write(look_at)
    (row,) = await publisher.read(rows_of, "contact/1")
    assert (row["facts"], row["version"], row["digest"]) == ({"read": ["a", "b"]}, None, None)


async def test_a_refused_command_leaves_no_row(publisher: Database) -> None:
    await publisher.write(award, 1)
    outcomes = await asyncio.gather(*(publisher.write(award, 1) for _ in range(5)), return_exceptions=True)
    assert all(isinstance(each, Exception) for each in outcomes)
    assert await publisher.transact(seal) == 1


async def test_rows_get_their_places_without_holes_while_many_write(publisher: Database) -> None:
    grants = await asyncio.gather(*(publisher.write(award, number) for number in range(20)))

    async def seal_often() -> None:
        for _ in range(10):
            await publisher.transact(seal)

    changes = [publisher.write(change, grant_id, amount) for grant_id in grants for amount in (5, 6)]
    await asyncio.gather(seal_often(), seal_often(), *changes)
    while await publisher.transact(seal):
        pass
    rows = await publisher.read(lambda connection: list(chain(connection)))
    assert [row["number"] for row in rows] == list(range(1, 61))
    before = ""
    for row in rows:
        assert row["hash"] == linked(before, row)
        before = row["hash"]
    assert await publisher.read(head) == (60, before)


async def test_a_changed_row_breaks_the_chain(publisher: Database) -> None:
    for number in range(3):
        await publisher.write(award, number)
    await publisher.transact(seal)
    tampered = sa.text("UPDATE audit SET actor = 'somebody else' WHERE number = 2")
    await publisher.transact(lambda connection: connection.execute(tampered))
    first, second, _ = await publisher.read(lambda connection: list(chain(connection)))
    assert second["hash"] != linked(first["hash"], second)


async def test_an_export_holds_no_message_whose_row_has_no_place_in_the_chain_yet(publisher: Database) -> None:
    sealed = await publisher.write(award, 1)
    await publisher.transact(seal)
    await publisher.write(change, sealed, 5)
    await publisher.write(award, 2)

    def both(connection: sa.Connection) -> tuple[list[object], list[object]]:
        return (
            [(row["subject"], row["version"]) for row in chain(connection)],
            [(message["aggregate"], message["version"]) for message in published(connection)],
        )

    assert await publisher.read(both) == ([(f"grant/{sealed}", 1)],) * 2
    await publisher.transact(seal)
    rows, messages = await publisher.read(both)
    assert rows == messages
    assert len(rows) == 3
