"""Figures of activities and offers: days, courses, levels, and what centres carry together."""

from collections.abc import Iterable
from datetime import date

from services.contracts.events import Activity, ActivityStatus, Mode, Offer
from services.reporting.domain.facts import Fact, Known, Why, fact, words
from services.reporting.domain.measures import Measure, count, share
from services.reporting.domain.scope import Scope, Sources, accepted, activity_on, is_carried_by

BRUKERPLAN_TRAINING = "brukerplan_training"
BRUKERPLAN_SEMINARS = "brukerplan_seminars"
MI_INTRODUCTORY = "mi_introductory"
MI_ADVANCED = "mi_advanced"
"""The series that an activity belongs to when it is counted for one of the figures below; see docs/indicators.md."""


def brukerplan_training(sources: Sources, scope: Scope) -> Measure:
    """Days of BrukerPlan training held on site; a unit offered it remotely is offered it too (BR-09)."""
    series = _series(sources, scope, BRUKERPLAN_TRAINING)
    facts = tuple(
        _held(known, scope, amount=known.state.days, on_site_only=True) for known in series if _belongs(known, scope)
    )
    invited = _invited(series, scope)
    offered = share(len(invited), len(scope.region.codes))
    extra = {"days_by_county": _by_county(facts, scope), "offered": offered}
    return count(facts, extra=extra | {"not_offered": scope.region.named(scope.region.codes - invited)})


def brukerplan_seminars(sources: Sources, scope: Scope) -> Measure:
    """Seminar days held. Excepted municipalities get their own arrangement; guests are never units (BR-10, BR-50)."""
    series = _series(sources, scope, BRUKERPLAN_SEMINARS)
    facts = tuple(_held(known, scope, amount=known.state.days) for known in series if _belongs(known, scope))
    invited = _invited(series, scope)
    excepted = [unit for known in series for unit in known.state.excepted]
    arranged = ((unit.code, unit.arranged_on) for unit in excepted if _has_come(unit.arranged_on, scope))
    extra = {
        "days_by_county": _by_county(facts, scope),
        "invited": len(invited),
        "excepted_and_invited": len(invited & {unit.code for unit in excepted}),
        "own_arrangements": len(_places(arranged, scope)),
        "guests": len({guest for known in series for guest in known.state.guest_ids}),
    }
    return count(facts, extra=extra)


def mi_courses(sources: Sources, scope: Scope) -> Measure:
    """Courses in motivational interviewing that were held: introductory and advanced, one of each per county."""
    introductory = _courses(sources, scope, MI_INTRODUCTORY)
    advanced = _courses(sources, scope, MI_ADVANCED)
    both = (*introductory, *advanced)
    held_in = {each.place for each in both if each.counts}
    days = {known.aggregate: known.state.days for known in _series(sources, scope, MI_INTRODUCTORY)}
    extra = {
        "introductory": sum(each.counts for each in introductory),
        "introductory_days": sum(days[each.aggregate] for each in introductory if each.counts),
        "advanced": sum(each.counts for each in advanced),
        "counties_without_course": [code for code in scope.region.counties if code not in held_in],
    }
    return count(both, extra=extra)


def activities_held(sources: Sources, scope: Scope) -> Measure:
    """Activities of the year that the centre led or carried and that were held; planning does not count (BR-64)."""
    carried = (known for known in sources.activities if is_carried_by(known.state, scope.centre_id, scope.as_of))
    return count(
        tuple(_held(known, scope) for known in carried if _is_of_window(known, scope) and _belongs(known, scope))
    )


def co_organised(sources: Sources, scope: Scope) -> Measure:
    """Published offers that at least one other organisation carries too and has said yes to."""
    offers = [known for known in sources.offers if _is_offered(known.state, scope)]
    facts = tuple(_carried(known, scope) for known in offers)
    reached = {code for known in offers for code in _area(known.state, scope)}
    return count(facts, len(facts), {"offers": len(facts), "municipalities": len(reached)})


def levels(_sources: Sources, _scope: Scope) -> list[str]:
    """The competence levels, for a figure each; a level without activity shows zero."""
    return ["1", "2", "3", "4"]


