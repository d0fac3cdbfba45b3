"""What provisioning makes, what it refuses, and what each identity may do with it."""

import asyncio
import stat
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.keys import PROVISION, ensure_seeds, read_key, seed_path
from deploy.nkey import Nkey, NotASeed, new_seed
from deploy.provisioning import ACK_WAIT_S, NANOSECONDS, Provisioning, StreamDiffers
from services.kernel.broker import BrokerUnreachable, OutcomeUnknown, Outgoing
from tests.conftest import Provide, connect_as


@dataclass(frozen=True)
class Neighbour:
    name: str
    publishes: tuple[object, ...] = ()
    reads: tuple[str, ...] = ()


REGISTRY = Neighbour("registry", publishes=(object(),))
EVENTS = Neighbour("events", publishes=(object(),), reads=("registry",))
GATEWAY = Neighbour("gateway", reads=("events", "registry"))
ALL = (REGISTRY, EVENTS, GATEWAY)
FACT = Outgoing("samla.registry.unit.renamed.v1", "id-1", b"{}")


async def test_a_stream_keeps_everything_and_only_its_publisher_writes_to_it(provide: Provide) -> None:
    broker = await provide(*ALL)
    config = (await broker.api("STREAM.INFO.REGISTRY", {}))["config"]
    assert config["subjects"] == ["samla.registry.>"]
    assert (config["retention"], config["storage"], config["discard"]) == ("limits", "file", "new")
    assert (config["max_age"], config["max_msgs"], config["max_bytes"], config["max_msg_size"]) == (0, -1, -1, 262144)
    assert all(config[setting] for setting in ("deny_delete", "deny_purge", "allow_atomic", "allow_direct"))
    assert config["duplicate_window"] == 120 * NANOSECONDS
    assert sorted((await broker.api("STREAM.NAMES", {}))["streams"]) == ["CANARY", "EVENTS", "REGISTRY"]


async def test_each_reader_has_an_unfiltered_durable_of_its_own_and_one_for_rebuilds(provide: Provide) -> None:
    broker = await provide(*ALL)
    names = (await broker.api("CONSUMER.NAMES.REGISTRY", {}))["consumers"]
    assert sorted(names) == ["events", "events-rebuild", "gateway", "gateway-rebuild"]
    config = (await broker.api("CONSUMER.INFO.REGISTRY.events", {}))["config"]
    assert "filter_subject" not in config
    assert "filter_subjects" not in config
    assert (config["ack_policy"], config["ack_wait"]) == ("explicit", ACK_WAIT_S * NANOSECONDS)
    assert (config["max_deliver"], config["max_ack_pending"], config["max_waiting"]) == (-1, 4096, 64)
    assert (await broker.api("CONSUMER.INFO.REGISTRY.events-rebuild", {}))["config"]["ack_policy"] == "none"


async def test_providing_again_changes_nothing_but_where_a_rebuild_begins(provide: Provide) -> None:
    broker = await provide(*ALL)
    await broker.publish([FACT], expected_last=0)
    for durable in ("events", "events-rebuild"):
        pull = broker.pull("REGISTRY", durable)
        assert len(await pull.arrived(5)) == 1
        await pull.close()
    await Provisioning(broker, ALL).provide()
    assert await broker.last_sequence("REGISTRY") == 1
    assert (await broker.pending("REGISTRY", "events")).delivered == 1
    assert (await broker.pending("REGISTRY", "events-rebuild")).delivered == 0


@pytest.mark.parametrize(
    ("setting", "value"), [("max_age", 86_400 * NANOSECONDS), ("deny_delete", False), ("max_msg_size", 1024)]
)
async def test_a_stream_that_would_lose_messages_is_not_taken_over(
    provide: Provide, setting: str, value: object
) -> None:
    broker = await provide()
    provisioning = Provisioning(broker, ALL)
    await broker.api("STREAM.CREATE.REGISTRY", {**provisioning._config("registry"), setting: value})
    with pytest.raises(StreamDiffers, match=setting):
        await provisioning.provide()


