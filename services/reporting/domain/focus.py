"""The figure of focus municipalities: how many a centre has, and their spread over its counties."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from services.contracts.registry.focus import FocusNomination
from services.reporting.domain.facts import Fact, Known, Why, fact, first_per_place, undecided
from services.reporting.domain.measures import Measure, count, value_of
from services.reporting.domain.scope import Scope, Sources

LABEL = "focus_municipality"


def focus_municipalities(sources: Sources, scope: Scope) -> Measure:
    """The centre's focus municipalities at the end of the year, or on the day asked about.

    Beside it: what was decided in the year, how many criteria were assessed for it (BR-18), and each county's part of
    the focus municipalities beside its part of the municipalities (BR-16).
    """
    mine = [known for known in sources.focus_nominations if scope.is_centre(known.state.centre_id)]
    judged = first_per_place(each for known in mine if (each := _considered(known, scope)))
    here = [
        known.state
        for known in mine
        if scope.region.place(known.state.unit_code, known.state.nominated_on, inherits=True)
    ]
    assessments = [each.assessment for each in here if each.assessment is not None]
    extra = {
        "designated": _in_year((each.designation.designated_on for each in here if each.designation), scope),
        "refused": _in_year((each.refusal.refused_on for each in here if each.refusal), scope),
        "criteria_assessed": sum(len(each.criteria) for each in assessments if scope.counted.holds(each.assessed_on)),
        "distribution": _distribution(judged, scope),
        "undecided": undecided(judged),
    }
    return count(judged, extra=extra)


def _considered(known: Known[FocusNomination], scope: Scope) -> Fact | None:
    nomination = known.state
    standing = _standing(nomination, scope)
    placed = scope.region.place(nomination.unit_code, nomination.nominated_on, inherits=False)
    if standing is None or placed is None:
        return None
    on, why = standing
    return fact(
        known,
        LABEL,
        on,
        source=nomination.source,
        unit_code=nomination.unit_code,
        place=placed.code,
        why=why or placed.why,
    )


def _standing(nomination: FocusNomination, scope: Scope) -> tuple[date, Why | None] | None:
    """When it became what it was on the last day that is counted, and why that does not count; nothing if it was over.

    A designation stands until it is ended. What was given up before it was decided, and what was refused or ended
    before the year, is none of the year's.
    """
    last, designation, refusal = scope.counted.until, nomination.designation, nomination.refusal
    is_ended = nomination.ended_on is not None and nomination.ended_on <= last
    if designation is not None and designation.designated_on <= last:
        is_over = nomination.ended_on is not None and nomination.ended_on < scope.window.since
        return None if is_over else (designation.designated_on, Why.ended if is_ended else None)
    if refusal is not None and refusal.refused_on <= last:
        return (refusal.refused_on, Why.refused) if scope.counted.holds(refusal.refused_on) else None
    is_open = nomination.nominated_on <= last and not is_ended
    return (nomination.nominated_on, Why.not_decided) if is_open else None


def _in_year(days: Iterable[date], scope: Scope) -> int:
    return sum(scope.counted.holds(day) for day in days)


def _distribution(judged: Iterable[Fact], scope: Scope) -> list[dict[str, Any]]:
    """Each county's part of the focus municipalities beside its part of the municipalities."""
    municipalities = Counter(unit.county_code for unit in scope.region.units)
    home = {unit.code: unit.county_code for unit in scope.region.units}
    focus = Counter(home[each.place] for each in judged if each.counts and each.place is not None)
    return [
        {
            "county_code": county,
            "focus_municipalities": focus[county],
            "share": value_of(focus[county], focus.total()),
            "municipalities": municipalities[county],
            "share_of_municipalities": value_of(municipalities[county], municipalities.total()),
        }
        for county in scope.region.counties
    ]
