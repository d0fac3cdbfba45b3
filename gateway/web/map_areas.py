"""What the map can show of a date: shapes are today's, so municipalities that have merged since are one area on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from gateway.web.outlines import Outlines, Shapes
from services.contracts.geography import Geography


@dataclass(frozen=True, slots=True)
class MapArea:
    """The least area of the map that is the same on the date as today: its municipalities then, and its shapes."""

    codes: frozenset[str]
    shapes: Shapes


@lru_cache(maxsize=8)
def map_areas(geography: Geography, outlines: Outlines, on: date) -> tuple[MapArea, ...]:
    """Every municipality of a date in exactly one area. One that is not on the map has an area without shapes.

    The last few answers are kept: most who look at a map look at today's.
    """
    areas: list[MapArea] = []
    taken: set[int] = set()
    for area in geography.comparable_areas(outlines.drawn_on, on):
        drawn, dated = (area.earlier, area.later) if outlines.drawn_on <= on else (area.later, area.earlier)
        new = MapArea(dated, frozenset(outlines.shape_of[code] for code in drawn if code in outlines.shape_of))
        if taken.isdisjoint(new.shapes):
            areas.append(new)
        else:
            areas = list(_joined(areas, new))
        taken |= new.shapes
    return tuple(areas)


def _joined(areas: Iterable[MapArea], new: MapArea) -> Iterable[MapArea]:
    """The areas with a new one that shares a shape with some of them."""
    for area in areas:
        if area.shapes.isdisjoint(new.shapes):
            yield area
        else:
            new = MapArea(new.codes | area.codes, new.shapes | area.shapes)
    yield new


def counties_of_shapes(geography: Geography, outlines: Outlines, on: date) -> tuple[frozenset[str], ...]:
    """For each shape the counties of a date that its municipalities lay in; several where a border went through it."""
    return tuple(frozenset(_counties(geography, shape.codes, on)) for shape in outlines.shapes)


def _counties(geography: Geography, codes: Iterable[str], on: date) -> Iterable[str]:
    for code in codes:
        for branch in geography.related(code, on) if code in geography.units else ():
            county = geography.county_of(branch.code, on)
            if county is not None:
                yield county


def tints(neighbours: dict[str, set[str]], available: int) -> dict[str, int]:
    """A colour for each, from 0, so that neighbours differ as long as there are colours enough."""
    chosen: dict[str, int] = {}
    for each in sorted(neighbours, key=lambda key: (-len(neighbours[key]), key)):
        taken = {chosen[other] for other in neighbours[each] if other in chosen}
        chosen[each] = next((tint for tint in range(available) if tint not in taken), 0)
    return chosen
