"""Codes that something is told of for a period: each must be in use in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.contracts.geography import COMPLETE_FROM, Geography, NotValidOn, UnknownCode
from services.contracts.heirs import SAME_AREA
from services.contracts.registry import Coverage, GroupMember, UnitCoverage
from services.kernel.problems import FieldError
from services.registry.domain.periods import PeriodsOverlap, require_period
from services.registry.domain.refusals import UnitNotValid, UnknownUnit


@dataclass(frozen=True, slots=True)
class _Asked:
    """A code that must be in use on a day, and where the request names the two."""

    code: str
    on: date
    code_at: str
    day_at: str


def require_in_use(
    field: str, rows: Sequence[Coverage | UnitCoverage | GroupMember], country: Geography, *, until: date | None
) -> None:
    """Every row's code is in use on its first day; with ``until`` also on its last, or then where it has no end.

    Raises:
        PeriodReversed: a row has no day.
        UnknownUnit: points at each code that nothing ever had.
        UnitNotValid: says of the codes when they are valid and what is valid instead.
    """
    asked = []
    for place, row in enumerate(rows):
        pointer = f"/{field}/{place}"
        require_period(row.valid_from, row.valid_to, pointer)
        code, name = (row.county_code, "county_code") if isinstance(row, Coverage) else (row.unit_code, "unit_code")
        asked.append(_Asked(code, row.valid_from, f"{pointer}/{name}", f"{pointer}/valid_from"))
        if until is not None:
            last = row.valid_to - date.resolution if row.valid_to else max(row.valid_from, until)
            asked.append(_Asked(code, last, f"{pointer}/{name}", f"{pointer}/valid_to"))
    unknown = dict.fromkeys(each.code_at for each in asked if not _is_known(country, each.code))
    if unknown:
        raise UnknownUnit(*(FieldError(pointer, code="unknown-unit") for pointer in unknown))
    refused = list(_refused(country, asked))
    if refused:
        on = min(each.on for each, _ in refused)
        of_the_day = [(each, why) for each, why in refused if each.on == on]
        errors = [FieldError(each.day_at, code="unit-not-valid") for each, _ in of_the_day]
        raise UnitNotValid(on, [why for _, why in of_the_day], *errors)


def require_code(pointer: str, code: str, country: Geography) -> None:
    """Refuse a code that nothing ever had.

    Raises:
        UnknownUnit: points at it.
    """
    if not _is_known(country, code):
        raise UnknownUnit(FieldError(pointer, code="unknown-unit"))


def overlap(*places: int, field: str) -> PeriodsOverlap:
    """The refusal of rows that tell the same for the same time as a row before them."""
    return PeriodsOverlap(
        errors=[FieldError(f"/{field}/{place}/valid_from", code="periods-overlap") for place in places]
    )


def codes_on(country: Geography, code: str, on: date) -> frozenset[str]:
    """The codes that a unit or county has on a date: its own, or those that have its area instead."""
    try:
        return frozenset((code,)) if country.valid(code, on) else _related(country, code, on)
    except UnknownCode:
        return frozenset()


def _related(country: Geography, code: str, on: date) -> frozenset[str]:
    return frozenset(branch.code for branch in country.related(code, on))


def _is_known(country: Geography, code: str) -> bool:
    return code in country.units or code in country.counties


def _refused(country: Geography, asked: Iterable[_Asked]) -> Iterator[tuple[_Asked, NotValidOn]]:
    for each in asked:
        try:
            country.require(each.code, each.on)
        except NotValidOn as refusal:
            yield each, refusal


def codes_through_time(country: Geography, code: str) -> frozenset[str]:
    """The code, every code on the main ways to it since the tables began, and every one on those that lead on."""
    unit = country.units.get(code)
    if unit is None:
        return frozenset((code,))
    last_day = (unit.valid_to or date.max) - date.resolution
    before = country.predecessors(code, last_day, min(COMPLETE_FROM, last_day))
    ways = [way.path for way in (*before, *country.related(code, date.max)) if way.relation.is_main]
    return frozenset((code,)).union(*ways)


def first_numbers(country: Geography) -> Mapping[str, str]:
    """The first code of each unit or county that has been given others and stayed what it was, by those others."""
    first: dict[str, str] = {}
    for change in country.changes:
        if change.kind in SAME_AREA:
            first[change.new_code] = first.get(change.old_code, change.old_code)
    return first


def numbers_of(country: Geography, *codes: str) -> frozenset[str]:
    """Every code that the same units or counties have had or get. What one has grown by or gone into is another."""
    first = first_numbers(country)
    own = {first.get(code, code) for code in codes}
    return frozenset((*codes, *own, *(other for other, begun_as in first.items() if begun_as in own)))


def is_there(country: Geography, code: str, on: date) -> bool:
    """Whether the unit or county that has the code at some time has one on the date, this or another."""
    return any(country.valid(each, on) for each in numbers_of(country, code))
