"""Tables of anything: what comes of one is said, and it is stored whole or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from services.contracts.problems import Language
from services.contracts.registry.imports import TableImport, WrongCell
from services.contracts.tables import R
from services.kernel.problems import FieldError
from services.kernel.transaction import Transaction
from services.registry.domain.spreadsheets.cells import Remarks
from services.registry.domain.spreadsheets.reading import Table
from services.registry.domain.spreadsheets.refusals import WrongCells

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class How:
    """How a table is taken in: tried only, unless the caller says otherwise, and answered in a language."""

    dry_run: bool
    language: Language


@dataclass(frozen=True, slots=True)
class Judged(Generic[T]):
    """What requests come to beside what is held: an error or nothing for each of them, and what is to be stored.

    Several requests may be of one thing. ``held`` are those that tell of what is held already.
    """

    errors: Sequence[Sequence[FieldError]]
    new: Sequence[T]
    held: int


Judge = Callable[[Transaction, Sequence[R]], Judged[T]]
"""Looks at requests in a number of statements that is the same for any number of them, and stores nothing."""

Store = Callable[[Transaction, Sequence[T]], None]
"""Stores what is new, likewise, and tells the others."""


def import_table(tx: Transaction, table: Table[R], how: How, judge: Judge[R, T], store: Store[T]) -> TableImport:
    """Store what the rows tell, or say what would come of it.

    Raises:
        WrongCells: points at the cells that are wrong; nothing is stored. A dry run answers it instead.
    """
    judged = judge(tx, [line.request for line in table.lines])
    found = Remarks()
    for line, errors in zip(table.lines, judged.errors, strict=True):
        found.add(table.at(line.row, errors))
    remarks = Remarks(table.remarks, found)
    if not how.dry_run:
        if remarks.number:
            raise WrongCells(errors=remarks.first, wrong_cells=remarks.number)
        store(tx, judged.new)
    return TableImport(
        stored=not how.dry_run,
        rows=table.rows,
        new=sum(not errors for errors in judged.errors) - judged.held,
        held=judged.held,
        wrong_cells=remarks.number,
        errors=tuple(WrongCell.model_validate(error.shown(how.language)) for error in remarks.first),
    )
