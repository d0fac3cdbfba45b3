"""What the registry has published, told to the gateway: as often as wanted, for nothing changes the second time."""

from functools import partial

import orjson
import sqlalchemy as sa

from gateway.service import gateway
from services.kernel.database import Database


async def told(registry: Database, front: Database) -> None:
    """Let the gateway know everything that the registry has published."""
    chosen = sa.text("SELECT body FROM outbox ORDER BY position")

    def bodies(connection: sa.Connection) -> list[bytes]:
        return [bytes(row.body) for row in connection.execute(chosen)]

    published = await registry.read(bodies)
    assert all(orjson.loads(body)["source"] == "/samla/registry" for body in published)
    (consumer,) = [each for each in gateway.consumers if each.publisher == "registry"]
    await front.transact(partial(consumer.apply, bodies=published))
