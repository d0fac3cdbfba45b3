"""What must not start does not: a sentence that says why, and nothing is made."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy import installation
from deploy.embedded import EmbeddedServer
from deploy.keys import users
from deploy.parts import load
from services.kernel.settings import Settings
from tests.end_to_end.installation import Installation

ROOT = Path(__file__).parents[2]


def start(**environment: str) -> tuple[int, str]:
    """Start an installation that is expected to refuse: its exit code, and what it said."""
    known: Mapping[str, str] = {**os.environ, **environment}
    ended = subprocess.run(
        [sys.executable, "-m", "deploy", "up", "--empty"],
        cwd=ROOT,
        env=known,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert not ended.stdout
    return ended.returncode, ended.stderr


def test_a_broker_that_answers_before_it_has_written(tmp_path: Path) -> None:
    services, settings = load(), Settings(data=tmp_path / "elsewhere")
    installation.ensure_keys(settings, services)
    lazy = EmbeddedServer(tmp_path / "lazy", users=users(settings.keys_folder, services), sync="2m")
    lazy.start()
    data = tmp_path / "var"
    try:
        code, said = start(
            SAMLA_DATA=str(data),
            SAMLA_PORT="18271",
            SAMLA_KEYS=str(settings.keys_folder),
            SAMLA_NATS_URL=lazy.url,
            SAMLA_NATS_MONITOR_URL=lazy.monitor_url,
        )
    finally:
        lazy.stop()
    assert code == 2
    assert said == "nats-server answers before it has written to disk; set jetstream.sync_interval: always\n"
    assert [path.name for path in data.iterdir()] == ["samla.lock"]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_data_folder_that_is_in_use(here: Installation) -> None:
    before = await here.everything()
    code, said = start(SAMLA_DATA=str(here.settings.data), SAMLA_PORT="18271")
    assert code == 2
    assert said == f"{here.settings.data} is in use: process {os.getpid()} holds samla.lock.\n"
    assert await here.everything() == before
    assert (await here.anybody().get("/municipalities/1902", on="2016-04-08")).json()["name"] == "Tromsø"
