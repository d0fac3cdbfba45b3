"""What may be asked of the registry about contacts."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.contracts.message import STRICT, Request, ShortText, UnitCode
from services.contracts.registry.contact_persons import ContactLanguage, ErasureDecision, LawfulBasis
from services.contracts.registry.contacts import RolePeriod

EmailAddress = Annotated[
    str,
    StringConstraints(
        max_length=254,
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$",
    ),
]
"""One mailbox as mail servers know it, and nothing that a mail's head could take for more."""
PhoneNumber = Annotated[str, StringConstraints(max_length=30, pattern=r"^\+?[0-9]( ?[0-9]){3,19}$")]


class NewRolePeriod(RolePeriod):
    """As a role's period; what it does not know is refused."""

    model_config = STRICT


Roles = Annotated[tuple[NewRolePeriod, ...], Field(min_length=1, max_length=30)]


class PersonFacts(Request):
    """Who a contact is: a name, and at least one way to reach it."""

    name: ShortText
    email: EmailAddress | None = None
    phone: PhoneNumber | None = None
    language: ContactLanguage
    source: ShortText
    lawful_basis: LawfulBasis


class RegisterContact(PersonFacts):
    """Make a contact known at a unit or an organisation."""

    unit_code: UnitCode | None = None
    organisation_id: UUID | None = None
    roles: Roles
    occurred_on: date


class ChangeContact(Request):
    """The contact's roles as they are now to be told of, with those that it had."""

    roles: Roles
    occurred_on: date


class ChangePerson(PersonFacts):
    """Who the contact is, as it is now to be told of."""


class ConfirmContact(Request):
    """All that is told of the contact is still right."""

    occurred_on: date


class EndContact(Request):
    """The contact is none any more from the day on."""

    occurred_on: date


class RecordBounce(Request):
    """A mail to the contact came back."""

    occurred_on: date


class RequestErasure(Request):
    """The contact has said that it wants to be erased."""

    occurred_on: date


class DecideErasure(Request):
    """What one of two persons decides about a request."""

    decision: ErasureDecision


class LinkAnswer(StrEnum):
    """What a contact can say by the link in a mail."""

    still_right = "still_right"
    not_mine = "not_mine"
    """It is no contact any more."""
    erase_me = "erase_me"


class AnswerByLink(Request):
    """What the contact says."""

    answer: LinkAnswer
