"""Parts in one process: started, asked by an operator, stopped; and refused where starting would do harm."""

import asyncio
import json
import shutil
import stat
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from deploy import installation
from deploy.__main__ import arguments
from deploy.embedded import EmbeddedServer
from deploy.folder import DataFolder, FolderInUse
from deploy.host import BrokerAddress, Host, running
from deploy.keys import users
from deploy.operated import Operated
from deploy.operations import answers_of
from deploy.operator import NotRunning, OperationRefused, ask, listening
from deploy.parts import load
from deploy.serving import PortTaken, listen
from deploy.starting import operated
from deploy.verbs import load_reference, parked, rebuild, rebuild_streams, reconcile
from services.kernel.broker import BrokerUnfit, Outgoing
from services.kernel.settings import Settings
from tests.conftest import RunParts
from tests.postgres import PostgresServer
from tests.waiting import eventually


def operating(settings: Settings, host: Host) -> Operated:
    """An operator beside the running parts."""
    services = tuple(hosted.service for hosted in host.hosted.values())
    partners = {name: answers_of(hosted) for name, hosted in host.hosted.items()}
    return Operated(settings, services, installation.known_address(settings), partners)


async def ready(host: Host) -> None:
    async def nobody_waits() -> bool:
        return not any(hosted.part.troubles() for hosted in host.hosted.values())

    await eventually(nobody_waits)


