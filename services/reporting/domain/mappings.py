"""Figures of the mapping surveys: BrukerPlan, Ungdata, and Ungdata in upper secondary schools.

Which tool's runs count in which figure is told with the tool.
"""

from collections.abc import Iterator
from dataclasses import replace

from services.contracts.registry import Mapping, MappingStatus, MappingTool
from services.reporting.domain.facts import Fact, Known, Why, fact, first_per_place, places, undecided
from services.reporting.domain.measures import Measure, count, share
from services.reporting.domain.region import Placed
from services.reporting.domain.scope import Scope, Sources, Standing, mapping_on

BRUKERPLAN, UNGDATA, UPPER_SECONDARY = "brukerplan_coverage", "ungdata_coverage", "ungdata_upper_secondary"

UNTOLD: dict[str, str | None] = {
    MappingTool.brukerplan: BRUKERPLAN,
    MappingTool.ungdata: UNGDATA,
    MappingTool.ungdata_upper_secondary: UPPER_SECONDARY,
}
"""What runs count in while nothing is told of their tool: its message may come after theirs."""


def brukerplan_coverage(sources: Sources, scope: Scope) -> Measure:
    """Municipalities that completed BrukerPlan inside the window; a merged one inherits nothing (BR-49, BR-51)."""
    return _coverage(sources, scope, BRUKERPLAN, inherits=False)


def ungdata_coverage(sources: Sources, scope: Scope) -> Measure:
    """Municipalities with at least one completed Ungdata; repeats never raise it (BR-45).

    The forecast adds those that agreed to their first survey this year, and stands apart (BR-46).
    """
    completed = _coverage(sources, scope, UNGDATA, inherits=True)
    expected = list(_expected(sources, scope))
    agreed = [place for standing, place in expected if standing.status == MappingStatus.agreed]
    done = places(completed.facts)
    extra = {
        "forecast": share(len(done | set(agreed)), len(scope.region.codes)),
        "agreed": len(agreed),
        "agreed_first_time": len(set(agreed) - done),
        "surveys_expected": len(expected),
    }
    return replace(completed, extra={**extra, **completed.extra})


def ungdata_upper_secondary(sources: Sources, scope: Scope) -> Measure:
    """Counties whose county authority has run Ungdata in its schools. Never part of municipal coverage (BR-47)."""
    facts = []
    for known, standing in _counting_in(UPPER_SECONDARY, sources, scope):
        code = known.state.county_code
        placed = None if code is None else scope.region.place_county(code, standing.since)
        if placed:
            facts.append(_survey(known, standing, placed.code, _why_not(standing, scope) or placed.why))
    rounds = {county: sum(each.counts and each.place == county for each in facts) for county in scope.region.counties}
    with_a_round = sum(1 for number in rounds.values() if number)
    extra = {"rounds": sum(rounds.values()), "rounds_by_county": rounds}
    return Measure(with_a_round, first_per_place(facts), len(rounds), extra)


def _coverage(sources: Sources, scope: Scope, indicator: str, *, inherits: bool) -> Measure:
    facts = []
    for known, standing in _counting_in(indicator, sources, scope):
        if placed := _place(known.state, standing, scope, inherits=inherits):
            facts.append(_survey(known, standing, placed.code, _why_not(standing, scope) or placed.why))
    judged = first_per_place(facts)
    missing = scope.region.named(scope.region.codes - places(judged))
    return count(judged, len(scope.region.codes), {"missing": missing, "undecided": undecided(judged)})


def _expected(sources: Sources, scope: Scope) -> Iterator[tuple[Standing, str]]:
    """The year's Ungdata that is agreed or completed: where each stands, and the municipality that it falls to."""
    for known, standing in _counting_in(UNGDATA, sources, scope):
        placed = _place(known.state, standing, scope, inherits=True)
        is_expected = standing.status in (MappingStatus.agreed, MappingStatus.completed)
        if known.state.year == scope.year and is_expected and placed and placed.code:
            yield standing, placed.code


def _counting_in(indicator: str, sources: Sources, scope: Scope) -> Iterator[tuple[Known[Mapping], Standing]]:
    """The runs of the tools that count in the figure, each with where it stands."""
    told = {known.state.tool: known.state.counts_towards for known in sources.mapping_tools}
    tools = {tool for tool, counts_towards in (UNTOLD | told).items() if counts_towards == indicator}
    for known in sources.mappings:
        standing = mapping_on(known.state, scope.as_of)
        if known.state.tool in tools and standing:
            yield known, standing


def _place(mapping: Mapping, standing: Standing, scope: Scope, *, inherits: bool) -> Placed | None:
    code = mapping.unit_code
    return None if code is None else scope.region.place(code, standing.since, inherits=inherits)


def _why_not(standing: Standing, scope: Scope) -> Why | None:
    if standing.status == MappingStatus.cancelled:
        return Why.cancelled
    if standing.status != MappingStatus.completed:
        return Why.not_completed
    return None if scope.counted.holds(standing.since) else Why.outside_window


def _survey(known: Known[Mapping], standing: Standing, place: str | None, why: Why | None) -> Fact:
    mapping = known.state
    return fact(
        known,
        f"{mapping.tool} {mapping.year}",
        standing.since,
        source=mapping.source,
        unit_code=mapping.unit_code,
        county_code=mapping.county_code,
        place=place,
        why=why,
    )
