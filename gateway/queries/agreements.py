"""Agreements in force and focus municipalities on a date, as everybody may know them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from gateway.agreements import FocusMunicipality, FocusMunicipalityOn, NamedParty, SignedAgreement, SignedAgreementNamed
from gateway.catalogue import Snapshot
from gateway.queries.groups import groups
from gateway.tables import AgreementCopy, AgreementReachCopy, FocusMunicipalityCopy
from gateway.tables.metadata import table_of
from services.contracts.registry.agreements import Party, PartyKind

AGREEMENTS, REACH, FOCUS = table_of(AgreementCopy), table_of(AgreementReachCopy), table_of(FocusMunicipalityCopy)


def signed_agreements(
    connection: sa.Connection,
    snapshot: Snapshot,
    on: date,
    *,
    unit: str | None,
    party_id: UUID | None,
    after: str | None,
    limit: int,
) -> Sequence[SignedAgreementNamed]:
    """The agreements in force on the date, by id: all, those about a unit or with it as a party, or with a party.

    Raises:
        UnknownCode, NotValidOn: there is no such unit on the date.
    """
    chosen = sa.select(AGREEMENTS.c.state).where(
        AGREEMENTS.c.in_force_since <= on, sa.or_(AGREEMENTS.c.ended_on.is_(None), AGREEMENTS.c.ended_on > on)
    )
    wanted = [] if unit is None else [_keys_of(snapshot, unit, on)]
    wanted += [] if party_id is None else [[str(party_id)]]
    for keys in wanted:
        chosen = chosen.where(
            AGREEMENTS.c.agreement_id.in_(sa.select(REACH.c.agreement_id).where(REACH.c.key.in_(keys)))
        )
    if after is not None:
        chosen = chosen.where(AGREEMENTS.c.agreement_id > after)
    found = connection.scalars(chosen.order_by(AGREEMENTS.c.agreement_id).limit(limit))
    return [_named(snapshot, SignedAgreement.model_validate(state)) for state in found]


def focus_municipalities(
    connection: sa.Connection,
    snapshot: Snapshot,
    on: date,
    *,
    unit: str | None,
    county: str | None,
    centre_id: UUID | None,
) -> Sequence[FocusMunicipalityOn]:
    """The focus municipalities of the date, by id: all, or those of a unit, a county or a centre.

    Raises:
        UnknownCode, NotValidOn: there is no such unit or county on the date.
    """
    chosen = sa.select(FOCUS.c.state).where(
        FOCUS.c.designated_on <= on, sa.or_(FOCUS.c.ended_on.is_(None), FOCUS.c.ended_on > on)
    )
    if unit is not None:
        chosen = chosen.where(FOCUS.c.unit_code.in_(sorted(snapshot.areas(unit, on).units)))
    if centre_id is not None:
        chosen = chosen.where(FOCUS.c.centre_id == str(centre_id))
    if county is not None:
        snapshot.geography.county(county, on)
    states = connection.scalars(chosen.order_by(FOCUS.c.nomination_id))
    found = [_on_date(snapshot, FocusMunicipality.model_validate(state), on) for state in states]
    return [each for each in found if county is None or county in each.county_codes]


def party_name(snapshot: Snapshot, party: Party) -> str:
    """What a party is called; its id stands in until its own message has come."""
    if party.kind is PartyKind.organisation:
        return snapshot.named(party.party_id).name
    return next((group.name for group in snapshot.groups if group.group_id == party.party_id), str(party.party_id))


def _keys_of(snapshot: Snapshot, unit: str, on: date) -> list[str]:
    """What means the unit in an agreement: its codes, its body, and the groups that it is in on the date."""
    codes = snapshot.areas(unit, on).units
    bodies = (each for each in snapshot.organisations.values() if each.unit_code in codes)
    its_groups = groups(snapshot, on, unit)
    return sorted(codes | {str(each.organisation_id) for each in bodies} | {str(each.group_id) for each in its_groups})


def _named(snapshot: Snapshot, agreement: SignedAgreement) -> SignedAgreementNamed:
    parties = tuple(NamedParty(**party.model_dump(), name=party_name(snapshot, party)) for party in agreement.parties)
    return SignedAgreementNamed(**agreement.model_dump(exclude={"parties"}), parties=parties)


def _on_date(snapshot: Snapshot, known: FocusMunicipality, on: date) -> FocusMunicipalityOn:
    country = snapshot.geography
    codes = (branch.code for branch in country.related(known.unit_code, on)) if known.unit_code in country.units else ()
    units = [country.unit(code, on) for code in sorted(codes)]
    counties = {unit.county_code for unit in units if unit.county_code is not None}
    return FocusMunicipalityOn(
        **known.model_dump(),
        on=on,
        codes=tuple(unit.code for unit in units),
        county_codes=tuple(sorted(counties)),
        centre=snapshot.named(known.centre_id),
    )
