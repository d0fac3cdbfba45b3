"""Puts the reference tables into the registry. Doing it again changes nothing; corrected tables change what differs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from deploy.reference_tables import REFERENCE, read_reference
from services.kernel.database import Database
from services.kernel.transaction import Transaction
from services.registry.commands import record_changes, register_counties, register_organisations, register_units

BATCH = 300
"""How many things one transaction tells of: few commits, and the relay's batches stay small."""

T = TypeVar("T")


@dataclass(frozen=True)
class Loaded:
    """How many of each kind were new or changed."""

    counties: int
    units: int
    changes: int
    organisations: int


async def load_reference(database: Database, folder: Path = REFERENCE) -> Loaded:
    """Load the tables of a folder into the registry's database, as the installation itself."""
    reference = read_reference(folder)

    async def load(command: Callable[[Transaction, Sequence[T]], int], items: Sequence[T]) -> int:
        return sum([await database.write(command, batch) for batch in _batches(items)])

    return Loaded(
        counties=await load(register_counties, reference.counties),
        units=await load(register_units, reference.units),
        changes=await load(record_changes, reference.changes),
        organisations=await load(register_organisations, reference.organisations),
    )


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
