"""In which form a caller's text is kept, and which characters it may not hold.

What looks the same is the same bytes: text is normalised (NFC). What nobody can see, or what turns the order of reading
around, is refused and not taken out, so that what is kept is what was sent. Messages are left as they are: what was
told once can always be read.
"""

import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

DEEPEST = 20
"""Nothing that is asked for lies deeper inside itself. What does is left to the models, which refuse it."""

_REFUSED = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Kinds of characters: controls, invisible marks and those of the order of reading, halves of one, ends of lines."""

_ALLOWED = frozenset("\t\n\r\u00ad")
"""Tabs and ends of lines, which a field of one line refuses itself, and the soft hyphen, which can be seen."""

Place = tuple[str | int, ...]
M = TypeVar("M")


def received(sent: Any) -> Any:
    """What a caller sent, with its texts normalised.

    Raises:
        ValidationError: some of them have a character that cannot be seen; each is told with its place.
    """
    wrong: list[Place] = []
    normalised = _normalised(sent, (), wrong)
    if wrong:
        kind = PydanticCustomError("invisible_character", "The text has a character that cannot be seen.")
        told = [InitErrorDetails(type=kind, loc=place, input=None) for place in wrong]
        raise ValidationError.from_exception_data("text", told)
    return normalised


def read_as_received(sent: Any, read: Callable[[Any], M]) -> M:
    """What a model reads of what a caller sent, with its texts normalised.

    Raises:
        ValidationError: it is not what the model asks for, or a text has a character that cannot be seen. Where the
            model does not know a field it says so, whatever is in the field: its name is no place that can be told.
    """
    try:
        texts = received(sent)
    except ValidationError:
        _refuse_unknown_fields(sent, read)
        raise
    return read(texts)


def _refuse_unknown_fields(sent: Any, read: Callable[[Any], Any]) -> None:
    try:
        read(sent)
    except ValidationError as refusal:
        if any(error["type"] == "extra_forbidden" for error in refusal.errors()):
            raise refusal from None


def is_plain(text: str) -> bool:
    """Whether every character of it can be seen, or ends a line."""
    if text.isascii() and text.isprintable():
        return True
    return all(letter in _ALLOWED or unicodedata.category(letter) not in _REFUSED for letter in text)


def _normalised(sent: Any, place: Place, wrong: list[Place]) -> Any:
    """The same with its texts normalised; the places of those with characters that cannot be seen go into ``wrong``."""
    if isinstance(sent, str):
        if not is_plain(sent):
            wrong.append(place)
        return unicodedata.normalize("NFC", sent)
    if len(place) >= DEEPEST:
        return sent
    if isinstance(sent, dict):
        return {name: _normalised(value, (*place, name), wrong) for name, value in sent.items()}
    if isinstance(sent, list):
        return [_normalised(value, (*place, number), wrong) for number, value in enumerate(sent)]
    return sent
