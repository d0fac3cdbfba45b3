"""Municipalities and counties by what they were called on a date."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from services.contracts.geography import Geography
from services.contracts.names import fold, forms
from services.contracts.registry import County, Unit, UnitKind


class PlaceNames:
    """The whole country's names, in every language that they are written in, each with the days it was in use."""

    def __init__(self, country: Geography) -> None:
        self._country = country
        self._municipalities: dict[str, list[tuple[str, date, date]]] = defaultdict(list)
        self._counties: dict[str, list[tuple[str, date, date]]] = defaultdict(list)
        for unit in country.units.values():
            if unit.kind is UnitKind.municipality:
                for name, since, until in _names(unit):
                    self._municipalities[name].append((unit.code, since, until))
        for county in country.counties.values():
            for name, since, until in _names(county):
                self._counties[name].append((county.code, since, until))

    def municipalities(self, name: str, on: date) -> frozenset[str]:
        """The codes of those that were called that on the date."""
        called = self._municipalities.get(fold(name), ())
        return frozenset(code for code, since, until in called if since <= on < until)

    def county(self, name: str, on: date) -> str | None:
        """The code of the county that was called that on the date."""
        called = self._counties.get(fold(name), ())
        return next((code for code, since, until in called if since <= on < until), None)

    def county_of(self, code: str) -> str | None:
        """The code of the county that a unit lies in."""
        return self._country.units[code].county_code if code in self._country.units else None


def _names(place: Unit | County) -> Iterator[tuple[str, date, date]]:
    """Every form of every name, with the first day of its use and the day after its last."""
    ends = [*(name.valid_from for name in place.names[1:]), date.max]
    since = place.valid_from
    for name, end in zip(place.names, ends, strict=True):
        until = min(end, place.valid_to or date.max)
        for form in {fold(form) for form in forms(name)}:
            yield form, since, until
        since = until
