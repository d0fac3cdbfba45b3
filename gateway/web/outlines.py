"""The shapes of today's municipalities, and any of them together as one path of SVG.

The file is made by ``deploy/map/derive.py``. A border between two municipalities is one line in it, so that shapes put
together have no seam: a line that two of them share is left out.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from gateway.web.inside import Point, Ring, clearest_point, is_larger

FILE = Path(__file__).parent / "map" / "municipalities.json"
Shapes = frozenset[int]
"""Some of the shapes, by their positions."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is drawn for one municipality of :attr:`Outlines.drawn_on`, or for two whose border is not known."""

    codes: tuple[str, ...]
    rings: tuple[tuple[int, ...], ...]
    """For each ring its lines in order; ``~number`` is that line backwards."""

    @property
    def lines(self) -> frozenset[int]:
        """The lines around it, whichever way they are walked."""
        return frozenset(max(number, ~number) for ring in self.rings for number in ring)


@dataclass(frozen=True, slots=True)
class Box:
    """The least rectangle around something."""

    left: float
    top: float
    width: float
    height: float


class Outlines:
    """Lines and the shapes between them. Immutable; what it has drawn is kept for the next who asks."""

    def __init__(self, drawn_on: date, lines: Iterable[Ring], shapes: Iterable[Shape]) -> None:
        self.drawn_on = drawn_on
        self._lines, self.shapes = tuple(lines), tuple(shapes)
        self.shape_of: Mapping[str, int] = {
            code: position for position, shape in enumerate(self.shapes) for code in shape.codes
        }
        self.neighbours = _neighbours(self.shapes)
        self.path = lru_cache(maxsize=2_000)(self._path)
        self.label_point = lru_cache(maxsize=2_000)(self._label_point)
        self.borders = lru_cache(maxsize=4)(self._borders)

    @property
    def all(self) -> Shapes:
        """Every shape."""
        return frozenset(range(len(self.shapes)))

    def box(self, shapes: Shapes) -> Box:
        """The rectangle around shapes."""
        points = [point for at in shapes for number in self.shapes[at].lines for point in self._lines[number]]
        left, top = min(x for x, _ in points), min(y for _, y in points)
        return Box(left, top, max(x for x, _ in points) - left, max(y for _, y in points) - top)

    def rings(self, shapes: Shapes) -> list[Ring]:
        """The closed lines around shapes taken together."""
        used = Counter(number for at in shapes for ring in self.shapes[at].rings for number in ring)
        onward: dict[Point, list[Ring]] = {}
        for number in sorted(used):
            if ~number not in used:
                line = self._walked(number)
                onward.setdefault(line[0], []).append(line)
        return list(_closed(onward))

    def _path(self, shapes: Shapes, grid: float) -> str:
        rounded = (_rounded(ring, grid) for ring in self.rings(shapes))
        return "".join(_drawn(ring) + "z" for ring in rounded if len(ring) > 2)

    def _borders(self, grid: float) -> str:
        used = Counter(number for shape in self.shapes for number in shape.lines)
        shared = (_rounded(self._lines[number], grid) for number, times in used.items() if times > 1)
        return "".join(_drawn(line) for line in shared if len(line) > 1)

    def _label_point(self, shapes: Shapes) -> Point:
        largest: Ring = ()
        for ring in self.rings(shapes):
            largest = ring if is_larger(ring, largest) else largest
        return clearest_point(largest)

    def _walked(self, number: int) -> Ring:
        return self._lines[number] if number >= 0 else self._lines[~number][::-1]


def _closed(onward: dict[Point, list[Ring]]) -> Iterable[Ring]:
    """Lines put end to end until each comes back to where it began."""
    while onward:
        ring: list[Point] = []
        at = next(iter(onward))
        while at in onward:
            line = onward[at].pop()
            if not onward[at]:
                del onward[at]
            ring += line[:-1]
            at = line[-1]
        yield tuple(ring)


def _neighbours(shapes: Iterable[Shape]) -> Mapping[int, Shapes]:
    users: dict[int, set[int]] = {}
    for position, shape in enumerate(shapes):
        for number in shape.lines:
            users.setdefault(number, set()).add(position)
    beside: dict[int, set[int]] = {}
    for together in users.values():
        for one in together:
            beside.setdefault(one, set()).update(together - {one})
    return {position: frozenset(others) for position, others in beside.items()}


def _rounded(line: Ring, grid: float) -> Ring:
    """A line on another grid, without points that fall together. Its ends fall where its neighbours' do."""
    points = [(round(x / grid), round(y / grid)) for x, y in line]
    return (points[0], *(point for before, point in pairwise(points) if point != before))


def _drawn(line: Ring) -> str:
    """A line as a short ``d``: where it begins, then steps."""
    steps = [f"{x2 - x1},{y2 - y1}" for (x1, y1), (x2, y2) in pairwise(line)]
    return f"M{line[0][0]},{line[0][1]}l{' '.join(steps)}"


def read(path: Path = FILE) -> Outlines:
    """The outlines of a file."""
    told = json.loads(path.read_text("utf-8"))
    shapes = (Shape(tuple(each["codes"]), tuple(map(tuple, each["rings"]))) for each in told["shapes"])
    return Outlines(date.fromisoformat(told["drawn_on"]), map(_line, told["lines"]), shapes)


def _line(steps: list[int]) -> Ring:
    x, y, line = 0, 0, []
    for across, down in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + across, y + down
        line.append((x, y))
    return tuple(line)


NORWAY = read()
