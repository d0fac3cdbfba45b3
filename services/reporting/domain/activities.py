"""Figures of activities and offers: days, courses, levels, and what centres carry together."""

from collections.abc import Iterable
from datetime import date

from services.contracts.events import Activity, ActivityStatus, Mode, Offer
from services.reporting.domain.facts import Fact, Known, Why, fact, words
from services.reporting.domain.measures import Measure, count, share
from services.reporting.domain.scope import Scope, Sources, Standing, accepted, activity_on, is_carried

BRUKERPLAN_TRAINING = "brukerplan_training"
BRUKERPLAN_SEMINARS = "brukerplan_seminars"
MI_INTRODUCTORY = "mi_introductory"
MI_ADVANCED = "mi_advanced"
"""The series that an activity belongs to when it is counted for one of the figures below; see docs/indicators.md."""


Stood = tuple[Known[Activity], Standing]
"""An activity, and where it stood on the day asked about."""


def brukerplan_training(sources: Sources, scope: Scope) -> Measure:
    """Days of BrukerPlan training held on site; a unit offered it remotely is offered it too (BR-09)."""
    series = _carried_out(sources, scope, BRUKERPLAN_TRAINING)
    facts = _held(series, scope, in_days=True, on_site_only=True)
    invited = _invited(series, scope)
    extra = {
        "days_by_county": _by_county(facts, scope),
        "offered": share(len(invited), len(scope.region.codes)),
        "not_offered": scope.region.named(scope.region.codes - invited),
    }
    return count(facts, extra=extra)


def brukerplan_seminars(sources: Sources, scope: Scope) -> Measure:
    """Seminar days held. Excepted municipalities get their own arrangement; guests are never units (BR-10, BR-50)."""
    series = _carried_out(sources, scope, BRUKERPLAN_SEMINARS)
    facts = _held(series, scope, in_days=True)
    invited = _invited(series, scope)
    excepted = [unit for known, _ in series for unit in known.state.excepted]
    extra = {
        "days_by_county": _by_county(facts, scope),
        "invited": len(invited),
        "excepted_and_invited": len(invited & {unit.code for unit in excepted}),
        "own_arrangements": len(_places(((unit.code, unit.arranged_on) for unit in excepted), scope)),
        "guests": len({guest for known, _ in series for guest in known.state.guest_ids}),
    }
    return count(facts, extra=extra)


def mi_courses(sources: Sources, scope: Scope) -> Measure:
    """Courses in motivational interviewing that were held: introductory and advanced, one of each per county."""
    introductory = _carried_out(sources, scope, MI_INTRODUCTORY)
    first, second = _held(introductory, scope), _held(_carried_out(sources, scope, MI_ADVANCED), scope)
    held_in = {each.place for each in (*first, *second) if each.counts}
    extra = {
        "introductory": sum(each.counts for each in first),
        "introductory_days": count(_held(introductory, scope, in_days=True)).numerator,
        "advanced": sum(each.counts for each in second),
        "counties_without_course": [code for code in scope.region.counties if code not in held_in],
    }
    return count((*first, *second), extra=extra)


def activities_held(sources: Sources, scope: Scope) -> Measure:
    """Activities of the year that the centre led or carried and that were held; planning does not count (BR-64)."""
    return count(_held(_carried_out(sources, scope), scope))


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


def _carried_out(sources: Sources, scope: Scope, series: str | None = None) -> list[Stood]:
    """The centre's activities that start in the window, of one series or of all, and where each stood on the day."""
    return [
        (known, standing)
        for known in sources.activities
        if series in (None, known.state.series)
        and scope.window.holds(known.state.starts_on)
        and is_carried(known.state, scope)
        and (standing := activity_on(known.state, scope.as_of)) is not None
    ]


def _held(
    activities: Iterable[Stood], scope: Scope, *, in_days: bool = False, on_site_only: bool = False
) -> tuple[Fact, ...]:
    """A fact for each activity shown for the region. Those held by the day count: each once, or each of its days."""
    return tuple(
        fact(
            known,
            words(known.state.title),
            standing.since,
            source=known.state.source,
            county_code=known.state.county_code,
            place=known.state.county_code and scope.region.county(known.state.county_code, known.state.starts_on),
            why=Why.remote if on_site_only and known.state.mode is Mode.remote else _why_not(standing),
            amount=known.state.days if in_days else 1,
        )
        for known, standing in activities
        if scope.region.holds_county(known.state.county_code, known.state.starts_on)
    )


def _why_not(standing: Standing) -> Why | None:
    if standing.status == ActivityStatus.held:
        return None
    return Why.cancelled if standing.status == ActivityStatus.cancelled else Why.not_held


def _by_county(facts: Iterable[Fact], scope: Scope) -> dict[str, int]:
    counted = [each for each in facts if each.counts]
    return {county: sum(each.amount for each in counted if each.place == county) for county in scope.region.counties}


def _invited(activities: Iterable[Stood], scope: Scope) -> frozenset[str]:
    """The municipalities of the region that were invited by the day asked about, in either mode."""
    running = [known.state for known, standing in activities if standing.status != ActivityStatus.cancelled]
    return _places(((unit.code, unit.invited_on) for activity in running for unit in activity.units), scope)


def _places(happened: Iterable[tuple[str, date | None]], scope: Scope) -> frozenset[str]:
    """The municipalities of the region where it had happened by the day asked about."""
    past = ((code, day) for code, day in happened if day is not None and day <= scope.as_of)
    return _placed(past, scope)


def _placed(dated: Iterable[tuple[str, date]], scope: Scope) -> frozenset[str]:
    found = (scope.region.place(code, day, inherits=False) for code, day in dated)
    return frozenset(placed.code for placed in found if placed and placed.code)


def _is_offered(offer: Offer, scope: Scope) -> bool:
    """Whether the centre carries the offer, it was in the one list on the day, and its period touches the window."""
    return (
        is_carried(offer, scope)
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
    return frozenset(of_counties) | _placed(((code, offer.period_from) for code in offer.unit_codes), scope)


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
