"""Each message once, in version order, whatever is lost, doubled or reordered; what cannot be applied yet is parked."""

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.kernel.consumer import FOLD_FAILED, UNKNOWN_TYPE, UNREADABLE, WAITING
from services.kernel.database import Database
from services.kernel.outbox import chain
from services.kernel.service import Service
from tests.kernel.delivery.conftest import OF_THE_FUTURE, canonical, consumer_of, emptied, known, waiting
from tests.kernel.delivery.parts import CHOKING_READER, POISON_ORE, READER, UNLUCKY_READER, awarded
from tests.messages import written

POISONED, CALM = UUID(int=1), UUID(int=2)


def told(grant_id: UUID, version: int, amount_ore: int | None = None) -> bytes:
    return written(awarded(grant_id, amount_ore or version), version)


async def hear(copies: Database, *bodies: bytes, service: Service = READER) -> int:
    """One batch as the intake stores it. Returns how many messages were applied."""
    consumer = consumer_of(service)
    try:
        return len(await copies.transact(lambda connection: consumer.apply(connection, bodies)))
    except Exception:
        return len(await copies.transact(lambda connection: consumer.apply(connection, bodies, singly=True)))


async def version_of(copies: Database, grant_id: UUID) -> int:
    return (await known(copies)).get(f"grant/{grant_id}", (0, ""))[0]


async def test_a_message_that_comes_twice_counts_once(copies: Database) -> None:
    first = told(CALM, 1)
    assert await hear(copies, first, first) == 1
    before = await canonical(copies)
    assert await hear(copies, first) == 0
    assert await canonical(copies) == before
    assert await waiting(copies) == []


async def test_messages_that_come_in_another_order_give_the_same_copy(copies: Database) -> None:
    bodies = [told(grant_id, version) for version in (1, 2, 3) for grant_id in (CALM, POISONED)]
    for body in reversed(bodies):
        await hear(copies, body)
    assert await waiting(copies) == []
    shuffled = await canonical(copies)
    await copies.transact(emptied)
    await hear(copies, *bodies)
    assert await canonical(copies) == shuffled


async def test_what_comes_before_its_predecessor_waits_for_it_and_follows_at_once(copies: Database) -> None:
    assert await hear(copies, told(CALM, 3), told(CALM, 2)) == 0
    assert await waiting(copies) == [(f"grant/{CALM}", 2, WAITING), (f"grant/{CALM}", 3, WAITING)]
    assert await version_of(copies, CALM) == 0
    assert await hear(copies, told(CALM, 1)) == 3
    assert await waiting(copies) == []
    assert await version_of(copies, CALM) == 3


async def test_the_hash_is_the_chain_over_the_bytes_as_they_were_published(copies: Database) -> None:
    bodies = [told(CALM, version) for version in (1, 2, 3)]
    await hear(copies, *bodies)
    running = b""
    for body in bodies:
        running = chain(running, body)
    assert await known(copies) == {f"grant/{CALM}": (3, running.hex())}


async def test_a_type_that_is_unknown_waits_for_the_upgrade_and_holds_up_its_aggregate_alone(
    copies: Database, upgrade: Callable[[], None]
) -> None:
    newer = written(awarded(POISONED, 2), 2, type=OF_THE_FUTURE)
    assert await hear(copies, told(POISONED, 1), newer, told(POISONED, 3), told(CALM, 1)) == 2
    assert await waiting(copies) == [
        (f"grant/{POISONED}", 2, UNKNOWN_TYPE),
        (f"grant/{POISONED}", 3, WAITING),
    ]
    assert (await version_of(copies, POISONED), await version_of(copies, CALM)) == (1, 1)

    upgrade()
    await copies.transact(consumer_of(READER).retry_known_types)
    assert await waiting(copies) == []
    assert await version_of(copies, POISONED) == 3


UNREADABLE_BODIES = {
    "data that does not fit": written(awarded(POISONED, 1), 2).replace(b'"unit_code":"1902"', b'"unit_code":"Tromsoe"'),
    "another thing's id": written(awarded(POISONED, 1), 2, subject=str(CALM)),
}


@pytest.mark.parametrize("body", UNREADABLE_BODIES.values(), ids=UNREADABLE_BODIES.keys())
async def test_what_breaks_its_promise_is_parked_without_its_content(copies: Database, body: bytes) -> None:
    await hear(copies, body, told(CALM, 1))
    ((_, version, reason),) = await waiting(copies)
    assert (version, reason) == (2, UNREADABLE)
    detail = await copies.read(lambda connection: connection.execute(sa.text("SELECT detail FROM parked")).scalar_one())
    assert "Tromsoe" not in detail
    assert str(CALM) not in detail
    assert await version_of(copies, CALM) == 1


