"""Towns and districts that are no municipality."""

from collections.abc import Sequence

import sqlalchemy as sa

from services.contracts.names import sort_key
from services.contracts.registry import Locality
from services.registry.tables.places import LOCALITIES


def localities(connection: sa.Connection) -> Sequence[Locality]:
    """All of them, in Norwegian order."""
    found = [Locality.model_validate(dict(row)) for row in connection.execute(sa.select(LOCALITIES)).mappings()]
    return sorted(found, key=lambda locality: (sort_key(locality.name), locality.reference))
