"""Where in a form a fault belongs that the registry points at: what it was told has no empty rows, the form has."""

import re
from collections.abc import Callable, Sequence

from gateway.web.asking import Refused

OF_A_PARTY = re.compile(r"(/parties/row-\d+)/(?:kind|party_id)")
"""A party is one choice in a form, and two fields for the registry."""


def at_rows(refused: Refused, beginning: str, rows: Sequence[int]) -> Refused:
    """The refusal with ``/row-`` and the number of the row in the place of each place in a list."""

    def at(pointer: str) -> str:
        if not pointer.startswith(f"{beginning}/"):
            return pointer
        place, *rest = pointer.removeprefix(f"{beginning}/").split("/")
        row = f"row-{rows[int(place)]}" if place.isdecimal() and int(place) < len(rows) else place
        return "/".join([beginning, row, *rest])

    return _pointing(refused, at)


def at_parties(refused: Refused) -> Refused:
    """The refusal with what is wrong with a party in a row at the row."""
    return _pointing(refused, lambda pointer: OF_A_PARTY.sub(r"\1", pointer))


def _pointing(refused: Refused, at: Callable[[str], str]) -> Refused:
    wrong = {at(pointer): told for pointer, told in refused.wrong.items()}
    return Refused(refused.status, refused.title, refused.detail, wrong)
