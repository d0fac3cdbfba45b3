"""What passes between a part and the broker: values, and the broker's ways of saying no."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


def stream_of(service: str) -> str:
    """The name of the stream that holds all that a service has ever published."""
    return service.upper()


class Key(Protocol):
    """An nkey: what the broker knows us by, and the proof that it is ours."""

    @property
    def public(self) -> str: ...
    def sign(self, nonce: str) -> bytes: ...


class BrokerError(Exception):
    """What the broker said, or that it said nothing."""


class BrokerUnreachable(BrokerError):
    """No connection, or no answer to a question. Ask again later."""


class BrokerUnfit(BrokerError):
    """The broker would lose messages, or does not let us in. Nobody may start on it."""


class OutcomeUnknown(BrokerError):
    """No answer to a publish: all of it may be stored, or nothing. ``Broker.behind`` tells which."""


class WrongLastSequence(BrokerError):
    """The stream ends elsewhere than the publisher believed. Nothing is stored."""

    def __init__(self, actual: int) -> None:
        super().__init__(f"the stream ends at {actual}")
        self.actual = actual


class KnownMessage(BrokerError):
    """One of these messages is stored already. Nothing more is."""


class Refused(BrokerError):
    """The broker says no, with its own code; nothing is stored or changed. 10059 is a stream that does not exist."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{description} ({code})")
        self.code, self.description = code, description


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to store. ``headers`` travel beside it, such as the trace it belongs to."""

    subject: str
    message_id: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stored:
    """What lies in a stream at a sequence."""

    sequence: int
    message_id: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message from a stream. ``reply`` is where its acknowledgement goes."""

    subject: str
    message_id: str
    body: bytes
    headers: Mapping[str, str]
    sequence: int
    reply: str


@dataclass(frozen=True, slots=True)
class ConsumerState:
    """How far a durable has come, in stream sequences, and how much is left. A new one stands before the first."""

    is_new: bool
    delivered: int
    ack_floor: int
    num_pending: int
    num_ack_pending: int
