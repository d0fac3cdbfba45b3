"""Puts the reference tables into the registry. Doing it again changes nothing; corrected tables change what differs."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from deploy.reference_tables import REFERENCE, Reference, TableSet, read_reference
from services.kernel.database import Database
from services.kernel.transaction import Transaction
from services.registry.commands import (
    record_changes,
    register_counties,
    register_groups,
    register_localities,
    register_mapping_tools,
    register_membership_programmes,
    register_organisations,
    register_units,
)
from services.registry.queries import organisations_by_reference

BATCH = 300
"""How many things one transaction tells of: few commits, and the relay's batches stay small."""

T = TypeVar("T")


@dataclass(frozen=True)
class Loaded:
    """How many of each kind were new or changed."""

    counties: int = 0
    units: int = 0
    changes: int = 0
    organisations: int = 0
    localities: int = 0
    groups: int = 0
    mapping_tools: int = 0
    membership_programmes: int = 0


async def load_reference(
    database: Database, sets: Collection[TableSet] = tuple(TableSet), folder: Path = REFERENCE
) -> Loaded:
    """Load sets of the tables of a folder into the registry's database, as the installation itself."""
    reference = read_reference(folder)

    async def load(command: Callable[[Transaction, Sequence[T]], int], items: Sequence[T], of: TableSet) -> int:
        return sum([await database.write(command, batch) for batch in _batches(items)]) if of in sets else 0

    return Loaded(
        counties=await load(register_counties, reference.counties, TableSet.country),
        units=await load(register_units, reference.units, TableSet.country),
        changes=await load(record_changes, reference.changes, TableSet.country),
        organisations=await load(register_organisations, reference.organisations, TableSet.organisations)
        + (await database.write(_register_forums, reference) if TableSet.organisations in sets else 0),
        localities=await load(register_localities, reference.localities, TableSet.localities),
        groups=await load(register_groups, reference.groups, TableSet.groups),
        mapping_tools=await load(register_mapping_tools, reference.mapping_tools, TableSet.mapping_tools),
        membership_programmes=await load(
            register_membership_programmes, reference.membership_programmes, TableSet.membership_programmes
        ),
    )


def _register_forums(tx: Transaction, reference: Reference) -> int:
    """The bodies with members, now that the members have their ids."""
    members = {seat.member for forum in reference.forums for seat in forum.seats}
    known = organisations_by_reference(tx.connection, members)
    ids = {name: organisation.organisation_id for name, organisation in known.items()}
    return register_organisations(tx, [forum.with_members(ids) for forum in reference.forums])


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
