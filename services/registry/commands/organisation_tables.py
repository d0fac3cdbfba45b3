"""Bodies as an operator's tables tell of them. What is equal, or has been changed by hand, is left alone."""

from collections.abc import Sequence

from services.contracts.registry import (
    Organisation,
    OrganisationChanged,
    OrganisationMessage,
    OrganisationRegistered,
    RegisterOrganisation,
)
from services.kernel.transaction import Transaction
from services.registry.commands.organisation_rows import replace, store
from services.registry.commands.organisations import standing
from services.registry.domain.organisations import changed, require_facts, require_place_of_body, told_of
from services.registry.queries import geography, organisations_by_reference, told_by_people


def register_organisations(tx: Transaction, commands: Sequence[RegisterOrganisation]) -> int:
    """Make bodies known, or change those that are otherwise than told. Returns how many were new or changed.

    What somebody has changed, confirmed or merged stands, whatever the tables say later.

    Raises:
        Problem: as ``register_organisation`` refuses one of them; nothing of the batch is stored.
    """
    references = [command.reference for command in commands]
    known = organisations_by_reference(tx.connection, references)
    country = geography(tx.connection)
    members = standing(tx, [member for command in commands for member in command.members])
    new: dict[str, Organisation] = {}
    different: dict[str, Organisation] = {}
    for command in commands:
        require_facts(command, command.kind, members, country, tx.today)
        require_place_of_body(command, country)
        before = known.get(command.reference)
        if before is None:
            new[command.reference] = told_of(command, tx.new_id())
        elif (after := _retold(before, command)) != before:
            different[command.reference] = after
    ids = [each.organisation_id for each in different.values()]
    stands = told_by_people(tx.connection, OrganisationMessage.aggregate, ids)
    different = {name: each for name, each in different.items() if str(each.organisation_id) not in stands}
    store(tx, list(new.values()))
    replace(tx, list(different.values()))
    for command in commands:
        for fact, told in ((OrganisationRegistered, new), (OrganisationChanged, different)):
            if command.reference in told:
                tx.publish(fact(occurred_on=command.occurred_on, organisation=told[command.reference]))
    return len(new) + len(different)


def _retold(before: Organisation, command: RegisterOrganisation) -> Organisation:
    """As the tables now tell, with the kind and the place too: whoever keeps the tables may have been wrong."""
    place = {"kind": command.kind, "unit_code": command.unit_code, "county_code": command.county_code}
    return changed(before, command, by_itself=False).model_copy(update=place)
