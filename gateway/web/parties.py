"""Who reads agreements, and for which side: a page is for those who are in the matter, whatever else they may read."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from gateway.catalogue import Snapshot
from gateway.gate import visitor_of
from services.contracts.access import Scope, cell
from services.contracts.registry import CENTRE_KINDS
from services.kernel.problems import Forbidden, Unauthorized


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody signed in, acting for an organisation or for none."""

    organisation_id: UUID | None
    reads_all: bool
    is_at_centre: bool
    """It works at a centre, or coordinates them all."""
    drafts: bool
    signs: bool
    nominates: bool
    designates: bool


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
        organisation_id=who.organisation_id,
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
