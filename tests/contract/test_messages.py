"""What every message of the language keeps to."""

import types
import typing
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from services.contracts.message import MESSAGE_TYPES, UPCASTS, Message
from services.kernel.copies import read_message
from tests.fuzz.contents import ids_of, kinds, made
from tests.messages import written


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    for argument in typing.get_args(annotation):
        yield from models_in(argument)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models_in(field.annotation)


def may_be_none(annotation: Any) -> bool:
    is_union = typing.get_origin(annotation) in (typing.Union, types.UnionType)
    return is_union and type(None) in typing.get_args(annotation)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.type)
def test_what_may_be_empty_may_be_left_out(kind: type[Message]) -> None:
    """A publisher leaves out what is empty: a reader that insisted on it could read nothing."""
    required = [
        f"{model.__name__}.{name}"
        for model in models_in(kind)
        for name, field in model.model_fields.items()
        if field.is_required() and may_be_none(field.annotation)
    ]
    assert required == []


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.type)
def test_a_message_survives_its_own_bytes(kind: type[Message]) -> None:
    for content in range(20):
        for its_id in ids_of(kind):
            message = made(kind, its_id, content)
            assert kind.model_validate(message.model_dump(mode="json", exclude_none=True)) == message
            assert message.aggregate_id == str(its_id)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.type)
def test_a_message_reads_the_same_after_its_type_has_had_a_successor(
    kind: type[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Today's types are read in one go, older ones by way of the upcast: an upgrade must not change a copy."""
    bodies = [written(made(kind, its_id, content), 1) for its_id in ids_of(kind) for content in range(20)]
    today = [read_message(body) for body in bodies]
    newer = kind.type.replace(".v1", ".v2")
    monkeypatch.setitem(UPCASTS, kind.type, (newer, lambda data: data))
    monkeypatch.setitem(MESSAGE_TYPES, newer, kind)
    assert [read_message(body) for body in bodies] == today
