"""The municipalities of a date as GeoJSON (RFC 7946): each with a point in it, or why it has none."""

from datetime import date

import orjson

from gateway.catalogue import Ready, Snapshot
from services.contracts.geography import COMPLETE_FROM, Geography
from services.contracts.registry import UnitKind

GEOJSON = "application/geo+json"
ATTRIBUTION = "Statistisk sentralbyrå; Kartverket (CC BY 4.0)"


def points(snapshot: Snapshot, on: date, county: str | None = None) -> Ready:
    """The municipalities of a date, or of a county, as a FeatureCollection of points.

    A municipality without a point of its own has that of the one which has its area, smaller areas apart; one that was
    merged or divided has none.

    Raises:
        BeforeTheTables: the tables are not complete for the date.
        UnknownCode, NotValidOn: the county was none on the date.
    """
    return snapshot.once(("points", county), on, lambda: Ready(_collection(snapshot, on, county), GEOJSON))


def _collection(snapshot: Snapshot, on: date, county: str | None) -> bytes:
    geography = snapshot.geography
    same_area = _same_area(geography, on, _day_of_the_points(geography))
    features = []
    for place in snapshot.listed(UnitKind.municipality, on, county):
        with_point = same_area.get(str(place["code"]))
        point = geography.units[with_point].point if with_point else None
        missing = {} if point else {"no_point_because": "not_recorded" if with_point else "area_changed"}
        features.append(
            {
                "type": "Feature",
                "id": place["code"],
                "geometry": {"type": "Point", "coordinates": [point.lon, point.lat]} if point else None,
                "properties": place | missing,
            }
        )
    return orjson.dumps({"type": "FeatureCollection", "attribution": ATTRIBUTION, "features": features})


def _day_of_the_points(geography: Geography) -> date:
    """The first day on which every municipality with a recorded point was there."""
    began = (unit.valid_from for unit in geography.units.values() if unit.point is not None)
    return max((COMPLETE_FROM, *began))


def _same_area(geography: Geography, on: date, other: date) -> dict[str, str]:
    """For each code of the date whose area one municipality of the other date has, and has alone: that one's code."""
    found: dict[str, str] = {}
    for area in geography.comparable_areas(on, other):
        if len(area.earlier) == len(area.later) == 1:
            earlier, later = *area.earlier, *area.later
            found |= {earlier: later} if on <= other else {later: earlier}
    return found
