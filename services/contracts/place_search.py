"""Find a municipality by what people call it: today's and former names, Sámi and Kven names, with or without marks.

Also by the towns and regions in it, by every code it ever had, and by a name with one slip of the pen. Beside the name
people write that it is a municipality, which county it lies in, or its name in another language.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from services.contracts.geography import Geography
from services.contracts.names import SHORTEST_WORD, fold, forms, is_one_slip_away, sort_key
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


_KINDS = frozenset(("kommune", "herad"))
"""What a municipality is called behind its name."""

_IN_COUNTY = re.compile(r"([^()]+)\(([^()]+)\)\s*")
"""How one of several with the same name is written: «Herøy (Nordland)»."""

_BETWEEN_NAMES = re.compile(r" [-–—] |/")
"""What stands between two names of one municipality: «Kautokeino - Guovdageaidnu»."""

Found = tuple[_Name, int]
"""A name and how near it is to what was asked for: 0 for the whole name, more for less."""


class PlaceSearch:
    """An index over every name that a municipality ever had. Built with a geography, and immutable like it."""

    def __init__(self, geography: Geography, localities: Iterable[Locality] = ()) -> None:
        self._geography = geography
        self._names = (*_unit_names(geography), *_locality_names(geography, localities))
        self._starts = sorted(_starts(self._names))
        self._words = _words(self._names)
        self._joined = _joined(self._names)
        self._counties = _county_names(geography)

    def find(self, query: str, on: date, limit: int = 20, county: str | None = None) -> list[Match]:
        """The municipalities valid on the date that a name, a former name, a town, a region or the code finds.

        The whole name comes before the beginning of one, own names before towns and former names, then Norwegian
        order. Only where nothing is called so is more than a name looked for in the words, and only where there is
        none are those given that are called almost so.
        """
        wanted = fold(query)
        if not wanted:
            return []
        bare = _without_kind(wanted)
        return (
            self._matches(self._called(wanted), on, limit, county)
            or self._matches(self._called_in_full(bare), on, limit, county)
            or self._in_its_county(query, on, limit, county)
            or self._by_all_names(query, on, limit, county)
            or self._matches(self._almost_called(bare), on, limit, county, is_guess=True)
        )

    def _in_its_county(self, query: str, on: date, limit: int, county: str | None) -> list[Match]:
        """Those of a name that lie in the county behind it, or in what the county is on the date."""
        written = _IN_COUNTY.fullmatch(query)
        if written is None:
            return []
        named = self._counties.get(fold(written[2]), ())
        meant = {branch.code for code in named for branch in self._geography.related(code, on)}
        found = self._matches(self._called_in_full(fold(written[1])), on, len(self._names), county)
        return [match for match in found if match.unit.county_code in meant][:limit]

    def _by_all_names(self, query: str, on: date, limit: int, county: str | None) -> list[Match]:
        """Those that have every name of several, in whichever order they are written."""
        names = [fold(name) for name in _BETWEEN_NAMES.split(query)]
        if len(names) == 1 or not all(names):
            return []
        first, *others = (self._matches(self._called_in_full(name), on, len(self._names), county) for name in names)
        codes = [{match.unit.code for match in other} for other in others]
        return [match for match in first if all(match.unit.code in other for other in codes)][:limit]

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

    def _called_in_full(self, wanted: str) -> Iterator[Found]:
        """Names that hold these very words."""
        yield from (found for found in self._called(wanted) if f" {wanted} " in f" {found[0].folded} ")

    def _almost_called(self, wanted: str) -> Iterator[Found]:
        """Names that hold these very words, were it not for one slip in one of them."""
        words = wanted.split()
        for place, word in enumerate(words):
            for meant in self._almost(word):
                yield from self._called_in_full(" ".join((*words[:place], meant, *words[place + 1 :])))

    def _almost(self, word: str) -> Iterator[str]:
        """The words of all names that one slip makes this word of: two words, where nothing stands between them."""
        yield from self._joined.get(word, ())
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


def _joined(names: Iterable[_Name]) -> dict[str, list[str]]:
    """Every two words of the names that follow each other, by how they are written without anything between them."""
    found: dict[str, list[str]] = defaultdict(list)
    pairs = {pair for name in names for pair in pairwise(name.folded.split())}
    for one, other in sorted(pairs):
        written = fold(one + other)
        if len(written) >= SHORTEST_WORD and written.isalpha():
            found[written].append(f"{one} {other}")
    return found


def _county_names(geography: Geography) -> dict[str, list[str]]:
    """The codes of the counties that ever had a name, by the name in every language."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, county in geography.counties.items():
        for name in {fold(form) for version in county.names for form in forms(version)}:
            found[name].append(code)
    return found


def _without_kind(wanted: str) -> str:
    """What stands before the word for a municipality, or all of it where there is none."""
    name, _, last = wanted.rpartition(" ")
    return name if name and last in _KINDS else wanted
