"""Where the number of an area is written: a point inside it, as far from its border as can be found quickly."""

from collections.abc import Iterator
from itertools import pairwise

Point = tuple[int, int]
Ring = tuple[Point, ...]

SCANS = 12
"""How many lines across an area are looked along."""


def clearest_point(ring: Ring) -> Point:
    """Of the middles between two crossings of the border, the one that is farthest from every corner."""
    return max(_middles(ring), key=lambda middle: _clearance(ring, middle), default=ring[0])


def is_larger(ring: Ring, other: Ring) -> bool:
    """Whether a closed line has more inside than another."""
    return _size(ring) > _size(other)


def _middles(ring: Ring) -> Iterator[Point]:
    top, bottom = min(y for _, y in ring), max(y for _, y in ring)
    for scan in range(1, SCANS):
        level = top + (bottom - top) * scan / SCANS + 0.1  # never through a corner
        crossings = sorted(_crossings(ring, level))
        for enters, leaves in zip(crossings[::2], crossings[1::2], strict=True):
            yield round((enters + leaves) / 2), round(level)


def _crossings(ring: Ring, level: float) -> Iterator[float]:
    for (x1, y1), (x2, y2) in pairwise((*ring, ring[0])):
        if (y1 < level) != (y2 < level):
            yield x1 + (x2 - x1) * (level - y1) / (y2 - y1)


def _clearance(ring: Ring, point: Point) -> int:
    x, y = point
    return min((x - corner_x) ** 2 + (y - corner_y) ** 2 for corner_x, corner_y in ring)


def _size(ring: Ring) -> float:
    if len(ring) < 3:
        return 0.0
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise((*ring, ring[0])))) / 2
