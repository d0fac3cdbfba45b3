"""Municipalities with overdose problems, and what they have begun."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry import Mapping
from services.contracts.registry.overdoses import (
    ChangeOverdoseUnit,
    EndOverdoseUnit,
    OverdoseUnit,
    OverdoseUnitChanged,
    OverdoseUnitEnded,
    OverdoseUnitMessage,
    OverdoseUnitRecorded,
    RecordOverdoseUnit,
)
from services.contracts.registry.plan_anchors import PlanAnchor
from services.kernel.transaction import Transaction
from services.registry.commands.references import lock_own, lock_place, require_own_centre, require_places
from services.registry.domain.dates import require_occurred
from services.registry.domain.overdoses import (
    OverdoseUnitExists,
    ended,
    require_counted,
    require_milestones,
    sorted_milestones,
)
from services.registry.domain.validity import numbers_of
from services.registry.queries import geography
from services.registry.queries.overdoses import is_counted
from services.registry.tables import OverdoseUnitRow, PlanAnchorRow
from services.registry.tables.plan_anchors import PLAN_ANCHORS
from services.registry.tables.records import MAPPINGS, mapping_of


def record_overdose_unit(tx: Transaction, command: RecordOverdoseUnit) -> OverdoseUnit:
    """A municipality has overdose problems, and has perhaps begun something.

    Raises:
        NotFound: the centre is another's.
        UnknownOrganisation, NotACentre: it is no centre.
        DateInFuture: it cannot have been told of yet.
        UnknownUnit, UnitNotValid: it was no unit on the day.
        OverdoseUnitExists: it is counted already, perhaps by another code that it has had. And as
            ``require_milestones``.
    """
    require_own_centre(tx, command.centre_id)
    require_occurred(command.occurred_on, today=tx.today)
    require_places(tx, {"/unit_code": command.unit_code}, on=command.occurred_on)
    numbers = lock_place(tx, command.unit_code)
    if is_counted(tx.connection, numbers):
        raise OverdoseUnitExists()
    row = OverdoseUnitRow(
        overdose_unit_id=tx.new_id(),
        unit_code=command.unit_code,
        centre_id=command.centre_id,
        recorded_on=command.occurred_on,
        milestones=_begun(tx, numbers, command),
        source=command.source,
    )
    tx.add(row)
    unit = row.public()
    tx.publish(OverdoseUnitRecorded(occurred_on=command.occurred_on, overdose_unit=unit))
    return unit


def change_overdose_unit(tx: Transaction, overdose_unit_id: UUID, command: ChangeOverdoseUnit) -> OverdoseUnit:
    """Tell anew of everything that the municipality has begun.

    Raises:
        NotFound: there is none, or it is another centre's.
        StepOutOfOrder: it is not counted any more.
        DateInFuture: it cannot have been told of yet. And as ``require_milestones``.
    """
    row = lock_own(tx, OverdoseUnitRow, overdose_unit_id, OverdoseUnitMessage)
    require_counted(row.public(), step="change")
    require_occurred(command.occurred_on, today=tx.today)
    numbers = numbers_of(geography(tx.connection), row.unit_code)
    row.milestones, row.source = _begun(tx, numbers, command), command.source
    unit = row.public()
    tx.publish(OverdoseUnitChanged(occurred_on=command.occurred_on, overdose_unit=unit))
    return unit


def end_overdose_unit(tx: Transaction, overdose_unit_id: UUID, command: EndOverdoseUnit) -> OverdoseUnit:
    """The municipality is not counted from the day on.

    Raises:
        NotFound: there is none, or it is another centre's.
        StepOutOfOrder, DateInFuture, DateOutOfOrder: it has ended before, or cannot have ended then.
    """
    row = lock_own(tx, OverdoseUnitRow, overdose_unit_id, OverdoseUnitMessage)
    unit = ended(row.public(), command.occurred_on, today=tx.today)
    row.ended_on = unit.ended_on
    tx.publish(OverdoseUnitEnded(occurred_on=command.occurred_on, overdose_unit=unit))
    return unit


def _begun(
    tx: Transaction, numbers: Collection[str], command: RecordOverdoseUnit | ChangeOverdoseUnit
) -> list[dict[str, object]]:
    mappings, plans = _evidence(tx, numbers)
    require_milestones(command.milestones, mappings, plans, on=command.occurred_on, today=tx.today)
    return [each.model_dump(mode="json", exclude_none=True) for each in sorted_milestones(command.milestones)]


def _evidence(tx: Transaction, numbers: Collection[str]) -> tuple[Sequence[Mapping], Sequence[PlanAnchor]]:
    """The mappings and plans of a unit, by whichever of its numbers."""
    mappings = tx.connection.execute(sa.select(MAPPINGS).where(MAPPINGS.c.place_code.in_(numbers))).mappings()
    plans = tx.connection.execute(sa.select(PLAN_ANCHORS).where(PLAN_ANCHORS.c.unit_code.in_(numbers))).mappings()
    return [mapping_of(dict(row)) for row in mappings], [PlanAnchorRow(**row).public() for row in plans]
