"""``./test [VERB] [pytest arguments]``: without a verb, all that must hold before a change lands."""

import os
import subprocess
import sys
from pathlib import Path

MEMORY, ROOM_BYTES = Path("/dev/shm"), 8 * 2**30
"""Where files are kept in memory, and how much there must be to keep those of the suite."""

FUZZ_EXAMPLES = "2000"
"""Examples per property when fuzzing is all that is done. The suite itself takes a small dose."""


def run(program: str, *arguments: str) -> None:
    """Run a program of this environment; its failure is ours."""
    print("—", program, *arguments, flush=True)
    outcome = subprocess.run([Path(sys.executable).with_name(program), *arguments], check=False)
    if outcome.returncode:
        sys.exit(outcome.returncode)


def lint() -> None:
    """Style, types and who may import whom."""
    run("ruff", "check")
    run("ruff", "format", "--check")
    run("mypy")
    run("lint-imports", "--no-logo")


def write_in_memory() -> None:
    """Keep what the tests write in memory where there is room, unless ``TMPDIR`` says where: a seventh less time.

    What is killed finds there what it would find on a disk. What a power cut leaves is asked by ``faults``.
    """
    if "TMPDIR" in os.environ or not MEMORY.is_dir():
        return
    found = os.statvfs(MEMORY)
    if found.f_bavail * found.f_frsize >= ROOM_BYTES and not found.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = str(MEMORY)


def suite(*arguments: str) -> None:
    """Lint, then every test, on both cores."""
    lint()
    write_in_memory()
    run("pytest", "-n", "2", "--dist", "worksteal", *arguments)


def fuzz(*arguments: str) -> None:
    """The folds of every part, fed with real bytes in every order."""
    os.environ.setdefault("SAMLA_FUZZ_EXAMPLES", FUZZ_EXAMPLES)
    run("pytest", "tests/fuzz", "-n", "2", "--timeout", "3600", *arguments)


match sys.argv[1:]:
    case ["lint"]:
        lint()
    case ["fuzz", *arguments]:
        fuzz(*arguments)
    case ["faults", *arguments]:
        run("python", "-m", "tests.faults", *arguments)
    case ["bench", *arguments]:
        run("python", "-m", "tests.bench", *arguments)
    case arguments:
        suite(*arguments)
