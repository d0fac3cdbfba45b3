"""Areas as lines that neighbours share, and lines with fewer points. Knows nothing of what the areas are."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise

Point = tuple[int, int]
Line = list[Point]
Rings = list[list[int]]
"""For each ring the lines that it is made of, in order. ``~number`` is the line of that number, backwards."""


@dataclass(frozen=True)
class Shape:
    """An area: the codes that it is drawn for, and the rings around its pieces and their holes, not closed."""

    codes: tuple[str, ...]
    rings: list[Line]


Outline = tuple[tuple[str, ...], Rings]

SMALLEST_ISLAND = 40
"""In squares of the grid. Smaller islands are left out, but for the largest piece of an area."""


def topology(shapes: Iterable[Shape]) -> tuple[list[Line], list[Outline]]:
    """The lines between the points where borders meet, each once, and the shapes by them."""
    cleaned = [Shape(shape.codes, list(_without_standstill(shape.rings))) for shape in shapes]
    meetings = _meetings(ring for shape in cleaned for ring in shape.rings)
    numbers: dict[tuple[Point, ...], int] = {}
    lines: list[Line] = []
    outlines: list[Outline] = []
    for shape in cleaned:
        rings: Rings = []
        for ring in shape.rings:
            rings.append([])
            for line in _cut(ring, meetings):
                if (backwards := numbers.get(tuple(reversed(line)))) is not None:
                    rings[-1].append(~backwards)
                    continue
                number = numbers.setdefault(tuple(line), len(lines))
                if number == len(lines):
                    lines.append(line)
                rings[-1].append(number)
        outlines.append((shape.codes, rings))
    return lines, outlines


def simplified(lines: list[Line], outlines: list[Outline], *, kept_share: float) -> tuple[list[Line], list[Outline]]:
    """The same with a share of the points, and without the islands that are too small to be seen."""
    weights = [_weights(line) for line in lines]
    every = sorted(chain.from_iterable(weights), reverse=True)
    least = every[min(int(len(every) * kept_share), len(every) - 1)]
    fewer = [
        [point for point, weight in zip(line, weighed, strict=True) if weight >= least]
        for line, weighed in zip(lines, weights, strict=True)
    ]
    return _renumbered(fewer, [(codes, _seen(rings, fewer)) for codes, rings in outlines])


def _renumbered(lines: list[Line], outlines: list[Outline]) -> tuple[list[Line], list[Outline]]:
    """Only the lines that some ring is made of, and the rings by their new numbers."""
    used = sorted({max(number, ~number) for _, rings in outlines for ring in rings for number in ring})
    new = {number: position for position, number in enumerate(used)}
    new |= {~number: ~position for number, position in new.items()}
    return [lines[number] for number in used], [
        (codes, [[new[number] for number in ring] for ring in rings]) for codes, rings in outlines
    ]


def _without_standstill(rings: Iterable[Line]) -> Iterator[Line]:
    """Rings without points that fell on the one before; what is no ring any more is gone."""
    for ring in rings:
        moving = [point for before, point in pairwise([ring[-1], *ring]) if point != before]
        if len(moving) > 2:
            yield moving


def _meetings(rings: Iterable[Line]) -> set[Point]:
    """The points where borders meet or part: those that have not just two neighbours."""
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for one, other in pairwise([*ring, ring[0]]):
            neighbours[one].add(other)
            neighbours[other].add(one)
    return {point for point, beside in neighbours.items() if len(beside) != 2}


def _cut(ring: Line, meetings: set[Point]) -> Iterator[Line]:
    """A ring as the lines between meetings. One without any begins at its least point, whoever tells it."""
    cuts = [position for position, point in enumerate(ring) if point in meetings]
    start = cuts[0] if cuts else ring.index(min(ring))
    turned = [*ring[start:], *ring[: start + 1]]
    ends = [position - start for position in cuts] + [len(ring)] if cuts else [0, len(ring)]
    for begin, end in pairwise(ends):
        yield turned[begin : end + 1]


def _weights(line: Line) -> list[float]:
    """How much each point matters: the area of the triangle that goes with it (Visvalingam). Ends matter most."""
    weights = [float("inf")] * len(line)
    before, after = list(range(-1, len(line) - 1)), list(range(1, len(line) + 1))
    waiting = [(_triangle(line, n - 1, n, n + 1), n) for n in range(1, len(line) - 1)]
    current = {n: area for area, n in waiting}
    heapq.heapify(waiting)
    heaviest = 0.0
    while waiting:
        area, n = heapq.heappop(waiting)
        if current.get(n) != area:
            continue
        del current[n]
        heaviest = weights[n] = max(area, heaviest)
        after[before[n]], before[after[n]] = after[n], before[n]
        for beside in (before[n], after[n]):
            if 0 < beside < len(line) - 1:
                current[beside] = _triangle(line, before[beside], beside, after[beside])
                heapq.heappush(waiting, (current[beside], beside))
    if line[0] == line[-1]:
        for n in sorted(range(1, len(line) - 1), key=lambda n: weights[n], reverse=True)[:2]:
            weights[n] = float("inf")  # an island is a triangle at least
    return weights


def _triangle(line: Line, one: int, two: int, three: int) -> float:
    return abs(signed_area([line[one], line[two], line[three]]))


def signed_area(ring: Line) -> float:
    """In squares of the grid; its sign tells which way round the ring goes."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]])) / 2


def _seen(rings: Rings, lines: list[Line]) -> Rings:
    """The rings that are large enough, the largest always, and those that others may share a line with."""
    points = [[point for number in ring for point in walked(number, lines)] for ring in rings]
    sizes = [abs(signed_area(ring)) for ring in points]
    return [
        ring
        for ring, size in zip(rings, sizes, strict=True)
        if size >= SMALLEST_ISLAND or size == max(sizes) or (len(ring) > 1 and size > 0)
    ]


def walked(number: int, lines: list[Line]) -> Line:
    """A line as a ring walks it, without its last point, which is the first of the next."""
    return lines[number][:-1] if number >= 0 else lines[~number][:0:-1]
