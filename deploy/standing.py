"""Where a part stands, over HTTP: what waits on its way in and out. Numbers and names of things, no contents."""

from datetime import UTC, datetime
from typing import Any

from services.kernel import inspection
from services.kernel.broker import BrokerError
from services.kernel.effects import effects_by_status
from services.kernel.part import Part
from services.kernel.web import Routes
from services.kernel.wire import stream_of


def standing(part: Part) -> Routes:
    """The route that the gateway asks each part on behalf of an operator."""
    routes = Routes()

    @routes.get("/operations", action="read_operations")
    async def operations() -> dict[str, Any]:
        """Troubles, lag behind each publisher, parked messages, what waits to be published since when, and mail."""
        outbox = await part.database.read(inspection.outbox_state)
        oldest = outbox["oldest"]
        return {
            "troubles": part.troubles(),
            "lag": await _lag(part),
            "parked": await part.database.read(inspection.parked),
            "effects": await part.database.read(effects_by_status),
            "outbox": {**outbox, "oldest": datetime.fromtimestamp(oldest, UTC) if oldest is not None else None},
        }

    return routes


async def _lag(part: Part) -> dict[str, int] | None:
    """By publisher, how many messages the part has not applied yet; none while the broker does not answer."""
    if part.broker is None:
        return None
    lag = {}
    try:
        for intake in part.intakes:
            publisher = intake.consumer.publisher
            state = await part.broker.pending(stream_of(publisher), part.service.name)
            lag[publisher] = state.num_pending + state.num_ack_pending
    except BrokerError:
        return None
    return lag
