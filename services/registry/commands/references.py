"""Refuse a command that refers to a place or body the registry does not have, or that was none on the date."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa

from services.contracts.geography import Geography, NotValidOn
from services.contracts.message import Message
from services.contracts.registry import OrganisationKind
from services.kernel.problems import FieldError
from services.kernel.transaction import Transaction
from services.registry.commands.sides import own_side
from services.registry.domain.contacts import Bodies
from services.registry.domain.organisations import require_centre, require_kept
from services.registry.domain.refusals import UnitNotValid, UnknownOrganisation, UnknownUnit
from services.registry.domain.validity import numbers_of
from services.registry.queries import geography
from services.registry.tables import (
    AwarenessRow,
    FocusNominationRow,
    LetterRow,
    MappingRow,
    OrganisationRow,
    OverdoseCountRow,
    OverdoseUnitRow,
    PlanAnchorRow,
    ServiceLinkRow,
    SubscriptionRow,
)
from services.registry.tables.organisations import ORGANISATIONS
from services.registry.tables.places import COUNTIES, UNITS

Row = TypeVar(
    "Row",
    AwarenessRow,
    FocusNominationRow,
    LetterRow,
    MappingRow,
    OverdoseCountRow,
    OverdoseUnitRow,
    PlanAnchorRow,
    ServiceLinkRow,
    SubscriptionRow,
)
"""What a centre keeps."""


def lock_own(tx: Transaction, row: type[Row], its_id: UUID, fact: type[Message]) -> Row:
    """A thing of the caller's own centre in the version that it has seen. Nobody else changes it meanwhile.

    Raises:
        NotFound: there is none, or it is another centre's.
    """
    found = tx.lock(row, its_id)
    own_side(tx, found.centre_id)
    tx.expect(fact.aggregate, its_id)
    return found


def known_bodies(tx: Transaction, ids: Iterable[UUID]) -> Bodies:
    """Those of the organisations that are known, each with the record that it was given up for, if it was."""
    body = ORGANISATIONS.c
    chosen = sa.select(body.organisation_id, body.merged_into).where(body.organisation_id.in_(set(ids)))
    return {row.organisation_id: row.merged_into for row in tx.connection.execute(chosen)}


def require_own_centre(tx: Transaction, centre_id: UUID) -> None:
    """The caller may act for the organisation, and it is a competence centre.

    Raises:
        NotFound: it is another's.
        UnknownOrganisation, NotACentre: it is none.
        OrganisationIsMerged: it was given up for another record of the same body.
    """
    tx.own(centre_id)
    row = tx.get(OrganisationRow, centre_id, missing=UnknownOrganisation)
    require_centre(OrganisationKind(row.kind))
    require_kept(row.merged_into, "/centre_id")


def require_places(tx: Transaction, codes: Mapping[str, str], *, on: date) -> None:
    """Every code is valid on the date. ``codes`` are by the pointer of their field.

    Raises:
        UnknownUnit: points at each code that nothing ever had.
        UnitNotValid: says of each code when it is valid and what is valid instead.
    """
    known = {
        row.code: row.valid_from <= on and (row.valid_to is None or on < row.valid_to)
        for table in (UNITS, COUNTIES)
        for row in tx.connection.execute(sa.select(table).where(table.c.code.in_(list(codes.values()))))
        if row.undone_on is None
    }
    unknown = [pointer for pointer, code in codes.items() if code not in known]
    if unknown:
        raise UnknownUnit(*(FieldError(pointer, code="unknown-unit") for pointer in unknown))
    wrong = {pointer: code for pointer, code in codes.items() if not known[code]}
    if wrong:
        errors = [FieldError(pointer, code="unit-not-valid") for pointer in wrong]
        raise UnitNotValid(on, _refusals(geography(tx.connection), wrong.values(), on), *errors)


def _refusals(country: Geography, codes: Iterable[str], on: date) -> list[NotValidOn]:
    found = []
    for code in codes:
        try:
            country.require(code, on)
        except NotValidOn as refusal:
            found.append(refusal)
    return found


def lock_place(tx: Transaction, code: str) -> frozenset[str]:
    """Every number that the place has had or gets. Nobody else who locks it by any of them goes on meanwhile."""
    numbers = numbers_of(geography(tx.connection), code)
    lock_places(tx, numbers)
    return numbers


def lock_places(tx: Transaction, codes: Iterable[str]) -> None:
    """The same for many places, in the order of their codes, so that two tables do not wait for each other."""
    for table in (UNITS, COUNTIES):
        chosen = sa.select(table.c.code).where(table.c.code.in_(sorted(codes))).order_by(table.c.code)
        tx.connection.execute(chosen.with_for_update())


def lock_bodies(tx: Transaction, ids: Iterable[UUID]) -> None:
    """The same for organisations: no other table tells of what is at them."""
    column = ORGANISATIONS.c.organisation_id
    tx.connection.execute(sa.select(column).where(column.in_(sorted(ids))).order_by(column).with_for_update())
