"""What is installed is what was locked, on any machine: every line has its sum, and no line names a place."""

import json
import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, shown

REQUIREMENTS = sorted((ROOT / "requirements").glob("*.lock"))
WEB_LOCK = ROOT / "gateway/web/package-lock.json"

PLACE = re.compile(r"://|index-url|find-links|trusted-host|file:|(^|[ =])[./~]", re.MULTILINE)
REQUIREMENT = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*==[^ ;]+(?: ; [^\\]+)?(?: --hash=sha256:[0-9a-f]{64})+")


def test_every_list_of_requirements_is_locked():
    wanted = {path.stem for path in (ROOT / "requirements").glob("*.in")}
    assert wanted == {path.stem for path in REQUIREMENTS} == {"run", "test", "web", "bench"}


@pytest.mark.parametrize("lock", REQUIREMENTS, ids=shown)
def test_a_lock_names_no_host_and_no_folder(lock: Path):
    assert PLACE.search(lock.read_text()) is None


@pytest.mark.parametrize("lock", REQUIREMENTS, ids=shown)
def test_every_line_of_a_lock_carries_its_sums(lock: Path):
    for line in re.sub(r" \\\n +", " ", lock.read_text()).splitlines():
        assert REQUIREMENT.fullmatch(line), line


@pytest.mark.parametrize("kind", ["test", "bench"])
def test_tests_and_bench_run_what_runs(kind: str):
    assert pinned("run").items() <= pinned(kind).items()


def test_the_web_lock_names_sums_and_no_places():
    packages = json.loads(WEB_LOCK.read_text())["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert installed
    for name, package in installed.items():
        assert "resolved" not in package, name
        assert package["integrity"].startswith("sha512-"), name


def test_the_web_packages_are_named_exactly():
    wanted = json.loads((WEB_LOCK.parent / "package.json").read_text())["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values()), wanted


def pinned(kind: str) -> dict[str, str]:
    lock = (ROOT / "requirements" / f"{kind}.lock").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ]+)", lock, re.MULTILINE))
