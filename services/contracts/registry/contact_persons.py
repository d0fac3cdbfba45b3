"""Who a contact is, as the registry shows it to those who may know, and to the contact. No message carries it."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from services.contracts.message import Instant, Public, UnitCode
from services.contracts.registry.contacts import Contact


class ContactLanguage(StrEnum):
    """In what somebody wants to be written to: bokmål, nynorsk, Northern Sámi or English."""

    nb = "nb"
    nn = "nn"
    se = "se"
    en = "en"


class LawfulBasis(StrEnum):
    """Why somebody's name may be kept (GDPR art. 6, 1 a, c, e and f)."""

    consent = "consent"
    legal_obligation = "legal_obligation"
    public_task = "public_task"
    legitimate_interest = "legitimate_interest"


class Standing(StrEnum):
    """Whether it is known that what is told of a contact is still right."""

    confirmed = "confirmed"
    asked = "asked"
    """The contact has been asked and has time left to answer."""
    unconfirmed = "unconfirmed"
    """Nobody has said so, or the contact was asked and has not answered."""


class ContactPerson(Public):
    """Who a contact is. A resource of its own: ``version`` is its own too, and what a change of it is based on."""

    contact_id: UUID
    version: int
    name: str
    email: str | None = None
    phone: str | None = None
    language: ContactLanguage
    source: str
    """Where it is known from."""
    lawful_basis: LawfulBasis
    asked_on: date | None = None
    confirmed_on: date | None = None
    bounced_on: date | None = None
    """When a mail to the address came back; empty again when the address is another, or all of it is confirmed."""
    standing: Standing


class ContactEntry(Public):
    """A contact with who it is; nobody, once it is erased. Whoever reads one leaves a trace for the contact to see."""

    contact: Contact
    person: ContactPerson | None = None


class Look(Public):
    """How often an organisation has looked at a contact on a day. Who acted for it is not told."""

    on: date
    organisation_id: UUID | None = None
    """Empty: somebody who acts for no single organisation, such as the national coordinator."""
    times: int


class ErasureOrigin(StrEnum):
    """How it came to be known that somebody wants to be erased."""

    link = "link"
    """The contact has said so on its own page."""
    passed_on = "passed_on"
    """It was said to who keeps the contact, or to the municipality, which has passed it on."""


class ErasureDecision(StrEnum):
    """What can be decided about a request. Nothing but one of these rules keeps what somebody wants erased."""

    erase = "erase"
    keep_for_archive = "keep_for_archive"
    """It shows how a case was handled (GDPR art. 17, 3 d, and the Archives Act)."""
    keep_for_legal_claim = "keep_for_legal_claim"
    """GDPR art. 17, 3 e."""
    keep_by_law = "keep_by_law"
    """GDPR art. 17, 3 b."""


class ErasureStatus(StrEnum):
    """Where a request stands."""

    open = "open"
    erased = "erased"
    kept = "kept"


class ErasureRequest(Public):
    """Somebody wants to be erased. Decided when two persons have decided the same, within a month (GDPR art. 12, 3).

    It tells where the contact is and who keeps it, who can be asked what it is kept for; not who it is.
    """

    request_id: UUID
    version: int
    contact_id: UUID
    unit_code: UnitCode | None = None
    organisation_id: UUID | None = None
    kept_by: UUID | None = None
    origin: ErasureOrigin
    status: ErasureStatus
    requested_on: date
    due_on: date
    decisions: tuple[ErasureDecision, ...] = ()
    """Of those who have decided, in the order of time. Who they are is not told."""
    decided_on: date | None = None


class LinkedContact(Public):
    """What the contact sees by the link in a mail: everything that is kept, and who has looked at it."""

    contact: Contact
    person: ContactPerson
    kept_by: UUID | None = None
    """The organisation that registered the contact, and answers for it."""
    looks: tuple[Look, ...]
    """The newest first."""
    erasure: ErasureRequest | None = None
    kept_until: date | None = None
    """The day on which it is erased anyway; empty while a role has no end."""
    link_valid_until: Instant
