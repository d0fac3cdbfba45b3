"""Every unit lies in a county, and every city district in a municipality, for as long as it exists."""

from collections.abc import Mapping

from services.contracts.geography import Geography
from services.contracts.registry import Unit
from services.registry.domain.draft import Place
from services.registry.domain.geography_refusals import PlaceLeftBehind, refuse


def require_homes(country: Geography, pointer: str) -> None:
    """Refuse a country in which a unit has lost its county or municipality.

    Raises:
        PlaceLeftBehind: says which units.
    """
    left = [
        unit.code
        for unit in country.units.values()
        if _is_left(country, unit, country.counties, unit.county_code)
        or _is_left(country, unit, country.units, unit.parent_code)
    ]
    refuse(PlaceLeftBehind, [pointer] if left else [], codes=left)


def _is_left(country: Geography, unit: Unit, homes: Mapping[str, Place], code: str | None) -> bool:
    home = None if code is None else homes.get(code)
    if home is None:
        return code is not None and country.is_undone(code)
    return home.valid_to is not None and (unit.valid_to is None or home.valid_to < unit.valid_to)