async def test_what_one_part_tells_the_others_know(
    run_parts: RunParts, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with run_parts("registry", "events") as host:
        await ready(host)
        parts = operating(settings, host)
        assert await load_reference(parts, arguments(["load-reference"])) == 0
        assert "'units': 899" in capsys.readouterr().out
        assert await reconcile(parts, arguments(["reconcile", "--deep"])) == 0
        assert len([line async for line in parts.ask("events", "dump")]) > 899


async def test_parts_run_on_postgresql_alike(run_parts: RunParts, settings: Settings, postgres: PostgresServer) -> None:
    parts = ("registry", "events")
    for part in parts:
        await postgres.create(f"host_{part}")
    try:
        elsewhere = settings.model_copy(update={"database_url": f"{postgres.base_url}host_{{part}}"})
        async with run_parts(*parts, settings=elsewhere) as host:
            await ready(host)
            operator = operating(elsewhere, host)
            assert await load_reference(operator, arguments(["load-reference"])) == 0
            assert await reconcile(operator, arguments(["reconcile", "--deep"])) == 0
    finally:
        for part in parts:
            await postgres.drop(f"host_{part}")


async def test_a_message_of_an_unknown_type_is_listed_tried_again_and_dismissed_with_a_reason(
    run_parts: RunParts, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with run_parts("registry", "events") as host:
        await ready(host)
        operator = operating(settings, host)
        broker = host.hosted["registry"].part.broker
        assert broker is not None
        await broker.publish([unheard_of()], expected_last=0)

        async def is_parked() -> bool:
            return bool([row async for row in operator.ask("events", "parked")])

        await eventually(is_parked)
        assert await parked(operator, arguments(["parked", "list"])) == 0
        assert capsys.readouterr().out == "events: rumour/1 version 1: unknown-type samla.registry.rumour.heard.v1\n"
        assert await parked(operator, arguments(["parked", "retry"])) == 0
        assert capsys.readouterr().out.startswith("events: 0 messages applied\n")
        about = ["--part", "events", "--aggregate", "rumour/1", "--version", "1"]
        with pytest.raises(OperationRefused, match="--reason"):
            await parked(operator, arguments(["parked", "dismiss", *about]))
        assert await parked(operator, arguments(["parked", "dismiss", *about, "--reason", "nobody said it"])) == 0
        assert not await is_parked()


def unheard_of() -> Outgoing:
    """A message whose type no part knows yet."""
    type_ = "samla.registry.rumour.heard.v1"
    envelope = {
        "specversion": "1.0",
        "id": str(UUID(int=1)),
        "source": "/samla/registry",
        "type": type_,
        "subject": "1",
        "time": "2016-04-08T10:00:00.000000Z",
        "aggregateversion": 1,
        "data": {"occurred_on": "2016-04-08"},
    }
    return Outgoing(type_, str(envelope["id"]), json.dumps(envelope).encode())


async def test_lost_streams_are_made_anew_while_the_parts_run(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    services = load(["registry", "events"])
    installation.ensure_keys(settings, services)
    folder = DataFolder(settings.data).broker
    server = EmbeddedServer(folder, users=users(settings.keys_folder, services))
    server.start()
    address = BrokerAddress(server.url, server.monitor_url)
    try:
        async with installation.provisioning(settings, address, services) as provisioning:
            await provisioning.provide()
        async with running(settings, address, services) as host:
            await ready(host)
            partners = {name: answers_of(hosted) for name, hosted in host.hosted.items()}
            parts = Operated(settings, services, address, partners)
            await load_reference(parts, arguments(["load-reference"]))
            assert await reconcile(parts, arguments(["reconcile"])) == 0
            before = [line async for line in parts.ask("events", "dump")]

            server.kill()
            shutil.rmtree(folder / "jetstream")
            server.start()
            assert await rebuild_streams(parts, arguments(["rebuild-streams"])) == 0
            assert await reconcile(parts, arguments(["reconcile"])) == 0
            assert await rebuild(parts, arguments(["rebuild", "events"])) == 0
            assert [line async for line in parts.ask("events", "dump")] == before
            await ready(host)
    finally:
        server.stop()


async def test_without_a_broker_commands_are_taken_and_published_when_it_comes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.kernel.broker.CONNECT_TIMEOUT_S", 0.3)
    services = load(["registry", "events"])
    installation.ensure_keys(settings, services)
    server = EmbeddedServer(DataFolder(settings.data).broker, users=users(settings.keys_folder, services))
    server.start()
    address = BrokerAddress(server.url, server.monitor_url)
    async with installation.provisioning(settings, address, services) as provisioning:
        await provisioning.provide()
    server.kill()
    try:
        async with running(settings, address, services) as host:
            partners = {name: answers_of(hosted) for name, hosted in host.hosted.items()}
            parts = Operated(settings, services, address, partners)
            assert "broker" in host.hosted["registry"].part.troubles()
            assert host.hosted["events"].part.stale
            await load_reference(parts, arguments(["load-reference"]))
            assert (await parts.one("registry", "state"))["waiting"] > 899
            server.start()
            await ready(host)
            assert await reconcile(parts, arguments(["reconcile"])) == 0
    finally:
        server.stop()


async def test_a_broker_that_may_lose_messages_is_a_refusal_to_start(settings: Settings) -> None:
    services = load(["registry"])
    installation.ensure_keys(settings, services)
    server = EmbeddedServer(DataFolder(settings.data).broker, users=users(settings.keys_folder, services), sync="2m")
    server.start()
    try:
        with pytest.raises(BrokerUnfit, match="sync_interval"):
            async with running(settings, BrokerAddress(server.url, server.monitor_url), services):
                pytest.fail("it started")
    finally:
        server.stop()


async def test_a_part_whose_relay_fails_ends_the_process(run_parts: RunParts) -> None:
    async def lose_the_outbox() -> None:
        async with run_parts("registry") as host:
            await ready(host)
            await host.hosted["registry"].database.transact(
                lambda connection: connection.execute(sa.text("ALTER TABLE outbox RENAME TO lost"))
            )
            await asyncio.sleep(10)

    with pytest.raises(ExceptionGroup):
        await lose_the_outbox()


async def test_a_data_folder_is_used_by_one_installation(run_parts: RunParts, settings: Settings) -> None:
    async with run_parts("registry"):
        with pytest.raises(FolderInUse, match=r"registry\.lock"):
            DataFolder(settings.data).take("registry")
    folder = DataFolder(settings.data)
    folder.take("registry")
    folder.release()


def test_a_port_in_use_is_said_with_what_to_do() -> None:
    with listen(0) as taken:
        taken.listen()
        with pytest.raises(PortTaken, match="SAMLA_PORT"):
            listen(taken.getsockname()[1])


async def test_an_operator_talks_to_a_running_part_over_a_socket_only_its_owner_can_open(
    run_parts: RunParts, settings: Settings
) -> None:
    socket = DataFolder(settings.data).socket_of("registry")
    async with run_parts("registry") as host, operated(host):
        assert stat.S_IMODE(socket.stat().st_mode) == 0o600
        assert [answer async for answer in ask(socket, "own_heads", {})] == [{}]
        with pytest.raises(OperationRefused, match="parked"):
            async for _ in ask(socket, "dismiss", {"aggregate": "unit/1", "version": 1, "reason": "wrong"}):
                pass
    with pytest.raises(NotRunning):
        async for _ in ask(socket, "own_heads", {}):
            pass


async def test_a_socket_may_lie_deep_in_the_file_system(tmp_path: Path) -> None:
    async def answers(operation: str, arguments: object):
        yield {"operation": operation, "given": arguments}

    deep = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 5)
    deep.mkdir(parents=True)
    async with listening(deep / "part.socket", answers):
        found = [answer async for answer in ask(deep / "part.socket", "look", {"row": "å" * 100_000})]
    assert found == [{"operation": "look", "given": {"row": "å" * 100_000}}]


async def test_the_keys_are_made_once_and_kept_from_others(settings: Settings) -> None:
    services = load(["registry"])
    installation.ensure_keys(settings, services)
    first = {path.name: path.read_text() for path in settings.keys_folder.iterdir()}
    installation.ensure_keys(settings, services)
    assert {path.name: path.read_text() for path in settings.keys_folder.iterdir()} == first
    assert {stat.S_IMODE(path.stat().st_mode) for path in settings.keys_folder.iterdir()} == {0o600}
    assert stat.S_IMODE(settings.keys_folder.stat().st_mode) == 0o700
