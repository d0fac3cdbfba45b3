"""Who reads agreements, and for which side: a page is for those who are in the matter, whatever else they may read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fastapi import Request

from gateway.catalogue import Snapshot
from gateway.gate import gate_of, visitor_of
from services.contracts.access import Scope, cell
from services.contracts.registry import CENTRE_KINDS, Organisation
from services.kernel.problems import Forbidden, Unauthorized


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody signed in, acting for an organisation or for none."""

    sides: frozenset[UUID]
    """The organisation and those that it stands for: records given up for it, and bodies that it is the heir of."""
    reads_all: bool
    is_at_centre: bool
    """It works at a centre, or coordinates them all."""
    drafts: bool
    signs: bool
    nominates: bool
    designates: bool


def stood_for(country: Snapshot, organisation_id: UUID | None, on: date) -> frozenset[UUID]:
    """The organisation and those that it stands for on the date, as the registry judges it."""
    known = country.organisations.values()
    found, new = frozenset[UUID](), frozenset(() if organisation_id is None else (organisation_id,))
    while new:
        found |= new
        named = {each.reference for each in known if each.organisation_id in new}
        new = frozenset(each.organisation_id for each in known if _follows(each, new, named, on)) - found
    return found


def _follows(body: Organisation, ids: Collection[UUID], named: Collection[str], on: date) -> bool:
    is_closed = body.valid_to is not None and body.valid_to <= on
    return body.merged_into in ids or (is_closed and body.successor_reference in named)


def reader_of(request: Request, country: Snapshot) -> Reader:
    """Who reads a page that is for the parties of agreements and for those who read the whole register.

    Raises:
        Unauthorized: nobody has signed in.
        Forbidden: whoever has, acts for no organisation.
    """
    visitor = visitor_of(request)
    if visitor.kind != "person":
        raise Unauthorized()
    who = visitor.principal
    own = country.organisations.get(country.kept(who.organisation_id)) if who.organisation_id is not None else None

    is_centre = own is not None and own.kind in CENTRE_KINDS

    def may(action: str) -> bool:
        return own is not None and cell(action, who.roles).scope is Scope.own

    reads_all = cell("read_register", who.roles).scope is Scope.all
    if not reads_all and who.organisation_id is None:
        raise Forbidden()
    is_at_centre = cell("write_mapping", who.roles).scope >= Scope.own
    return Reader(
        sides=stood_for(country, who.organisation_id, gate_of(request).today),
        reads_all=reads_all,
        is_at_centre=is_at_centre and (own is None or is_centre),
        drafts=is_centre and may("write_agreement"),
        signs=may("sign_agreement"),
        nominates=is_centre and may("nominate_focus"),
        designates=is_centre and may("designate_focus"),
    )


def reader_at_centre(request: Request, country: Snapshot) -> Reader:
    """Who reads a page that is for those who work at a centre or coordinate them.

    Raises:
        Unauthorized: nobody has signed in.
        Forbidden: whoever has, does neither.
    """
    reader = reader_of(request, country)
    if not reader.is_at_centre:
        raise Forbidden()
    return reader
