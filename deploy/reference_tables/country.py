"""Municipalities, city districts and counties, with their names."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from deploy.reference_tables.languages import languages
from deploy.reference_tables.tables import Tables, day
from services.contracts.registry import County, PlaceName, Point, Unit, UnitKind

_COUNTY_LANGUAGE = {"03": "south_sami", "18": "lule_sami", "50": "south_sami"}
"""The language of a county's Sámi name, where it is not Northern Sámi."""


def municipalities(tables: Tables) -> Iterator[Unit]:
    """Municipalities, with a point and the languages that they are written to in where they exist today."""
    decided = languages(tables)
    names: dict[str, list[PlaceName]] = defaultdict(list)
    for row in tables("municipality_names"):
        names[row["code"]].append(
            PlaceName(
                name=row["name"],
                official_name=row["official_name"] or None,
                north_sami=row["name_north_sami"] or None,
                lule_sami=row["name_lule_sami"] or None,
                south_sami=row["name_south_sami"] or None,
                kven=row["name_kven"] or None,
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=day(row["valid_to"]),
            )
        )
    points = {
        row["code"]: Point(
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            area_km2=float(row["area_km2"]),
            population=int(row["population"]),
            population_year=int(row["population_year"]),
        )
        for row in tables("centroids")
    }
    for row in tables("municipalities"):
        yield Unit(
            code=row["code"],
            kind=UnitKind.municipality,
            county_code=row["county_code"],
            names=tuple(sorted(names[row["code"]], key=lambda name: name.valid_from)),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=day(row["valid_to"]),
            point=points.get(row["code"]),
            languages=decided.get(row["code"], ()),
        )


def districts(tables: Tables) -> Iterator[Unit]:
    """City districts, each in the county of its municipality."""
    county_of = {row["code"]: row["county_code"] for row in tables("municipalities")}
    for row in tables("city_districts"):
        since, until = date.fromisoformat(row["valid_from"]), day(row["valid_to"])
        yield Unit(
            code=row["code"],
            kind=UnitKind.city_district,
            county_code=county_of[row["municipality_code"]],
            parent_code=row["municipality_code"],
            names=(PlaceName(name=row["name"], valid_from=since, valid_to=until),),
            valid_from=since,
            valid_to=until,
        )


def counties(tables: Tables) -> Iterator[County]:
    """Counties carry their Sámi and Kven names in one text, Kven last."""
    for row in tables("counties"):
        since, until = date.fromisoformat(row["valid_from"]), day(row["valid_to"])
        sami, _, kven = row["name_sami"].partition("; ")
        language = _COUNTY_LANGUAGE.get(row["code"], "north_sami")
        names = {language: sami or None, "kven": kven or None}
        name = PlaceName(name=row["name"], valid_from=since, valid_to=until, **names)
        yield County(code=row["code"], names=(name,), valid_from=since, valid_to=until)
