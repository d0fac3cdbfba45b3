"""Mappings as a table, with the names that a reader needs beside the codes."""

import sqlalchemy as sa

from services.contracts.tables import MOST_ROWS
from services.kernel.access import Principal
from services.registry.domain.mapping_exports import row_of
from services.registry.domain.spreadsheets.refusals import TooMuchToWrite
from services.registry.queries.places import geography
from services.registry.queries.records import MappingFilter, seen_by
from services.registry.tables.organisations import ORGANISATIONS
from services.registry.tables.records import MAPPINGS, mapping_of


def mapping_rows(connection: sa.Connection, viewer: Principal, wanted: MappingFilter) -> list[list[object]]:
    """The mappings that the viewer may see, in the order they were entered.

    Raises:
        TooMuchToWrite: there are more than a file can hold.
    """
    chosen = (
        sa.select(MAPPINGS, ORGANISATIONS.c.reference.label("centre"))
        .join(ORGANISATIONS, ORGANISATIONS.c.organisation_id == MAPPINGS.c.centre_id)
        .where(seen_by(viewer), *wanted.conditions())
        .order_by(MAPPINGS.c.mapping_id)
        .limit(MOST_ROWS + 1)
    )
    found = [dict(row) for row in connection.execute(chosen).mappings()]
    if len(found) > MOST_ROWS:
        raise TooMuchToWrite(most_rows=MOST_ROWS)
    country = geography(connection)
    return [row_of(mapping_of(row), row.pop("centre"), country) for row in found]
