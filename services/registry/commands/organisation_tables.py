"""Bodies as an operator's tables tell of them. What is equal, or has been changed by hand, is left alone."""

from collections.abc import Sequence

import sqlalchemy as sa

from services.contracts.registry import (
    Organisation,
    OrganisationChanged,
    OrganisationRegistered,
    RegisterOrganisation,
)
from services.kernel.transaction import Transaction
from services.registry.commands.organisation_rows import replace, store
from services.registry.commands.organisations import standing
from services.registry.domain.organisations import aliases_of, changed, require_facts, require_place_of_body
from services.registry.queries import geography, organisations_by_reference
from services.registry.tables.organisations import ORGANISATIONS


def register_organisations(tx: Transaction, commands: Sequence[RegisterOrganisation]) -> int:
    """Make bodies known, or change those that are otherwise than told. Returns how many were new or changed.

    What somebody has changed, confirmed or merged stands, whatever the tables say later.

    Raises:
        Problem: as ``register_organisation`` refuses one of them; nothing of the batch is stored.
    """
    references = [command.reference for command in commands]
    known, by_hand = organisations_by_reference(tx.connection, references), _by_hand(tx, references)
    country = geography(tx.connection)
    members = standing(tx, [member for command in commands for member in command.members])
    new: dict[str, Organisation] = {}
    different: dict[str, Organisation] = {}
    for command in commands:
        require_facts(command, command.kind, members, country, tx.today)
        require_place_of_body(command, country)
        before = known.get(command.reference)
        if before is None:
            new[command.reference] = _told(tx, command)
        elif command.reference not in by_hand and (after := _retold(before, command)) != before:
            different[command.reference] = after
    store(tx, list(new.values()), by_hand=False)
    replace(tx, list(different.values()), by_hand=False)
    for command in commands:
        for fact, told in ((OrganisationRegistered, new), (OrganisationChanged, different)):
            if command.reference in told:
                tx.publish(fact(occurred_on=command.occurred_on, organisation=told[command.reference]))
    return len(new) + len(different)


def _told(tx: Transaction, command: RegisterOrganisation) -> Organisation:
    told = command.model_dump(exclude={"occurred_on"}) | {"aliases": aliases_of(command)}
    return Organisation.model_validate({**told, "organisation_id": tx.new_id()})


def _retold(before: Organisation, command: RegisterOrganisation) -> Organisation:
    """As the tables now tell, with the kind and the place too: whoever keeps the tables may have been wrong."""
    place = {"kind": command.kind, "unit_code": command.unit_code, "county_code": command.county_code}
    return changed(before, command, by_itself=False).model_copy(update=place)


def _by_hand(tx: Transaction, references: Sequence[str]) -> frozenset[str]:
    chosen = sa.select(ORGANISATIONS.c.reference).where(
        ORGANISATIONS.c.reference.in_(references), ORGANISATIONS.c.by_hand
    )
    return frozenset(tx.connection.execute(chosen).scalars())
