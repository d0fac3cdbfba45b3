"""National identity numbers in texts: none is wanted, so each is found and pointed at. Pure, for every part."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

DIGITS = 11
WEIGHTS = (
    (3, 7, 6, 1, 8, 9, 4, 5, 2, 1),
    (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1),
)
"""Of the digits up to each of the two check digits: weighted by them the digits make a multiple of eleven."""

_ELEVEN_DIGITS = re.compile(rf"(?<![\d+])(?=(\d(?:[ .\u00a0\u202f-]?\d){{{DIGITS - 1}}})(?!\d))")
"""Written together or in groups, also behind another number. Behind a plus sign stands a telephone number."""

_SUM = re.compile(r"[0-9a-f]{64}")
"""A SHA-256 is no text, and has any digits."""


def has_identity_number(text: str) -> bool:
    """Whether there are eleven digits in the text that pass both checks of a national identity number.

    D-numbers and numbers for tests pass them too. One of 121 other numbers of eleven digits also does.
    """
    return any(_passes(match[1]) for match in _ELEVEN_DIGITS.finditer(text)) and not _SUM.fullmatch(text)


def identity_numbers_in(told: Any, pointer: str = "") -> Iterator[str]:
    """JSON pointers to the texts that have one, in a text, a model or whatever a model is made of."""
    if isinstance(told, str):
        if has_identity_number(told):
            yield pointer
    elif isinstance(told, BaseModel):
        for name in type(told).model_fields:
            yield from identity_numbers_in(getattr(told, name), f"{pointer}/{name}")
    elif isinstance(told, Mapping):
        for name, value in told.items():
            yield from identity_numbers_in(value, f"{pointer}/{name}")
    elif isinstance(told, list | tuple):
        for place, value in enumerate(told):
            yield from identity_numbers_in(value, f"{pointer}/{place}")


def _passes(number: str) -> bool:
    digits = [int(each) for each in number if each.isdecimal()]
    return all(
        sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11 == 0 for weights in WEIGHTS
    )
