"""Programmes with members, and units' roles in them, over HTTP."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from fastapi import Response

from services.contracts.message import UnitCode
from services.contracts.registry.localities import Reference
from services.contracts.registry.memberships import (
    ChangeMembership,
    EndMembership,
    ImportMemberships,
    MembershipProgramme,
    MembershipRole,
    ProgrammeMembership,
    RecordMembership,
)
from services.kernel.paging import Page
from services.kernel.web import Read, Routes
from services.registry.api.answers import whole
from services.registry.api.writing import Write
from services.registry.commands.membership_imports import import_memberships
from services.registry.commands.memberships import change_membership, end_membership, record_membership
from services.registry.queries.memberships import (
    MembershipFilter,
    membership,
    membership_programmes,
    memberships,
)

routes = Routes()


@routes.get("/membership-programmes", action="read_register")
async def programmes(read: Read) -> dict[str, Sequence[MembershipProgramme]]:
    """The programmes, networks and schemes that units are members of."""
    return whole(await read(membership_programmes))


@routes.get("/programme-memberships", action="read_register")
async def roles(
    read: Read,
    page: Page,
    programme: Reference | None = None,
    unit_code: UnitCode | None = None,
    role: MembershipRole | None = None,
    on: date | None = None,
) -> Response:
    """Who has which role in a programme, or which roles a unit has, on a date or ever."""
    wanted = MembershipFilter(programme, unit_code, role, on)
    found = await read(memberships, wanted, page.limit, page.after_id)
    return page.of(found, key=lambda each: each.programme_membership_id)


@routes.get("/programme-memberships/{programme_membership_id}", action="read_register")
async def one_role(programme_membership_id: UUID, read: Read, response: Response) -> ProgrammeMembership:
    """One membership."""
    found, version = await read(membership, programme_membership_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.post("/programme-memberships", action="write_mapping", status_code=201)
async def record(request: RecordMembership, write: Write) -> Response:
    """A unit has a role in a programme."""
    return await write(record_membership, request, location="/programme-memberships/{programme_membership_id}")


@routes.post("/programme-memberships/import", action="write_mapping")
async def take_in(request: ImportMemberships, write: Write) -> Response:
    """Take in a list of a programme's members, or try it: each row is answered with what comes of it."""
    return await write(import_memberships, request)


@routes.post("/programme-memberships/{programme_membership_id}/change", action="write_mapping")
async def change(programme_membership_id: UUID, request: ChangeMembership, write: Write) -> Response:
    """Tell anew of a membership."""
    return await write(change_membership, programme_membership_id, request)


@routes.post("/programme-memberships/{programme_membership_id}/end", action="write_mapping")
async def end(programme_membership_id: UUID, request: EndMembership, write: Write) -> Response:
    """A unit has the role no longer, or never had it."""
    return await write(end_membership, programme_membership_id, request)
