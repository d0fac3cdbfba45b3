"""When a contact is asked whether all is still right, when it is reminded, and when it is forgotten."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from services.contracts.registry.contact_persons import Standing
from services.contracts.registry.contacts import Contact
from services.kernel.clock import OSLO
from services.registry.domain.due import months_after

ASKED_AGAIN_MONTHS = 12
"""How long after a contact was told of, was asked or has confirmed that it is asked again."""

REMINDED_AFTER = timedelta(days=30)
"""How long it has to answer before it is reminded, once."""

LINK_LIVES = timedelta(days=60)
"""How long the link in a mail opens the contact's page. One who has not answered then is shown as unconfirmed."""

KEPT_MONTHS = 12
"""How long it is kept who a contact was after its last role: until the reports of the year it took part in are made."""

DECIDED_WITHIN_MONTHS = 1
"""How long who wants to be erased may have to wait for an answer (GDPR art. 12, 3)."""

IN_THE_MORNING = time(8)
"""When in Norway what falls due on a day is done: mails are read then."""


def months_later(day: date, months: int) -> date:
    """The first day after so many whole calendar months. Where the month has no such day they end with that month.

    What would be after the last day that there is, is that day.
    """
    years, month = divmod(day.month - 1 + months, 12)
    if day.year + years > date.max.year:
        return date.max
    last = monthrange(day.year + years, month + 1)[1]
    found = date(day.year + years, month + 1, min(day.day, last))
    return found if day.day <= last else found + date.resolution


def decided_by(asked_on: date) -> date:
    """The last day on which somebody is answered who wants to be erased. A shorter month ends with its own last day."""
    return months_after(asked_on, DECIDED_WITHIN_MONTHS)


def morning_of(day: date) -> datetime:
    """The moment of the day at which things are done that fall due on it."""
    return datetime.combine(day, IN_THE_MORNING, OSLO)


def beginning_of(day: date) -> datetime:
    """The moment at which the day begins: what holds for whole days ends then."""
    return datetime.combine(day, time(), OSLO)


def asked_again_on(said_on: date) -> date:
    """The day on which a contact is asked, after something was said of it."""
    return months_later(said_on, ASKED_AGAIN_MONTHS)


def gone_on(contact: Contact) -> date | None:
    """The first day without a role now or later; none while a role has no end."""
    ends = [role.valid_to for role in contact.roles]
    return None if None in ends else max((end for end in ends if end is not None), default=contact.ended_on)


def kept_until(contact: Contact) -> date | None:
    """The day on which it is forgotten who the contact was; none while a role has no end, and when it is done."""
    last = gone_on(contact)
    return None if contact.erased_on is not None or last is None else months_later(last, KEPT_MONTHS)


def standing_of(asked_on: date | None, confirmed_on: date | None, today: date) -> Standing:
    """Whether it is known that what is told of a contact is still right."""
    if confirmed_on is not None and (asked_on is None or asked_on <= confirmed_on):
        return Standing.confirmed
    if asked_on is not None and today < asked_on + LINK_LIVES:
        return Standing.asked
    return Standing.unconfirmed
