"""Who covers what: the organisations that a municipality has had, and those of a county or a unit on a date."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from gateway.catalogue import Snapshot
from gateway.reach import line_of
from gateway.resources import Covering
from services.contracts.geography import Geography
from services.contracts.names import sort_key
from services.contracts.registry import Coverage, Organisation, UnitCoverage

Area = Coverage | UnitCoverage


@dataclass(frozen=True, slots=True)
class _Time:
    """From a day until another, exclusive."""

    since: date
    until: date

    def within(self, other: "_Time") -> "_Time":
        """What of it lies in the other; empty if ``until`` is not later than ``since``."""
        return _Time(max(self.since, other.since), min(self.until, other.until))


def covered_by(snapshot: Snapshot, code: str, on: date) -> tuple[Covering, ...]:
    """The organisations that cover the unit, or have done, or will, in the order of their names.

    A county's coverage counts for the time in which the unit, or one that it came from, lay in the county.

    Raises:
        UnknownCode: no unit ever had the code.
    """
    geography = snapshot.geography
    line = line_of(geography, code)
    lay_in = _counties(geography, line)
    found = [
        each
        for organisation in snapshot.organisations_by_reference
        if organisation.merged_into is None
        for each in _coverings(snapshot, organisation, line, lay_in, on)
    ]
    return tuple(
        sorted(found, key=lambda each: (not each.is_current, sort_key(each.organisation.name), each.valid_from))
    )


def covers(
    geography: Geography,
    organisation: Organisation,
    on: date,
    *,
    unit: str | None,
    county: str | None,
    theme: str | None,
) -> bool:
    """Whether an organisation covers the unit, the county and the theme on the date. What is None does not narrow.

    A unit is covered by name, by its municipality's name, or through its county.

    Raises:
        UnknownCode, NotValidOn: for the unit on the date.
    """
    own = _areas_of(geography, unit, on) if unit is not None else None
    return any(
        _holds(row, on)
        and (theme is None or not row.themes or theme in row.themes)
        and _reaches(_codes_on(geography, _place_of(row), on), own, county)
        for row in _covered(organisation)
    )


def _areas_of(geography: Geography, code: str, on: date) -> frozenset[str]:
    unit = geography.unit(code, on)
    return frozenset(each for each in (code, unit.parent_code, unit.county_code) if each is not None)


def _reaches(codes: frozenset[str], own: frozenset[str] | None, county: str | None) -> bool:
    return (own is None or not own.isdisjoint(codes)) and (county is None or county in codes)


def _codes_on(geography: Geography, code: str, on: date) -> frozenset[str]:
    """What a covered place is called on the date: a coverage of a code that is gone follows its area."""
    if code not in geography.units and code not in geography.counties:
        return frozenset()
    return frozenset(branch.code for branch in geography.related(code, on))


def _place_of(row: Area) -> str:
    return row.unit_code if isinstance(row, UnitCoverage) else row.county_code


def _holds(coverage: Area, on: date) -> bool:
    return coverage.valid_from <= on and (coverage.valid_to is None or on < coverage.valid_to)


def _coverings(
    snapshot: Snapshot, organisation: Organisation, line: frozenset[str], lay_in: Mapping[str, list[_Time]], on: date
) -> Iterator[Covering]:
    exists = _time(organisation.valid_from or date.min, organisation.valid_to)
    for row in _covered(organisation):
        if isinstance(row, UnitCoverage):
            times = [exists] if row.unit_code in line else []
        else:
            counties = _onward(snapshot.geography, row.county_code)
            times = [
                time.within(exists) for time in _joined(time for each in counties for time in lay_in.get(each, ()))
            ]
        for time in times:
            told = _time(row.valid_from, row.valid_to).within(time)
            if told.since < told.until:
                yield Covering(
                    organisation=snapshot.named(organisation.organisation_id),
                    county_code=None if isinstance(row, UnitCoverage) else row.county_code,
                    unit_code=row.unit_code if isinstance(row, UnitCoverage) else None,
                    themes=row.themes,
                    valid_from=told.since,
                    valid_to=None if told.until == date.max else told.until,
                    is_current=told.since <= on < told.until,
                    source=organisation.source,
                    certainty=organisation.certainty,
                    confirmed_on=organisation.confirmed_on,
                )


def _onward(geography: Geography, county: str) -> frozenset[str]:
    """The county and those that its area went into."""
    if county not in geography.counties:
        return frozenset()
    return frozenset((county,)).union(*(branch.path for branch in geography.related(county, date.max)))


def _covered(organisation: Organisation) -> tuple[Area, ...]:
    return (*organisation.coverage, *organisation.unit_coverage)


def _counties(geography: Geography, line: Iterable[str]) -> Mapping[str, list[_Time]]:
    """When the codes of a line lay in which counties."""
    found: dict[str, list[_Time]] = defaultdict(list)
    for unit in (geography.units[code] for code in sorted(line)):
        if unit.county_code is not None:
            found[unit.county_code].append(_time(unit.valid_from, unit.valid_to))
    return found


def _joined(times: Iterable[_Time]) -> list[_Time]:
    """The same days, where times that touch or overlap are one."""
    found: list[_Time] = []
    for time in sorted(times, key=lambda time: time.since):
        if found and time.since <= found[-1].until:
            found[-1] = _Time(found[-1].since, max(found[-1].until, time.until))
        else:
            found.append(time)
    return found


def _time(since: date, until: date | None) -> _Time:
    return _Time(since, until or date.max)
