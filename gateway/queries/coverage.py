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
from services.contracts.registry import Coverage, Organisation, Unit, UnitCoverage

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
    line = line_of(snapshot.geography, code)
    lay_in = _counties(snapshot.geography, line)
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
    organisation: Organisation,
    on: date,
    geography: Geography,
    *,
    areas: Areas | None,
    county: str | None,
    theme: str | None,
) -> bool:
    """Whether it covers, on the date, the unit that ``areas`` mean, the county and the theme; None does not narrow.

    A unit is covered by name, by its municipality's name, or through its county. A coverage of a code that is gone
    follows its area.
    """
    meant = areas.units | areas.counties if areas is not None else frozenset()
    return any(
        _holds(row, on)
        and (theme is None or not row.themes or theme in row.themes)
        and (areas is None or _place_of(row) in meant)
        and (county is None or county in codes_on(geography, _place_of(row), on))
        for row in _covered(organisation)
    )


def units_covered(snapshot: Snapshot, organisation: Organisation, on: date) -> tuple[Unit, ...]:
    """The municipalities that it covers on the date with any theme, and the city districts that it names, by code.

    A letter of a centre to all is for these units.
    """
    country = snapshot.geography
    rows = [row for row in _covered(organisation) if _holds(row, on)]
    codes = {code for row in rows for code in codes_on(country, _place_of(row), on)}
    of_counties = (unit.code for unit in country.units_on(on) if unit.county_code in codes)
    return tuple(country.units[code] for code in sorted({*of_counties, *(codes & country.units.keys())}))


def codes_on(geography: Geography, code: str, on: date) -> frozenset[str]:
    """The codes of a date that have the area of a unit or county; none for one that is not known."""
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
            times = [time.within(exists) for time in lay_in.get(row.county_code, ())]
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


def _covered(organisation: Organisation) -> tuple[Area, ...]:
    return (*organisation.coverage, *organisation.unit_coverage)


def _counties(geography: Geography, line: Iterable[str]) -> Mapping[str, list[_Time]]:
    """When the codes of a line lay in which counties. Who was there to a county's end is meant by it from then on."""
    found: dict[str, list[_Time]] = defaultdict(list)
    for unit in sorted((geography.units[code] for code in line), key=lambda unit: unit.valid_from):
        if unit.county_code is None:
            continue
        county = geography.counties.get(unit.county_code)
        is_gone = county is not None and county.valid_to is not None and county.valid_to == unit.valid_to
        time, known = _time(unit.valid_from, None if is_gone else unit.valid_to), found[unit.county_code]
        if known and time.since <= known[-1].until:
            known[-1] = _Time(known[-1].since, max(known[-1].until, time.until))
        else:
            known.append(time)
    return found


def _time(since: date, until: date | None) -> _Time:
    return _Time(since, until or date.max)
