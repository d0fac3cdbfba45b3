"""Whether the broker keeps what it confirms: what nobody may start without knowing."""

import asyncio
import contextlib
import http.client
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from services.kernel.broker import Broker, BrokerUnfit, BrokerUnreachable

OLDEST_VERSION = (2, 14, 1)
"""The first release with atomic batches and without the protocol injection of CVE-2026-58213."""

TIMEOUT_S = 5.0


async def verify_broker(broker: Broker, monitor_url: str, streams: Iterable[str]) -> None:
    """Refuse a broker that is too old, answers before the message is on disk, or keeps a stream in memory.

    Raises:
        BrokerUnfit: in a sentence that says what to change.
        BrokerUnreachable: nobody answered.
    """
    try:
        state = await asyncio.to_thread(_state, monitor_url)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise BrokerUnreachable(f"no broker state at {monitor_url}: {error}") from error
    version = str(state.get("version", "of unknown version"))
    if tuple(map(int, re.findall(r"\d+", version)[:3])) < OLDEST_VERSION:
        raise BrokerUnfit(f"nats-server is {version}; it must be {'.'.join(map(str, OLDEST_VERSION))} or newer")
    if state.get("jetstream", {}).get("config", {}).get("sync_always") is not True:
        raise BrokerUnfit("nats-server answers before it has written to disk; set jetstream.sync_interval: always")
    for stream in streams:
        if (storage := (await broker.api(f"STREAM.INFO.{stream}", {}))["config"]["storage"]) != "file":
            raise BrokerUnfit(f"the stream {stream} is kept in {storage}; it must be on file storage")


def _state(monitor_url: str) -> dict[str, Any]:
    # Plain http without a proxy: the monitoring address is on loopback or in the installation's own network.
    with contextlib.closing(http.client.HTTPConnection(urlsplit(monitor_url).netloc, timeout=TIMEOUT_S)) as connection:
        connection.request("GET", "/varz")
        state: dict[str, Any] = json.loads(connection.getresponse().read())
        return state
