"""What a new installation is filled with: the reference tables, and the worked example unless it is left out."""

import asyncio
import contextlib
import logging
import time
from pathlib import Path

import httpx

from deploy.folder import DataFolder
from deploy.operator import ask, is_running
from deploy.parts import PARTS
from deploy.reference_tables import TableSet, edition
from services.kernel.settings import Settings

log = logging.getLogger(__name__)

READY_TIMEOUT_S = 60.0


async def load_first_content(settings: Settings, *, example: bool) -> None:
    """Fill what is still to be filled. Interrupted, it goes on at the next start: what is there is left alone.

    Of each set of tables it is remembered which edition was loaded, so that a newer one is loaded at the next start.
    """
    folder = DataFolder(settings.data)
    done = Done(folder.path / "first-content")
    editions = {tables: edition(tables) for tables in TableSet}
    wanted = [tables for tables in TableSet if editions[tables] not in done.found]
    if wanted:
        started = time.monotonic()
        async for loaded in ask(folder.socket_of("registry"), "load_reference", {"sets": wanted}):
            print(f"Reference tables loaded in {time.monotonic() - started:.1f} s: {loaded}", flush=True)
        done.add(*(editions[tables] for tables in wanted))
    if example and "example" not in done.found:
        started = time.monotonic()
        try:
            await send_example(settings)
        except Exception as error:  # the example is no part of the product: whatever is wrong with it, that goes on
            log.exception("the worked example is not finished; it goes on at the next start")
            print(f"The worked example is not finished: {error}", flush=True)
            return
        print(f"Worked example sent in {time.monotonic() - started:.1f} s", flush=True)
        done.add("example")


class Done:
    """What an installation has been filled with, one word a line of a file in its data folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.found = set(path.read_text().split()) if path.exists() else set()

    def add(self, *words: str) -> None:
        """Remember it."""
        self.found.update(words)
        self._path.write_text("\n".join(sorted(self.found)))


async def until_ready(settings: Settings) -> None:
    """Wait until operators can talk to every part and the gateway is ready, at most ``READY_TIMEOUT_S``."""
    folder = DataFolder(settings.data)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", trust_env=False) as client:
        deadline = time.monotonic() + READY_TIMEOUT_S
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                listen = all(is_running(folder.socket_of(name)) for name in PARTS)
                if listen and (await client.get("/health/ready")).is_success:
                    return
            await asyncio.sleep(0.05)
    log.warning("not ready yet", extra={"waited_s": READY_TIMEOUT_S})


async def send_example(settings: Settings) -> None:
    """Send the worked example as commands over the API."""
    # Imported here: it is needed once in an installation's life.
    from deploy.example.play import play  # noqa: PLC0415

    await until_ready(settings)
    await play(settings)
