"""Who knows one service knows all: the same rooms, none added, none grown out of sight."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, SERVICES, files, is_made, line_count, lines_of_code, modules, shown

ROOMS = {"service", "api", "handlers", "commands", "queries", "domain", "tables", "migrations"}

TOP_LEVEL = {
    ".ci", ".editorconfig", ".gitignore", ".pre-commit-config.yaml",
    "CHANGELOG.md", "README.md", "SECURITY.md", "pyproject.toml", "run", "test",
    "deploy", "docs", "gateway", "requirements", "services", "tests",
}  # fmt: skip

DRAWERS = {"utils", "util", "helpers", "helper", "common", "manager", "core", "base", "misc"}
"""Names that say nothing about what is inside, and therefore attract everything."""

MODULE_LINES = 300
KERNEL_LINES_OF_CODE = 3530
"""Docstrings, comments and blank lines not counted: docs/decisions/0007-the-size-of-the-kernel.md."""


def test_the_top_level_holds_only_what_the_map_names():
    assert {path.name for path in ROOT.iterdir() if not is_made(path.name)} <= TOP_LEVEL


def test_services_holds_the_four_services_their_language_and_their_plumbing():
    folders = {path.name for path in (ROOT / "services").iterdir() if path.is_dir() and not is_made(path.name)}
    assert folders == {"contracts", "kernel", *SERVICES}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_only_the_eight_rooms(service):
    folder = ROOT / "services" / service
    rooms = {path.stem for path in folder.iterdir() if not is_made(path.name)} - {"__init__"}
    assert rooms <= ROOMS, f"added: {sorted(rooms - ROOMS)}"
    assert {"service", "tables", "migrations"} <= rooms


def test_no_module_outgrows_a_sitting():
    long = {shown(path): line_count(path) for path in modules("services", "gateway", "deploy")}
    assert {path: lines for path, lines in long.items() if lines > MODULE_LINES} == {}


def test_the_kernel_stays_small():
    assert sum(lines_of_code(path) for path in modules("services/kernel")) <= KERNEL_LINES_OF_CODE


def test_no_module_or_folder_is_a_drawer():
    named = {part.removesuffix(".py") for path in files("services", "gateway", "deploy") for part in parts(path)}
    assert named & DRAWERS == set()


@pytest.mark.parametrize("path", [path for path in modules("services") if path.name == "__init__.py"], ids=shown)
def test_a_package_opens_with_one_docstring_and_holds_no_code(path: Path):
    docstring, *rest = ast.parse(path.read_text()).body
    assert isinstance(docstring, ast.Expr)
    assert isinstance(docstring.value, ast.Constant)
    if (
        path.parent.name in ROOMS or path.parent.parent.name == "contracts"
    ):  # a room that became a folder says what it shows
        rest = [statement for statement in rest if not isinstance(statement, ast.ImportFrom) and not is_all(statement)]
    assert rest == []


def is_all(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Assign) and [ast.unparse(target) for target in statement.targets] == ["__all__"]


def parts(path: Path) -> tuple[str, ...]:
    return path.relative_to(ROOT).parts
