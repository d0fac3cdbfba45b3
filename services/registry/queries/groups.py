"""Municipality groups on a date."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry import MunicipalityGroup, MunicipalityGroupMessage, MunicipalityGroupOn
from services.kernel.problems import NotFound
from services.registry.domain.groups import on_date
from services.registry.queries.places import geography
from services.registry.queries.versions import newest_version
from services.registry.tables.places import GROUPS


def groups(connection: sa.Connection, on: date, unit_code: str | None) -> Sequence[MunicipalityGroupOn]:
    """The groups as they are on a date, all or those that the unit is in then, in Norwegian order of their names."""
    chosen = sa.select(GROUPS).order_by(GROUPS.c.sort_key, GROUPS.c.reference)
    country = geography(connection)
    found = [
        on_date(MunicipalityGroup.model_validate(dict(row)), country, on)
        for row in connection.execute(chosen).mappings()
    ]
    return [group for group in found if unit_code is None or unit_code in group.unit_codes]


def group(connection: sa.Connection, group_id: UUID, on: date) -> tuple[MunicipalityGroupOn, int]:
    """One group as it is on a date, and its newest version.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(sa.select(GROUPS).where(GROUPS.c.group_id == group_id)).mappings().first()
    if row is None:
        raise NotFound()
    found = on_date(MunicipalityGroup.model_validate(dict(row)), geography(connection), on)
    return found, newest_version(connection, MunicipalityGroupMessage.aggregate, group_id)
