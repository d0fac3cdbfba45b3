"""Who may import whom stands in pyproject.toml. Here it is held, and each contract is shown to bite."""

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, SERVICES, modules, shown

ROOMS = ("service", "api", "handlers", "commands", "queries", "tables", "domain")


def importers_of_nats() -> list[str]:
    """The modules that pyproject.toml lets speak with the broker, as paths without their ending."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    allowed = [line for contract in contracts for line in contract.get("ignore_imports", ())]
    return [line.removesuffix(" -> nats").replace(".", "/") for line in allowed]


def check_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-logo", "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


def test_every_import_contract_is_kept():
    outcome = check_imports(ROOT)
    assert outcome.returncode == 0, outcome.stdout


@pytest.fixture
def small_house(tmp_path: Path) -> Path:
    """A house of the same rooms with nothing in them, so that one wrong import is all that is wrong."""
    rooms = [f"services/{service}/{room}" for service in SERVICES for room in ROOMS]
    kernel = [f"services/kernel/{module}" for module in ("clock", "relay")]
    for module in (*rooms, *kernel, "services/contracts/message", "gateway/app", "deploy/host"):
        path = tmp_path / f"{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for package in (".", *SERVICES, "kernel", "contracts"):
        (tmp_path / "services" / package / "__init__.py").touch()
    for package in ("gateway", "deploy"):
        (tmp_path / package / "__init__.py").touch()
    for importer in importers_of_nats():
        (tmp_path / f"{importer}.py").write_text("import nats\n")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_only_the_kernel_is_let_near_the_broker():
    assert {path.rpartition("/")[0] for path in importers_of_nats()} == {"services/kernel"}


def test_the_small_house_is_in_order(small_house: Path):
    outcome = check_imports(small_house)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("services/contracts/message.py", "import services.kernel.clock", "Deploy, gateway, services"),
        ("services/kernel/clock.py", "import services.events.domain", "Deploy, gateway, services"),
        ("services/kernel/clock.py", "import deploy.host", "Deploy, gateway, services"),
        ("services/funding/commands.py", "import services.registry.tables", "No service knows another"),
        ("gateway/app.py", "import services.reporting.queries", "The gateway knows no service"),
        ("services/events/domain.py", "import services.events.tables", "The rooms of a service"),
        ("services/events/queries.py", "import services.events.commands", "The rooms of a service"),
        ("services/registry/domain.py", "import sqlalchemy", "The rules know neither"),
        ("services/contracts/message.py", "import sqlmodel", "The language knows neither"),
        ("services/kernel/relay.py", "import nats.js", "Only the kernel speaks"),
        ("gateway/app.py", "import nats", "Only the kernel speaks"),
        ("deploy/host.py", "import nats", "Only the kernel speaks"),
    ],
)
def test_a_wrong_import_breaks_its_contract(small_house: Path, module: str, line: str, contract: str):
    (small_house / module).write_text(f"{line}\n")

    outcome = check_imports(small_house)

    assert outcome.returncode == 1, outcome.stdout
    broken = [report for report in outcome.stdout.splitlines() if "BROKEN" in report]
    assert any(report.startswith(contract) for report in broken), outcome.stdout


@pytest.mark.parametrize("path", modules("services/contracts"), ids=shown)
def test_the_language_needs_nothing_but_pydantic(path: Path):
    allowed = {*sys.stdlib_module_names, "pydantic", "pydantic_core"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        for name in names:
            assert name.split(".")[0] in allowed or name.startswith("services.contracts"), name
