"""What publishers have said, and the ways in which it may reach a reader."""

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from services.contracts import message as contract
from services.contracts.message import Message
from tests.fuzz.contents import ids_of, kinds, made
from tests.messages import message_id, written

DOUBLED = 0.2
"""The share of messages that a reader gets more than once."""

KINDS = kinds()

OLDER, NEWER = ".v1", ".v2"


@dataclass(frozen=True, slots=True)
class Said:
    """One message of one aggregate."""

    publisher: str
    aggregate: str
    version: int
    body: bytes


@dataclass(frozen=True)
class Told:
    """One batch from one publisher."""

    publisher: str
    bodies: tuple[bytes, ...]


@contextlib.contextmanager
def second_versions() -> Iterator[None]:
    """Every type has had a second version since: what ``v1`` called ``happened_on`` is ``occurred_on`` in ``v2``."""

    def newer(data: dict[str, Any]) -> dict[str, Any]:
        return {"occurred_on" if name == "happened_on" else name: value for name, value in data.items()}

    for kind in KINDS:
        contract.MESSAGE_TYPES[kind.type.replace(OLDER, NEWER)] = kind
        contract.UPCASTS[kind.type] = (kind.type.replace(OLDER, NEWER), newer)
    try:
        yield
    finally:
        for kind in KINDS:
            del contract.MESSAGE_TYPES[kind.type.replace(OLDER, NEWER)], contract.UPCASTS[kind.type]


@cache
def said(kind: type[Message], its_id: UUID | str, content: int, version: int, era: str) -> Said:
    """The message as its publisher wrote it: in the type's first version, in its second, or in one of the future."""
    message = made(kind, its_id, content)
    aggregate = f"{message.aggregate}/{its_id}"
    data = message.model_dump(mode="json", exclude_none=True)
    if era == OLDER:
        data["happened_on"] = data.pop("occurred_on")
    type_ = f"samla.{kind.publisher()}.{kind.aggregate}.unheard_of.v1" if era == "unknown" else kind.type
    body = written(
        message,
        version,
        id=message_id(f"{aggregate} {kind.type} {content} {era}", version),
        type=type_.replace(OLDER, NEWER) if era == NEWER else type_,
        data=data,
    )
    return Said(message.publisher(), aggregate, version, body)


@st.composite
def conversations(draw: st.DrawFn, publishers: Sequence[str], *, things: int = 1) -> list[Said]:
    """What these publishers have said: some aggregates of any kind, at least so many, each in a few versions."""
    by_aggregate: Mapping[str, list[type[Message]]] = defaultdict(list)
    for kind in KINDS:
        if kind.publisher() in publishers:
            by_aggregate[kind.aggregate].append(kind)
    known = [(name, its_id) for name, found in sorted(by_aggregate.items()) for its_id in ids_of(found[0])]
    chosen = draw(st.lists(st.sampled_from(known), min_size=things, max_size=max(12, things), unique=True))
    conversation = []
    for name, its_id in chosen:
        for version in range(1, draw(st.integers(1, 5)) + 1):
            kind = draw(st.sampled_from(by_aggregate[name]))
            era = draw(st.sampled_from((OLDER, OLDER, NEWER, NEWER, NEWER, NEWER, NEWER, NEWER, NEWER, "unknown")))
            conversation.append(said(kind, its_id, draw(st.integers(0, 9)), version, era))
    return conversation


def in_order(conversation: Sequence[Said]) -> list[Told]:
    """Each publisher's stream from the beginning, in one batch."""
    streams = defaultdict(list)
    for each in conversation:
        streams[each.publisher].append(each.body)
    return [Told(publisher, tuple(bodies)) for publisher, bodies in sorted(streams.items())]


def in_disorder(conversation: Sequence[Said], random: Random) -> list[Told]:
    """The same, a fifth of it doubled, across and within aggregates in any order, in batches of any size.

    At times all of it is replayed from the beginning.
    """
    arriving = [*conversation, *(each for each in conversation if random.random() < DOUBLED)]
    random.shuffle(arriving)
    if random.random() < 0.3:
        arriving += conversation
    cuts = sorted({0, len(arriving), *(random.randint(0, len(arriving)) for _ in range(random.randint(0, 8)))})
    batches = []
    for start, end in pairwise(cuts):
        batches += in_order(arriving[start:end])
    return batches