GARBAGE = {
    "no JSON": b"\xff\xfe garbage",
    "no envelope": b'{"hello": "world"}',
    "deep": b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a type of one word": told(CALM, 1).replace(b"samla.funding.grant.awarded.v1", b"samla"),
    "a subject that no database keeps": told(CALM, 1).replace(str(CALM).encode(), b"\\u0000"),
    "a version that no column holds": told(CALM, 1).replace(b'"aggregateversion":1', b'"aggregateversion":1e18'),
    "a version far beyond": told(CALM, 1).replace(b'"aggregateversion":1', b'"aggregateversion":99999999999999'),
}


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE.keys())
async def test_what_is_no_envelope_of_ours_is_kept_and_holds_up_nobody(copies: Database, body: bytes) -> None:
    assert await hear(copies, body, told(POISONED, 1), body) == 1
    ((aggregate, version, reason),) = await waiting(copies)
    assert (version, reason) == (0, UNREADABLE)
    await copies.transact(lambda connection: consumer_of(READER).dismiss(connection, aggregate, 0, "not ours"))
    assert await waiting(copies) == []
    await hear(copies, body)
    assert await waiting(copies) == [], "what was dismissed stays so when it comes again"


@pytest.mark.parametrize("service", [CHOKING_READER, UNLUCKY_READER], ids=["the fold fails", "the database refuses"])
async def test_a_poison_message_and_its_thousand_successors_hold_up_one_aggregate(
    copies: Database, service: Service
) -> None:
    poison = told(POISONED, 2, POISON_ORE)
    successors = [told(POISONED, version) for version in range(3, 1003)]
    assert await hear(copies, told(POISONED, 1), poison, told(CALM, 1), service=service) == 2
    for start in range(0, 1000, 100):
        batch = [*successors[start : start + 100], told(CALM, 2 + start // 100)]
        assert await hear(copies, *batch, service=service) == 1
    parked = await waiting(copies)
    assert len(parked) == 1001
    assert parked[0] == (f"grant/{POISONED}", 2, FOLD_FAILED)
    assert {reason for _, _, reason in parked[1:]} == {WAITING}
    assert (await version_of(copies, POISONED), await version_of(copies, CALM)) == (1, 11)


@pytest.mark.parametrize("service", [CHOKING_READER, UNLUCKY_READER], ids=["the fold fails", "the database refuses"])
async def test_a_retry_with_the_fault_mended_ends_as_if_nothing_had_ever_failed(
    copies: Database, service: Service
) -> None:
    bodies = [told(POISONED, 1), told(POISONED, 2, POISON_ORE), told(POISONED, 3), told(CALM, 1)]
    for body in bodies:
        await hear(copies, body, service=service)
    await copies.transact(lambda connection: consumer_of(service).retry(connection, f"grant/{POISONED}"))
    assert await version_of(copies, POISONED) == 1, "the fault is still there"
    await copies.transact(lambda connection: consumer_of(READER).retry(connection, f"grant/{POISONED}"))
    assert await waiting(copies) == []
    mended = (await known(copies), await canonical(copies))
    await copies.transact(emptied)
    await hear(copies, *bodies)
    assert (await known(copies), await canonical(copies)) == mended


async def test_a_dismissed_message_is_left_out_and_its_successors_go_on(copies: Database) -> None:
    bodies = [told(POISONED, 1), told(POISONED, 2, POISON_ORE), told(POISONED, 3)]
    for body in bodies:
        await hear(copies, body, service=CHOKING_READER)
    consumer = consumer_of(CHOKING_READER)
    await copies.transact(lambda connection: consumer.dismiss(connection, f"grant/{POISONED}", 2, "paid back by hand"))
    assert await waiting(copies) == []
    version, running = (await known(copies))[f"grant/{POISONED}"]
    assert (version, running) == (3, chain(chain(chain(b"", bodies[0]), bodies[1]), bodies[2]).hex())
    assert str(POISON_ORE).encode() not in await canonical(copies)


async def test_a_missing_predecessor_that_is_dismissed_is_waited_for_no_longer(copies: Database) -> None:
    await hear(copies, told(CALM, 2))
    consumer = consumer_of(READER)
    await copies.transact(lambda connection: consumer.dismiss(connection, f"grant/{CALM}", 1, "never published"))
    assert await version_of(copies, CALM) == 0, "its hash cannot be known without its bytes"
    assert await hear(copies, told(CALM, 1)) == 1
    assert await version_of(copies, CALM) == 2
