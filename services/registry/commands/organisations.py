"""Bodies of every kind, with the counties they cover."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.contracts.names import fold, sort_key
from services.contracts.registry import (
    Organisation,
    OrganisationChanged,
    OrganisationMessage,
    OrganisationRegistered,
    RegisterOrganisation,
)
from services.kernel.transaction import Transaction
from services.registry.queries import organisations_by_reference
from services.registry.tables import AliasRow, OrganisationRow
from services.registry.tables.organisations import ALIASES, ORGANISATIONS

IN_JSON = {"coverage", "unit_coverage", "mandates", "elects_in", "members", "legal_profile"}
"""What JSON columns hold."""


def register_organisation(tx: Transaction, command: RegisterOrganisation) -> Organisation:
    """Make a body known.

    Raises:
        OrganisationExists: another one has the reference.
    """
    organisation = _organisation(tx, command)
    tx.add(OrganisationRow(**_columns(organisation)))
    tx.flush()
    tx.add(*_aliases(organisation))
    _tell(tx, OrganisationRegistered, command, organisation)
    return organisation


def register_organisations(tx: Transaction, commands: Sequence[RegisterOrganisation]) -> int:
    """Make bodies known, or change those that are otherwise than told. Returns how many were new or changed.

    For an operator's tables, which may be read again: what is equal is left alone.
    """
    known = organisations_by_reference(tx.connection, [command.reference for command in commands])
    count = 0
    for command in commands:
        before = known.get(command.reference)
        after = _organisation(tx, command, before)
        if before is None:
            register_organisation(tx, command)
        elif after != before:
            _replace(tx, after)
            _tell(tx, OrganisationChanged, command, after)
        count += after != before
    return count


def _organisation(tx: Transaction, command: RegisterOrganisation, before: Organisation | None = None) -> Organisation:
    told = command.model_dump(exclude={"occurred_on"}) | {"aliases": sorted(set(command.aliases))}
    return Organisation.model_validate({**told, "organisation_id": before.organisation_id if before else tx.new_id()})


def _columns(organisation: Organisation) -> dict[str, Any]:
    columns = organisation.model_dump(exclude={"aliases", *IN_JSON})
    return columns | organisation.model_dump(mode="json", include=IN_JSON) | {"sort_key": sort_key(organisation.name)}


def _aliases(organisation: Organisation) -> list[AliasRow]:
    return [
        AliasRow(organisation_id=organisation.organisation_id, alias=alias, folded=fold(alias))
        for alias in organisation.aliases
    ]


def _replace(tx: Transaction, organisation: Organisation) -> None:
    is_this = ORGANISATIONS.c.organisation_id == organisation.organisation_id
    tx.connection.execute(sa.update(ORGANISATIONS).where(is_this).values(_columns(organisation)))
    tx.connection.execute(sa.delete(ALIASES).where(ALIASES.c.organisation_id == organisation.organisation_id))
    tx.add(*_aliases(organisation))


def _tell(
    tx: Transaction, fact: type[OrganisationMessage], command: RegisterOrganisation, organisation: Organisation
) -> None:
    tx.publish(fact(occurred_on=command.occurred_on, organisation=organisation))
