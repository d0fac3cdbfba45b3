"""What the gateway refuses by itself, beyond who may come in."""

from datetime import date

from services.contracts.geography import COMPLETE_FROM, BeforeTheTables, GeographyError, NotValidOn
from services.kernel.problems import FieldError, Invalid, NotFound, Problem


class UnitNotValid(Invalid):
    """The code is not in use on the date. ``places`` says when it is, and which codes have its area instead."""

    code = "unit-not-valid"


class UnknownUnit(Invalid):
    """No unit or county ever had the code."""

    code = "unknown-unit"


class DateBeforeTables(Invalid):
    """The tables are not complete for so early a date. ``earliest`` is the first date that is."""

    code = "date-before-tables"


class BeforeFirstRecord(Invalid):
    """Nothing was recorded yet at the moment that ``known_at`` names."""

    code = "before-first-record"


class UnknownMappingTool(Invalid):
    """There is no such survey."""

    code = "unknown-mapping-tool"


def refusal_of(error: GeographyError, on: date, *, parameter: str = "on", place: str | None = None) -> Problem:
    """What a caller is told when the geography cannot answer. A code that nothing ever had names nothing.

    ``parameter`` is the one that holds a date which may lie before the tables, ``place`` the one that narrows what is
    told to a place: what is asked for is there then, and the code is a wrong parameter.
    """
    if isinstance(error, BeforeTheTables):
        wrong = FieldError(parameter=parameter, code="date-before-tables")
        return DateBeforeTables(errors=[wrong], earliest=COMPLETE_FROM.isoformat())
    if isinstance(error, NotValidOn):
        told = {
            "code": error.code,
            "valid_from": error.valid_from.isoformat(),
            "valid_to": error.valid_to.isoformat() if error.valid_to else None,
            "instead": list(error.instead),
        }
        wrong = FieldError(parameter=place or "on", code="unit-not-valid")
        return UnitNotValid(errors=[wrong], on=on.isoformat(), places=[told])
    if place is not None:
        return UnknownUnit(errors=[FieldError(parameter=place, code="unknown-unit")])
    return NotFound()
