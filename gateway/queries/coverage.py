"""Who covers what: the organisations that a municipality has had, and those of a county or a unit on a date."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from gateway.catalogue import Snapshot
from gateway.reach import Areas, line_of
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


def covers(organisation: Organisation, areas: Areas | None, county: str | None, theme: str | None, on: date) -> bool:
    """Whether an organisation covers, on the date, the unit that ``areas`` mean, the county, and the theme.

    What is None does not narrow. A unit is covered through its county or by name.
    """
    return any(
        _holds(each, on) and theme_is_covered(each, theme) and _is_meant(each, areas, county)
        for each in _covered(organisation)
    )


def theme_is_covered(coverage: Area, theme: str | None) -> bool:
    """Whether it holds for the theme. A coverage that names none holds for all of them."""
    return theme is None or not coverage.themes or theme in coverage.themes


def _is_meant(coverage: Area, areas: Areas | None, county: str | None) -> bool:
    if isinstance(coverage, UnitCoverage):
        return county is None and (areas is None or coverage.unit_code in areas.units)
    is_the_county = county in (None, coverage.county_code)
    return is_the_county and (areas is None or coverage.county_code in areas.counties)


def _holds(coverage: Area, on: date) -> bool:
    return coverage.valid_from <= on and (coverage.valid_to is None or on < coverage.valid_to)


def _coverings(
    snapshot: Snapshot, organisation: Organisation, line: frozenset[str], lay_in: Mapping[str, list[_Time]], on: date
) -> Iterator[Covering]:
    exists = _time(organisation.valid_from or date.min, organisation.valid_to)
    for coverage in _covered(organisation):
        county_code = unit_code = None
        if isinstance(coverage, UnitCoverage):
            unit_code = coverage.unit_code
            times = [exists] if unit_code in line else []
        else:
            county_code = coverage.county_code
            times = [time.within(exists) for time in lay_in.get(county_code, ())]
        for time in times:
            told = _time(coverage.valid_from, coverage.valid_to).within(time)
            if told.since < told.until:
                yield Covering(
                    organisation=snapshot.named(organisation.organisation_id),
                    county_code=county_code,
                    unit_code=unit_code,
                    themes=coverage.themes,
                    valid_from=told.since,
                    valid_to=None if told.until == date.max else told.until,
                    is_current=told.since <= on < told.until,
                    source=organisation.source,
                    certainty=organisation.certainty,
                    confirmed_on=organisation.confirmed_on,
                )


def _covered(organisation: Organisation) -> tuple[Area, ...]:
    return (*organisation.coverage, *organisation.unit_coverage)


def _counties(geography: Geography, line: Iterable[str]) -> Mapping[str, list[_Time]]:
    """When the codes of a line lay in which counties: times that touch or overlap are one."""
    found: dict[str, list[_Time]] = defaultdict(list)
    for unit in sorted((geography.units[code] for code in line), key=lambda unit: unit.valid_from):
        if unit.county_code is None:
            continue
        time, known = _time(unit.valid_from, unit.valid_to), found[unit.county_code]
        if known and time.since <= known[-1].until:
            known[-1] = _Time(known[-1].since, max(known[-1].until, time.until))
        else:
            known.append(time)
    return found


def _time(since: date, until: date | None) -> _Time:
    return _Time(since, until or date.max)
