"""Contacts, and their wish to be erased: forwarded to the registry, which keeps who has read what."""

from datetime import date
from typing import Any
from uuid import UUID

from gateway.v1.declared import Items
from gateway.v1.forwarding import PREFIX, Forwarded, Owner
from services.contracts.message import UnitCode
from services.contracts.registry.contact_persons import (
    ContactEntry,
    ContactPerson,
    ErasureRequest,
    ErasureStatus,
    LinkedContact,
)
from services.contracts.registry.contact_requests import (
    AnswerByLink,
    ChangeContact,
    ChangePerson,
    ConfirmContact,
    DecideErasure,
    EndContact,
    RecordBounce,
    RegisterContact,
    RequestErasure,
)
from services.contracts.registry.contacts import Contact, ContactRole
from services.contracts.registry.history import Recorded
from services.kernel.web import Routes

registry = Owner("registry")
CONTACT, REQUEST = "/contacts/{contact_id}", "/erasure-requests/{request_id}"
READ, CHANGE, DECIDE, LINK = "read_contacts", "change_contacts", "decide_erasure", "answer_by_link"
WANTED: dict[str, Any] = {"unit_code": UnitCode, "organisation_id": UUID, "role": ContactRole, "on": date}

TABLE = (
    registry.imports("/contacts/import", CHANGE, "Make the contacts of a table known, all or none, or try it"),
    registry.exports("/contacts/import-template.csv", CHANGE, "A table with the headings and no rows"),
    *(
        registry.exports(
            f"/contacts.{ending}",
            READ,
            "Contacts that have not ended, as a table that can be imported again; each can see who has taken it",
            **WANTED,
        )
        for ending in ("csv", "xlsx")
    ),
    registry.lists(
        "/contacts",
        ContactEntry,
        READ,
        "Contacts of a place or a role, with who they are; each of them can see who has read it",
        **WANTED,
    ),
    registry.reads(CONTACT, ContactEntry, READ, "One contact, with who it is"),
    registry.reads(f"{CONTACT}/person", ContactPerson, READ, "Who a contact is, to be changed from this version"),
    registry.reads(
        f"{CONTACT}/history",
        Items[Recorded],
        READ,
        "What was recorded of a contact: when, by whom, why, and what",
    ),
    registry.makes("/contacts", RegisterContact, Contact, CHANGE, "Make a contact known"),
    registry.moves(f"{CONTACT}/change", ChangeContact, Contact, CHANGE, "Tell anew which roles a contact has"),
    registry.moves(f"{CONTACT}/confirm", ConfirmContact, Contact, CHANGE, "All of a contact is still right"),
    registry.moves(f"{CONTACT}/end", EndContact, Contact, CHANGE, "It is no contact any more"),
    registry.moves(f"{CONTACT}/person/change", ChangePerson, ContactPerson, CHANGE, "Tell anew who a contact is"),
    registry.moves(f"{CONTACT}/person/bounce", RecordBounce, ContactPerson, CHANGE, "A mail to a contact came back"),
    registry.makes(
        f"{CONTACT}/erasure-requests", RequestErasure, ErasureRequest, CHANGE, "A contact has said to be erased"
    ),
    registry.lists("/erasure-requests", ErasureRequest, DECIDE, "Who wants to be erased", status=ErasureStatus),
    registry.reads(REQUEST, ErasureRequest, DECIDE, "One wish to be erased"),
    registry.moves(
        f"{REQUEST}/decide", DecideErasure, ErasureRequest, DECIDE, "Decide, alone or as the second of two persons"
    ),
    registry.reads("/contact-links/{token}", LinkedContact, LINK, "What a contact sees by the link in a mail"),
    Forwarded(
        "POST",
        "/contact-links/{token}/answer",
        "registry",
        LINK,
        "What a contact says by the link in a mail",
        AnswerByLink,
        LinkedContact,
    ),
)

routes = Routes(PREFIX)
routes.routes.extend(line.route() for line in TABLE)
