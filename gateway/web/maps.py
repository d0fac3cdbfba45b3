"""Pictures of the country and of a county, ready to be written as SVG, with their tables. Pure; texts are the page's.

A picture says nothing that the table under it does not say.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from gateway.web.map_areas import MapArea, counties_of_shapes, map_areas, tints
from gateway.web.outlines import NORWAY, Box, Outlines, Shapes
from services.contracts.geography import Geography
from services.contracts.names import sort_key
from services.contracts.registry import County, Unit

TINTS = 5
"""How many colours the style sheet has for areas."""

COUNTRY_SIZE, COUNTY_SIZE = 2_000, 1_000
"""The longer side of a picture, in its own units. The style sheet's lines and letters are made for it."""

LABEL = 72
"""The room that a number of two digits takes on the picture of the country; half of it on that of a county."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One area of a picture. ``tint`` is none where it lay in several counties; ``label`` may be empty."""

    names: tuple[str, ...]
    path: str
    tint: int | None
    label: str
    x: int
    y: int
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Areas in a frame. ``borders`` are lines between municipalities, where the areas are counties."""

    view: str
    """What is seen: ``viewBox`` of SVG."""
    areas: tuple[Drawn, ...]
    borders: str = ""


@dataclass(frozen=True, slots=True)
class CountyRow:
    """A county of a date, and how many municipalities it had."""

    county: County
    name: str
    municipalities: int


@dataclass(frozen=True, slots=True)
class Straddling:
    """Municipalities of a date that lay in different counties and are one area today."""

    names: tuple[str, ...]
    counties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountryMap:
    """The counties of a date: their picture and their table."""

    picture: Picture
    rows: tuple[CountyRow, ...]
    straddling: tuple[Straddling, ...]

    @property
    def municipalities(self) -> int:
        """How many there were in all."""
        return sum(row.municipalities for row in self.rows)


@dataclass(frozen=True, slots=True)
class MunicipalityRow:
    """A municipality of a date. ``number`` is what stands on the map, perhaps for several."""

    unit: Unit
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Together:
    """Municipalities of a date that are drawn as one area, with the number that stands there."""

    number: str
    names: tuple[str, ...]
    is_without_border: bool
    """They are still two, but the map does not know the border between them."""


@dataclass(frozen=True, slots=True)
class CountyMap:
    """The municipalities of a county on a date: their picture and their table, sorted as Norwegians do."""

    picture: Picture | None
    """None where nothing of it is on the map."""
    rows: tuple[MunicipalityRow, ...]
    together: tuple[Together, ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The municipalities of a date that one shares a border on land with, by name."""

    names: tuple[str, ...]
    are_all: bool
    """Otherwise there are more, or there may be."""


def country_map(geography: Geography, on: date, outlines: Outlines = NORWAY) -> CountryMap:
    """The counties of a date over the municipalities of today."""
    grid = _grid(outlines.box(outlines.all), COUNTRY_SIZE)
    members: dict[frozenset[str], set[int]] = defaultdict(set)
    for position, codes in enumerate(counties_of_shapes(geography, outlines, on)):
        members[codes].add(position)
    counties = {next(iter(codes)): frozenset(shapes) for codes, shapes in members.items() if len(codes) == 1}
    tint_of = tints(_beside(counties, outlines), TINTS)
    drawn = [
        _drawn(outlines, shapes, grid, names=(geography.name(code, on),), tint=tint_of[code], label=code)
        for code, shapes in sorted(counties.items())
    ]
    drawn += [
        _drawn(outlines, frozenset(shapes), grid, names=tuple(geography.name(code, on) for code in sorted(codes)))
        for codes, shapes in sorted(members.items(), key=lambda item: sorted(item[0]))
        if len(codes) != 1
    ]
    view = _view(outlines.box(outlines.all), grid, margin=20)
    picture = Picture(view, _apart(drawn, LABEL), outlines.borders(grid))
    rows = (
        CountyRow(county, geography.name(county.code, on), len(geography.units_on(on, county.code)))
        for county in geography.counties_on(on)
    )
    return CountryMap(
        picture, tuple(sorted(rows, key=lambda row: sort_key(row.name))), tuple(_straddling(geography, on, outlines))
    )


def county_map(
    geography: Geography, county: str, on: date, *, marked: str | None = None, outlines: Outlines = NORWAY
) -> CountyMap:
    """The municipalities of a county on a date, one of them marked."""
    units = sorted(geography.units_on(on, county), key=lambda unit: sort_key(geography.name(unit.code, on)))
    areas = _numbered(units, map_areas(geography, outlines, on))
    numbers = {code: number for number, area in areas.items() for code in area.codes}
    named = {code: geography.name(code, on) for area in areas.values() for code in area.codes}
    rows = tuple(MunicipalityRow(unit, named[unit.code], str(numbers[unit.code])) for unit in units)
    together = tuple(
        Together(str(number), _sorted(named[code] for code in area.codes), _is_without_border(area, outlines))
        for number, area in areas.items()
        if len(area.codes) > 1
    )
    return CountyMap(_county_picture(areas, named, marked, outlines), rows, together)


