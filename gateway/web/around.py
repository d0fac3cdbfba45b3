"""What surrounds a municipality on a date: where it lies, who covers it, whom it works with, and how it came to be."""

from dataclasses import dataclass

from gateway.catalogue import Snapshot
from gateway.queries.coverage import covered_by
from gateway.queries.timeline import timeline
from gateway.reach import Areas
from gateway.resources import PlaceDetail, Timeline
from gateway.web.belonging import Belongs, groups_of, region_of, representative_of
from gateway.web.covering import Cover, covers
from gateway.web.maps import CountyMap, Neighbours, Together, county_map, neighbours
from services.contracts.registry import Organisation, Region


@dataclass(frozen=True, slots=True)
class Around:
    """All of it comes from the snapshot in memory. A city district is shown by the municipality that it lies in."""

    timeline: Timeline
    covers: tuple[Cover, ...]
    groups: tuple[Belongs, ...]
    map: CountyMap | None
    marked: str
    """The name of the municipality that is marked on the map."""
    neighbours: Neighbours
    together: Together | None
    """The municipalities that the map shows as one area with it."""
    region: Region | None
    representative: Organisation | None


def around(country: Snapshot, areas: Areas, place: PlaceDetail) -> Around:
    """What surrounds a place on its date."""
    on, county, shown = place.on, place.county_code, place.parent_code or place.code
    picture = county_map(country.geography, county, on, marked=shown) if county else None
    together = picture.together if picture else ()
    name = country.geography.name(shown, on)
    return Around(
        timeline=timeline(country, place.code),
        covers=covers(country, covered_by(country, place.code, on), on),
        groups=groups_of(country, areas, on),
        map=picture,
        marked=name,
        neighbours=neighbours(country.geography, shown, on),
        together=next((each for each in together if name in each.names), None),
        region=region_of(county) if county else None,
        representative=representative_of(country, county, on) if county else None,
    )
