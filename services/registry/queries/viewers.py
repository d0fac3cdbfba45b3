"""What is a viewer's own affair, where the viewer may not read the whole register."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry import MunicipalityGroup, OrganisationKind
from services.contracts.registry.agreements import PartyKind
from services.kernel.access import Principal
from services.registry.domain.groups import on_date
from services.registry.domain.validity import codes_on, codes_through_time
from services.registry.queries.places import geography
from services.registry.queries.standing import stood_for
from services.registry.tables.agreements import AGREEMENT_PARTIES
from services.registry.tables.organisations import ORGANISATIONS
from services.registry.tables.places import GROUPS

BODY = ORGANISATIONS.c


def own_sides(connection: sa.Connection, viewer: Principal, on: date) -> frozenset[UUID]:
    """The parties of agreements that the viewer is: its organisation, those that this stands for, and its groups."""
    if viewer.organisation_id is None:
        return frozenset()
    own = stood_for(connection, viewer.organisation_id, on)
    code = _municipality(connection, viewer.organisation_id)
    if code is None:
        return own
    parties = sa.select(AGREEMENT_PARTIES.c.party_id).where(AGREEMENT_PARTIES.c.kind == PartyKind.group)
    rows = connection.execute(sa.select(GROUPS).where(GROUPS.c.group_id.in_(parties))).mappings().all()
    if not rows:
        return own
    country = geography(connection)
    codes = codes_on(country, code, on)
    groups = (MunicipalityGroup.model_validate(dict(row)) for row in rows)
    return own | {group.group_id for group in groups if not codes.isdisjoint(on_date(group, country, on).unit_codes)}


def own_codes(connection: sa.Connection, viewer: Principal) -> frozenset[str]:
    """Every code that the viewer's municipality has had or is part of; none for who acts for no municipality."""
    code = _municipality(connection, viewer.organisation_id) if viewer.organisation_id is not None else None
    return frozenset() if code is None else codes_through_time(geography(connection), code)


def _municipality(connection: sa.Connection, organisation_id: UUID) -> str | None:
    chosen = sa.select(BODY.unit_code).where(
        BODY.organisation_id == organisation_id, BODY.kind == OrganisationKind.municipality
    )
    code: str | None = connection.execute(chosen).scalar()
    return code
