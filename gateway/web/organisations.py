"""What is told of an organisation on its page: where it works and when, who its members are, and of what it is one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gateway.catalogue import Snapshot
from services.contracts.geography import COMPLETE_FROM
from services.contracts.names import sort_key
from services.contracts.registry import Coverage, Membership, Organisation, UnitCoverage


@dataclass(frozen=True, slots=True)
class Area:
    """A county or municipality by its code, with its name when the time begins."""

    code: str
    name: str
    is_county: bool


@dataclass(frozen=True, slots=True)
class Works:
    """A time in which an organisation covers areas for themes; no themes: all of them."""

    areas: tuple[Area, ...]
    is_whole_country: bool
    themes: tuple[str, ...]
    since: date | None
    """Empty: since before the tables begin."""
    last_day: date | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation in a forum or body, on a date."""

    organisation: Organisation
    has_vote: bool


def works(country: Snapshot, organisation: Organisation, on: date) -> tuple[Works, ...]:
    """Where it works, in times that begin and end together, the newest first.

    Who covers the whole country, whatever its counties were, is told so once.
    """
    covered: list[Coverage | UnitCoverage] = [*organisation.coverage, *organisation.unit_coverage]
    told = []
    for themes in {each.themes for each in organisation.coverage}:
        counties = [each for each in organisation.coverage if each.themes == themes]
        since = _whole_country_since(country, counties, on)
        if since is not None:
            told.append(Works((), True, themes, since if since >= COMPLETE_FROM else None, None, is_current=True))
            covered = [each for each in covered if each not in counties]
    alike: dict[tuple[date, date | None, tuple[str, ...]], list[Coverage | UnitCoverage]] = defaultdict(list)
    for each in covered:
        alike[each.valid_from, each.valid_to, each.themes].append(each)
    told += [_works(country, together, on) for together in alike.values()]
    return tuple(sorted(told, key=lambda each: (each.since or date.min, each.themes), reverse=True))


def _whole_country_since(country: Snapshot, counties: Iterable[Coverage], on: date) -> date | None:
    """Since when every county of every day has been covered, until the date; none if that is not so."""
    covered = [(each.county_code, each.valid_from, each.valid_to or date.max) for each in counties]
    since = min(valid_from for _, valid_from, _ in covered)
    first = max(since, COMPLETE_FROM)
    if first > on or any(until != date.max and until > on for _, _, until in covered):
        return None
    turns = {county.valid_from for county in country.geography.counties.values() if first < county.valid_from <= on}
    for day in (first, *turns, on):
        then = {code for code, valid_from, valid_to in covered if valid_from <= day < valid_to}
        if not {county.code for county in country.geography.counties_on(day)} <= then:
            return None
    return since


def members_of(country: Snapshot, organisation: Organisation, on: date) -> tuple[Member, ...]:
    """The members of a forum or body on a date."""
    return _sorted(
        Member(country.organisations[kept], each.has_vote)
        for each in organisation.members
        if _holds(each, on) and (kept := country.kept(each.organisation_id)) in country.organisations
    )


def member_of(country: Snapshot, organisation: Organisation, on: date) -> tuple[Member, ...]:
    """The forums and bodies that an organisation is a member of on a date."""
    return _sorted(
        Member(forum, each.has_vote)
        for forum in country.organisations.values()
        if forum.merged_into is None
        for each in forum.members
        if _holds(each, on) and country.kept(each.organisation_id) == organisation.organisation_id
    )


def _works(country: Snapshot, together: list[Coverage | UnitCoverage], on: date) -> Works:
    since, until = together[0].valid_from, together[0].valid_to
    first = max(since, COMPLETE_FROM)
    areas = sorted((_area(country, each, first) for each in together), key=lambda area: sort_key(area.name))
    return Works(
        areas=tuple(areas),
        is_whole_country=False,
        themes=together[0].themes,
        since=since if since >= COMPLETE_FROM else None,
        last_day=until - date.resolution if until is not None else None,
        is_current=since <= on and (until is None or on < until),
    )


def _area(country: Snapshot, each: Coverage | UnitCoverage, first: date) -> Area:
    code = each.county_code if isinstance(each, Coverage) else each.unit_code
    known = country.geography.valid(code, first)
    return Area(code, country.geography.name(code, first) if known else code, isinstance(each, Coverage))


def _holds(each: Membership, on: date) -> bool:
    return each.valid_from <= on and (each.valid_to is None or on < each.valid_to)


def _sorted(members: Iterable[Member]) -> tuple[Member, ...]:
    return tuple(sorted(members, key=lambda member: sort_key(member.organisation.name)))
