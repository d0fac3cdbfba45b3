"""Figures of a centre's plan: how much it holds, and how much of it was carried out."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from services.contracts.events import ActivityStatus
from services.contracts.reporting import Plan, PlannedActivity
from services.reporting.domain.facts import Fact, Known, Why, fact, when
from services.reporting.domain.measures import Measure, count
from services.reporting.domain.scope import Scope, Sources, activity_on, is_carried


@dataclass(frozen=True, slots=True)
class InForce:
    """A centre's plan for the year after it was adopted, and the planned activities in it."""

    plan: Plan
    since: date
    planned: tuple[Known[PlannedActivity], ...]


def plan_counts(sources: Sources, scope: Scope) -> Measure:
    """Distinct planned activities, and how many of them the centre leads itself (BR-33, BR-34)."""
    in_force = _in_force(sources, scope)
    if in_force is None:
        return Measure(0, (), 0)
    facts = tuple(_planned(known, in_force) for known in in_force.planned)
    distinct = sum(each.why is not Why.repeat for each in facts)
    assignments = [each.state for each in sources.assignments if each.state.plan_id == in_force.plan.plan_id]
    tasks = [task for assignment in assignments for task in assignment.tasks]
    extra = {
        "assignments": len(assignments),
        "assignments_with_reason": sum(assignment.reason is not None for assignment in assignments),
        "goals": sum(len(assignment.goals) for assignment in assignments),
        "tasks": len(tasks),
        "own_tasks": sum(task.own for task in tasks),
        "planned_activities": len(facts),
        "repeats": len(facts) - distinct,
    }
    return count(facts, distinct, extra)


def planned_against_held(sources: Sources, scope: Scope) -> Measure:
    """The centre's own distinct planned activities, and how many of them have an activity that was held (BR-64)."""
    in_force = _in_force(sources, scope)
    if in_force is None:
        return Measure(0, (), 0)
    first = _held_by_code(sources, scope, in_force)
    own = [known for known in in_force.planned if known.state.own and known.state.duplicate_of is None]
    facts = tuple(first.get(known.state.code) or _planned(known, in_force, otherwise=Why.not_held) for known in own)
    left = Counter(known.state.status for known in own if known.state.code not in first)
    return count(facts, len(own), {"not_held_by_status": dict(sorted(left.items()))})


def _in_force(sources: Sources, scope: Scope) -> InForce | None:
    of_year = [plan for plan in (known.state for known in sources.plans) if plan.year == scope.year]
    for plan in sorted(of_year, key=lambda plan: plan.centre_id != scope.centre_id):
        if scope.is_centre(plan.centre_id) and plan.adopted_on is not None and plan.adopted_on <= scope.as_of:
            mine = (known for known in sources.planned_activities if known.state.plan_id == plan.plan_id)
            return InForce(plan, plan.adopted_on, tuple(sorted(mine, key=lambda known: known.state.code)))
    return None


def _planned(known: Known[PlannedActivity], in_force: InForce, otherwise: Why | None = None) -> Fact:
    activity = known.state
    why = Why.repeat if activity.duplicate_of else otherwise if activity.own else Why.other_lead
    return fact(known, f"{activity.code} {activity.title}", in_force.since, source=in_force.plan.source, why=why)


def _held_by_code(sources: Sources, scope: Scope, in_force: InForce) -> dict[str, Fact]:
    """The first activity held for each planned one. What carries out a repeat carries out the one it repeats."""
    title = {known.state.code: f"{known.state.code} {known.state.title}" for known in in_force.planned}
    original = {known.state.code: known.state.duplicate_of or known.state.code for known in in_force.planned}
    first: dict[str, Fact] = {}
    for known in sources.activities:
        activity = known.state
        code = original.get(activity.planned_activity_code or "")
        standing = activity_on(activity, scope.as_of)
        if code is None or standing is None or standing.status != ActivityStatus.held:
            continue
        if is_carried(activity, scope) and scope.window.holds(activity.starts_on):
            held = fact(known, title[code], standing.since, source=activity.source, county_code=activity.county_code)
            first[code] = min(held, first.get(code, held), key=when)
    return first
