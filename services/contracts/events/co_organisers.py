"""Who carries an offer or activity together with the lead, and the requests that both share."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from services.contracts.message import Public, Request


class CoOrganiserStatus(StrEnum):
    """A co-organiser counts only when the invited organisation has said yes."""

    invited = "invited"
    accepted = "accepted"
    declined = "declined"


class CoOrganiser(Public):
    """An organisation asked to carry an offer or activity together with the lead."""

    organisation_id: UUID
    status: CoOrganiserStatus
    invited_on: date
    answered_on: date | None = None


class OnDate(Request):
    """A change of status on a business date."""

    occurred_on: date


class InviteCoOrganiser(Request):
    """Ask an organisation to carry the offer or activity together with the lead."""

    organisation_id: UUID
    occurred_on: date


class AnswerInvitation(Request):
    """The invited organisation's own answer."""

    accept: bool
    occurred_on: date