def themes(sources: Sources, scope: Scope) -> list[str]:
    """The themes of the offers counted, for a figure each."""
    return sorted({known.state.theme for known in sources.offers if _is_offered(known.state, scope)})


def _series(sources: Sources, scope: Scope, name: str) -> list[Known[Activity]]:
    """The activities of a series that fall in the window and were known of and not cancelled on the day asked about."""
    return [
        known
        for known in sources.activities
        if known.state.series == name
        and is_carried_by(known.state, scope.centre_id, scope.as_of)
        and _is_of_window(known, scope)
    ]


def _is_of_window(known: Known[Activity], scope: Scope) -> bool:
    return scope.window.holds(known.state.starts_on) and activity_on(known.state, scope.as_of) is not None


def _belongs(known: Known[Activity], scope: Scope) -> bool:
    return scope.region.holds_county(known.state.county_code, known.state.starts_on)


def _held(known: Known[Activity], scope: Scope, *, amount: int = 1, on_site_only: bool = False) -> Fact:
    activity = known.state
    standing = activity_on(activity, scope.as_of)
    status = standing.status if standing else ActivityStatus.planned
    why = None
    if on_site_only and activity.mode is Mode.remote:
        why = Why.remote
    elif status == ActivityStatus.cancelled:
        why = Why.cancelled
    elif status != ActivityStatus.held:
        why = Why.not_held
    county = activity.county_code and scope.region.county(activity.county_code, activity.starts_on)
    return fact(
        known,
        words(activity.title),
        standing.since if standing else activity.planned_on,
        source=activity.source,
        county_code=activity.county_code,
        place=county or None,
        why=why,
        amount=amount,
    )


def _courses(sources: Sources, scope: Scope, name: str) -> tuple[Fact, ...]:
    return tuple(_held(known, scope) for known in _series(sources, scope, name) if _belongs(known, scope))


def _by_county(facts: Iterable[Fact], scope: Scope) -> dict[str, int]:
    counted = [each for each in facts if each.counts]
    return {county: sum(each.amount for each in counted if each.place == county) for county in scope.region.counties}


def _invited(series: Iterable[Known[Activity]], scope: Scope) -> frozenset[str]:
    """The municipalities of the region that were invited, in either mode."""
    running = (known for known in series if not _is_cancelled(known.state, scope.as_of))
    units = (unit for known in running for unit in known.state.units)
    return _places(((unit.code, unit.invited_on) for unit in units if _has_come(unit.invited_on, scope)), scope)


def _has_come(day: date | None, scope: Scope) -> bool:
    return day is not None and day <= scope.as_of


def _is_cancelled(activity: Activity, day: date) -> bool:
    standing = activity_on(activity, day)
    return standing is not None and standing.status == ActivityStatus.cancelled


def _places(dated_codes: Iterable[tuple[str, date | None]], scope: Scope) -> frozenset[str]:
    found = (scope.region.place(code, day, inherits=False) for code, day in dated_codes if day is not None)
    return frozenset(placed.code for placed in found if placed and placed.code)


def _is_offered(offer: Offer, scope: Scope) -> bool:
    """Whether the centre carries the offer, it was in the one list on the day, and its period touches the window."""
    return (
        is_carried_by(offer, scope.centre_id, scope.as_of)
        and offer.published_on is not None
        and offer.published_on <= scope.as_of
        and (offer.withdrawn_on is None or offer.withdrawn_on > scope.as_of)
        and offer.period_from <= scope.window.until
        and scope.window.since <= offer.period_to
        and bool(_area(offer, scope))
    )


def _area(offer: Offer, scope: Scope) -> frozenset[str]:
    """The municipalities of the region that the offer is for."""
    counties = {scope.region.county(code, offer.period_from) for code in offer.county_codes}
    of_counties = (unit.code for unit in scope.region.units if unit.county_code in counties)
    return frozenset(of_counties) | _places(((code, offer.period_from) for code in offer.unit_codes), scope)


def _carried(known: Known[Offer], scope: Scope) -> Fact:
    offer = known.state
    others = accepted(offer.co_organisers, scope.as_of)
    return fact(
        known,
        words(offer.title),
        offer.published_on or offer.period_from,
        source=offer.source,
        why=None if others else Why.no_co_organiser,
    )
