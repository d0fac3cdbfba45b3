"""Organisations as rows: stored or replaced in a constant number of statements, however many they are."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contracts.names import fold, sort_key
from services.contracts.registry import Organisation
from services.kernel.transaction import Transaction
from services.registry.queries import organisation_row
from services.registry.tables import OrganisationRow
from services.registry.tables.organisations import ALIASES, ORGANISATIONS

IN_JSON = {
    "coverage",
    "unit_coverage",
    "mandates",
    "core_areas",
    "elects_in",
    "members",
    "governs",
    "legal_profile",
    "sources",
}
"""What JSON columns hold."""


def lock_organisation(tx: Transaction, organisation_id: UUID) -> Organisation:
    """The organisation, which nobody else may change until this transaction ends.

    Raises:
        NotFound: there is none.
    """
    tx.lock(OrganisationRow, organisation_id)
    return organisation_row(tx.connection, organisation_id)


def store(tx: Transaction, organisations: Sequence[Organisation]) -> None:
    """Store new ones."""
    if organisations:
        tx.connection.execute(sa.insert(ORGANISATIONS), [_columns(each) for each in organisations])
        _store_aliases(tx, organisations)


def replace(tx: Transaction, organisations: Sequence[Organisation]) -> None:
    """Store them as they are now."""
    if organisations:
        is_this = ORGANISATIONS.c.organisation_id == sa.bindparam("its_id")
        values = [_columns(each) | {"its_id": each.organisation_id} for each in organisations]
        tx.connection.execute(sa.update(ORGANISATIONS).where(is_this), values)
        ids = [each.organisation_id for each in organisations]
        tx.connection.execute(sa.delete(ALIASES).where(ALIASES.c.organisation_id.in_(ids)))
        _store_aliases(tx, organisations)


def _columns(organisation: Organisation) -> dict[str, Any]:
    columns = organisation.model_dump(exclude={"aliases", *IN_JSON})
    in_json = organisation.model_dump(mode="json", include=IN_JSON)
    return columns | in_json | {"sort_key": sort_key(organisation.name)}


def _store_aliases(tx: Transaction, organisations: Iterable[Organisation]) -> None:
    rows = [
        {"organisation_id": organisation.organisation_id, "alias": alias, "folded": fold(alias)}
        for organisation in organisations
        for alias in organisation.aliases
    ]
    if rows:
        tx.connection.execute(sa.insert(ALIASES), rows)
