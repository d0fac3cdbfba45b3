"""Find a municipality by what people call it: today's and former names, Sámi and Kven names, with or without marks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.contracts.geography import Geography
from services.contracts.names import fold, forms, sort_key
from services.contracts.registry import Unit, UnitKind


@dataclass(frozen=True, slots=True)
class Match:
    """A unit valid on the date asked about, and the name that found it.

    ``is_former`` says that the name is not the unit's own on that date: a municipality that it came from, or went into,
    bore it, or it did so itself at another time.
    """

    unit: Unit
    matched_name: str
    is_former: bool


@dataclass(frozen=True, slots=True)
class _Name:
    folded: str
    written: str
    code: str
    since: date
    until: date | None


class PlaceSearch:
    """An index over every name that a municipality ever had. Built with a geography, and immutable like it."""

    def __init__(self, geography: Geography) -> None:
        self._geography = geography
        self._names = tuple(_names(geography))

    def find(self, query: str, on: date, limit: int = 20) -> list[Match]:
        """The municipalities valid on the date that a name, a former name or the code finds.

        The whole name comes before the beginning of one, own names before former ones, then Norwegian order.
        """
        wanted = fold(query)
        if not wanted:
            return []
        found: dict[str, tuple[tuple[int, bool, str, str], Match]] = {}
        for name in self._names:
            nearness = _nearness(wanted, name.folded)
            if nearness is None:
                continue
            for code in self._codes_on(name.code, on):
                is_own = code == name.code and name.since <= on and (name.until is None or on < name.until)
                rank = (nearness, not is_own, sort_key(self._geography.name(code, on)), code)
                if code not in found or rank < found[code][0]:
                    found[code] = rank, Match(self._geography.units[code], name.written, not is_own)
        return [match for _, match in sorted(found.values(), key=lambda ranked: ranked[0])[:limit]]

    def _codes_on(self, code: str, on: date) -> Iterator[str]:
        for branch in self._geography.related(code, on):
            yield branch.code


def _names(geography: Geography) -> Iterator[_Name]:
    for code, unit in geography.units.items():
        if unit.kind is not UnitKind.municipality:
            continue
        yield _Name(code, unit.names[-1].name, code, unit.valid_from, unit.valid_to)
        for position, version in enumerate(unit.names):
            since = version.valid_from if position else unit.valid_from
            for form in forms(version):
                yield _Name(fold(form), form, code, since, version.valid_to)


def _nearness(wanted: str, folded: str) -> int | None:
    """0 for the whole name, 1 for its beginning, 2 for the beginning of a later word; none if not at all."""
    if folded == wanted:
        return 0
    if folded.startswith(wanted):
        return 1
    return 2 if f" {wanted}" in folded else None
