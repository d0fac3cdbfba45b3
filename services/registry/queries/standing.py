"""Which organisation stands for another: the record that is kept, and the successor of one that is closed."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.registry.tables.organisations import ORGANISATIONS

BODY = ORGANISATIONS.c


def stood_for(connection: sa.Connection, organisation_id: UUID | None, on: date) -> frozenset[UUID]:
    """The organisation and those that it stands for on the date; none where there is none."""
    found, new = frozenset[UUID](), frozenset(() if organisation_id is None else (organisation_id,))
    while new:
        found |= new
        named = sa.select(BODY.reference).where(BODY.organisation_id.in_(new)).scalar_subquery()
        is_closed = sa.and_(BODY.valid_to <= on, BODY.successor_reference.in_(named))
        chosen = sa.select(BODY.organisation_id).where(sa.or_(BODY.merged_into.in_(new), is_closed))
        new = frozenset(connection.execute(chosen).scalars()) - found
    return found


def standing_for(connection: sa.Connection, organisation_ids: Iterable[UUID], on: date) -> dict[UUID, UUID]:
    """Who stands for each of the organisations on the date: itself, where nobody else does."""
    rows = connection.execute(
        sa.select(BODY.organisation_id, BODY.reference, BODY.merged_into, BODY.successor_reference, BODY.valid_to)
    ).all()
    by_reference = {row.reference: row.organisation_id for row in rows}
    instead = {row.organisation_id: row.merged_into for row in rows if row.merged_into is not None}
    for row in rows:
        if row.merged_into is None and row.valid_to is not None and row.valid_to <= on:
            instead[row.organisation_id] = by_reference.get(row.successor_reference, row.organisation_id)
    return {each: _last(each, instead) for each in organisation_ids}


def _last(organisation_id: UUID, instead: dict[UUID, UUID]) -> UUID:
    seen: set[UUID] = set()
    while organisation_id in instead and organisation_id not in seen:
        seen.add(organisation_id)
        organisation_id = instead[organisation_id]
    return organisation_id
