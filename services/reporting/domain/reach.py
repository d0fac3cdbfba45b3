"""Figures of who was reached: told of the offer, and given some of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.contracts.events import Activity, ActivityStatus
from services.contracts.funding import Grant
from services.contracts.registry import Awareness, Channel
from services.reporting.domain.facts import Fact, Known, Why, fact, first_per_place, places, undecided, words
from services.reporting.domain.measures import Measure, count, share
from services.reporting.domain.scope import Scope, Sources, activity_on, is_carried


@dataclass(frozen=True, slots=True)
class Untold:
    """A municipality that was not told, and when a letter to it last came to nothing, if one did."""

    code: str
    bounced_on: date | None = None


def awareness(sources: Sources, scope: Scope) -> Measure:
    """Municipalities that the centre told of its offer this year, by any channel and by letter (BR-01 to BR-04)."""
    told = _tellings(sources, scope)
    by_channel = {channel: places(each for of_channel, each in told if of_channel is channel) for channel in Channel}
    judged = first_per_place(each for _, each in told)
    everyone, informed, by_letter = scope.region.codes, places(judged), by_channel[Channel.letter]
    extra = {
        "by_letter": share(len(by_letter), len(everyone)),
        "by_channel": {channel.value: len(reached) for channel, reached in by_channel.items() if reached},
        "uninformed": scope.region.named(everyone - informed),
        "not_by_letter": scope.region.named(everyone - by_letter),
    }
    return count(judged, len(everyone), extra)


def untold(sources: Sources, scope: Scope, channel: Channel | None = None) -> list[Untold]:
    """The municipalities that the indicator ``awareness`` does not count, at all or by the channel; sorted by code."""
    tellings = [each for of_channel, each in _tellings(sources, scope) if channel in (None, of_channel)]
    bounced: dict[str, date] = {}
    for each in tellings:
        if each.why is Why.bounced and each.place is not None:
            bounced[each.place] = max(each.occurred_on, bounced.get(each.place, date.min))
    return [Untold(code, bounced.get(code)) for code in sorted(scope.region.codes - places(tellings))]


def majority_over_time(sources: Sources, scope: Scope) -> Measure:
    """Municipalities that have had at least one offer delivered in the window (BR-17).

    Delivered is an activity that the municipality came to, an arrangement of its own, or a grant awarded to it. To be
    told of the offer is not to have received it (BR-04).
    """
    judged = first_per_place(_delivered(sources, scope))
    everyone = scope.region.codes
    first = {each.place: each.occurred_on.isoformat() for each in judged if each.counts and each.place}
    extra = {
        "first_delivered": dict(sorted(first.items())),
        "without_offer": scope.region.named(everyone - places(judged)),
        "undecided": undecided(judged),
    }
    return count(judged, len(everyone), extra)


def _tellings(sources: Sources, scope: Scope) -> list[tuple[Channel, Fact]]:
    return [each for known in sources.awareness if (each := _told(known, scope))]


def _told(known: Known[Awareness], scope: Scope) -> tuple[Channel, Fact] | None:
    contact = known.state
    if not scope.is_centre(contact.centre_id) or not scope.counted.holds(contact.informed_on):
        return None
    placed = scope.region.place(contact.unit_code, contact.informed_on, inherits=False)
    if placed is None:
        return None
    bounced = contact.bounced_on is not None and contact.bounced_on <= scope.as_of
    return contact.channel, fact(
        known,
        contact.channel,
        contact.informed_on,
        source=contact.source,
        unit_code=contact.unit_code,
        place=placed.code,
        why=Why.bounced if bounced else placed.why,
    )


def _delivered(sources: Sources, scope: Scope) -> Iterator[Fact]:
    for activity in sources.activities:
        if is_carried(activity.state, scope):
            yield from _given_by(activity, scope)
    for grant in grants_of(sources, scope):
        label = f"{grant.state.chapter}.{grant.state.item}"
        yield from _given(grant, label, grant.state.unit_code, grant.state.awarded_on, scope)


def _given_by(known: Known[Activity], scope: Scope) -> Iterator[Fact]:
    activity = known.state
    standing = activity_on(activity, scope.as_of)
    if standing is None or standing.status == ActivityStatus.cancelled:
        return
    attended = [(unit.code, unit.attended_on) for unit in activity.units if standing.status == ActivityStatus.held]
    arranged = [(unit.code, unit.arranged_on) for unit in activity.excepted]
    for code, day in (*attended, *arranged):
        yield from _given(known, words(activity.title), code, day, scope)


def _given(
    known: Known[Activity] | Known[Grant], label: str, code: str, day: date | None, scope: Scope
) -> Iterator[Fact]:
    """Something given to a unit, where it falls in the region, if it does and has happened by the day asked about."""
    if day is None or day > scope.as_of:
        return
    placed = scope.region.place(code, day, inherits=False)
    if placed:
        why = placed.why if scope.counted.holds(day) else Why.outside_window
        yield fact(known, label, day, source=known.state.source, unit_code=code, place=placed.code, why=why)


def grants_of(sources: Sources, scope: Scope) -> list[Known[Grant]]:
    """The grants that belong to the centre: it owns the scheme, or leads the programme that the grant is tied to."""
    led = {known.state.programme_id for known in sources.programmes if scope.is_centre(known.state.lead_id)}
    return [
        known for known in sources.grants if scope.is_centre(known.state.owner_id) or known.state.programme_id in led
    ]
