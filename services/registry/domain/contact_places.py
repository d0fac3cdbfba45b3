"""Where contacts are: whose a municipality may see, and which units of a day one is in, whatever codes there were."""

from datetime import date

from services.contracts.geography import Geography, UnknownCode
from services.contracts.lineage import Relation
from services.registry.domain.validity import codes_on


def codes_of(country: Geography, code: str, today: date) -> frozenset[str]:
    """Every code that means the municipality which has the code's area today, and those of its city districts.

    Whatever went into it whole means it too. A code that was divided means nobody but itself: it is not known where its
    people went, so none of its parts sees them.
    """
    municipality = _today(country, code, today)
    if municipality is None:
        return frozenset((code, *(unit.code for unit in country.units.values() if unit.parent_code == code)))
    return frozenset(
        unit.code
        for unit in country.units.values()
        if _today(country, unit.parent_code or unit.code, today) == municipality
    )


def units_at(country: Geography, code: str, on: date) -> frozenset[str]:
    """The units of a day that somebody at a code is in: those of the code, and a district's municipality.

    Where the code was divided, any of the parts may be it.
    """
    codes = codes_on(country, code, on)
    return codes | {parent for each in codes if (parent := country.units[each].parent_code) is not None}


def _today(country: Geography, code: str, today: date) -> str | None:
    """The code that has all of its area today; none where it was divided, or nobody knows."""
    try:
        branches = country.related(code, today)
    except UnknownCode:
        return None
    return branches[0].code if len(branches) == 1 and branches[0].relation is not Relation.split else None
