"""The broker as the relay and the consumers rely on it, against a real nats-server."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.embedded import EmbeddedServer
from deploy.fitness import verify_broker
from deploy.keys import ensure_seeds
from deploy.provisioning import Provisioning
from services.kernel.broker import (
    ANSWER_TIMEOUT_S,
    Broker,
    BrokerUnfit,
    BrokerUnreachable,
    Delivered,
    KnownMessage,
    OutcomeUnknown,
    Outgoing,
    Pull,
    Refused,
    Stored,
    WrongLastSequence,
)
from tests.conftest import Provide, connect_as


@dataclass(frozen=True)
class Neighbour:
    name: str
    publishes: tuple[object, ...] = ()
    reads: tuple[str, ...] = ()


PUBLISHER = Neighbour("registry", publishes=(object(),))
READER = Neighbour("events", reads=("registry",))


def messages(count: int, start: int = 0, body: bytes = b"{}") -> list[Outgoing]:
    return [Outgoing("samla.registry.unit.renamed.v1", f"id-{start + i}", body) for i in range(count)]


async def taken(pull: Pull, count: int, *, within_s: float = 10.0) -> list[Delivered]:
    found: list[Delivered] = []
    async with asyncio.timeout(within_s):
        while len(found) < count:
            found += await pull.arrived()
    return found


async def test_a_batch_is_stored_behind_the_expected_sequence_and_read_back(provide: Provide) -> None:
    broker = await provide(PUBLISHER, READER)
    assert await broker.publish(messages(3), expected_last=0) == 3
    assert await broker.publish(messages(1, start=3), expected_last=3) == 4
    stored, last = await broker.behind("REGISTRY", 1)
    assert ([each.message_id for each in stored], last) == (["id-1", "id-2", "id-3"], 4)
    assert [each.sequence for each in stored] == [2, 3, 4]
    assert await broker.behind("REGISTRY", 4) == ([], 4)


async def test_a_publisher_that_believes_in_another_end_is_told_the_true_one(provide: Provide) -> None:
    broker = await provide(PUBLISHER)
    await broker.publish(messages(2), expected_last=0)
    for batch in (messages(1, start=9), messages(2, start=9)):
        with pytest.raises(WrongLastSequence) as wrong:
            await broker.publish(batch, expected_last=1)
        assert wrong.value.actual == 2
    assert await broker.last_sequence("REGISTRY") == 2


async def test_a_known_message_refuses_the_whole_batch(provide: Provide) -> None:
    broker = await provide(PUBLISHER)
    await broker.publish(messages(2), expected_last=0)
    with pytest.raises(KnownMessage):
        await broker.publish([*messages(1, start=5), *messages(1, start=1)], expected_last=2)
    with pytest.raises(KnownMessage):
        await broker.publish(messages(1, start=1), expected_last=2)
    assert await broker.last_sequence("REGISTRY") == 2


async def test_a_message_that_is_too_large_spoils_its_batch_and_is_found_singly(provide: Provide) -> None:
    broker = await provide(PUBLISHER)
    too_large = messages(1, start=1, body=b"x" * 300_000)
    with pytest.raises(Refused) as refused:
        await broker.publish([*messages(1), *too_large, *messages(1, start=2)], expected_last=0)
    assert refused.value.code == 10176
    with pytest.raises(Refused) as refused:
        await broker.publish(too_large, expected_last=0)
    assert refused.value.code == 10054
    assert await broker.last_sequence("REGISTRY") == 0


async def test_what_lies_behind_is_read_in_pages(provide: Provide) -> None:
    broker = await provide(PUBLISHER)
    last = 0
    for start in range(0, 2500, 500):
        last = await broker.publish(messages(500, start), expected_last=last)
    stored, last = await broker.behind("REGISTRY", 0)
    assert ([each.message_id for each in stored], last) == ([f"id-{i}" for i in range(2500)], 2500)


async def test_a_stream_begun_anew_counts_on_from_the_old_one(provide: Provide) -> None:
    broker = await provide(PUBLISHER, READER)
    await broker.publish(messages(2), expected_last=0)
    await Provisioning(broker, [PUBLISHER, READER]).recreate_stream("registry", 10_003)
    assert await broker.behind("REGISTRY", 2) == ([], 10_002)
    with pytest.raises(WrongLastSequence):
        await broker.publish(messages(1), expected_last=2)
    assert await broker.publish(messages(2), expected_last=10_002) == 10_004
    assert [each.sequence for each in await taken(broker.pull("REGISTRY", "events"), 2)] == [10_003, 10_004]


async def test_a_missing_stream_is_an_answer_of_its_own(provide: Provide) -> None:
    broker = await provide()
    with pytest.raises(OutcomeUnknown):
        await broker.publish(messages(1), expected_last=0)
    with pytest.raises(Refused) as refused:
        await broker.behind("REGISTRY", 0)
    assert refused.value.code == 10059


async def test_messages_are_pulled_in_order_with_their_headers_and_are_done_when_acknowledged(provide: Provide) -> None:
    broker = await provide(PUBLISHER, READER)
    traced = Outgoing("samla.registry.unit.renamed.v1", "traced", b"body", {"traceparent": "00-1-2-01"})
    await broker.publish([traced, *messages(1200)[:499]], expected_last=0)
    await broker.publish(messages(500, start=500), expected_last=500)
    pull = broker.pull("REGISTRY", "events")
    deliveries = await taken(pull, 1000)
    assert [each.sequence for each in deliveries] == list(range(1, 1001))
    first = deliveries[0]
    assert (first.subject, first.message_id, first.body) == (traced.subject, "traced", b"body")
    assert first.headers["traceparent"] == "00-1-2-01"
    assert (await broker.pending("REGISTRY", "events")).num_ack_pending == 1000
    await pull.acknowledge(deliveries)
    async with asyncio.timeout(5):
        while (state := await broker.pending("REGISTRY", "events")).num_ack_pending:
            pass
    assert (state.delivered, state.ack_floor, state.num_pending) == (1000, 1000, 0)
    assert await pull.arrived(0.05) == []


async def test_a_batch_larger_than_the_byte_limit_comes_in_several(provide: Provide) -> None:
    broker = await provide(PUBLISHER, READER)
    await broker.publish(messages(50, body=b"x" * 100_000), expected_last=0)
    pull = broker.pull("REGISTRY", "events", max_bytes=1_000_000)
    assert [each.sequence for each in await taken(pull, 50)] == list(range(1, 51))


async def published(broker: Broker, batch: list[Outgoing], expected_last: int) -> int:
    """Publish as the relay does: whatever the outcome, ask what is stored, and go on until all of it is."""
    while True:
        try:
            return await broker.publish(batch, expected_last=expected_last)
        except OutcomeUnknown:
            with contextlib.suppress(BrokerUnreachable):
                if (last := (await broker.behind("REGISTRY", expected_last))[1]) > expected_last:
                    return last
        await asyncio.sleep(0.05)


async def test_nothing_is_lost_or_reordered_when_the_broker_is_killed_again_and_again(
    provide: Provide, broker_server: EmbeddedServer
) -> None:
    broker = await provide(PUBLISHER, READER)
    pull = broker.pull("REGISTRY", "events")
    last, heard = 0, set[int]()
    for round_ in range(5):
        last = await published(broker, messages(10, start=round_ * 10), last)
        broker_server.kill()
        broker_server.start()
        async with asyncio.timeout(10):
            while len(heard) < last:
                deliveries = await pull.arrived()
                heard.update(each.sequence for each in deliveries)
                await pull.acknowledge(deliveries)
    async with asyncio.timeout(10):
        stored = await stored_messages(broker)
    assert [each.message_id for each in stored] == [f"id-{i}" for i in range(50)]
    assert heard == set(range(1, 51))


async def stored_messages(broker: Broker) -> list[Stored]:
    """What the stream holds, as soon as the client has noticed the last kill and is connected again."""
    while True:
        try:
            return (await broker.behind("REGISTRY", 0))[0]
        except BrokerUnreachable:
            await asyncio.sleep(0.05)


async def test_a_question_in_flight_is_not_waited_for_when_the_connection_is_lost(
    provide: Provide, broker_server: EmbeddedServer
) -> None:
    broker = await provide(PUBLISHER)
    assert broker_server.pid is not None
    os.kill(broker_server.pid, signal.SIGSTOP)
    await asyncio.to_thread(os.waitid, os.P_PID, broker_server.pid, os.WSTOPPED)  # a busy machine lets threads run on
    asked = asyncio.create_task(broker.publish(messages(1), expected_last=0))
    await asyncio.sleep(0.05)
    broker_server.kill()
    try:
        with pytest.raises(OutcomeUnknown):
            await asyncio.wait_for(asked, ANSWER_TIMEOUT_S - 1)
    finally:
        broker_server.start()


async def test_publishing_to_a_broker_that_is_down_has_an_unknown_outcome(
    provide: Provide, broker_server: EmbeddedServer
) -> None:
    broker = await provide(PUBLISHER)
    broker_server.kill()
    try:
        with pytest.raises(OutcomeUnknown):
            await broker.publish(messages(3), expected_last=0)
        with pytest.raises(BrokerUnreachable):
            await broker.last_sequence("REGISTRY")
    finally:
        broker_server.start()


async def test_a_durable_that_is_gone_is_asked_again_without_haste_and_found_again(provide: Provide) -> None:
    broker = await provide(PUBLISHER, READER)
    pull = broker.pull("REGISTRY", "events")
    assert await pull.arrived(0.05) == []
    await broker.api("CONSUMER.DELETE.REGISTRY.events", {})
    asked_before = broker._client.stats["out_msgs"]
    assert await pull.arrived(1.0) == []
    assert broker._client.stats["out_msgs"] - asked_before < 50
    await Provisioning(broker, [PUBLISHER, READER]).provide()
    await broker.publish(messages(1), expected_last=0)
    assert len(await taken(pull, 1)) == 1


async def test_a_cancelled_reader_loses_nothing(provide: Provide) -> None:
    broker = await provide(PUBLISHER, READER)
    pull = broker.pull("REGISTRY", "events")
    await broker.publish(messages(20), expected_last=0)
    found: list[Delivered] = []
    async with asyncio.timeout(10):
        while len(found) < 20:
            try:
                found += await asyncio.wait_for(pull.arrived(), 0.001)
            except TimeoutError:
                continue
    assert [each.sequence for each in found] == list(range(1, 21))


async def test_the_canary_comes_back(provide: Provide) -> None:
    await (await provide()).canary()


async def test_a_nudge_wakes_the_one_it_names(provide: Provide) -> None:
    broker, other = await provide(), await provide()
    woken = asyncio.Event()
    await broker.on_nudge("registry", woken.set)
    await broker.canary()  # the subscription has reached the server before this came back
    await other.nudge("registry")
    await asyncio.wait_for(woken.wait(), 5)


async def test_no_broker_is_said_within_the_time_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.kernel.broker.CONNECT_TIMEOUT_S", 0.3)
    with pytest.raises(BrokerUnreachable, match=r"127\.0\.0\.1:1"):
        await Broker.connect("nats://127.0.0.1:1", identity="registry")


async def test_a_key_the_broker_does_not_know_is_not_let_in(
    keyed_server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.kernel.broker.CONNECT_TIMEOUT_S", 0.5)
    server, _ = keyed_server(PUBLISHER)
    ensure_seeds(tmp_path / "others", ["registry"])
    with pytest.raises(BrokerUnfit, match="does not let registry in"):
        await connect_as(server, tmp_path / "others", "registry")


@pytest.fixture
def lazy_server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path / "lazy", sync="2m")
    server.start()
    yield server
    server.stop()


async def test_a_broker_that_confirms_before_it_writes_is_refused(lazy_server: EmbeddedServer) -> None:
    broker = await Broker.connect(lazy_server.url, identity="registry")
    with pytest.raises(BrokerUnfit, match="sync_interval: always"):
        await verify_broker(broker, lazy_server.monitor_url, ())
    await broker.close()


async def test_a_stream_in_memory_is_refused(provide: Provide, broker_server: EmbeddedServer) -> None:
    broker = await provide(PUBLISHER)
    await verify_broker(broker, broker_server.monitor_url, ["REGISTRY", "CANARY"])
    await broker.api("STREAM.CREATE.MEMORY", {"name": "MEMORY", "subjects": ["memory"], "storage": "memory"})
    with pytest.raises(BrokerUnfit, match="MEMORY is kept in memory"):
        await verify_broker(broker, broker_server.monitor_url, ["MEMORY"])
