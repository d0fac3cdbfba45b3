"""Plans: headers, assignments with their goals and tasks, and planned activities."""

from uuid import UUID

import sqlalchemy as sa

from services.contracts.reporting import Assignment, Plan, PlanDetails, PlannedActivity
from services.kernel.problems import NotFound
from services.reporting.tables import OUTBOX, AssignmentRow, PlannedActivityRow, PlanRow, table

_PLAN, _ASSIGNMENT, _PLANNED = table(PlanRow), table(AssignmentRow), table(PlannedActivityRow)


def plans(connection: sa.Connection, limit: int, after: str | None) -> list[Plan]:
    """Plans by id, from the one behind ``after``."""
    chosen = sa.select(_PLAN).order_by(_PLAN.c.plan_id).limit(limit)
    if after is not None:
        chosen = chosen.where(_PLAN.c.plan_id > UUID(after))
    return [Plan.model_validate(dict(row._mapping)) for row in connection.execute(chosen)]


def plan(connection: sa.Connection, plan_id: UUID) -> tuple[PlanDetails, int]:
    """A plan with its assignments, and the version of its header.

    Raises:
        NotFound: there is no such plan.
    """
    header = _header(connection, plan_id)
    states = sa.select(_ASSIGNMENT.c.state).where(_ASSIGNMENT.c.plan_id == plan_id).order_by(_ASSIGNMENT.c.code)
    assignments = tuple(map(Assignment.model_validate, connection.execute(states).scalars()))
    return PlanDetails(plan=header, assignments=assignments), _version(connection, f"plan/{plan_id}")


def assignment(connection: sa.Connection, plan_id: UUID, code: str) -> tuple[Assignment, int]:
    """One assignment of a plan, and its version.

    Raises:
        NotFound: the plan has no such assignment.
    """
    of_code = sa.and_(_ASSIGNMENT.c.plan_id == plan_id, _ASSIGNMENT.c.code == code)
    state = connection.execute(sa.select(_ASSIGNMENT.c.state).where(of_code)).scalar()
    if state is None:
        raise NotFound()
    found = Assignment.model_validate(state)
    return found, _version(connection, f"assignment/{found.assignment_id}")


def planned_activities(
    connection: sa.Connection, plan_id: UUID, limit: int, after: str | None
) -> list[PlannedActivity]:
    """The planned activities of a plan by code, from the one behind ``after``.

    Raises:
        NotFound: there is no such plan.
    """
    _header(connection, plan_id)
    chosen = sa.select(_PLANNED.c.state).where(_PLANNED.c.plan_id == plan_id).order_by(_PLANNED.c.code).limit(limit)
    if after is not None:
        chosen = chosen.where(_PLANNED.c.code > after)
    return [PlannedActivity.model_validate(state) for state in connection.execute(chosen).scalars()]


def _header(connection: sa.Connection, plan_id: UUID) -> Plan:
    header = connection.execute(sa.select(_PLAN).where(_PLAN.c.plan_id == plan_id)).one_or_none()
    if header is None:
        raise NotFound()
    return Plan.model_validate(dict(header._mapping))


def _version(connection: sa.Connection, aggregate: str) -> int:
    """How often the thing has changed: what ``If-Match`` is compared with."""
    newest = sa.select(sa.func.max(OUTBOX.c.version)).where(OUTBOX.c.aggregate == aggregate)
    return connection.execute(newest).scalar() or 0
