"""Many rows in one statement, handed to the driver as they are. The ORM's way costs several times as much a row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

Convert = Callable[[Any], Any]
Row = Mapping[str, Any]


def insert_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Row], otherwise: str = "") -> None:
    """Add rows, each with the columns of the first. Values are converted by the columns' types.

    ``otherwise`` says what becomes of one that is there already: ``ON CONFLICT …``.
    """
    if not rows:
        return
    names = tuple(rows[0])
    converts = _converts(table, names, connection.dialect)
    insert = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES "
    insert += f"{marks(connection.dialect.name, len(names))} {otherwise}"
    pick = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
    values: Iterable[tuple[Any, ...]] = map(pick, rows)
    if converts:
        values = (_converted(list(each), converts) for each in values)
    connection.exec_driver_sql(insert, list(values))


def marks(dialect: str, number: int) -> str:
    """Places for so many values, as the driver wants them."""
    places = ("?" for _ in range(number)) if dialect == "sqlite" else (f"${place + 1}" for place in range(number))
    return f"({', '.join(places)})"


def _converted(values: list[Any], converts: Sequence[tuple[int, Convert]]) -> tuple[Any, ...]:
    for place, convert in converts:
        values[place] = convert(values[place])
    return tuple(values)


@lru_cache(maxsize=256)
def _converts(table: sa.Table, names: tuple[str, ...], dialect: sa.Dialect) -> tuple[tuple[int, Convert], ...]:
    """Where a value must become another before the driver takes it, and how."""
    found = ((place, _convert(table.c[name].type, dialect)) for place, name in enumerate(names))
    return tuple((place, convert) for place, convert in found if convert is not None)


def _convert(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)
