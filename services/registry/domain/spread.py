"""How a centre's focus municipalities are spread over its counties, and whether one more makes that skewed (BR-16)."""

from collections import Counter
from collections.abc import Collection
from datetime import date
from fractions import Fraction
from math import ceil

from services.contracts.geography import COMPLETE_FROM, Geography
from services.contracts.registry import Organisation
from services.contracts.registry.focus import CountyShare, Spread
from services.kernel.problems import FieldError, Invalid
from services.registry.domain.coverage import covers
from services.registry.domain.periods import Period
from services.registry.domain.refusals import DateBeforeTables
from services.registry.domain.validity import codes_on


class CentreDoesNotCover(Invalid):
    """The unit lies outside of what the centre covers on the date."""

    code = "centre-does-not-cover"


def require_covered(centre: Organisation, unit_code: str, country: Geography, on: date) -> None:
    """A centre considers the units that it covers; one of which no coverage is told, any unit.

    Raises:
        CentreDoesNotCover: it covers others.
    """
    has_coverage = bool(centre.coverage or centre.unit_coverage)
    if has_coverage and not covers(centre, country, on, unit=unit_code, county=None, theme=None):
        raise CentreDoesNotCover(errors=[FieldError("/unit_code", code="centre-does-not-cover")])


def spread_with(
    unit_code: str, focus_codes: Collection[str], centre: Organisation, country: Geography, on: date
) -> Spread:
    """The centre's counties of the date with their parts of its municipalities and of its focus municipalities.

    Once without the unit and once with it; units that have become one by the date are one. It warns and refuses
    nothing: the mandate says «reasonable» and names no number. A county has too many when it has more than its part of
    the municipalities, rounded up.

    Raises:
        DateBeforeTables: which municipalities there were on so early a date is not known.
    """
    if on < COMPLETE_FROM:
        error = FieldError("/occurred_on", code="date-before-tables")
        raise DateBeforeTables(errors=[error], earliest=COMPLETE_FROM.isoformat())
    unit = codes_on(country, unit_code, on)
    standing = {codes_on(country, each, on) for each in focus_codes}
    own = _county_of_all(country, unit)
    counties = sorted(_covered(centre, country, on) | own)
    municipalities = Counter({code: len(country.units_on(on, code)) for code in counties})
    before, after = (
        Counter(code for each in units for code in _county_of_all(country, each) if code in municipalities)
        for units in (standing, standing | {unit})
    )
    return Spread(
        on=on,
        counties=tuple(_share(code, municipalities, before, after) for code in counties),
        is_skewed=any(after[code] > _quota(code, municipalities, after) for code in own),
    )


def shortfall(spread: Spread, own: Collection[str]) -> float:
    """How far the unit's county is behind its part of the municipalities, without the unit."""
    behind = [
        (each.share_of_municipalities or 0.0) - (each.share_before or 0.0)
        for each in spread.counties
        if each.county_code in own
    ]
    return sum(behind)


def county_of(country: Geography, unit_code: str, on: date) -> frozenset[str]:
    """The county that a unit of any time lies in on the date; none for one whose area lies in several."""
    return _county_of_all(country, codes_on(country, unit_code, on))


def _county_of_all(country: Geography, codes: Collection[str]) -> frozenset[str]:
    units = [country.units[code] for code in codes]
    homes = [unit if unit.parent_code is None else country.units[unit.parent_code] for unit in units]
    counties = frozenset(unit.county_code for unit in homes if unit.county_code is not None)
    return counties if len(counties) == 1 else frozenset()


def _covered(centre: Organisation, country: Geography, on: date) -> frozenset[str]:
    """The counties of the date that the centre covers, whole or in part; all of them where no coverage is told."""
    rows = [row for row in centre.coverage if Period.of(row).holds(on)]
    units = [row.unit_code for row in centre.unit_coverage if Period.of(row).holds(on)]
    if not rows and not units:
        return frozenset(county.code for county in country.counties_on(on))
    whole = (codes_on(country, row.county_code, on) for row in rows)
    return frozenset().union(*whole, *(county_of(country, code, on) for code in units))


def _quota(code: str, municipalities: Counter[str], focus: Counter[str]) -> int:
    """A county's part of the focus municipalities by its part of the municipalities, rounded up."""
    return ceil(Fraction(municipalities[code] * focus.total(), max(municipalities.total(), 1)))


def _share(code: str, municipalities: Counter[str], before: Counter[str], after: Counter[str]) -> CountyShare:
    return CountyShare(
        county_code=code,
        municipalities=municipalities[code],
        share_of_municipalities=_part(code, municipalities),
        focus_before=before[code],
        share_before=_part(code, before),
        focus_after=after[code],
        share_after=_part(code, after),
    )


def _part(code: str, counted: Counter[str]) -> float | None:
    total = counted.total()
    return counted[code] / total if total else None
