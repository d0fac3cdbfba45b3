"""Agreements as a table, with the short names that its reader needs instead of ids."""

from dataclasses import replace

import sqlalchemy as sa

from services.contracts.registry.agreements import Agreement
from services.contracts.tables import MOST_ROWS
from services.kernel.access import Principal
from services.kernel.problems import NotFound
from services.registry.domain.agreement_exports import rows_of
from services.registry.domain.spreadsheets.refusals import TooMuchToWrite
from services.registry.queries.agreements import AgreementFilter
from services.registry.queries.organisations import organisation_references
from services.registry.tables.agreements import AGREEMENTS
from services.registry.tables.places import GROUPS


def agreement_rows(connection: sa.Connection, viewer: Principal, wanted: AgreementFilter) -> list[list[object]]:
    """Those that the viewer's own centre has drafted, in the order they were entered: a row for each commitment.

    Raises:
        NotFound: the viewer acts for nobody.
        TooMuchToWrite: there are more rows than a file can hold.
    """
    if viewer.organisation_id is None:
        raise NotFound()
    own = replace(wanted, centre_id=viewer.organisation_id)
    # An agreement is a row at least, so more of them than a file has rows are not read.
    chosen = sa.select(AGREEMENTS.c.state).where(*own.conditions()).order_by(AGREEMENTS.c.agreement_id)
    states = connection.execute(chosen.limit(MOST_ROWS + 1)).scalars().all()
    groups = connection.execute(sa.select(GROUPS.c.group_id, GROUPS.c.reference))
    references = organisation_references(connection) | {row.group_id: row.reference for row in groups}
    rows = [row for state in states for row in rows_of(Agreement.model_validate(state), references)]
    if len(rows) > MOST_ROWS:
        raise TooMuchToWrite(most_rows=MOST_ROWS)
    return rows
