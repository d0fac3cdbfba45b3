"""What reporting does: take in a centre's plan, give the reasons that are missing, and adopt it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlmodel import select

from services.contracts.plan_file import PlanFile
from services.contracts.reporting import (
    AdoptPlan,
    Assignment,
    AssignmentRecorded,
    GiveReason,
    Plan,
    PlanAdopted,
    PlanImport,
    PlanImported,
    PlannedActivity,
    PlannedActivityRecorded,
)
from services.kernel.problems import NotFound
from services.kernel.transaction import Transaction
from services.reporting.domain.plan_checks import check
from services.reporting.domain.plan_import import Reading, publisher_of
from services.reporting.domain.plan_names import Names
from services.reporting.domain.refusals import AssignmentsUnanswered, PlanIsAdopted, PlanLeavesOut, require_occurred
from services.reporting.queries.places import geography, organisations
from services.reporting.tables import AssignmentRow, PlannedActivityRow, PlanRow

PartRow = TypeVar("PartRow", AssignmentRow, PlannedActivityRow)
Part = TypeVar("Part", Assignment, PlannedActivity)


def import_plan(tx: Transaction, file: PlanFile) -> PlanImport:
    """Take in a centre's plan from its file. What the plan has already keeps its id; what is equal is left alone.

    Raises:
        Invalid: the file contradicts itself; the errors say what and where.
        NotYetKnown: it names a centre or place that the registry has not told of.
        PlanIsAdopted: the plan stands, and the file differs from it.
        PlanLeavesOut: the file lacks something that the plan has.
    """
    check(file)
    names = Names(organisations(tx.connection), geography(tx.connection), file.source.plan_year)
    centre = publisher_of(file, names)
    tx.own(centre.organisation_id)
    plan = _plan_of_year(tx, centre.organisation_id, file)
    reading = Reading(file, plan.plan_id, centre, names)
    recorded = {row.code: row for row in _rows(tx, AssignmentRow, plan.plan_id)}
    recorded_planned = {row.code: row for row in _rows(tx, PlannedActivityRow, plan.plan_id)}
    read = reading.assignments(_ids(tx, {code: row.assignment_id for code, row in recorded.items()}))
    assignments = [_with_reason(assignment, recorded) for assignment in read]
    planned = reading.planned_activities(
        _ids(tx, {code: row.planned_activity_id for code, row in recorded_planned.items()})
    )
    changed, changed_planned = _changed(assignments, recorded), _changed(planned, recorded_planned)
    changes = _record_header(tx, plan, file) + len(changed) + len(changed_planned)
    if changes and plan.adopted_on is not None:
        raise PlanIsAdopted()
    _record(tx, AssignmentRow, changed, recorded)
    _record(tx, PlannedActivityRow, changed_planned, recorded_planned)
    for assignment in changed:
        tx.publish(AssignmentRecorded(occurred_on=file.source.dated, assignment=assignment))
    for activity in changed_planned:
        tx.publish(PlannedActivityRecorded(occurred_on=file.source.dated, planned_activity=activity))
    return _summary(plan.plan_id, assignments, planned, changes)


def give_reason(tx: Transaction, plan_id: UUID, code: str, request: GiveReason) -> Assignment:
    """Say why an assignment has no activity of its own.

    Raises:
        PlanIsAdopted: the plan stands as it is.
        DateInFuture: it has not been given yet.
    """
    plan = tx.lock(PlanRow, plan_id)
    tx.own(plan.centre_id)
    row = next((row for row in _rows(tx, AssignmentRow, plan_id) if row.code == code), None)
    if row is None:
        raise NotFound()
    tx.expect("assignment", row.assignment_id)
    require_occurred(request.occurred_on, today=tx.today)
    if plan.adopted_on is not None:
        raise PlanIsAdopted()
    assignment = Assignment.model_validate(row.state).model_copy(update={"reason": request.reason})
    row.state = assignment.model_dump(mode="json")
    tx.publish(AssignmentRecorded(occurred_on=request.occurred_on, assignment=assignment))
    return assignment


def adopt_plan(tx: Transaction, plan_id: UUID, request: AdoptPlan) -> Plan:
    """Adopt a plan that answers every assignment.

    Raises:
        PlanIsAdopted: it was adopted before.
        DateInFuture: it has not been adopted yet.
        AssignmentsUnanswered: some assignments have neither an activity nor a written reason; their codes are told.
    """
    row = tx.lock(PlanRow, plan_id)
    tx.own(row.centre_id)
    tx.expect("plan", plan_id)
    require_occurred(request.occurred_on, today=tx.today)
    if row.adopted_on is not None:
        raise PlanIsAdopted()
    answered = {planned.state["assignment_code"] for planned in _rows(tx, PlannedActivityRow, plan_id)}
    assignments = _rows(tx, AssignmentRow, plan_id)
    unanswered = sorted(each.code for each in assignments if each.code not in answered and not each.state["reason"])
    if unanswered:
        raise AssignmentsUnanswered(codes=", ".join(unanswered))
    row.adopted_on = request.occurred_on
    plan = _public(row)
    tx.publish(PlanAdopted(occurred_on=request.occurred_on, plan=plan))
    return plan


def _plan_of_year(tx: Transaction, centre_id: UUID, file: PlanFile) -> PlanRow:
    """The centre's plan for the file's year, locked; a new one without title if there is none."""
    of_year = select(PlanRow).where(PlanRow.centre_id == centre_id, PlanRow.year == file.source.plan_year)
    plan = tx.session.exec(of_year.with_for_update()).one_or_none()
    if plan is None:
        plan = PlanRow(plan_id=tx.new_id(), centre_id=centre_id, year=file.source.plan_year, title="")
        tx.add(plan)
        # Now, so that a second import of the same plan at the same time meets the constraint before it writes more.
        tx.flush()
    return plan


def _rows(tx: Transaction, row: type[PartRow], plan_id: UUID) -> list[PartRow]:
    return list(tx.session.exec(select(row).where(row.plan_id == plan_id)))


def _ids(tx: Transaction, known: Mapping[str, UUID]) -> Callable[[str], UUID]:
    return lambda code: known[code] if code in known else tx.new_id()


def _with_reason(assignment: Assignment, recorded: Mapping[str, AssignmentRow]) -> Assignment:
    """The assignment of the file with the reason that was given before, if any: the file holds none."""
    reason = recorded[assignment.code].state["reason"] if assignment.code in recorded else None
    return assignment.model_copy(update={"reason": reason})


def _changed(parts: Sequence[Part], recorded: Mapping[str, PartRow]) -> list[Part]:
    """The parts that are new or differ from what the plan has.

    Raises:
        PlanLeavesOut: something that the plan has is not among them.
    """
    if left_out := recorded.keys() - {part.code for part in parts}:
        raise PlanLeavesOut(codes=", ".join(sorted(left_out)))
    states = {code: row.state for code, row in recorded.items()}
    return [part for part in parts if states.get(part.code) != part.model_dump(mode="json")]


def _record_header(tx: Transaction, plan: PlanRow, file: PlanFile) -> int:
    """Store and publish the header if it is another. Returns how many headers changed."""
    source = f"{file.source.publisher}: {file.source.title}, {file.source.dated.isoformat()}"
    if (plan.title, plan.source) == (file.source.title, source):
        return 0
    plan.title, plan.source = file.source.title, source
    tx.publish(PlanImported(occurred_on=file.source.dated, plan=_public(plan)))
    return 1


def _record(tx: Transaction, row: type[PartRow], parts: Sequence[Part], recorded: Mapping[str, PartRow]) -> None:
    """Store the parts: over what is recorded under their codes, or beside it."""
    for part in parts:
        state = part.model_dump(mode="json")
        if part.code in recorded:
            recorded[part.code].state = state
        else:
            tx.add(row(**part.model_dump(include=set(row.model_fields)), state=state))


def _summary(
    plan_id: UUID, assignments: Sequence[Assignment], planned: Sequence[PlannedActivity], changed: int
) -> PlanImport:
    tasks = [task for assignment in assignments for task in assignment.tasks]
    distinct = [activity for activity in planned if activity.duplicate_of is None]
    return PlanImport(
        plan_id=plan_id,
        assignments=len(assignments),
        planned_activities=len(planned),
        distinct=len(distinct),
        own=sum(activity.own for activity in distinct),
        repeats=len(planned) - len(distinct),
        tasks=len(tasks),
        own_tasks=sum(task.own for task in tasks),
        changed=changed,
    )


def _public(row: PlanRow) -> Plan:
    return Plan.model_validate(row.model_dump())
