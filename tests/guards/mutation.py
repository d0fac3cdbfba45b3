"""Take a guard out of a copy of the source, and see which test notices."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
COPIED = ("services", "gateway", "deploy", "tests", "pyproject.toml")
TIME_LIMIT_S = 100
"""Far above what a test takes, on a machine that does much else."""


@dataclass(frozen=True)
class Edit:
    """One exact replacement. The text must be there once, or the guard has moved and this test is out of date."""

    path: str
    old: str
    new: str

    def apply(self, root: Path) -> None:
        file = root / self.path
        text = file.read_text()
        found = text.count(self.old)
        assert found == 1, f"{self.path} has {found} times: {self.old}"
        file.write_text(text.replace(self.old, self.new))


@dataclass(frozen=True)
class Guard:
    """Something that keeps messages or money whole; how to take it out; the test that fails without it."""

    name: str
    edits: Sequence[Edit]
    test: str
    says: str = "AssertionError"
    """What the failing test prints."""


def notice(guard: Guard, folder: Path) -> str:
    """Run the guard's test in a copy without the guard, and return what it printed.

    Raises:
        AssertionError: nobody noticed.
    """
    copied_without(guard, folder)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SAMLA_", "PYTEST_"))}
    # It is to fail, and what failing tests leave behind is of no use here.
    options = ("-p", "no:cacheprovider", "-o", "tmp_path_retention_policy=none", "-q", "-x")
    outcome = subprocess.run(
        [sys.executable, "-m", "pytest", *options, guard.test],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_S,
    )
    printed = outcome.stdout + outcome.stderr
    assert outcome.returncode == 1, f"without {guard.name} this still holds: {guard.test}\n{printed}"
    return printed


def copied_without(guard: Guard, folder: Path) -> None:
    """The source with the guard taken out. Compiled modules come along: only what is edited is compiled anew."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("node_modules", "var"))
        else:
            shutil.copy2(source, folder / name)
    for edit in guard.edits:
        edit.apply(folder)
