"""Contents for every type of message in the published language, made from its own classes.

The world is small, so that facts meet: a few places, organisations and years. What is made is as valid as what a
publisher says, and no more sensible than that.
"""

import re
import types
import typing
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError

from deploy.parts import load
from services.contracts.message import Message, facts_of
from services.contracts.registry import MappingTool

IDS = tuple(UUID(int=0x7000_8000_0000_0000_0000 + number) for number in range(1, 5))
"""Of everything: a grant, its scheme and its owner may have the same one."""
UNITS = ("1902", "1903", "1931", "2030")
COUNTIES = ("19", "20")
REFERENCES = ("ofoten", "mo-i-rana")
TOOLS = tuple(map(MappingTool, ("ungdata", "brukerplan", "ungdata_upper_secondary", "tobacco_survey")))
TEXTS = (*UNITS, *COUNTIES, *REFERENCES, "765", "21", "rus", "Kåfjord – Gáivuotna", "Kåfjord\n«Omasvuotna»", "a" * 64)
ADDRESSES = ("https://helse.example", "https://helse.example:8443/rus/avrusning?lang=nn")
FIRST_DAY = date(2015, 7, 1)
DAYS = 550
ATTEMPTS = 300

PROMISES: dict[str, Callable[[Any], bool]] = {
    "mapping": lambda said: (said.mapping.unit_code is None) != (said.mapping.county_code is None),
    "contact": lambda said: (said.contact.unit_code is None) != (said.contact.organisation_id is None),
}
"""What a publisher never breaks, and no type can say."""


class CannotBeMade(Exception):
    """The class asks for more than this module knows how to give."""


def kinds() -> tuple[type[Message], ...]:
    """Every type of message that the services publish, by its name."""
    said = facts_of(*(base for service in load() for base in service.publishes))
    return tuple(sorted(said, key=lambda kind: kind.type))


def ids_of(kind: type[Message]) -> Sequence[UUID | str]:
    """The ids that things of the kind may have."""
    named = {"unit": UNITS, "county": COUNTIES, "mapping_tool": TOOLS}
    named |= dict.fromkeys(("locality", "membership_programme"), REFERENCES)
    return named.get(kind.aggregate, IDS)


@cache
def made(kind: type[Message], its_id: UUID | str, content: int) -> Message:
    """A message of the kind about the thing with that id. The same numbers make the same message."""
    random = Random(f"{kind.type} {its_id} {content}")
    for _ in range(ATTEMPTS):
        try:
            message = kind.model_validate(_with_id(kind, _object(kind, random), its_id))
        except ValidationError:
            continue
        if PROMISES.get(kind.aggregate, bool)(message):
            return message
    raise CannotBeMade(kind.type)


def _with_id(kind: type[Message], data: dict[str, Any], its_id: UUID | str) -> dict[str, Any]:
    """The thing inside the message gets the id: it has the field ``<thing>_id``, or is known by its code."""
    (thing,) = [value for name, value in data.items() if isinstance(value, dict) and name in kind.model_fields][:1]
    names = (f"{kind.aggregate}_id", "change_id", "proposal_id", "nomination_id", "tool", "code", "reference")
    thing[next(name for name in names if name in thing)] = its_id
    return data


def _object(model: type[BaseModel], random: Random) -> dict[str, Any]:
    return {name: _value(field.annotation, field.metadata, name, random) for name, field in model.model_fields.items()}


def _value(annotation: Any, rules: Sequence[Any], name: str, random: Random) -> Any:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _value(arguments[0], [*rules, *_flat(arguments[1:])], name, random)
    if origin in (typing.Union, types.UnionType):
        choices = [each for each in arguments if each is not type(None)]
        is_left_out = len(choices) < len(arguments) and random.random() < (0.9 if name == "valid_to" else 0.4)
        return None if is_left_out else _value(random.choice(choices), rules, name, random)
    if origin is typing.Literal:
        return random.choice(arguments)
    if origin in (tuple, list):
        return [_value(arguments[0], [], name, random) for _ in range(random.randint(1, 3))]
    if origin is dict:
        return {random.choice(TEXTS): _value(arguments[1], [], name, random)}
    return _plain(annotation, rules, name, random)


def _plain(kind: Any, rules: Sequence[Any], name: str, random: Random) -> Any:
    if issubclass(kind, BaseModel):
        return _object(kind, random)
    if issubclass(kind, Enum):
        return random.choice(list(kind))
    if kind is MappingTool:
        return random.choice(TOOLS)
    if kind is UUID:
        return random.choice(IDS[:2])
    if kind is str:
        return _text(rules, name, random)
    if kind is bool:
        return random.random() < 0.5
    if issubclass(kind, datetime):
        noon = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 12, tzinfo=UTC)
        return noon + timedelta(seconds=random.randrange(DAYS * 86_400))
    if issubclass(kind, date):
        return date(2000, 1, 1) if name == "valid_from" else FIRST_DAY + timedelta(days=random.randrange(DAYS))
    return _number(kind, rules, name, random)


def _number(kind: type[int] | type[float], rules: Sequence[Any], name: str, random: Random) -> int | float:
    if name.endswith("year"):
        return random.choice((2015, 2016, 2016))
    bounds = {rule: getattr(each, rule) for each in rules for rule in ("ge", "gt", "le", "lt") if hasattr(each, rule)}
    low = bounds.get("ge", bounds.get("gt", 0) + ("gt" in bounds))
    high = min(bounds.get("le", bounds.get("lt", 10**6)), 10**6)
    return random.randint(int(low), int(high)) if kind is int else random.choice((low, high, (low + high) / 2))


def _text(rules: Sequence[Any], name: str, random: Random) -> str:
    patterns = [each.pattern for each in rules if getattr(each, "pattern", None)]
    pool = UNITS if name.endswith("_code") and not patterns else (*TEXTS, *ADDRESSES)
    fitting = [text for text in pool if all(re.search(pattern, text) for pattern in patterns)]
    if not fitting:
        raise CannotBeMade(f"{name}: {patterns}")
    return random.choice(fitting)


def _flat(rules: Sequence[Any]) -> list[Any]:
    """A field's rules lie inside it where it is part of another type."""
    return [inner for rule in rules for inner in (getattr(rule, "metadata", None) or [rule])]
