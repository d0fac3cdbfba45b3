"""What a message on NATS is: a CloudEvents envelope around the publisher's words and the newest state after them."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import takewhile
from typing import Annotated, Any, ClassVar, Generic, Literal, NamedTuple, Self, TypeVar
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PlainSerializer,
    StringConstraints,
    model_validator,
)

from services.contracts.characters import read_as_received

MESSAGE_TYPES: dict[str, "type[Message]"] = {}
"""Every newest version of a message type, by its type. Filled as the classes are defined."""

UPCASTS: dict[str, tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
"""An older type, the type that followed it, and the pure function that makes the newer ``data`` of the older."""

FIELD_NAMES: set[str] = set()
"""What the fields of all requests and resources are called. Filled as the classes are defined."""

MAX_BODY_BYTES = 200 * 1024
"""A command refuses a message that is longer; the stream's own limit is 256 KiB."""


class Named(BaseModel):
    """Has fields whose names are our own words, so that they can be told to whoever has filled them in wrongly."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        FIELD_NAMES.update(field.alias or name for name, field in cls.model_fields.items())


def named_by_us(place: Iterable[str | int]) -> Iterator[str | int]:
    """The way to a place in what was sent, as far as it has names of ours. All others are the sender's own words."""
    return takewhile(lambda step: isinstance(step, int) or step in FIELD_NAMES, place)


class Public(Named):
    """A resource or a part of one, as messages and API answers carry it. Unknown fields are ignored by readers."""

    model_config = ConfigDict(frozen=True, extra="ignore")


STRICT = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
"""Of what a caller sends, and of resources inside it."""


class Request(Named):
    """What a caller asks for. Unknown fields are refused, and so are characters that cannot be seen."""

    model_config = STRICT

    @model_validator(mode="wrap")
    @classmethod
    def _as_received(cls, sent: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        return read_as_received(sent, read)


Instant = Annotated[
    datetime,
    PlainSerializer(
        lambda moment: moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        return_type=str,
    ),
]
"""A moment in UTC, written with six decimals and a Z so that equal moments are equal bytes."""

ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
LongText = Annotated[
    str, StringConstraints(min_length=1, max_length=4000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
]
UnitCode = Annotated[str, StringConstraints(pattern=r"^([0-9]{4}|[0-9]{6})$")]
"""Four digits for a municipality, six for a city district. Valid only together with a date."""
Year = Annotated[int, Field(ge=1990, le=2100)]
CountyCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
Theme = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
"""A short name of a theme, for example ``brukerplan`` or ``responsible_alcohol_management``."""


class Text(Public):
    """A text by users, in bokmål, nynorsk or both."""

    model_config = STRICT

    nb: LongText | None = None
    nn: LongText | None = None

    @model_validator(mode="after")
    def _at_least_one(self) -> Self:
        if self.nb is None and self.nn is None:
            raise ValueError("a text is needed in bokmål or nynorsk")
        return self


class Message(Public):
    """A fact in the publisher's words, with the aggregate's whole public state after it.

    ``type`` is the address and the version; ``aggregate`` the kind of thing the fact is about. A base class without a
    ``type`` of its own gathers the facts of one aggregate.
    """

    type: ClassVar[str]
    aggregate: ClassVar[str]

    occurred_on: date

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "type" in cls.__dict__:
            MESSAGE_TYPES[cls.type] = cls

    @property
    @abstractmethod
    def aggregate_id(self) -> str:
        """The id of the thing that the fact is about, unique among those of its kind."""

    @classmethod
    def publisher(cls) -> str:
        """The service that says it: the second word of the type."""
        return cls.type.split(".")[1]


M_co = TypeVar("M_co", bound=Message, covariant=True)


def facts_of(*bases: type[Message]) -> frozenset[type[Message]]:
    """The message classes that are one of ``bases`` or below one."""
    return frozenset(known for known in MESSAGE_TYPES.values() if issubclass(known, bases))


class Envelope(Public):
    """CloudEvents 1.0 in structured JSON, with our extensions. Carries no personal data.

    ``time`` is when the fact was recorded; it never falls within an aggregate. ``aggregateversion`` counts 1, 2, 3 …
    without holes. ``actor`` is a random reference that only the gateway can resolve.
    """

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str = Field(pattern=r"^samla\.[a-z_]+\.[a-z_]+\.[a-z_]+\.v[0-9]+$")
    subject: ShortText
    time: Instant
    datacontenttype: Literal["application/json"] = "application/json"
    aggregateversion: int = Field(ge=1, le=2**31 - 1)
    traceparent: str | None = None
    correlationid: str | None = None
    causationid: str | None = None
    actor: str | None = None
    organisation: str | None = None
    data: dict[str, Any]


class Received(NamedTuple, Generic[M_co]):
    """A message as a fold sees it: who said it when, and what. ``aggregate`` is ``<aggregate>/<id>``."""

    message: M_co
    message_id: UUID
    aggregate: str
    version: int
    recorded_at: datetime
    organisation: str | None

    @property
    def aggregate_id(self) -> str:
        """The id without its kind."""
        return self.aggregate.partition("/")[2]


class UnknownType(ValueError):
    """The type is not in ``contracts``: this part is older than the publisher."""


def upcast(type_: str, data: dict[str, Any]) -> tuple[type[Message], dict[str, Any]]:
    """The newest class of a type and the data brought up to it.

    Raises:
        UnknownType: neither the type nor an upcast from it is known.
    """
    while type_ in UPCASTS:
        type_, newer = UPCASTS[type_]
        data = newer(data)
    try:
        return MESSAGE_TYPES[type_], data
    except KeyError:
        raise UnknownType(type_) from None
