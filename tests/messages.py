"""Message bytes as a publisher's transaction writes them, for tests that stand on the reader's side."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.contracts.message import Envelope, Message

BEGINNING = datetime(2016, 1, 1, 12, tzinfo=UTC)


def message_id(aggregate: str, version: int) -> UUID:
    """The same for the same version, so that two runs can be compared byte by byte."""
    return UUID(bytes=hashlib.sha256(f"{aggregate} {version}".encode()).digest()[:16], version=4)


def written(message: Message, version: int, **envelope: Any) -> bytes:
    """The bytes of one message. ``envelope`` replaces what it would say."""
    aggregate = f"{message.aggregate}/{message.aggregate_id}"
    said = {
        "id": message_id(aggregate, version),
        "source": f"/samla/{message.publisher()}",
        "type": message.type,
        "subject": message.aggregate_id,
        "time": BEGINNING + timedelta(minutes=version),
        "aggregateversion": version,
        "actor": "someone",
        "data": message.model_dump(mode="json", exclude_none=True),
    }
    return Envelope.model_validate({**said, **envelope}).model_dump_json(exclude_none=True).encode()
