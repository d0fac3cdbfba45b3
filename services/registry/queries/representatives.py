"""Elections, and the centres that represent the regions on a date."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry import Region, Representative, RepresentativeMessage
from services.kernel.problems import NotFound
from services.registry.queries.versions import newest_version
from services.registry.tables.representatives import REPRESENTATIVES

ELECTION = REPRESENTATIVES.c


def representatives(connection: sa.Connection, region: Region | None, on: date | None) -> Sequence[Representative]:
    """Every election, the newest first; with ``on`` those whose winner has the seat on the date."""
    chosen = sa.select(REPRESENTATIVES).order_by(ELECTION.called_on.desc(), ELECTION.representative_id.desc())
    if region is not None:
        chosen = chosen.where(ELECTION.region == region)
    if on is not None:
        is_not_left = sa.or_(ELECTION.valid_to.is_(None), ELECTION.valid_to > on)
        chosen = chosen.where(ELECTION.valid_from <= on, is_not_left)
    return [Representative.model_validate(row) for row in connection.execute(chosen).mappings()]


def representative(connection: sa.Connection, representative_id: UUID) -> tuple[Representative, int]:
    """One election with the seat it fills, and its newest version.

    Raises:
        NotFound: there is none.
    """
    chosen = sa.select(REPRESENTATIVES).where(ELECTION.representative_id == representative_id)
    row = connection.execute(chosen).mappings().first()
    if row is None:
        raise NotFound()
    newest = newest_version(connection, RepresentativeMessage.aggregate, representative_id)
    return Representative.model_validate(row), newest
