"""A copy of what another part publishes: which table, and the pure fold that makes its rows."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError, create_model

from services.contracts.message import (
    MESSAGE_TYPES,
    UPCASTS,
    Envelope,
    Message,
    Received,
    UnknownType,
    facts_of,
    upcast,
)
from services.kernel.bulk import insert_rows
from services.kernel.outbox import array, elements, prepared

Row = Mapping[str, Any]
"""Column name to value."""

_TYPE = re.compile(rb'"type":"([a-z0-9_.]+)"')


class Unreadable(ValueError):
    """The message is not what its type promises. Says where, never what was there."""


@dataclass(frozen=True)
class Copy:
    """One table made from the messages of one kind of aggregate.

    ``fold`` is pure: no clock, no new ids, no database, and it does not assume that another aggregate's messages came
    first. ``key`` is the column that holds the aggregate's id. A copy of the newest state gets the newest message of
    each aggregate, and its rows replace the aggregate's older ones; with ``history`` it gets every message and adds.
    """

    table: sa.Table
    fold: Callable[[Sequence[Received[Any]]], Iterable[Row]]
    of: type[Message]
    key: str
    history: bool = False
    feeds: tuple[str, ...] = ()
    """The indicators that its rows feed: named in the span of the message that changed them."""

    @property
    def publisher(self) -> str:
        """The service whose messages these are."""
        return next(iter(facts_of(self.of))).publisher()

    def chosen(self, received: Sequence[Received[Message]]) -> list[Received[Message]]:
        """Those of the received messages that the fold gets. ``received`` is in version order per aggregate."""
        mine = [each for each in received if isinstance(each.message, self.of)]
        return mine if self.history else list({each.aggregate: each for each in mine}.values())

    def write(self, connection: sa.Connection, received: Sequence[Received[Message]], into: sa.Table) -> None:
        """Fold and store: at most one statement to remove and one to add, whatever the number of messages."""
        if not (chosen := self.chosen(received)):
            return
        if not self.history:
            dialect = connection.dialect.name
            keys = elements(dialect, [each.aggregate_id for each in chosen])
            old = f"DELETE FROM {into.name} WHERE {self.key} IN {array(dialect, 'keys')}"
            connection.execute(prepared(old), {"keys": keys})
        insert_rows(connection, into, list(self.fold(chosen)))


def read_message(body: bytes) -> Received[Message]:
    """The message in these bytes, brought up to the newest version of its type.

    Raises:
        UnknownType: this part is older than the publisher.
        Unreadable: it is no envelope of ours, or the data does not fit its type.
    """
    envelope, message = _read_at_once(body) or _read_step_by_step(body)
    if envelope.subject != message.aggregate_id:
        raise Unreadable("the subject is not the id of what the data is about")
    key = f"{message.aggregate}/{envelope.subject}"
    return Received(message, envelope.id, key, envelope.aggregateversion, envelope.time, envelope.organisation)


def _read_at_once(body: bytes) -> tuple[Envelope, Message] | None:
    """A message of a type as it is today, parsed once instead of twice; nothing if anything at all is wrong with it."""
    named = _TYPE.search(body)
    type_ = named[1].decode() if named else ""
    if type_ in UPCASTS or (kind := MESSAGE_TYPES.get(type_)) is None:
        return None
    try:
        envelope: Any = _whole(kind).model_validate_json(body)
    except ValidationError:
        return None
    return (envelope, envelope.data) if envelope.type == type_ else None


@cache
def _whole(kind: type[Message]) -> type[Envelope]:
    """The envelope around data of that class."""
    return create_model(kind.__name__, __base__=Envelope, data=(kind, ...))


def _read_step_by_step(body: bytes) -> tuple[Envelope, Message]:
    envelope = read_envelope(body)
    kind, data = _newest(envelope)
    try:
        return envelope, kind.model_validate(data)
    except ValidationError as error:
        raise Unreadable(_where(error)) from None


def _newest(envelope: Envelope) -> tuple[type[Message], dict[str, Any]]:
    try:
        return upcast(envelope.type, envelope.data)
    except UnknownType:
        raise
    except Exception as error:
        raise Unreadable(f"no upcast from {envelope.type}: {type(error).__name__}") from None


def read_envelope(body: bytes) -> Envelope:
    """The envelope alone.

    Raises:
        Unreadable: these bytes are no envelope of ours.
    """
    try:
        return Envelope.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable(_where(error)) from None


def _where(error: ValidationError) -> str:
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"/{'/'.join(map(str, each['loc']))}: {each['type']}" for each in found[:5])
