"""The parties of agreements as bodies: which municipalities they are on a date, and whose mailbox is written to."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.geography import Geography
from services.contracts.registry import MunicipalityGroup, MunicipalityGroupOn, OrganisationKind
from services.contracts.registry.agreements import Party, PartyKind
from services.registry.domain.groups import on_date
from services.registry.domain.validity import codes_on
from services.registry.tables.organisations import ORGANISATIONS
from services.registry.tables.places import GROUPS

BODY = ORGANISATIONS.c


def municipalities_of(
    connection: sa.Connection, parties: Iterable[Party], country: Geography, on: date
) -> frozenset[str]:
    """The codes that the parties have on the date: of bodies of municipalities, and of members of groups."""
    told = list(parties)
    bodies = sa.select(BODY.unit_code).where(
        BODY.organisation_id.in_(_ids(told, PartyKind.organisation)), BODY.unit_code.is_not(None)
    )
    codes = {each for code in connection.execute(bodies).scalars() for each in codes_on(country, code, on)}
    return frozenset(codes.union(*(group.unit_codes for group in _groups(connection, told, country, on))))


def bodies_of(connection: sa.Connection, parties: Iterable[Party], country: Geography, on: date) -> Sequence[UUID]:
    """The organisations that speak for the parties on the date: themselves, and each member of a group."""
    told = list(parties)
    found = dict.fromkeys(_ids(told, PartyKind.organisation))
    members = {code for group in _groups(connection, told, country, on) for code in group.unit_codes}
    if members:
        municipalities = sa.select(BODY.organisation_id, BODY.unit_code).where(
            BODY.kind == OrganisationKind.municipality, BODY.merged_into.is_(None)
        )
        for body in connection.execute(municipalities.order_by(BODY.reference)):
            if body.unit_code is not None and not members.isdisjoint(codes_on(country, body.unit_code, on)):
                found[body.organisation_id] = None
    return tuple(found)


def _groups(
    connection: sa.Connection, parties: Iterable[Party], country: Geography, on: date
) -> list[MunicipalityGroupOn]:
    ids = _ids(parties, PartyKind.group)
    if not ids:
        return []
    rows = connection.execute(sa.select(GROUPS).where(GROUPS.c.group_id.in_(ids))).mappings()
    return [on_date(MunicipalityGroup.model_validate(dict(row)), country, on) for row in rows]


def _ids(parties: Iterable[Party], kind: PartyKind) -> list[UUID]:
    return [party.party_id for party in parties if party.kind is kind]
