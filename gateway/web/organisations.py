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
    """Where it works, in times that begin and end together, the newest first."""
    alike: dict[tuple[date, date | None, tuple[str, ...]], list[Coverage | UnitCoverage]] = defaultdict(list)
    covered: tuple[Coverage | UnitCoverage, ...] = (*organisation.coverage, *organisation.unit_coverage)
    for each in covered:
        alike[each.valid_from, each.valid_to, each.themes].append(each)
    told = [_works(country, together, on) for together in alike.values()]
    return tuple(sorted(told, key=lambda each: (each.since or date.min, each.themes), reverse=True))


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
    codes = {area.code for area in areas if area.is_county}
    return Works(
        areas=tuple(areas),
        is_whole_country=codes >= {county.code for county in country.geography.counties_on(first)},
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
