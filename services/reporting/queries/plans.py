"""Plans: headers, assignments with their goals and tasks, and planned activities."""

from uuid import UUID

import sqlalchemy as sa

from services.contracts.access import Scope
from services.contracts.reporting import Assignment, Plan, PlanDetails, PlannedActivity
from services.kernel.access import Principal
from services.kernel.problems import NotFound
from services.reporting.tables import OUTBOX, AssignmentRow, PlannedActivityRow, PlanRow, table

_PLAN, _ASSIGNMENT, _PLANNED = table(PlanRow), table(AssignmentRow), table(PlannedActivityRow)


def plans(connection: sa.Connection, viewer: Principal, limit: int, after: UUID | None) -> list[Plan]:
    """The plans that the viewer may see, by id, from the one behind ``after``."""
    chosen = sa.select(_PLAN).where(_seen_by(viewer)).order_by(_PLAN.c.plan_id).limit(limit)
    if after is not None:
        chosen = chosen.where(_PLAN.c.plan_id > after)
    return [Plan.model_validate(dict(row._mapping)) for row in connection.execute(chosen)]


def plan(connection: sa.Connection, viewer: Principal, plan_id: UUID) -> tuple[PlanDetails, int]:
    """A plan with its assignments, and the version of its header.

    Raises:
        NotFound: there is no such plan that the viewer may see.
    """
    header = _header(connection, viewer, plan_id)
    states = sa.select(_ASSIGNMENT.c.state).where(_ASSIGNMENT.c.plan_id == plan_id).order_by(_ASSIGNMENT.c.code)
    assignments = tuple(map(Assignment.model_validate, connection.execute(states).scalars()))
    return PlanDetails(plan=header, assignments=assignments), _version(connection, f"plan/{plan_id}")


def assignment(connection: sa.Connection, viewer: Principal, plan_id: UUID, code: str) -> tuple[Assignment, int]:
    """One assignment of a plan, and its version.

    Raises:
        NotFound: there is no such assignment that the viewer may see.
    """
    _header(connection, viewer, plan_id)
    of_code = sa.and_(_ASSIGNMENT.c.plan_id == plan_id, _ASSIGNMENT.c.code == code)
    state = connection.execute(sa.select(_ASSIGNMENT.c.state).where(of_code)).scalar()
    if state is None:
        raise NotFound()
    found = Assignment.model_validate(state)
    return found, _version(connection, f"assignment/{found.assignment_id}")


def planned_activities(
    connection: sa.Connection, viewer: Principal, plan_id: UUID, limit: int, after: str | None
) -> list[PlannedActivity]:
    """The planned activities of a plan by code, from the one behind ``after``.

    Raises:
        NotFound: there is no such plan that the viewer may see.
    """
    _header(connection, viewer, plan_id)
    chosen = sa.select(_PLANNED.c.state).where(_PLANNED.c.plan_id == plan_id).order_by(_PLANNED.c.code).limit(limit)
    if after is not None:
        chosen = chosen.where(_PLANNED.c.code > after)
    return [PlannedActivity.model_validate(state) for state in connection.execute(chosen).scalars()]


def _header(connection: sa.Connection, viewer: Principal, plan_id: UUID) -> Plan:
    wanted = sa.and_(_PLAN.c.plan_id == plan_id, _seen_by(viewer))
    header = connection.execute(sa.select(_PLAN).where(wanted)).one_or_none()
    if header is None:
        raise NotFound()
    return Plan.model_validate(dict(header._mapping))


def _seen_by(viewer: Principal) -> sa.ColumnElement[bool]:
    """Who may not read the whole register sees what is adopted, and all of its own organisation's."""
    if viewer.scope is not Scope.public:
        return sa.true()
    return sa.or_(_PLAN.c.adopted_on.is_not(None), _PLAN.c.centre_id == viewer.organisation_id)


def _version(connection: sa.Connection, aggregate: str) -> int:
    """How often the thing has changed: what ``If-Match`` is compared with."""
    newest = sa.select(sa.func.max(OUTBOX.c.version)).where(OUTBOX.c.aggregate == aggregate)
    return connection.execute(newest).scalar() or 0
