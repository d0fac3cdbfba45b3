"""What this part's copies know of units, counties and organisations."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry import OrganisationKind
from services.events.domain.places import Validity
from services.events.tables.copies import ORGANISATIONS


def validities(connection: sa.Connection, table: sa.Table, codes: Collection[str]) -> dict[str, Validity]:
    """When each of the codes that the copy knows is valid. ``table`` is the copy of units or of counties."""
    if not codes:
        return {}
    chosen = sa.select(table.c.code, table.c.valid_from, table.c.valid_to).where(table.c.code.in_(codes))
    return {row.code: Validity(row.valid_from, row.valid_to) for row in connection.execute(chosen)}


def organisation_kinds(connection: sa.Connection, organisation_ids: Collection[UUID]) -> dict[UUID, OrganisationKind]:
    """What kind of body each of the organisations is that the copy knows."""
    if not organisation_ids:
        return {}
    chosen = sa.select(ORGANISATIONS).where(ORGANISATIONS.c.organisation_id.in_(map(str, organisation_ids)))
    return {UUID(row.organisation_id): OrganisationKind(row.kind) for row in connection.execute(chosen)}
