"""``./test bench [NAME …]``: one line per ratio; exits with 1 when one that has a goal is short of it."""

import gc
import importlib
import sys
from collections.abc import Awaitable, Callable

import uvloop

from tests.bench.ratios import Ratio
from tests.postgres import PostgresServer, postgres_server

MEASUREMENTS = (
    "relaying",
    "consuming",
    "latency",
    "commands",
    "rebuilding",
    "gateway",
    "registers",
    "monolith",
    "tracing",
    "memory",
    "others",
)


async def run(names: list[str], postgres: PostgresServer) -> list[Ratio]:
    """Measure one subject after the other and print each line as it is known."""
    found: list[Ratio] = []
    for name in names:
        measure: Callable[[PostgresServer], Awaitable[list[Ratio]]] = importlib.import_module(
            f"tests.bench.{name}"
        ).measure
        for ratio in await measure(postgres):
            print(ratio.line(), flush=True)
            found.append(ratio)
    return found


def main() -> int:
    names = sys.argv[1:] or list(MEASUREMENTS)
    print("  figure      goal  state  ours  /  base", flush=True)
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # both as the product does when it has started
    with postgres_server() as postgres:
        ratios = uvloop.run(run(names, postgres))
    short = [ratio for ratio in ratios if ratio.short]
    print(f"{len(ratios)} ratios, {len(short)} short of their goal")
    return 1 if short else 0


sys.exit(main())
