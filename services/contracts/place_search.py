"""Find a municipality by what people call it: today's and former names, Sámi and Kven names, with or without marks.

Also by the towns and regions in it, by every code it ever had, and by a name with one slip of the pen.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from services.contracts.geography import Geography
from services.contracts.names import fold, forms, is_one_slip_away, sort_key
from services.contracts.registry import Locality, Unit, UnitKind


@dataclass(frozen=True, slots=True)
class Match:
    """A unit valid on the date asked about, and the name that found it.

    ``is_former`` says that the name is not the unit's own on that date: a municipality that it came from, or went into,
    bore it, or it did so itself at another time. ``locality`` is the town or region that has the name and lies in the
    unit. ``is_guess`` says that nothing is called what was asked for, and that the name is one slip away from it.
    """

    unit: Unit
    matched_name: str
    is_former: bool
    is_guess: bool = False
    locality: Locality | None = None


@dataclass(frozen=True, slots=True)
class _Name:
    """A name and the codes of ``known_on`` that it means. A unit's own name is in use from that day until ``until``."""

    folded: str
    written: str
    codes: tuple[str, ...]
    known_on: date
    until: date | None = None
    locality: Locality | None = None


Found = tuple[_Name, int]
"""A name and how near it is to what was asked for: 0 for the whole name, more for less."""


class PlaceSearch:
    """An index over every name that a municipality ever had. Built with a geography, and immutable like it."""

    def __init__(self, geography: Geography, localities: Iterable[Locality] = ()) -> None:
        self._geography = geography
        self._names = (*_unit_names(geography), *_locality_names(geography, localities))
        self._starts = sorted(_starts(self._names))
        self._words = _words(self._names)

    def find(self, query: str, on: date, limit: int = 20, county: str | None = None) -> list[Match]:
        """The municipalities valid on the date that a name, a former name, a town, a region or the code finds.

        The whole name comes before the beginning of one, own names before towns and former names, then Norwegian
        order. Only where nothing is called so are those given that are called almost so.
        """
        wanted = fold(query)
        if not wanted:
            return []
        return self._matches(self._called(wanted), on, limit, county) or self._matches(
            self._almost_called(wanted), on, limit, county, is_guess=True
        )

    def _matches(
        self, found: Iterable[Found], on: date, limit: int, county: str | None, *, is_guess: bool = False
    ) -> list[Match]:
        best: dict[str, tuple[tuple[int, int, str, str], Match]] = {}
        for name, nearness in found:
            for code in self._codes_on(name, on):
                unit = self._geography.units[code]
                if county is not None and unit.county_code != county:
                    continue
                is_own = code in name.codes and name.known_on <= on and (name.until is None or on < name.until)
                is_former = name.locality is None and not is_own
                standing = 1 if name.locality is not None else 2 if is_former else 0
                rank = (nearness, standing, sort_key(self._geography.name(code, on)), code)
                if code not in best or rank < best[code][0]:
                    best[code] = rank, Match(unit, name.written, is_former, is_guess, name.locality)
        return [match for _, match in sorted(best.values(), key=lambda ranked: ranked[0])[:limit]]

    def _called(self, wanted: str) -> Iterator[Found]:
        """Names that are the words, begin with them, or have a later word that does."""
        place = bisect_left(self._starts, (wanted,))
        while place < len(self._starts) and self._starts[place][0].startswith(wanted):
            _, number, start = self._starts[place]
            name = self._names[number]
            yield name, 2 if start else 0 if name.folded == wanted else 1
            place += 1

    def _almost_called(self, wanted: str) -> Iterator[Found]:
        """Names that hold these very words, were it not for one slip in one of them."""
        words = wanted.split()
        for place, word in enumerate(words):
            for meant in self._almost(word):
                right = " ".join((*words[:place], meant, *words[place + 1 :]))
                yield from (found for found in self._called(right) if f" {right} " in f" {found[0].folded} ")

    def _almost(self, word: str) -> Iterator[str]:
        """The words of all names that one slip makes this word of."""
        for length in (len(word) - 1, len(word), len(word) + 1):
            for meant in self._words.get(length, ()):
                if meant != word and is_one_slip_away(word, meant):
                    yield meant

    def _codes_on(self, name: _Name, on: date) -> Iterator[str]:
        for code in name.codes:
            for branch in self._geography.related(code, on):
                yield branch.code


def _unit_names(geography: Geography) -> Iterator[_Name]:
    for code, unit in geography.units.items():
        if unit.kind is not UnitKind.municipality:
            continue
        yield _Name(code, unit.names[-1].name, (code,), unit.valid_from, unit.valid_to)
        for position, version in enumerate(unit.names):
            since = version.valid_from if position else unit.valid_from
            for form in forms(version):
                yield _Name(fold(form), form, (code,), since, version.valid_to)


def _locality_names(geography: Geography, localities: Iterable[Locality]) -> Iterator[_Name]:
    for locality in localities:
        codes = tuple(code for code in locality.unit_codes if code in geography.units)
        for written in (locality.name, *locality.aliases):
            yield _Name(fold(written), written, codes, locality.units_on, locality=locality)


def _starts(names: Iterable[_Name]) -> Iterator[tuple[str, int, int]]:
    """What each name is from each of its words on, with the number of the name and where the word begins."""
    for number, name in enumerate(names):
        yield name.folded, number, 0
        for start in (place + 1 for place, letter in enumerate(name.folded) if letter == " "):
            yield name.folded[start:], number, start


def _words(names: Iterable[_Name]) -> dict[int, list[str]]:
    """Every word of the names once, by its length."""
    found: dict[int, list[str]] = defaultdict(list)
    for word in sorted({word for name in names for word in name.folded.split()}):
        found[len(word)].append(word)
    return found
