"""Whose contacts a municipality may see: its own, whatever code it had when they were registered."""

from datetime import date

from services.contracts.geography import Geography, UnknownCode
from services.contracts.lineage import Relation


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


def _today(country: Geography, code: str, today: date) -> str | None:
    """The code that has all of its area today; none where it was divided, or nobody knows."""
    try:
        branches = country.related(code, today)
    except UnknownCode:
        return None
    return branches[0].code if len(branches) == 1 and branches[0].relation is not Relation.split else None
