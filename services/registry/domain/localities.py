"""Which municipalities a town or district lies in."""

from datetime import date

from services.contracts.geography import Geography, NotValidOn
from services.contracts.registry import Locality
from services.kernel.problems import FieldError
from services.registry.domain.refusals import UnitNotValid
from services.registry.domain.validity import codes_on, require_code


def require_units(locality: Locality, country: Geography) -> None:
    """Every code is in use on the day that the locality is told of.

    Raises:
        UnknownUnit, UnitNotValid: points at the first that is not.
    """
    for place, code in enumerate(locality.unit_codes):
        pointer = f"/unit_codes/{place}"
        require_code(pointer, code, country)
        try:
            country.require(code, locality.units_on)
        except NotValidOn as refusal:
            raise UnitNotValid(locality.units_on, [refusal], FieldError(pointer, code="unit-not-valid")) from None


def units_of(locality: Locality, country: Geography, on: date) -> frozenset[str]:
    """The codes of a date for the municipalities that it lies in."""
    return frozenset(code for each in locality.unit_codes for code in codes_on(country, each, on))
