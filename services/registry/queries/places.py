"""Units and counties on a date, and what became of them: three statements, and the geography that they make."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
import sqlalchemy as sa

from services.contracts.geography import COMPLETE_FROM, BeforeTheTables, Geography, NotValidOn, UnknownCode
from services.contracts.names import sort_key
from services.contracts.place_search import PlaceSearch
from services.contracts.registry import County, GeographicChange, PlaceHistory, Relative, Unit, UnitKind
from services.kernel.problems import FieldError, NotFound
from services.registry.domain.refusals import DateBeforeTables, UnitNotValid, UnknownUnit
from services.registry.tables.places import CHANGES, COUNTIES, UNITS


def geography(connection: sa.Connection) -> Geography:
    """Every unit, county and change. To read 1 500 rows is quick, and to make a country of them is not."""
    return _country(*(tuple(map(tuple, connection.execute(rows).all())) for rows in _AS_STORED))


@lru_cache(maxsize=2)
def _country(*stored: tuple[tuple[Any, ...], ...]) -> Geography:
    """What exactly these rows make, whoever has stored them: that of now, and that of before it or after."""
    units, counties, changes = (
        [_told(table, row) for row in rows] for table, rows in zip(_PLACES, stored, strict=True)
    )
    return Geography(
        map(Unit.model_validate, units),
        map(County.model_validate, counties),
        map(GeographicChange.model_validate, changes),
    )


def _told(table: sa.Table, row: tuple[Any, ...]) -> dict[str, Any]:
    return {
        column.name: orjson.loads(value) if value is not None and _is_json(column) else value
        for column, value in zip(table.c, row, strict=True)
    }


def _is_json(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.JSON)


_PLACES = (UNITS, COUNTIES, CHANGES)
_AS_STORED = tuple(
    sa.select(*(sa.cast(column, sa.Text) if _is_json(column) else column for column in table.c)) for table in _PLACES
)
"""JSON is left as text, which can be compared and is seldom read."""


def units(
    connection: sa.Connection, on: date, kind: UnitKind, county: str | None = None, query: str | None = None
) -> Sequence[Unit]:
    """The units of a kind on a date: all in Norwegian order, or those that a query finds, the nearest first.

    Raises:
        DateBeforeTables: the list is not complete for so early a date.
        UnknownUnit, UnitNotValid: the county was none on the date.
    """
    country = geography(connection)
    try:
        if county is not None:
            country.county(county, on)
        found = country.units_on(on, county, kind)
    except BeforeTheTables:
        raise _before_the_tables() from None
    except UnknownCode:
        raise UnknownUnit(FieldError(parameter="county", code="unknown-unit")) from None
    except NotValidOn as refusal:
        raise UnitNotValid(on, [refusal], FieldError(parameter="county", code="unit-not-valid")) from None
    if query is not None:
        listed = {unit.code for unit in found}
        matches = PlaceSearch(country).find(query, on, limit=len(country.units))
        return [match.unit for match in matches if match.unit.code in listed]
    return sorted(found, key=lambda unit: (sort_key(country.name(unit.code, on)), unit.code))


def unit(connection: sa.Connection, code: str, on: date) -> Unit:
    """The unit that has the code on the date.

    Raises:
        NotFound: no unit ever had the code.
        UnitNotValid: it had another code on the date; the refusal says which.
    """
    try:
        return geography(connection).unit(code, on)
    except UnknownCode:
        raise NotFound() from None
    except NotValidOn as refusal:
        raise UnitNotValid(on, [refusal], FieldError(parameter="on", code="unit-not-valid")) from None


def history(connection: sa.Connection, code: str, today: date) -> PlaceHistory:
    """Everything recorded about a code: its names, what it came from, and what it is today.

    A unit that never was after all came from nothing, and is today whatever it was said to come from.

    Raises:
        NotFound: no unit ever had the code.
    """
    country = geography(connection)
    if code in country.undone_units:
        today_instead = tuple(map(Relative.model_validate, country.instead_of(code, today)))
        return PlaceHistory(
            unit=country.undone_units[code], changes=country.record_of(code), earlier=(), today=today_instead
        )
    found = country.units.get(code)
    if found is None:
        raise NotFound()
    first = max(found.valid_from, COMPLETE_FROM)
    # A code may be registered before it comes into use.
    last = max(first, min(today, found.valid_to - date.resolution) if found.valid_to else today)
    return PlaceHistory(
        unit=found,
        changes=country.record_of(code),
        earlier=tuple(map(Relative.model_validate, country.predecessors(code, last, COMPLETE_FROM))),
        today=tuple(map(Relative.model_validate, country.successors(code, first, max(today, last)))),
    )


def counties(connection: sa.Connection, on: date) -> Sequence[County]:
    """The counties on a date, by code.

    Raises:
        DateBeforeTables: the list is not complete for so early a date.
    """
    try:
        return geography(connection).counties_on(on)
    except BeforeTheTables:
        raise _before_the_tables() from None


def _before_the_tables() -> DateBeforeTables:
    error = FieldError(parameter="on", code="date-before-tables")
    return DateBeforeTables(errors=[error], earliest=COMPLETE_FROM.isoformat())
