"""What the registry has published, told to the gateway: the reference tables once in a worker, and what came after."""

from functools import partial

import orjson
import sqlalchemy as sa

from deploy.reference_load import load_reference
from gateway.service import gateway
from services.kernel.database import Database
from services.registry.service import registry
from tests.conftest import OpenDatabase


class Telling:
    """A registry that knows the reference tables, and a gateway that was told of them."""

    def __init__(self, behind: Database, front: Database, position: int) -> None:
        self.behind, self.front, self._position = behind, front, position

    async def go_on(self) -> None:
        """Let the gateway know what the registry has published since."""
        self._position = await _told(self.behind, self.front, self._position)


class _ReferenceTables:
    """Fills a gateway's database with what a new registry has published. Every such registry of a worker is a copy."""

    def __init__(self) -> None:
        self.behind: Database | None = None
        self.position = 0

    async def __call__(self, front: Database) -> None:
        assert self.behind is not None
        self.position = await _told(self.behind, front, 0)


_REFERENCE_TABLES = _ReferenceTables()


async def telling(open_database: OpenDatabase) -> Telling:
    """Open both."""
    _REFERENCE_TABLES.behind = behind = await open_database(registry, load_reference)
    front = await open_database(gateway, _REFERENCE_TABLES)
    return Telling(behind, front, _REFERENCE_TABLES.position)


async def _told(behind: Database, front: Database, after: int) -> int:
    chosen = sa.text("SELECT position, body FROM outbox WHERE position > :after ORDER BY position")

    def published(connection: sa.Connection) -> list[tuple[int, bytes]]:
        return [(row.position, bytes(row.body)) for row in connection.execute(chosen, {"after": after})]

    new = await behind.read(published)
    bodies = [body for _, body in new]
    assert all(orjson.loads(body)["source"] == "/samla/registry" for body in bodies)
    (consumer,) = [each for each in gateway.consumers if each.publisher == "registry"]
    await front.transact(partial(consumer.apply, bodies=bodies))
    return max((position for position, _ in new), default=after)
