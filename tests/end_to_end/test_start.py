"""The product's own command from an empty data folder, and again: how soon the first page, and how much memory."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.ports import installation_ports

ROOT = Path(__file__).parents[2]
WITHIN_S = 90.0


@contextlib.contextmanager
def started(data: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str, float]]:
    """The installation, its address, and how many seconds passed until its first page came."""
    port = installation_ports()
    environment = {**os.environ, "SAMLA_DATA": str(data), "SAMLA_PORT": str(port), "MALLOC_ARENA_MAX": "1"}  # as ./run
    log = data.with_suffix(".log").open("a+")
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy", "up", *words], cwd=ROOT, env=environment, stdout=log, stderr=log, text=True
    )
    try:
        address = f"http://127.0.0.1:{port}"
        while not _answers(address):
            assert process.poll() is None, data.with_suffix(".log").read_text()
            assert time.monotonic() - began < WITHIN_S
            time.sleep(0.02)
        yield process, address, time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        log.close()


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def resident_mib(process: int) -> dict[str, float]:
    """What the process and all that it started hold in memory, by name; memory that they share counts for each."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and process in _ancestry(int(folder.name)):
            status = (folder / "status").read_text()
            name, kib = re.search(r"Name:\t(.*)", status), re.search(r"VmRSS:\s+(\d+)", status)
            if name and kib:
                found[f"{name[1]} {folder.name}"] = int(kib[1]) / 1024
    return found


def _ancestry(process: int) -> list[int]:
    """The process and those that it comes from."""
    line = [process]
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        while line[-1] > 1:
            line.append(int(Path(f"/proc/{line[-1]}/stat").read_text().rpartition(")")[2].split()[1]))
    return line


@pytest.mark.timeout(400)
def test_the_first_page_a_later_start_and_what_it_holds_in_memory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "var"
    with started(data) as (process, _, first_s):
        deadline = time.monotonic() + WITHIN_S
        while "Worked example sent" not in (said := data.with_suffix(".log").read_text()):
            assert "not finished" not in said
            assert time.monotonic() < deadline, said
            time.sleep(0.2)
        report = [f"an empty data folder: first page after {first_s:.1f} s; with the example {_memory(process)}"]
    for words in ((), ("--separate",)):
        with started(data, *words) as (process, address, later_s):
            found = httpx.get(address, params={"q": "1902"}, trust_env=False, follow_redirects=True)
            assert "Tromsø" in found.text
            name = words[0] if words else "a later start"
            report.append(f"{name}: first page after {later_s:.1f} s; {_memory(process)}")
    with capsys.disabled():
        print("", *report, sep="\n")


def _memory(process: subprocess.Popen[str]) -> str:
    """What the whole system holds when it is left alone for a while."""
    time.sleep(2)
    held = resident_mib(process.pid)
    assert any(name.startswith("nats-server") for name in held)
    return f"{sum(held.values()):.0f} MiB resident ({', '.join(f'{name} {mib:.0f}' for name, mib in held.items())})"
