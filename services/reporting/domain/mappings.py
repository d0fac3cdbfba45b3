"""Figures of the mapping surveys: BrukerPlan, Ungdata, and Ungdata in upper secondary schools."""

from collections.abc import Iterator

from services.contracts.registry import Mapping, MappingStatus, MappingTool
from services.reporting.domain.facts import Fact, Known, Why, fact, first_per_place, places
from services.reporting.domain.measures import Measure, count, share
from services.reporting.domain.scope import Scope, Sources, Standing, mapping_on


def brukerplan_coverage(sources: Sources, scope: Scope) -> Measure:
    """Municipalities that completed BrukerPlan inside the window; a merged one inherits nothing (BR-49, BR-51)."""
    return _coverage(sources, scope, MappingTool.brukerplan, inherits=False)


def ungdata_coverage(sources: Sources, scope: Scope) -> Measure:
    """Municipalities with at least one completed Ungdata; repeats never raise it (BR-45).

    The forecast adds those that agreed to their first survey this year, and stands apart (BR-46).
    """
    completed = _coverage(sources, scope, MappingTool.ungdata, inherits=True)
    done = places(completed.facts)
    expected = [known.state for known in sources.mappings if _is_expected(known.state, scope)]
    agreed = [mapping for mapping in expected if _stands(mapping, scope, MappingStatus.agreed)]
    first_time = {placed for mapping in agreed if (placed := _place_of(mapping, scope))} - done
    return Measure(
        completed.numerator,
        completed.facts,
        completed.denominator,
        {
            "forecast": share(len(done | first_time), len(scope.region.codes)),
            "agreed": len(agreed),
            "agreed_first_time": len(first_time),
            "surveys_expected": len(expected),
            **completed.extra,
        },
    )


def ungdata_upper_secondary(sources: Sources, scope: Scope) -> Measure:
    """Counties whose county authority has run Ungdata in its schools. Never part of municipal coverage (BR-47)."""
    facts = []
    for known, standing in _of_tool(sources, scope, MappingTool.ungdata_upper_secondary):
        county = known.state.county_code and scope.region.county(known.state.county_code, standing.since)
        if county:
            facts.append(_survey(known, standing, county, _why_not(standing, scope)))
    rounds = {county: sum(each.counts and each.place == county for each in facts) for county in scope.region.counties}
    with_a_round = sum(1 for number in rounds.values() if number)
    extra = {"rounds": sum(rounds.values()), "rounds_by_county": rounds}
    return Measure(with_a_round, first_per_place(facts), len(rounds), extra)


def _coverage(sources: Sources, scope: Scope, tool: MappingTool, *, inherits: bool) -> Measure:
    facts = []
    for known, standing in _of_tool(sources, scope, tool):
        placed = known.state.unit_code and scope.region.place(known.state.unit_code, standing.since, inherits=inherits)
        if placed:
            why = _why_not(standing, scope) or placed.why
            facts.append(_survey(known, standing, placed.code, why))
    judged = first_per_place(facts)
    left = scope.region.codes - places(judged)
    undecided = sorted({each.unit_code for each in judged if each.why is Why.divided and each.unit_code})
    extra = {"missing": scope.region.named(left), "undecided": undecided}
    return count(judged, len(scope.region.codes), extra)


def _of_tool(sources: Sources, scope: Scope, tool: MappingTool) -> Iterator[tuple[Known[Mapping], Standing]]:
    for known in sources.mappings:
        standing = mapping_on(known.state, scope.as_of)
        if known.state.tool is tool and standing:
            yield known, standing


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


def _is_expected(mapping: Mapping, scope: Scope) -> bool:
    """A survey of the year that is agreed or completed, in the region."""
    return (
        mapping.tool is MappingTool.ungdata
        and mapping.year == scope.year
        and _stands(mapping, scope, MappingStatus.agreed, MappingStatus.completed)
        and _place_of(mapping, scope) is not None
    )


def _stands(mapping: Mapping, scope: Scope, *statuses: MappingStatus) -> bool:
    standing = mapping_on(mapping, scope.as_of)
    return standing is not None and standing.status in statuses


def _place_of(mapping: Mapping, scope: Scope) -> str | None:
    standing = mapping_on(mapping, scope.as_of)
    if standing is None or mapping.unit_code is None:
        return None
    placed = scope.region.place(mapping.unit_code, standing.since, inherits=True)
    return placed.code if placed else None
