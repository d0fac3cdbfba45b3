"""Which counties and units an organisation covers, with which themes, and when."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from services.contracts.geography import Geography
from services.contracts.registry import Coverage, Organisation, UnitCoverage
from services.registry.domain.periods import Period, joined, without
from services.registry.domain.validity import codes_on, overlap, require_in_use

Area = TypeVar("Area", Coverage, UnitCoverage)

ALL_THEMES = ""
"""How a coverage without themes is kept apart from those with some: no theme has this name."""


def require_coverage(
    counties: Sequence[Coverage], units: Sequence[UnitCoverage], country: Geography, today: date
) -> None:
    """Every place is in use when it is covered, and no place and theme is told of twice for the same day.

    Raises:
        UnknownUnit, UnitNotValid, PeriodReversed, PeriodsOverlap: points at what is wrong.
    """
    require_in_use("coverage", counties, country, until=today)
    require_in_use("unit_coverage", units, country, until=today)
    _require_apart("coverage", counties)
    _require_apart("unit_coverage", units)


def _require_apart(field: str, rows: Sequence[Coverage | UnitCoverage]) -> None:
    by_place: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        by_place[place_of(row)].append(place)
    wrong = [
        later
        for places in by_place.values()
        for number, later in enumerate(places)
        if any(_tells_the_same(rows[earlier], rows[later]) for earlier in places[:number])
    ]
    if wrong:
        raise overlap(*wrong, field=field)


def _tells_the_same(one: Coverage | UnitCoverage, other: Coverage | UnitCoverage) -> bool:
    share_a_theme = not one.themes or not other.themes or not set(one.themes).isdisjoint(other.themes)
    return share_a_theme and Period.of(one).overlaps(Period.of(other))


def place_of(row: Coverage | UnitCoverage) -> str:
    """The code that a coverage is of."""
    return row.county_code if isinstance(row, Coverage) else row.unit_code


def covers(
    organisation: Organisation, country: Geography, on: date, *, unit: str | None, county: str | None, theme: str | None
) -> bool:
    """Whether it covers the unit, the county and the theme on the date; what is None does not narrow.

    A unit is covered by name, by its municipality's name, or through its county. A coverage of a code that is gone
    follows its area.
    """
    own = frozenset() if unit is None else _areas_of(country, unit, on)
    return any(
        Period.of(row).holds(on)
        and (theme is None or not row.themes or theme in row.themes)
        and _reaches(codes_on(country, place_of(row), on), own, county)
        for row in _rows(organisation)
    )


def units_covered(organisation: Organisation, country: Geography, on: date) -> frozenset[str]:
    """The municipalities that it covers on the date with any theme, and the city districts that it names."""
    codes = frozenset(
        code for row in _rows(organisation) if Period.of(row).holds(on) for code in codes_on(country, place_of(row), on)
    )
    of_counties = (unit.code for unit in country.units_on(on) if unit.county_code in codes)
    return frozenset(of_counties) | (codes & country.units.keys())


def _rows(organisation: Organisation) -> tuple[Coverage | UnitCoverage, ...]:
    return (*organisation.coverage, *organisation.unit_coverage)


def _areas_of(country: Geography, unit_code: str, on: date) -> frozenset[str]:
    unit = country.unit(unit_code, on)
    return frozenset(code for code in (unit.code, unit.parent_code, unit.county_code) if code is not None)


def _reaches(codes: frozenset[str], own: frozenset[str], county: str | None) -> bool:
    return (not own or not own.isdisjoint(codes)) and (county is None or county in codes)


def united(rows: Sequence[Area]) -> tuple[Area, ...]:
    """The same places, themes and days in rows that do not overlap, sorted by place and day."""
    days: dict[tuple[str, str], list[Period]] = defaultdict(list)
    kinds = {place_of(row): row for row in rows}
    for row in rows:
        for theme in row.themes or (ALL_THEMES,):
            days[place_of(row), theme].append(Period.of(row))
    themes_of: dict[tuple[str, Period], list[str]] = defaultdict(list)
    for (place, theme), periods in sorted(days.items()):
        told = joined(periods) if theme == ALL_THEMES else without(periods, days.get((place, ALL_THEMES), ()))
        for period in told:
            themes_of[place, period].append(theme)
    return tuple(
        kinds[place].model_copy(
            update={
                "themes": () if themes == [ALL_THEMES] else tuple(themes),
                "valid_from": period.since,
                "valid_to": period.valid_to,
            }
        )
        for (place, period), themes in sorted(themes_of.items())
    )
