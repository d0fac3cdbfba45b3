"""Municipalities with overdose problems that have begun mapping, measures or plans: a count, without a target."""

from collections.abc import Iterator

from services.contracts.registry.overdoses import Milestone, MilestoneKind, OverdoseUnit
from services.reporting.domain.facts import Fact, Known, Why, fact, first_per_place
from services.reporting.domain.measures import Measure, count
from services.reporting.domain.region import Placed
from services.reporting.domain.scope import Scope, Sources

LABEL = "overdose"
"""What a fact is called that tells of no beginning; else it is the kind of what was begun first."""


def overdose_begun(sources: Sources, scope: Scope) -> Measure:
    """Municipalities with overdose problems that have begun something inside the period, each once.

    Beside them stand how many there are with such problems, and how many have begun each kind of work: numbers, and no
    names, for which municipality has such problems and has begun nothing is not everybody's to know.
    """
    found = list(_counted(sources, scope))
    judged = first_per_place(_fact(known, placed, scope) for known, placed in found)
    begun = {
        kind: {placed.code for known, placed in found if placed.code and kind in _kinds(known.state, scope)}
        for kind in MilestoneKind
    }
    return count(
        judged,
        extra={
            "with_overdose_problems": len({placed.code for _, placed in found if placed.code}),
            "begun_by_kind": {str(kind): len(codes) for kind, codes in begun.items() if codes},
        },
    )


def _counted(sources: Sources, scope: Scope) -> Iterator[tuple[Known[OverdoseUnit], Placed]]:
    """Those that are counted on the day asked about, with where they fall."""
    for known in sources.overdose_units:
        unit = known.state
        is_over = unit.ended_on is not None and unit.ended_on <= scope.as_of
        if unit.recorded_on <= scope.as_of and not is_over:
            placed = scope.region.place(unit.unit_code, unit.recorded_on, inherits=True)
            if placed is not None:
                yield known, placed


def _fact(known: Known[OverdoseUnit], placed: Placed, scope: Scope) -> Fact:
    unit = known.state
    first = min(_begun(unit, scope), key=lambda each: each.begun_on, default=None)
    return fact(
        known,
        str(first.kind) if first else LABEL,
        first.begun_on if first else unit.recorded_on,
        source=unit.source,
        unit_code=unit.unit_code,
        place=placed.code,
        why=placed.why or (None if first else Why.not_begun),
    )


def _begun(unit: OverdoseUnit, scope: Scope) -> list[Milestone]:
    return [each for each in unit.milestones if scope.counted.holds(each.begun_on)]


def _kinds(unit: OverdoseUnit, scope: Scope) -> set[MilestoneKind]:
    return {each.kind for each in _begun(unit, scope)}
