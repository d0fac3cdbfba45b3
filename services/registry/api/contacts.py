"""Contacts over HTTP. Who one is, is a resource of its own; whoever reads it leaves a trace."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from services.contracts.message import UnitCode
from services.contracts.registry.contact_persons import ContactEntry, ContactPerson
from services.contracts.registry.contact_requests import (
    ChangeContact,
    ChangePerson,
    ConfirmContact,
    EndContact,
    RecordBounce,
    RegisterContact,
)
from services.contracts.registry.contacts import ContactRole
from services.contracts.registry.history import Recorded
from services.kernel.paging import Page
from services.kernel.web import Caller, Read, Routes
from services.registry import commands
from services.registry.api.answers import Today, by_own_version, whole
from services.registry.api.logged_reads import LoggedRead
from services.registry.api.writing import Write
from services.registry.queries.contacts import ContactFilter, contact_history

routes = Routes()


async def _wanted(
    unit_code: UnitCode | None = None,
    organisation_id: UUID | None = None,
    role: ContactRole | None = None,
    on: date | None = None,
) -> ContactFilter:
    return ContactFilter(unit_code, organisation_id, role, on)


Wanted = Annotated[ContactFilter, Depends(_wanted)]


@routes.get("/contacts", action="read_contacts")
async def contacts(look: LoggedRead, page: Page, wanted: Wanted) -> Response:
    """Contacts of a unit, an organisation or a role, with who they are; ``on`` asks for those of a date."""
    found = await look(commands.look_at_contacts, wanted, page.limit, page.after_id)
    return page.of(found, key=lambda entry: entry["contact"]["contact_id"])


@routes.get("/contacts/{contact_id}", action="read_contacts")
async def contact(contact_id: UUID, look: LoggedRead, response: Response) -> ContactEntry:
    """One contact, with who it is."""
    found, version = await look(commands.look_at_contact, contact_id)
    response.headers["ETag"] = f'"{version}"'
    return found


@routes.get("/contacts/{contact_id}/person", action="read_contacts")
async def person(contact_id: UUID, look: LoggedRead, response: Response) -> ContactPerson:
    """Who a contact is, in the version that a change of it needs."""
    found = await look(commands.look_at_person, contact_id)
    response.headers["ETag"] = f'"{found.version}"'
    return found


@routes.get("/contacts/{contact_id}/history", action="read_contacts")
async def history(contact_id: UUID, read: Read, caller: Caller, today: Today) -> dict[str, Sequence[Recorded]]:
    """What was recorded of where it is and as what: when, by whom, why, and what was changed."""
    return whole(await read(contact_history, caller, contact_id, today))


@routes.post("/contacts", action="change_contacts", status_code=201)
async def register_contact(request: RegisterContact, write: Write) -> Response:
    """Make a contact known."""
    return await write(commands.register_contact, request, location="/contacts/{contact_id}")


@routes.post("/contacts/{contact_id}/change", action="change_contacts")
async def change_contact(contact_id: UUID, request: ChangeContact, write: Write) -> Response:
    """Tell anew which roles it has."""
    return await write(commands.change_contact, contact_id, request)


@routes.post("/contacts/{contact_id}/confirm", action="change_contacts")
async def confirm_contact(contact_id: UUID, request: ConfirmContact, write: Write) -> Response:
    """All of it is still right."""
    return await write(commands.confirm_contact, contact_id, request)


@routes.post("/contacts/{contact_id}/end", action="change_contacts")
async def end_contact(contact_id: UUID, request: EndContact, write: Write) -> Response:
    """It is none any more."""
    return await write(commands.end_contact, contact_id, request)


@routes.post("/contacts/{contact_id}/person/change", action="change_contacts")
async def change_person(contact_id: UUID, request: ChangePerson, write: Write) -> Response:
    """Tell anew who it is."""
    return by_own_version(await write(commands.change_person, contact_id, request, personal=True))


@routes.post("/contacts/{contact_id}/person/bounce", action="change_contacts")
async def record_bounce(contact_id: UUID, request: RecordBounce, write: Write) -> Response:
    """A mail to it came back."""
    return by_own_version(await write(commands.record_bounce, contact_id, request, personal=True))
