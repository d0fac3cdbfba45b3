"""Mappings as rows of a table that can be read in again."""

from datetime import date

from services.contracts.geography import Geography
from services.contracts.registry import Mapping, MappingStatus, UnitKind
from services.contracts.registry.mapping_imports import MAPPINGS


def row_of(mapping: Mapping, centre: str, country: Geography) -> list[object]:
    """The mapping with the short name of its centre, and its place as it was called on the first of its dates."""
    dates = (getattr(mapping, f"{step}_on") for step in MappingStatus)
    municipality, county = _names(mapping, next(day for day in dates if day is not None), country)
    told = {**dict(mapping), "centre": centre, "municipality": municipality, "county": county}
    return [told[name] for name in MAPPINGS.headings]


def _names(mapping: Mapping, on: date, country: Geography) -> tuple[str | None, str | None]:
    """Those of the municipality and the county, as far as they were any on the date: a code may be undone later."""
    unit = country.units.get(mapping.unit_code or "")
    county_code = unit.county_code if unit else mapping.county_code
    is_municipality = unit is not None and unit.kind is UnitKind.municipality and country.valid(unit.code, on)
    return (
        country.name(unit.code, on) if unit is not None and is_municipality else None,
        country.name(county_code, on) if county_code is not None and country.valid(county_code, on) else None,
    )