async def test_the_last_known_sequence_is_that_of_stream_or_reader(provide: Provide) -> None:
    broker = await provide(*ALL)
    provisioning = Provisioning(broker, ALL)
    assert await provisioning.last_known_sequence("registry") == 0
    await broker.publish([FACT], expected_last=0)
    assert await provisioning.last_known_sequence("registry") == 1
    await broker.api("STREAM.DELETE.REGISTRY", {})
    assert await provisioning.last_known_sequence("registry") == 0


async def test_a_part_does_its_work_with_its_own_key(keyed_server) -> None:
    server, keys = keyed_server(*ALL)
    provision = await connect_as(server, keys, PROVISION)
    await Provisioning(provision, ALL).provide()
    alarms: list[str] = []
    registry = await connect_as(server, keys, "registry", alarms)
    gateway = await connect_as(server, keys, "gateway", alarms)
    assert await registry.publish([FACT, Outgoing(FACT.subject, "id-2", b"{}")], expected_last=0) == 2
    assert len((await registry.behind("REGISTRY", 0))[0]) == 2
    for durable, acks in (("gateway", True), ("gateway-rebuild", False)):
        pull = gateway.pull("REGISTRY", durable, acks=acks)
        deliveries = await pull.arrived(5)
        await pull.acknowledge(deliveries)
        assert [each.message_id for each in deliveries] == ["id-1", "id-2"]
    assert await gateway.last_sequence("REGISTRY") == 2
    async with asyncio.timeout(5):
        while (await gateway.pending("REGISTRY", "gateway")).ack_floor < 2:
            pass
    for part in (registry, gateway):
        await part.canary()
        await part.on_nudge(part.identity, lambda: None)
        await part.nudge(part.identity)
        await part.canary()
    assert alarms == []
    for broker in (provision, registry, gateway):
        await broker.close()


async def test_a_part_may_not_write_anothers_stream_and_the_alarm_names_the_subject(
    keyed_server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.kernel.broker.ANSWER_TIMEOUT_S", 0.3)
    server, keys = keyed_server(*ALL)
    provision = await connect_as(server, keys, PROVISION)
    await Provisioning(provision, ALL).provide()
    alarms: list[str] = []
    events = await connect_as(server, keys, "events", alarms)
    with pytest.raises(OutcomeUnknown):
        await events.publish([FACT], expected_last=0)
    assert len(alarms) == 1
    assert alarms[0].startswith("events is forbidden")
    assert "samla.registry.unit.renamed.v1" in alarms[0]
    for forbidden in ("STREAM.DELETE.EVENTS", "STREAM.UPDATE.EVENTS", "CONSUMER.CREATE.REGISTRY.events"):
        with pytest.raises(BrokerUnreachable):
            await events.api(forbidden, {})
    assert await provision.last_sequence("REGISTRY") == 0
    assert len(alarms) == 4
    await events.close()
    await provision.close()


def test_keys_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    ensure_seeds(tmp_path / "keys", ["registry", PROVISION])
    first = seed_path(tmp_path / "keys", "registry").read_text()
    ensure_seeds(tmp_path / "keys", ["registry", "events"])
    assert seed_path(tmp_path / "keys", "registry").read_text() == first
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {0o600}
    assert len({read_key(tmp_path / "keys", name).public for name in ("registry", "events", PROVISION)}) == 3


def test_a_key_is_written_as_nats_writes_it() -> None:
    key = Nkey("SUABEJHIWPB3HMVKF3XOKXT7YIYBU3ECJZJMPKOLU5LW3X73DZJLHLBYH4\n")  # made with the nkeys package
    assert key.public == "UDNLZ5RTCABLUA6EJFCPLMDD5TAALHTBHCLKWBK72FSKCNMRKXCLRXTQ"
    assert (
        key.sign("abc") == b"TAoC82yn8fvmEYRJrXan7KdK2kXyIRzYVAgFBHmfs2AauLNEv/7KOOPm5sJpmAjBOL9HLtHEzyZWfKa0fkouBg=="
    )


@pytest.mark.parametrize(
    "text",
    ["", "not a seed", new_seed()[:-1], "U" + new_seed()[1:]],
    ids=["empty", "words", "cut short", "another kind of key"],
)
def test_what_is_no_seed_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(NotASeed) as refusal:
        Nkey(text)
    assert not text or text not in str(refusal.value)
