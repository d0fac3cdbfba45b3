"""What a municipality belongs to on a date: groups of municipalities, and the region that chooses a representative."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gateway.catalogue import Snapshot
from gateway.reach import Areas
from services.contracts.names import sort_key
from services.contracts.registry import GroupMember, MunicipalityGroup, Organisation, Region

COUNTIES: dict[Region, frozenset[str]] = {
    Region.north: frozenset(("18", "19", "20", "54", "55", "56")),
    Region.mid: frozenset(("15", "16", "17", "50")),
    Region.west: frozenset(("11", "12", "14", "46")),
}
"""The counties of the regional health authorities, with the numbers they have had. All others are south-eastern."""


@dataclass(frozen=True, slots=True)
class Belongs:
    """A group and its members on a date, by the names that they have then."""

    group: MunicipalityGroup
    members: tuple[tuple[str, str], ...]
    """Code and name."""


def groups_of(country: Snapshot, areas: Areas, on: date) -> tuple[Belongs, ...]:
    """The groups that a municipality is a member of, itself or as what it came from."""
    return tuple(
        Belongs(group, tuple(_members(country, group, on)))
        for group in sorted(country.groups, key=lambda group: sort_key(group.name))
        if any(each.unit_code in areas.units and _holds(each, on) for each in group.members)
    )


def region_of(county: str) -> Region:
    """The region of the specialist health service that a county lies in."""
    return next((region for region, counties in COUNTIES.items() if county in counties), Region.south_east)


def representative_of(country: Snapshot, county: str, on: date) -> Organisation | None:
    """The centre that speaks for the county's region on a date; none while the seat is empty."""
    region = region_of(county)
    for each in country.representatives:
        is_seated = (
            each.valid_from is not None and each.valid_from <= on and (each.valid_to is None or on < each.valid_to)
        )
        if each.region is region and each.elected_id is not None and is_seated:
            return country.organisations.get(country.kept(each.elected_id))
    return None


def _members(country: Snapshot, group: MunicipalityGroup, on: date) -> Iterable[tuple[str, str]]:
    geography = country.geography
    codes = {
        branch.code
        for each in group.members
        if _holds(each, on) and each.unit_code in geography.units
        for branch in geography.related(each.unit_code, on)
    }
    named = ((code, geography.name(code, on)) for code in codes)
    return sorted(named, key=lambda member: (sort_key(member[1]), member[0]))


def _holds(member: GroupMember, on: date) -> bool:
    return member.valid_from <= on and (member.valid_to is None or on < member.valid_to)
