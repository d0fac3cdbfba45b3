"""Towns and districts that are no municipality, as an operator's tables tell of them."""

from collections.abc import Sequence

import sqlalchemy as sa

from services.contracts.registry import Locality, LocalityChanged, LocalityRegistered
from services.kernel.transaction import Transaction
from services.registry.domain.localities import require_units
from services.registry.queries import geography
from services.registry.tables.places import LOCALITIES


def register_localities(tx: Transaction, localities: Sequence[Locality]) -> int:
    """Make localities known, or change those that are otherwise than told. Returns how many were new or changed.

    Raises:
        UnknownUnit, UnitNotValid: a code is none on the day of its locality; nothing of the batch is stored.
    """
    country = geography(tx.connection)
    chosen = sa.select(LOCALITIES).where(LOCALITIES.c.reference.in_([each.reference for each in localities]))
    known = {row["reference"]: Locality.model_validate(dict(row)) for row in tx.connection.execute(chosen).mappings()}
    for locality in localities:
        require_units(locality, country)
    new = [each for each in localities if each.reference not in known]
    different = [each for each in localities if each.reference in known and each != known[each.reference]]
    if new:
        tx.connection.execute(sa.insert(LOCALITIES), [each.model_dump() for each in new])
    if different:
        is_this = LOCALITIES.c.reference == sa.bindparam("its_reference")
        values = [each.model_dump() | {"its_reference": each.reference} for each in different]
        tx.connection.execute(sa.update(LOCALITIES).where(is_this), values)
    for locality in new:
        tx.publish(LocalityRegistered(occurred_on=locality.units_on, locality=locality))
    for locality in different:
        tx.publish(LocalityChanged(occurred_on=tx.today, locality=locality))
    return len(new) + len(different)
