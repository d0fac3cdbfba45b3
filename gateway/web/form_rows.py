"""The rows of a form, and where in them a fault belongs: what the registry is told has no empty rows, the form has."""

import re
from collections.abc import Callable, Iterable, Sequence

from starlette.datastructures import FormData

from gateway.web.asking import Refused
from gateway.web.fields import written

OF_A_PARTY = re.compile(r"(/parties/row-\d+)/(?:kind|party_id)")
"""A party is one choice in a form, and two fields for the registry."""


def rows_told(sent: FormData, name: str, *fields: str) -> list[int]:
    """The rows of a name, however many, in which one of the fields says something, and that are not to be left out.

    A row of one field is called ``unit_2``, a field of another ``plan_2_name``; ``plan_2_dropped`` leaves it out.
    """
    its = re.compile(rf"{name}_(\d{{1,3}})" + (f"_(?:{'|'.join(fields)})" if fields else ""))
    told = {int(match[1]) for each in sent if (match := its.fullmatch(each)) and written(sent, each)}
    return sorted(row for row in told if not written(sent, f"{name}_{row}_dropped"))


def rows_shown(filled: Iterable[str], name: str, least: int) -> range:
    """The rows of a name to show: those that there are fields for, and so many at least."""
    its = re.compile(rf"{name}_(\d{{1,3}})(?:_.+)?")
    return range(max([least, *(int(match[1]) + 1 for each in filled if (match := its.fullmatch(each)))]))


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