def neighbours(geography: Geography, code: str, on: date, outlines: Outlines = NORWAY) -> Neighbours:
    """The municipalities of a date that a municipality certainly shares a border on land with.

    The map has today's borders. What it shows together with others is beside what they are beside, nobody knows which.
    """
    areas = map_areas(geography, outlines, on)
    own = next((area for area in areas if code in area.codes), None)
    if own is None or len(own.codes) > 1:
        return Neighbours((), are_all=False)
    beside = frozenset[int]().union(*(outlines.neighbours.get(shape, frozenset()) for shape in own.shapes))
    touching = [area for area in areas if area is not own and not area.shapes.isdisjoint(beside)]
    certain = [area for area in touching if len(area.codes) == 1]
    names = _sorted(geography.name(other, on) for area in certain for other in area.codes)
    return Neighbours(names, are_all=len(certain) == len(touching))


def _numbered(units: Sequence[Unit], areas: Iterable[MapArea]) -> dict[int, MapArea]:
    """The areas that the units lie in, numbered in the units' order."""
    area_of = {code: area for area in areas for code in area.codes}
    in_order = dict.fromkeys(area_of[unit.code] for unit in units)
    return dict(enumerate(in_order, start=1))


def _is_without_border(area: MapArea, outlines: Outlines) -> bool:
    return any(area.codes <= set(outlines.shapes[at].codes) for at in area.shapes)


def _county_picture(
    areas: Mapping[int, MapArea], named: Mapping[str, str], marked: str | None, outlines: Outlines
) -> Picture | None:
    shown = {str(number): area.shapes for number, area in areas.items() if area.shapes}
    if not shown:
        return None
    box = outlines.box(frozenset[int]().union(*shown.values()))
    grid = _grid(box, COUNTY_SIZE)
    tint_of = tints(_beside(shown, outlines), TINTS)
    drawn = [
        _drawn(
            outlines,
            shapes,
            grid,
            names=_sorted(named[code] for code in areas[int(number)].codes),
            tint=tint_of[number],
            label=number,
            is_marked=marked in areas[int(number)].codes,
        )
        for number, shapes in shown.items()
    ]
    return Picture(_view(box, grid, margin=16), _apart(drawn, LABEL / 2))


def _straddling(geography: Geography, on: date, outlines: Outlines) -> Iterable[Straddling]:
    for area in map_areas(geography, outlines, on):
        counties = {county for code in area.codes if (county := geography.county_of(code, on)) is not None}
        if len(counties) > 1:
            yield Straddling(
                _sorted(geography.name(code, on) for code in area.codes),
                _sorted(geography.name(code, on) for code in counties),
            )


def _drawn(
    outlines: Outlines,
    shapes: Shapes,
    grid: float,
    *,
    names: tuple[str, ...],
    tint: int | None = None,
    label: str = "",
    is_marked: bool = False,
) -> Drawn:
    x, y = outlines.label_point(shapes)
    return Drawn(names, outlines.path(shapes, grid), tint, label, round(x / grid), round(y / grid), is_marked)


def _apart(drawn: Sequence[Drawn], room: float) -> tuple[Drawn, ...]:
    """Areas whose numbers do not lie on each other: two that would are moved aside, each half the way."""
    moved = list(drawn)
    for one, other in combinations(range(len(moved)), 2):
        left, right = sorted((one, other), key=lambda at: moved[at].x)
        missing = round(room) - (moved[right].x - moved[left].x)
        is_beside = abs(moved[right].y - moved[left].y) < room * 0.7
        if missing > 0 and is_beside and moved[left].label and moved[right].label:
            moved[left] = replace(moved[left], x=moved[left].x - missing // 2)
            moved[right] = replace(moved[right], x=moved[right].x + missing - missing // 2)
    return tuple(moved)


def _beside(shown: Mapping[str, Shapes], outlines: Outlines) -> dict[str, set[str]]:
    owner = {shape: key for key, shapes in shown.items() for shape in shapes}
    return {
        key: {owner[other] for shape in shapes for other in outlines.neighbours.get(shape, ()) if other in owner}
        - {key}
        for key, shapes in shown.items()
    }


def _grid(box: Box, size: int) -> float:
    return max(box.width, box.height) / size


def _view(box: Box, grid: float, margin: int) -> str:
    corner = (round(box.left / grid) - margin, round(box.top / grid) - margin)
    return f"{corner[0]} {corner[1]} {round(box.width / grid) + 2 * margin} {round(box.height / grid) + 2 * margin}"


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=sort_key))
