"""The mapping tools, and the places that should run one."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from services.contracts.geography import COMPLETE_FROM, NotValidOn, UnknownCode
from services.contracts.registry.mapping_tools import DueList, MappingTool, SurveyTool
from services.kernel.access import Principal
from services.kernel.problems import FieldError, NotFound
from services.registry.domain.due import due
from services.registry.domain.refusals import DateBeforeTables, UnitNotValid, UnknownUnit
from services.registry.queries.places import geography
from services.registry.queries.records import seen_by
from services.registry.tables.mapping_tools import MAPPING_TOOLS
from services.registry.tables.records import MAPPINGS, mapping_of


def mapping_tools(connection: sa.Connection) -> Sequence[SurveyTool]:
    """All of them, by their short names."""
    rows = connection.execute(sa.select(MAPPING_TOOLS)).mappings()
    return sorted((SurveyTool.model_validate(row) for row in rows), key=lambda each: each.tool)


def due_list(connection: sa.Connection, viewer: Principal, tool: MappingTool, county: str | None, on: date) -> DueList:
    """The places of a county, or of the country, that should run the tool on the date.

    Who reads a part of the register sees which they are, and no runs that are not completed.

    Raises:
        NotFound: there is no such tool.
        DateBeforeTables: the list of places is not complete for so early a date.
        UnknownUnit, UnitNotValid: the county was none on the date.
    """
    row = connection.execute(sa.select(MAPPING_TOOLS).where(MAPPING_TOOLS.c.tool == tool)).mappings().first()
    if row is None:
        raise NotFound()
    told = SurveyTool.model_validate(row)
    if on < COMPLETE_FROM:
        error = FieldError(parameter="on", code="date-before-tables")
        raise DateBeforeTables(errors=[error], earliest=COMPLETE_FROM.isoformat())
    country = geography(connection)
    try:
        if county is not None:
            country.county(county, on)
    except UnknownCode:
        raise UnknownUnit(FieldError(parameter="county", code="unknown-unit")) from None
    except NotValidOn as refusal:
        raise UnitNotValid(on, [refusal], FieldError(parameter="county", code="unit-not-valid")) from None
    rows = connection.execute(sa.select(MAPPINGS).where(MAPPINGS.c.tool == tool, seen_by(viewer))).mappings()
    items = due(told, (mapping_of(dict(row)) for row in rows), country, on, county)
    return DueList(tool=tool, on=on, interval_months=told.interval_months, items=tuple(items))
