"""Municipality groups: made known, changed, and as an operator's tables tell of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contracts.names import sort_key
from services.contracts.registry import (
    ChangeGroup,
    MunicipalityGroup,
    MunicipalityGroupChanged,
    MunicipalityGroupMessage,
    MunicipalityGroupRegistered,
    RegisterGroup,
)
from services.kernel.transaction import Transaction
from services.registry.commands.sides import own_side
from services.registry.domain.dates import require_occurred
from services.registry.domain.groups import require_members, sorted_members
from services.registry.domain.refusals import UnknownOrganisation
from services.registry.queries import geography, told_by_people
from services.registry.tables import GroupRow, OrganisationRow
from services.registry.tables.places import GROUPS


def register_group(tx: Transaction, command: RegisterGroup) -> MunicipalityGroup:
    """Make a municipality group known.

    Raises:
        NotFound: it is to be another organisation's.
        GroupExists: another one has the reference.
        UnknownOrganisation: nobody is known by the owner's id.
        DateInFuture: it cannot have been told of yet. And as ``require_members``.
    """
    tx.own(command.owner_id)
    require_occurred(command.occurred_on, today=tx.today)
    if command.owner_id is not None and tx.session.get(OrganisationRow, command.owner_id) is None:
        raise UnknownOrganisation("/owner_id")
    require_members(command.members, geography(tx.connection))
    group = _told(tx, command)
    _store(tx, [group])
    tx.publish(MunicipalityGroupRegistered(occurred_on=command.occurred_on, group=group))
    return group


def change_group(tx: Transaction, group_id: UUID, command: ChangeGroup) -> MunicipalityGroup:
    """Tell anew of a group, with every member that it has or had.

    Raises:
        NotFound: there is none, or it is another organisation's.
        DateInFuture: it cannot have been told of yet. And as ``require_members``.
    """
    row = tx.lock(GroupRow, group_id)
    own_side(tx, row.owner_id)
    tx.expect(MunicipalityGroupMessage.aggregate, group_id)
    require_occurred(command.occurred_on, today=tx.today)
    require_members(command.members, geography(tx.connection))
    told = command.model_dump(exclude={"occurred_on"}) | {"members": sorted_members(command.members)}
    before = MunicipalityGroup.model_validate(row.model_dump())
    group = MunicipalityGroup.model_validate(before.model_dump() | told)
    _replace(tx, [group])
    tx.publish(MunicipalityGroupChanged(occurred_on=command.occurred_on, group=group))
    return group


def register_groups(tx: Transaction, commands: Sequence[RegisterGroup]) -> int:
    """Make groups known, or change those that are otherwise than told. Returns how many were new or changed.

    For an operator's tables, which may be read again: what is equal, or has been changed by hand, is left alone.

    Raises:
        Problem: as ``require_members`` refuses one of them; nothing of the batch is stored.
    """
    country = geography(tx.connection)
    known = _by_reference(tx, [command.reference for command in commands])
    new: dict[str, MunicipalityGroup] = {}
    different: dict[str, MunicipalityGroup] = {}
    for command in commands:
        require_members(command.members, country)
        before, told = known.get(command.reference), _told(tx, command)
        if before is None:
            new[command.reference] = told
        elif (after := told.model_copy(update={"group_id": before.group_id})) != before:
            different[command.reference] = after
    ids = [group.group_id for group in different.values()]
    stands = told_by_people(tx.connection, MunicipalityGroupMessage.aggregate, ids)
    different = {name: group for name, group in different.items() if str(group.group_id) not in stands}
    _store(tx, list(new.values()))
    _replace(tx, list(different.values()))
    for command in commands:
        for fact, groups in ((MunicipalityGroupRegistered, new), (MunicipalityGroupChanged, different)):
            if command.reference in groups:
                tx.publish(fact(occurred_on=command.occurred_on, group=groups[command.reference]))
    return len(new) + len(different)


def _by_reference(tx: Transaction, references: Sequence[str]) -> dict[str, MunicipalityGroup]:
    rows = tx.connection.execute(sa.select(GROUPS).where(GROUPS.c.reference.in_(references))).mappings()
    return {row["reference"]: MunicipalityGroup.model_validate(dict(row)) for row in rows}


def _told(tx: Transaction, command: RegisterGroup) -> MunicipalityGroup:
    told = command.model_dump(exclude={"occurred_on"}) | {"members": sorted_members(command.members)}
    return MunicipalityGroup.model_validate({**told, "group_id": tx.new_id()})


def _store(tx: Transaction, groups: Sequence[MunicipalityGroup]) -> None:
    if groups:
        tx.connection.execute(sa.insert(GROUPS), [_columns(group) for group in groups])


def _replace(tx: Transaction, groups: Sequence[MunicipalityGroup]) -> None:
    if groups:
        is_this = GROUPS.c.group_id == sa.bindparam("its_id")
        values = [_columns(group) | {"its_id": group.group_id} for group in groups]
        tx.connection.execute(sa.update(GROUPS).where(is_this), values)


def _columns(group: MunicipalityGroup) -> dict[str, Any]:
    columns = group.model_dump(exclude={"members"}) | group.model_dump(mode="json", include={"members"})
    return columns | {"sort_key": sort_key(group.name)}
