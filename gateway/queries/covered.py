"""What stands with the municipalities that a centre covers on a date: told, mapped, agreed and in focus.

Everything is from the gateway's own copies, in four statements however many municipalities there are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from gateway.agreements import FocusMunicipality, SignedAgreement
from gateway.catalogue import Snapshot
from gateway.queries.agreements import AGREEMENTS, FOCUS, REACH
from gateway.queries.coverage import codes_on
from gateway.queries.groups import group_on
from gateway.queries.municipality import AWARENESS, MAPPINGS
from gateway.reach import heir_of
from services.contracts.registry import Awareness, Unit
from services.contracts.registry import Mapping as Run
from services.contracts.registry.agreements import PartyKind


@dataclass(frozen=True, slots=True)
class Telling:
    """The municipality, or a part of it, was told of the centre's offer, or tried told."""

    told: Awareness
    is_bounced: bool
    is_whole: bool

    @property
    def informs(self) -> bool:
        """The municipality knows of the offer by it (BR-02)."""
        return self.is_whole and not self.is_bounced


@dataclass(frozen=True, slots=True)
class Mapped:
    """A survey in the municipality, or in what it came from: then ``is_whole`` is false. By its day it is so far."""

    run: Run
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the units on the date, by code. A unit of which nothing is known is in none."""

    tellings: Mapping[str, list[Telling]]
    """This year's, the oldest first."""
    mappings: Mapping[str, list[Mapped]]
    """Also those of counties."""
    agreements: Mapping[str, list[SignedAgreement]]
    focus: frozenset[str]


def known_of(
    connection: sa.Connection,
    snapshot: Snapshot,
    centre_id: UUID,
    units: Collection[Unit],
    on: date,
    *,
    whole_register: bool,
) -> Known:
    """What the copies know of the units and of their counties. Other centres' awareness is none of it.

    Without the right to read the whole register, what is not completed is told only of the centre's own surveys.
    """
    areas = [snapshot.areas(unit.code, on) for unit in units]
    codes = sorted({code for area in areas for code in area.units})
    places = sorted({*codes, *(county for area in areas for county in area.counties)})
    return Known(
        _tellings(connection, snapshot, centre_id, codes, on),
        _mappings(connection, snapshot, None if whole_register else centre_id, places, on),
        _agreements(connection, snapshot, centre_id, on),
        frozenset(_focus(connection, snapshot, centre_id, on)),
    )


def _tellings(
    connection: sa.Connection, snapshot: Snapshot, centre_id: UUID, codes: Collection[str], on: date
) -> Mapping[str, list[Telling]]:
    chosen = sa.select(AWARENESS.c.state).where(
        AWARENESS.c.unit_code.in_(codes), AWARENESS.c.state["centre_id"].as_string() == str(centre_id)
    )
    this_year = [
        each
        for each in map(Awareness.model_validate, connection.scalars(chosen))
        if date(on.year, 1, 1) <= each.informed_on <= on
    ]
    found: dict[str, list[Telling]] = defaultdict(list)
    for each in sorted(this_year, key=lambda each: (each.informed_on, each.awareness_id)):
        if heir := heir_of(snapshot.geography, each.unit_code, each.informed_on, on):
            is_bounced = each.bounced_on is not None and each.bounced_on <= on
            found[heir.code].append(Telling(each, is_bounced, heir.is_whole))
    return found


def _mappings(
    connection: sa.Connection, snapshot: Snapshot, only_of: UUID | None, places: Collection[str], on: date
) -> Mapping[str, list[Mapped]]:
    chosen = sa.select(MAPPINGS.c.state).where(MAPPINGS.c.place.in_(places)).order_by(MAPPINGS.c.mapping_id)
    found: dict[str, list[Mapped]] = defaultdict(list)
    for run in map(Run.model_validate, connection.scalars(chosen)):
        if only_of not in (None, run.centre_id) and (run.completed_on is None or run.completed_on > on):
            continue
        days = [day for day in (run.completed_on, run.agreed_on, run.invited_on) if day is not None and day <= on]
        place = run.unit_code or run.county_code or ""
        if days and (heir := heir_of(snapshot.geography, place, max(days), on)):
            found[heir.code].append(Mapped(run, heir.is_whole))
    return found


def _agreements(
    connection: sa.Connection, snapshot: Snapshot, centre_id: UUID, on: date
) -> Mapping[str, list[SignedAgreement]]:
    with_centre = sa.select(REACH.c.agreement_id).where(REACH.c.key == str(centre_id))
    chosen = sa.select(AGREEMENTS.c.state).where(
        AGREEMENTS.c.agreement_id.in_(with_centre),
        AGREEMENTS.c.in_force_since <= on,
        sa.or_(AGREEMENTS.c.ended_on.is_(None), AGREEMENTS.c.ended_on > on),
    )
    members = {group.group_id: group_on(snapshot, group, on).unit_codes for group in snapshot.groups}
    found: dict[str, list[SignedAgreement]] = defaultdict(list)
    for agreement in map(
        SignedAgreement.model_validate, connection.scalars(chosen.order_by(AGREEMENTS.c.agreement_id))
    ):
        codes = set(agreement.unit_codes)
        for party in agreement.parties:
            body = snapshot.organisations.get(party.party_id)
            if party.kind is PartyKind.group:
                codes.update(members.get(party.party_id, ()))
            elif body is not None and body.unit_code is not None:
                codes.add(body.unit_code)
        for unit in {now for code in codes for now in codes_on(snapshot.geography, code, on)}:
            found[unit].append(agreement)
    return found


def _focus(connection: sa.Connection, snapshot: Snapshot, centre_id: UUID, on: date) -> Iterator[str]:
    chosen = sa.select(FOCUS.c.state).where(
        FOCUS.c.centre_id == str(centre_id),
        FOCUS.c.designated_on <= on,
        sa.or_(FOCUS.c.ended_on.is_(None), FOCUS.c.ended_on > on),
    )
    for known in map(FocusMunicipality.model_validate, connection.scalars(chosen)):
        yield from codes_on(snapshot.geography, known.unit_code, on)
