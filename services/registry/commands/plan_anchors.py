"""Municipal plans: recorded, changed, ended."""

from typing import Any
from uuid import UUID

from services.contracts.registry.plan_anchors import (
    ChangePlanAnchor,
    EndPlanAnchor,
    PlanAnchor,
    PlanAnchorChanged,
    PlanAnchorEnded,
    PlanAnchorFacts,
    PlanAnchorMessage,
    PlanAnchorRecorded,
    RecordPlanAnchor,
)
from services.kernel.transaction import Transaction
from services.registry.commands.references import lock_own, require_own_centre, require_places
from services.registry.domain.dates import require_occurred
from services.registry.domain.plan_anchors import ended, require_plan
from services.registry.tables import PlanAnchorRow


def record_plan_anchor(tx: Transaction, command: RecordPlanAnchor) -> PlanAnchor:
    """A unit has a plan.

    Raises:
        NotFound: the centre is another's.
        UnknownOrganisation, NotACentre: it is no centre.
        UnknownUnit, UnitNotValid: it was no unit on the plan's first day. And as ``require_plan``.
    """
    require_own_centre(tx, command.centre_id)
    require_plan(command, today=tx.today)
    require_places(tx, {"/unit_code": command.unit_code}, on=command.valid_from)
    row = PlanAnchorRow(plan_anchor_id=tx.new_id(), **_told(command))
    tx.add(row)
    plan_anchor = row.public()
    tx.publish(PlanAnchorRecorded(occurred_on=command.occurred_on, plan_anchor=plan_anchor))
    return plan_anchor


def change_plan_anchor(tx: Transaction, plan_anchor_id: UUID, command: ChangePlanAnchor) -> PlanAnchor:
    """Tell anew of a plan.

    Raises:
        NotFound: there is none, or it is another centre's.
        UnitNotValid: the unit was none on the plan's first day. And as ``require_plan``.
    """
    row = lock_own(tx, PlanAnchorRow, plan_anchor_id, PlanAnchorMessage)
    require_plan(command, today=tx.today)
    require_places(tx, {"/valid_from": row.unit_code}, on=command.valid_from)
    row.sqlmodel_update(_told(command))
    plan_anchor = row.public()
    tx.publish(PlanAnchorChanged(occurred_on=command.occurred_on, plan_anchor=plan_anchor))
    return plan_anchor


def end_plan_anchor(tx: Transaction, plan_anchor_id: UUID, command: EndPlanAnchor) -> PlanAnchor:
    """A plan holds no longer, or never did.

    Raises:
        NotFound: there is none, or it is another centre's.
        DateInFuture: it cannot have been told of yet.
        PeriodReversed: the day lies before the plan's first.
    """
    row = lock_own(tx, PlanAnchorRow, plan_anchor_id, PlanAnchorMessage)
    require_occurred(command.occurred_on, today=tx.today)
    plan_anchor = ended(row.public(), command.valid_to)
    row.valid_to = plan_anchor.valid_to
    tx.publish(PlanAnchorEnded(occurred_on=command.occurred_on, plan_anchor=plan_anchor))
    return plan_anchor


def _told(command: PlanAnchorFacts) -> dict[str, Any]:
    return command.model_dump(exclude={"occurred_on"}) | {"themes": list(command.themes)}
