"""The files of the house, found without git so that an unpacked archive can be tested too."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

SERVICES = ("registry", "events", "funding", "reporting")

MADE = {".git", "__pycache__", "node_modules", "var"}
"""What is made here and never committed, together with every tool's cache and environment."""


def is_made(name: str) -> bool:
    return name in MADE or name.startswith(".venv-") or name.endswith(("_cache", ".egg-info")) or name == ".hypothesis"


def files(*below: str) -> Iterator[Path]:
    """Every file of ours below the given folders, or of the whole house."""
    for start in below or (".",):
        for folder, names, found in os.walk(ROOT / start):
            names[:] = sorted(name for name in names if not is_made(name))
            yield from (Path(folder, name) for name in sorted(found) if not is_made(name))


def modules(*below: str) -> list[Path]:
    """The modules below the given folders, without migrations: those are written once and then left alone."""
    return [
        path for path in files(*below) if path.suffix == ".py" and path.parent.name not in ("migrations", "versions")
    ]


def line_count(path: Path) -> int:
    return len(path.read_text().splitlines())


def lines_of_code(path: Path) -> int:
    """Lines that are neither blank nor a comment nor part of a docstring."""
    text = path.read_text()
    told: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            told.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return sum(bool(line) and not line.startswith("#") and number not in told for number, line in lines)


def shown(path: Path) -> str:
    """A path as a reader of the house knows it."""
    return path.relative_to(ROOT).as_posix()
