"""What stands in the cells of a file, and what is wrong with one, each with its address."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from services.contracts.problems import Language
from services.contracts.tables import address
from services.kernel.problems import FieldError

SHOWN = 200
"""How many cells are told of. Who has more to mend than that begins with these."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What stands in a cell is no value; ``code`` says why."""

    code: str


Cell = str | Fault
"""A cell as a person would type it; empty where nothing stands in it."""

Record = tuple[int, Sequence[Cell]]
"""A row of a file, with its number as a spreadsheet counts: the headings are row 1."""


@dataclass(frozen=True)
class CellError(FieldError):
    """What is wrong with one cell. Its column may be known by a name, which is one of ours."""

    row: int = 1
    column: int = 1
    field: str | None = None

    def shown(self, language: Language) -> dict[str, Any]:
        said = FieldError.shown(self, language)
        where = {"cell": address(self.row, self.column), "row": self.row, "column": self.column}
        return {**where, **({"field": self.field} if self.field else {}), "code": self.code, "detail": said["detail"]}


class Remarks:
    """How much is wrong with a table in all, and the first of it."""

    def __init__(self, *remarks: "Remarks") -> None:
        self.number: int = sum(each.number for each in remarks)
        self._kept = [error for each in remarks for error in each.first]

    def add(self, errors: Iterable[CellError]) -> None:
        """Note what is wrong with a row behind those before."""
        for error in errors:
            self.number += 1
            if len(self._kept) < SHOWN:
                self._kept.append(error)

    @property
    def first(self) -> tuple[CellError, ...]:
        """In the order of the rows."""
        return tuple(sorted(self._kept, key=lambda error: (error.row, error.column)))[:SHOWN]
