"""Who may do what: ``access.csv`` read, and how to ask it. Default deny: what has no cell is not allowed.

A cell is a letter for how far it reaches, then ``h`` after a declaration of impartiality, ``2`` by two persons, ``r``
with a reason that is logged, and in parentheses a note:
(a) only the centre's own part unless it leads; (b) only colleagues whom the municipality itself registered, otherwise
counts; (c) within the client's scope and consumer organisation; (d) the organiser of that course, from 14 days before
to 7 days after; (e) only with a registered relation; (f) «who has looked at me».
"""

import csv
import re
from collections.abc import Collection
from enum import IntEnum
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Scope(IntEnum):
    """How far a cell reaches; the wider is the greater."""

    none = 0
    public = 1
    self = 2
    assigned = 3
    own = 4
    all = 5


class Cell(BaseModel):
    """What one role may do of one action, and under which conditions."""

    model_config = ConfigDict(frozen=True)

    scope: Scope = Scope.none
    after_impartiality: bool = False
    two_persons: bool = False
    reason: bool = False
    note: str | None = None


NOTHING = Cell()
ANYONE = "PUB"
"""The role that everybody has, known or not."""

_LETTERS = {
    "A": Scope.all,
    "O": Scope.own,
    "T": Scope.assigned,
    "S": Scope.self,
    "P": Scope.public,
    "-": Scope.none,
}
_CELL = re.compile(r"([AOTSP-])(h?)(2?)(r?)(?:\(([a-f])\))?")


def _read() -> tuple[tuple[str, ...], dict[str, dict[str, Cell]]]:
    with Path(__file__).with_name("access.csv").open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        roles = tuple(lines.fieldnames or ())[3:]
        return roles, {line["action"]: {role: _cell(line[role]) for role in roles} for line in lines}


def _cell(text: str) -> Cell:
    match = _CELL.fullmatch(text)
    if match is None:
        raise ValueError(f"access.csv has a cell «{text}»")
    letter, impartial, two, reason, note = match.groups()
    return Cell(
        scope=_LETTERS[letter],
        after_impartiality=bool(impartial),
        two_persons=bool(two),
        reason=bool(reason),
        note=note,
    )


ROLES, MATRIX = _read()
"""The roles in the order of the columns; then action by action, the cell of each role."""


@lru_cache(maxsize=4096)
def _widest(action: str, roles: frozenset[str]) -> Cell:
    cells = [MATRIX[action].get(role, NOTHING) for role in roles | {ANYONE}]
    scope = max(cell.scope for cell in cells)
    widest = [cell for cell in cells if cell.scope == scope]
    return Cell(
        scope=scope,
        # Among roles that reach equally far, a condition stands only if every one of them has it.
        after_impartiality=all(cell.after_impartiality for cell in widest),
        two_persons=all(cell.two_persons for cell in widest),
        reason=all(cell.reason for cell in widest),
        note=next((cell.note for cell in widest), None) if all(cell.note for cell in widest) else None,
    )


def cell(action: str, roles: Collection[str]) -> Cell:
    """What somebody with these roles may do of an action: the cell of the role that reaches furthest.

    Raises:
        KeyError: there is no such action.
    """
    return _widest(action, roles if isinstance(roles, frozenset) else frozenset(roles))
