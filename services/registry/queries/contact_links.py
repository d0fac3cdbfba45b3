"""What a contact sees by the link in a mail, and what the mail says."""

from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry.contact_persons import ContactLanguage, LinkedContact
from services.kernel.effects import Effect
from services.kernel.mail import Mail
from services.kernel.problems import NotFound
from services.registry.domain.contact_dates import kept_until
from services.registry.domain.contact_mails import check_mail
from services.registry.queries.contacts import contact, kept_by, looks, person
from services.registry.queries.erasures import newest_request
from services.registry.tables.contacts import CONTACT_LINKS, CONTACT_PERSONS, CONTACTS
from services.registry.tables.organisations import ORGANISATIONS
from services.registry.tables.places import UNITS


def digest_of(token: str) -> bytes:
    """What is kept of a link's token."""
    return sha256(token.encode()).digest()


def linked_id(connection: sa.Connection, token: str, now: datetime) -> tuple[UUID, datetime]:
    """The contact that a link is for, and until when it opens its page.

    Raises:
        NotFound: nobody was sent it, or it opens nothing any more.
    """
    link = CONTACT_LINKS.c
    chosen = sa.select(link.contact_id, link.valid_until)
    row = connection.execute(chosen.where(link.digest == digest_of(token), link.valid_until > now)).first()
    if row is None:
        raise NotFound()
    return row.contact_id, row.valid_until


def linked_contact(connection: sa.Connection, token: str, now: datetime, today: date) -> LinkedContact:
    """Everything that is kept of the contact whose link it is, and who has looked at it.

    Raises:
        NotFound: nobody was sent it, or it opens nothing any more.
    """
    contact_id, valid_until = linked_id(connection, token, now)
    known = person(connection, contact_id, today)
    if known is None:
        raise NotFound()
    state = contact(connection, contact_id)
    return LinkedContact(
        contact=state,
        person=known,
        kept_by=kept_by(connection, contact_id),
        looks=looks(connection, contact_id),
        erasure=newest_request(connection, contact_id),
        kept_until=kept_until(state),
        link_valid_until=valid_until,
    )


def contact_check_mail(connection: sa.Connection, effect: Effect) -> Mail | None:
    """The mail that asks a contact whether all is still right; none to who is erased or has no address."""
    contact_id = UUID(effect.recipient.partition("/")[2])
    chosen = (
        sa.select(CONTACT_PERSONS.c.email, CONTACT_PERSONS.c.language, UNITS.c.names, ORGANISATIONS.c.name)
        .join_from(CONTACT_PERSONS, CONTACTS, CONTACTS.c.contact_id == CONTACT_PERSONS.c.contact_id)
        .outerjoin(UNITS, UNITS.c.code == CONTACTS.c.unit_code)
        .outerjoin(ORGANISATIONS, ORGANISATIONS.c.organisation_id == CONTACTS.c.organisation_id)
        .where(CONTACT_PERSONS.c.contact_id == contact_id, CONTACT_PERSONS.c.email.is_not(None))
    )
    row = connection.execute(chosen).first()
    if row is None:
        return None
    place = row.name if row.names is None else row.names[-1]["name"]
    language, is_reminder = ContactLanguage(row.language), bool(effect.facts.get("is_reminder"))
    return check_mail(row.email, language, place=place, site=effect.site, token=effect.token, is_reminder=is_reminder)
