"""What it costs to trace a request with one query, and a tenth of them."""

import contextlib
from functools import partial
from uuid import UUID

from tests.bench.connection import Connections
from tests.bench.granting import Credentials, award_and_copy
from tests.bench.house import rate_of
from tests.bench.program import Order, program
from tests.bench.ratios import Ratio, interleaved
from tests.bench.stage import stage
from tests.ports import free_port
from tests.postgres import PostgresServer

REQUESTS = 3_000
AT_ONCE = 16
GOALS = {0.1: 0.9, 1.0: 0.7}


async def measure(postgres: PostgresServer) -> list[Ratio]:
    """Two shares on each database, by three processes that serve the same rows."""
    found = []
    for kind in ("sqlite", "postgres"):
        async with stage(kind, postgres) as on, contextlib.AsyncExitStack() as stack:
            grant_id = (await on.writer.write(award_and_copy)).grant_id
            url = on.writer.engine.url.render_as_string(hide_password=False)
            ports = {share: free_port() for share in (0.0, *GOALS)}
            for share, port in ports.items():
                order = Order(port=port, public_key=Credentials().public_key, writer=url, reader=url, traced=share)
                await stack.enter_async_context(program(order))
            for share, goal in GOALS.items():
                figure = await interleaved(
                    partial(_rate, ports[share], grant_id), partial(_rate, ports[0.0], grant_id), rounds=9
                )
                found.append(Ratio(f"request with one query, traced {share:.0%}, {kind}", "untraced", figure, goal))
    return found


async def _rate(port: int, grant_id: UUID) -> float:
    with contextlib.closing(Connections(port)) as connections:

        async def request(_turn: int) -> None:
            status, answer = await connections.ask("GET", f"/grants/{grant_id}")
            assert status == 200, answer

        return await rate_of(request, REQUESTS, at_once=AT_ONCE)
