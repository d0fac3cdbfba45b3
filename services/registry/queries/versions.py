"""Which version a thing has, and every version that it had: both are read from what was published of it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from services.contracts.message import Envelope, Message, upcast
from services.kernel.access import INSTALLATION
from services.registry.tables.metadata import OUTBOX


class Version(NamedTuple):
    """One message about a thing, with the envelope that it came in."""

    envelope: Envelope
    message: Message


def newest_version(connection: sa.Connection, aggregate: str, aggregate_id: UUID) -> int:
    """What a change of the thing must be based on."""
    chosen = sa.select(sa.func.max(OUTBOX.c.version)).where(OUTBOX.c.aggregate == f"{aggregate}/{aggregate_id}")
    return int(connection.execute(chosen).scalar_one())


def versions(connection: sa.Connection, aggregate: str, aggregate_id: UUID) -> Sequence[Version]:
    """Everything that was published of the thing, the oldest first."""
    chosen = sa.select(OUTBOX.c.body).where(OUTBOX.c.aggregate == f"{aggregate}/{aggregate_id}")
    return [_read(bytes(row.body)) for row in connection.execute(chosen.order_by(OUTBOX.c.version))]


def told_by_people(connection: sa.Connection, aggregate: str, ids: Iterable[object]) -> frozenset[str]:
    """Those of the things of which somebody has told last, and no operator's table: a table leaves them alone."""
    keys = {f"{aggregate}/{its_id}" for its_id in ids}
    if not keys:
        return frozenset()
    newest = (
        sa.select(OUTBOX.c.aggregate, sa.func.max(OUTBOX.c.version).label("version"))
        .where(OUTBOX.c.aggregate.in_(keys))
        .group_by(OUTBOX.c.aggregate)
        .subquery()
    )
    is_newest = sa.and_(OUTBOX.c.aggregate == newest.c.aggregate, OUTBOX.c.version == newest.c.version)
    told = (_read(bytes(row.body)) for row in connection.execute(sa.select(OUTBOX.c.body).join(newest, is_newest)))
    return frozenset(envelope.subject for envelope, _ in told if envelope.actor != INSTALLATION.subject)


def _read(body: bytes) -> Version:
    envelope = Envelope.model_validate_json(body)
    message_type, data = upcast(envelope.type, envelope.data)
    return Version(envelope, message_type.model_validate(data))
