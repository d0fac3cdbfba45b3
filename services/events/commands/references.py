"""Refuse a command that refers to a place or body this part's copies do not know, or that was none on the date."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from services.contracts.registry import OrganisationKind
from services.events.domain.places import require_known, require_valid
from services.events.queries.places import organisation_kinds, validities
from services.events.tables.copies import COUNTIES, UNITS
from services.kernel.transaction import Transaction


def require_units(tx: Transaction, codes: Sequence[str], *, on: date, pointer: str) -> None:
    """Every code is a unit on the date.

    Raises:
        NotYetKnown: the registry's word about a code has not arrived.
        UnitNotValid: a code was no unit on the date.
    """
    require_valid(validities(tx.connection, UNITS, codes), codes, on=on, pointer=pointer)


def require_counties(tx: Transaction, codes: Sequence[str], *, on: date, pointer: str) -> None:
    """Every code is a county on the date.

    Raises:
        NotYetKnown: the registry's word about a code has not arrived.
        UnitNotValid: a code was no county on the date.
    """
    require_valid(validities(tx.connection, COUNTIES, codes), codes, on=on, pointer=pointer)


def require_organisations(
    tx: Transaction, organisation_ids: Sequence[UUID], *, pointer: str
) -> Mapping[UUID, OrganisationKind]:
    """Every id is an organisation; answers what kind of body each is.

    Raises:
        NotYetKnown: the registry's word about one has not arrived.
    """
    kinds = organisation_kinds(tx.connection, organisation_ids)
    require_known(kinds, organisation_ids, pointer=pointer)
    return kinds
