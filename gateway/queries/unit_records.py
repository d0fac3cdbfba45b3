"""What is recorded of units, from the gateway's own copies: plans, roles in programmes, counts, services."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.queries.published import Stored
from gateway.tables import OverdoseCountCopy, PlanAnchorCopy, ProgrammeMembershipCopy, ServiceLinkCopy
from gateway.tables.metadata import table_of


@dataclass(frozen=True, slots=True)
class UnitRecords:
    """One kind of record: the copies, and the names of their ids and of the day on which one was taken out."""

    table: sa.Table
    key: str
    removed: str | None = None

    @property
    def its_id(self) -> sa.ColumnElement[str]:
        """The column with the ids, by which lists are sorted."""
        return self.table.c[self.key]


PLAN_ANCHORS = UnitRecords(table_of(PlanAnchorCopy), "plan_anchor_id")
OVERDOSE_COUNTS = UnitRecords(table_of(OverdoseCountCopy), "overdose_count_id")
SERVICE_LINKS = UnitRecords(table_of(ServiceLinkCopy), "service_link_id", removed="removed_on")
MEMBERSHIPS = UnitRecords(table_of(ProgrammeMembershipCopy), "programme_membership_id")


def unit_records(
    connection: sa.Connection,
    kind: UnitRecords,
    wanted: Mapping[str, object],
    on: date | None,
    after: str | None,
    limit: int,
) -> list[Any]:
    """Records of a kind, by id, from behind ``after``. ``wanted`` is what fields hold; what is empty does not narrow.

    ``on`` asks for those that hold on the date. What was taken out is in no list.
    """
    narrowed = (_holds(kind, field, value) for field, value in wanted.items())
    query = sa.select(kind.table.c.state).where(_is_kept(kind), *narrowed)
    if on is not None:
        query = query.where(holds_on(kind, on))
    if after is not None:
        query = query.where(kind.its_id > after)
    return list(connection.scalars(query.order_by(kind.its_id).limit(limit)))


def records_of(connection: sa.Connection, kind: UnitRecords, codes: Collection[str], on: date) -> list[Any]:
    """The records of any of the codes, by id; of a kind of record that holds for a period, those of the date.

    What was taken out is among them, and says when.
    """
    query = sa.select(kind.table.c.state).where(kind.table.c.unit_code.in_(sorted(codes)))
    if "valid_from" in kind.table.c:
        query = query.where(holds_on(kind, on))
    return list(connection.scalars(query.order_by(kind.its_id)))


def holds_on(kind: UnitRecords, on: date) -> sa.ColumnElement[bool]:
    """What holds on the date, of a kind of record that holds for a period."""
    valid_from, valid_to = kind.table.c.valid_from, kind.table.c.valid_to
    return sa.and_(valid_from <= on, sa.or_(valid_to.is_(None), valid_to > on))


def unit_record(connection: sa.Connection, kind: UnitRecords, its_id: UUID) -> Stored | None:
    """One record, with its version; None where there is none, or it was taken out."""
    is_this = sa.and_(kind.its_id == str(its_id), _is_kept(kind))
    found = sa.select(kind.table.c.state, kind.table.c.version).where(is_this)
    row = connection.execute(found).one_or_none()
    return Stored(row.state, row.version) if row else None


def _is_kept(kind: UnitRecords) -> sa.ColumnElement[bool]:
    """What was not taken out."""
    return sa.true() if kind.removed is None else kind.table.c.state[kind.removed].as_string().is_(None)


def _holds(kind: UnitRecords, field: str, value: object) -> sa.ColumnElement[bool]:
    if value is None:
        return sa.true()
    if field in kind.table.c:
        return kind.table.c[field] == value
    state, told = kind.table.c.state[field], value if isinstance(value, int) else str(value)
    as_told: sa.ColumnElement[Any]
    if isinstance(value, bool):
        as_told = state.as_boolean()
    else:
        as_told = state.as_integer() if isinstance(value, int) else state.as_string()
    return as_told == told
