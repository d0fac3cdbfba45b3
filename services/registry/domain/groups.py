"""Which municipalities may be told of as a group, and which municipalities the group is on a date."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from services.contracts.geography import Geography
from services.contracts.registry import GroupMember, MunicipalityGroup, MunicipalityGroupOn
from services.kernel.problems import Conflict
from services.registry.domain.periods import Period
from services.registry.domain.validity import codes_on, overlap, require_in_use


class GroupExists(Conflict):
    """Another group has the reference."""

    code = "group-exists"


def require_members(members: Sequence[GroupMember], country: Geography) -> None:
    """Every member has its code on the day on which it joins, and is no member twice on the same day.

    A member may be merged while it is one, so nothing is asked of its last day.

    Raises:
        UnknownUnit, UnitNotValid, PeriodReversed, PeriodsOverlap: points at what is wrong.
    """
    require_in_use("members", members, country, until=None)
    seen: dict[str, list[Period]] = defaultdict(list)
    wrong = []
    for place, member in enumerate(members):
        period = Period.of(member)
        if any(period.overlaps(earlier) for earlier in seen[member.unit_code]):
            wrong.append(place)
        seen[member.unit_code].append(period)
    if wrong:
        raise overlap(*wrong, field="members")


def sorted_members(members: Sequence[GroupMember]) -> tuple[GroupMember, ...]:
    """By code and day, as a group keeps them and not as somebody has sent them."""
    kept = (GroupMember.model_validate(member.model_dump()) for member in members)
    return tuple(sorted(kept, key=lambda member: (member.unit_code, member.valid_from)))


def on_date(group: MunicipalityGroup, country: Geography, on: date) -> MunicipalityGroupOn:
    """The group with the codes of the date for the members of the date."""
    codes: set[str] = set()
    for member in group.members:
        if Period.of(member).holds(on):
            codes |= codes_on(country, member.unit_code, on)
    counties = {country.county_of(code, on) for code in codes}
    return MunicipalityGroupOn(
        **group.model_dump(),
        on=on,
        unit_codes=tuple(sorted(codes)),
        county_codes=tuple(sorted(county for county in counties if county is not None)),
    )
