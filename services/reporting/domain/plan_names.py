"""What the names in a plan stand for: organisations by their aliases, places by their names in the plan's year."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from services.contracts.geography import Geography
from services.contracts.names import fold, forms
from services.contracts.plan_file import FilePlace
from services.contracts.registry import Organisation


class Names:
    """The organisations and places of a plan's year, by their folded names."""

    def __init__(self, organisations: Iterable[Organisation], geography: Geography, year: int) -> None:
        self._on = date(year, 1, 1)
        self._organisations = self._by_name(organisations)
        self._geography = geography
        self._municipalities: dict[str, set[str]] = defaultdict(set)
        self._counties: dict[str, str] = {}
        for unit in geography.units_on(self._on):
            for form in forms(geography.names(unit.code, self._on)):
                self._municipalities[fold(form)].add(unit.code)
        for county in geography.counties_on(self._on):
            for form in forms(geography.names(county.code, self._on)):
                self._counties[fold(form)] = county.code

    def organisation(self, name: str) -> Organisation | None:
        """The organisation that the name or alias is of, if exactly one was active that year."""
        found = self._organisations.get(fold(name), {})
        return next(iter(found.values())) if len(found) == 1 else None

    def county(self, name: str) -> str | None:
        """The code of the county."""
        return self._counties.get(fold(name))

    def municipalities(self, name: str, spellings: Mapping[str, str], within: Organisation) -> frozenset[str]:
        """The codes that the name can mean: those in the centre's own counties where there are any."""
        found = self._municipalities.get(fold(spellings.get(fold(name), name)), set())
        own = {cover.county_code for cover in within.coverage}
        return frozenset(code for code in found if self._geography.county_of(code, self._on) in own) or frozenset(found)

    def _by_name(self, organisations: Iterable[Organisation]) -> dict[str, dict[str, Organisation]]:
        found: dict[str, dict[str, Organisation]] = defaultdict(dict)
        for organisation in organisations:
            began = organisation.valid_from is None or organisation.valid_from.year <= self._on.year
            lasts = organisation.valid_to is None or organisation.valid_to > self._on
            if began and lasts and organisation.merged_into is None:
                for name in (organisation.reference, organisation.name, *organisation.aliases):
                    found[fold(name)][organisation.reference] = organisation
        return found


def spellings_of(places: Iterable[FilePlace]) -> dict[str, str]:
    """The proper name for each other spelling that the file admits to."""
    return {fold(place.spelling_in_source): place.name for place in places if place.spelling_in_source}
