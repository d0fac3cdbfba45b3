"""Mapping surveys: invited, agreed, completed, cancelled."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry import (
    InviteMapping,
    Mapping,
    MappingAgreed,
    MappingCancelled,
    MappingCompleted,
    MappingInvited,
    MappingMessage,
    MappingStatus,
    MoveMapping,
)
from services.contracts.registry.mapping_tools import MappingTool, RunBy
from services.kernel.transaction import Transaction
from services.registry.commands.references import lock_own, lock_place, require_own_centre, require_places
from services.registry.domain.mappings import MappingExists, UnknownMappingTool, moved, place_of
from services.registry.domain.validity import is_there
from services.registry.queries import geography
from services.registry.tables import MappingRow, MappingToolRow
from services.registry.tables.records import MAPPINGS

MOVES: dict[MappingStatus, type[MappingMessage]] = {
    MappingStatus.agreed: MappingAgreed,
    MappingStatus.completed: MappingCompleted,
    MappingStatus.cancelled: MappingCancelled,
}


def invite_mapping(tx: Transaction, command: InviteMapping) -> Mapping:
    """Ask a unit, or a county where the tool is county authorities', to run a survey in a year.

    Raises:
        NotFound: the centre is another's.
        UnknownOrganisation, NotACentre: it is no centre.
        UnknownMappingTool: there is no such tool.
        Invalid: the place does not suit the tool.
        UnknownUnit, UnitNotValid: it was no place on the date.
        MappingExists: the place has a run of the tool in that year, perhaps by another code that it has had.
    """
    require_own_centre(tx, command.centre_id)
    run_by = RunBy(tx.get(MappingToolRow, command.tool, missing=UnknownMappingTool).run_by)
    place_code = place_of(command, run_by)
    pointer = "/county_code" if run_by is RunBy.county_authority else "/unit_code"
    require_places(tx, {pointer: place_code}, on=command.occurred_on)
    runs = _runs(tx, command.tool, lock_place(tx, place_code))
    if any(run.year == command.year for run in runs):
        raise MappingExists()
    row = MappingRow(
        mapping_id=tx.new_id(),
        tool=command.tool,
        place_code=place_code,
        year=command.year,
        sequence=max((run.sequence for run in runs), default=0) + 1,
        centre_id=command.centre_id,
        status=MappingStatus.invited,
        invited_on=command.occurred_on,
        source=command.source,
    )
    tx.add(row)
    mapping = row.public()
    tx.publish(MappingInvited(occurred_on=command.occurred_on, mapping=mapping))
    return mapping


def move_mapping(tx: Transaction, mapping_id: UUID, to: MappingStatus, command: MoveMapping) -> Mapping:
    """Agree to, complete or cancel a mapping on a date.

    Raises:
        NotFound: there is none, or it is another centre's.
        StepOutOfOrder, DateInFuture, DateOutOfOrder: it cannot go there, or not on that date.
        UnitNotValid: the place did not exist any more on the date of a completion, by any code.
    """
    row = lock_own(tx, MappingRow, mapping_id, MappingMessage)
    mapping = moved(row.public(), to, command.occurred_on, today=tx.today)
    if to is MappingStatus.completed and not is_there(geography(tx.connection), row.place_code, command.occurred_on):
        require_places(tx, {"/occurred_on": row.place_code}, on=command.occurred_on)
    row.sqlmodel_update({"status": mapping.status, f"{to}_on": command.occurred_on})
    tx.publish(MOVES[to](occurred_on=command.occurred_on, mapping=mapping))
    return mapping


def _runs(tx: Transaction, tool: MappingTool, place_codes: Collection[str]) -> Sequence[sa.Row[tuple[int, int]]]:
    """The years and numbers of the place's runs that stand."""
    standing = sa.select(MAPPINGS.c.year, MAPPINGS.c.sequence).where(
        MAPPINGS.c.tool == tool, MAPPINGS.c.place_code.in_(place_codes), MAPPINGS.c.status != MappingStatus.cancelled
    )
    return tx.connection.execute(standing).all()
