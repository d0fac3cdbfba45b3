"""Units, counties and changes: as an operator's tables tell them, or as two persons have approved.

Of a table what is known and equal is left alone, and so is whatever persons have told of later. What was taken over
from Statistics Norway stands until a table tells of it.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa

from services.contracts.message import Message
from services.contracts.registry import (
    Amendment,
    County,
    CountyChanged,
    CountyRegistered,
    GeographicChange,
    GeographicChangeRecorded,
    GeographicChangeUndone,
    RecordChange,
    Unit,
    UnitChanged,
    UnitRegistered,
)
from services.kernel.transaction import Transaction
from services.registry.domain.taken_over import beside
from services.registry.queries.proposals import decided, taken_over
from services.registry.tables.places import CHANGES, COUNTIES, UNITS

Place = TypeVar("Place", Unit, County)


def register_units(tx: Transaction, units: Sequence[Unit]) -> int:
    """Make units known, or change those that are otherwise than told. Returns how many were new or changed."""
    return _register(
        tx,
        UNITS,
        units,
        lambda unit: UnitRegistered(occurred_on=unit.valid_from, unit=unit),
        lambda unit: UnitChanged(occurred_on=tx.today, unit=unit),
    )


def register_counties(tx: Transaction, counties: Sequence[County]) -> int:
    """Make counties known, or change those that are otherwise than told. Returns how many were new or changed."""
    return _register(
        tx,
        COUNTIES,
        counties,
        lambda county: CountyRegistered(occurred_on=county.valid_from, county=county),
        lambda county: CountyChanged(occurred_on=tx.today, county=county),
    )


def record_changes(tx: Transaction, commands: Sequence[RecordChange]) -> int:
    """Record what became of codes, or correct what is recorded. Returns how many were new or corrected.

    A change is known by its date and its two codes. What two persons have decided is left alone.
    """
    dates = {command.effective_on for command in commands}
    rows = tx.connection.execute(sa.select(CHANGES).where(CHANGES.c.effective_on.in_(dates))).mappings()
    known = {_key(change): change for change in (GeographicChange.model_validate(dict(row)) for row in rows)}
    by_two_persons = decided(tx.connection)
    new: list[GeographicChange] = []
    corrected: list[GeographicChange] = []
    for command in commands:
        before = known.get(_key(command))
        change_id = before.change_id if before else tx.new_id()
        change = GeographicChange.model_validate({**command.model_dump(), "change_id": change_id})
        if change != before and str(change_id) not in by_two_persons:
            (corrected if before else new).append(change)
    _store(tx, CHANGES, CHANGES.c.change_id, _dumped(new), _dumped(corrected))
    for change in (*new, *corrected):
        tx.publish(GeographicChangeRecorded(occurred_on=change.effective_on, change=change))
    return len(new) + len(corrected)


def hold_country(tx: Transaction) -> None:
    """Nobody else changes the country until this transaction ends: what is worked out now is what is stored."""
    if tx.dialect == "postgresql":
        tables = ", ".join(table.name for table in (UNITS, COUNTIES, CHANGES))
        tx.connection.execute(sa.text(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE"))


def amend(tx: Transaction, amendments: Sequence[Amendment]) -> None:
    """Let the country be as the amendments say: as many statements for a reform as for one name."""
    for what, (table, key) in {
        "county": (COUNTIES, COUNTIES.c.code),
        "unit": (UNITS, UNITS.c.code),
        "change": (CHANGES, CHANGES.c.change_id),
    }.items():
        of_kind = [amendment for amendment in amendments if amendment.what == what]
        new = _dumped([amendment.after for amendment in of_kind if amendment.before is None])
        _store(tx, table, key, new, _dumped([amendment.after for amendment in of_kind if amendment.before is not None]))
    for amendment in amendments:
        tx.publish(_fact(amendment, tx.today))


def _fact(amendment: Amendment, today: date) -> Message:
    is_new = amendment.before is None
    match amendment.after:
        case Unit() as unit:
            return (
                UnitRegistered(occurred_on=unit.valid_from, unit=unit)
                if is_new
                else UnitChanged(occurred_on=today, unit=unit)
            )
        case County() as county:
            return (
                CountyRegistered(occurred_on=county.valid_from, county=county)
                if is_new
                else CountyChanged(occurred_on=today, county=county)
            )
        case change if change.undone_on is not None:
            return GeographicChangeUndone(occurred_on=change.undone_on, change=change)
        case change:
            return GeographicChangeRecorded(occurred_on=change.effective_on, change=change)


def _register(
    tx: Transaction,
    table: sa.Table,
    places: Sequence[Place],
    registered: Callable[[Place], Message],
    changed: Callable[[Place], Message],
) -> int:
    codes = [place.code for place in places]
    rows = {
        row["code"]: dict(row)
        for row in tx.connection.execute(sa.select(table).where(table.c.code.in_(codes))).mappings()
    }
    by_two_persons, from_klass = decided(tx.connection), taken_over(tx.connection)
    new = [place for place in places if place.code not in rows]
    different = [
        place
        for place in (beside(each, from_klass.get(each.code, ())) for each in places)
        if place.code in rows
        and place.code not in by_two_persons
        and place != type(place).model_validate(rows[place.code])
    ]
    _store(tx, table, table.c.code, _dumped(new), _dumped(different))
    for place in new:
        tx.publish(registered(place))
    for place in different:
        tx.publish(changed(place))
    return len(new) + len(different)


def _dumped(resources: Sequence[Unit | County | GeographicChange]) -> list[dict[str, Any]]:
    """As rows. What a JSON column holds, names, points and languages, is in JSON's words."""
    in_json = {"names", "point", "languages"}
    return [
        resource.model_dump(exclude=in_json) | resource.model_dump(mode="json", include=in_json, exclude_none=True)
        for resource in resources
    ]


def _store(
    tx: Transaction, table: sa.Table, key: sa.Column[Any], new: list[dict[str, Any]], changed: list[dict[str, Any]]
) -> None:
    """One statement for all that is new and one for all that is changed."""
    columns = {column.name: None for column in table.columns}
    if new:
        tx.connection.execute(sa.insert(table), [columns | row for row in new])
    if changed:
        replaced = sa.update(table).where(key == sa.bindparam("which"))
        tx.connection.execute(replaced, [{**columns, **row, "which": row[key.name]} for row in changed])


def _key(change: GeographicChange | RecordChange) -> tuple[date, str, str]:
    return change.effective_on, change.old_code, change.new_code
