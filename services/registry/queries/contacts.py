"""Contacts, with who they are for those who may know. Whoever asks on behalf of somebody keeps that it was read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contracts.access import Scope
from services.contracts.registry.contact_persons import ContactPerson, Look
from services.contracts.registry.contacts import Contact, ContactMessage, ContactRole, RolePeriod
from services.contracts.registry.history import Recorded
from services.kernel.access import Principal
from services.kernel.problems import NotFound
from services.registry.domain.contact_dates import standing_of
from services.registry.domain.contact_places import codes_of
from services.registry.queries.history import history
from services.registry.queries.places import geography
from services.registry.tables.contacts import CONTACT_LOOKS, CONTACT_PERSONS, CONTACT_ROLES, CONTACTS
from services.registry.tables.organisations import ORGANISATIONS

Condition = sa.ColumnElement[bool]
Entry = dict[str, dict[str, Any]]
CONTACT, PERSON, ROLE = CONTACTS.c, CONTACT_PERSONS.c, CONTACT_ROLES.c


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """Which contacts; empty fields do not narrow. With ``on`` those that have the role, or any, on the day.

    A unit is all that it was: who was registered at a code that became it whole is there too.
    """

    unit_code: str | None = None
    organisation_id: UUID | None = None
    role: ContactRole | None = None
    on: date | None = None

    def conditions(self, connection: sa.Connection, today: date) -> Iterable[Condition]:
        """The filter as conditions on the rows."""
        if self.unit_code is not None:
            yield CONTACT.unit_code.in_(codes_of(geography(connection), self.unit_code, today))
        if self.organisation_id is not None:
            yield CONTACT.organisation_id == self.organisation_id
        roles = [ROLE.role == self.role] if self.role is not None else []
        if self.on is not None:
            roles += [ROLE.valid_from <= self.on, sa.or_(ROLE.valid_to.is_(None), ROLE.valid_to > self.on)]
        if roles:
            yield CONTACT.contact_id.in_(sa.select(ROLE.contact_id).where(*roles))

    def told(self) -> dict[str, str]:
        """What the audit keeps of it."""
        asked = {"unit_code": self.unit_code, "organisation_id": self.organisation_id, "role": self.role, "on": self.on}
        return {name: str(value) for name, value in asked.items() if value is not None}


def contacts(
    connection: sa.Connection, seen: Condition, wanted: ContactFilter, limit: int, after: UUID | None, today: date
) -> Sequence[Entry]:
    """At most ``limit`` contacts that are not erased, in the order they were registered, from behind ``after``.

    Each is what a ``ContactEntry`` shows, and not made into one: a page is long.
    """
    page = sa.select(PERSON.contact_id).join(CONTACTS, PERSON.contact_id == CONTACT.contact_id)
    page = page.where(seen, *wanted.conditions(connection, today)).order_by(PERSON.contact_id).limit(limit)
    if after is not None:
        page = page.where(PERSON.contact_id > after)
    found = connection.execute(_WITH_ROLES.where(CONTACT.contact_id.in_(page)))
    rows = [dict(zip(_NAMES, row, strict=True)) for row in found]
    return [_entry(list(same), today) for _, same in groupby(rows, itemgetter("contact_id"))]


def contact(connection: sa.Connection, contact_id: UUID, seen: Condition | None = None) -> Contact:
    """One contact.

    Raises:
        NotFound: there is none that may be seen.
    """
    chosen = sa.select(CONTACTS).where(CONTACT.contact_id == contact_id, *([] if seen is None else [seen]))
    row = connection.execute(chosen).mappings().first()
    if row is None:
        raise NotFound()
    return _contact(row, _roles(connection, [contact_id])[contact_id])


def contact_history(connection: sa.Connection, viewer: Principal, contact_id: UUID, today: date) -> Sequence[Recorded]:
    """What was recorded of where a contact is and as what, the oldest first. Nothing of who it is.

    Raises:
        NotFound: there is none that the viewer may see.
    """
    contact(connection, contact_id, seen_by(connection, viewer, today))
    return history(connection, ContactMessage.aggregate, contact_id)


def person(connection: sa.Connection, contact_id: UUID, today: date) -> ContactPerson | None:
    """Who a contact is; nobody once it is erased."""
    chosen = sa.select(CONTACT_PERSONS).where(PERSON.contact_id == contact_id)
    row = connection.execute(chosen).mappings().first()
    return None if row is None else person_of(row, today)


def person_of(row: Mapping[Any, Any], today: date) -> ContactPerson:
    """Who a contact is, from the row: never its key."""
    standing = standing_of(row["asked_on"], row["confirmed_on"], today)
    return ContactPerson.model_validate({**row, "standing": standing})


def kept_by(connection: sa.Connection, contact_id: UUID) -> UUID | None:
    """The organisation that registered a contact; none where an operator did."""
    chosen = sa.select(CONTACT.owner_id).where(CONTACT.contact_id == contact_id)
    found: UUID | None = connection.execute(chosen).scalar_one()
    return found


def looks(connection: sa.Connection, contact_id: UUID) -> tuple[Look, ...]:
    """Who has looked at a contact, the newest first."""
    look = CONTACT_LOOKS.c
    chosen = sa.select(CONTACT_LOOKS).where(look.contact_id == contact_id)
    rows = connection.execute(chosen.order_by(look.looked_on.desc(), look.reader))
    return tuple(
        Look(on=row.looked_on, organisation_id=UUID(row.reader) if row.reader else None, times=row.times)
        for row in rows
    )


def seen_by(connection: sa.Connection, viewer: Principal, today: date) -> Condition:
    """Which contacts somebody may see: all, or those of its own organisation and municipality."""
    if viewer.scope is Scope.all:
        return sa.true()
    if viewer.organisation_id is None:  # no organisation is at nothing: a contact at a unit has none either
        return sa.false()
    own = own_codes(connection, viewer.organisation_id, today)
    return sa.or_(CONTACT.unit_code.in_(own), CONTACT.organisation_id == viewer.organisation_id)


def own_codes(connection: sa.Connection, organisation_id: UUID | None, today: date) -> frozenset[str]:
    """The codes of the units that an organisation is the municipality of; none for another kind of body."""
    chosen = sa.select(ORGANISATIONS.c.unit_code).where(ORGANISATIONS.c.organisation_id == organisation_id)
    code = connection.execute(chosen).scalar()
    return frozenset() if code is None else codes_of(geography(connection), code, today)


def _entry(rows: Sequence[Mapping[str, Any]], today: date) -> Entry:
    """A contact from the rows of its roles; the one row of a contact without roles has none."""
    first = rows[0]
    contact = {name: first[name] for name in _CONTACT_NAMES}
    contact["roles"] = [{name: row[name] for name in _ROLE_NAMES} for row in rows if row["role"] is not None]
    person = {name: first[name] for name in _PERSON_NAMES}
    person["standing"] = standing_of(first["asked_on"], first["confirmed_on"], today)
    return {"contact": contact, "person": person}


def _contact(row: Mapping[Any, Any], roles: Sequence[RolePeriod]) -> Contact:
    return Contact.model_validate({**row, "roles": tuple(roles)})


def _roles(connection: sa.Connection, contact_ids: Sequence[UUID]) -> Mapping[UUID, list[RolePeriod]]:
    found: dict[UUID, list[RolePeriod]] = defaultdict(list)
    chosen = sa.select(CONTACT_ROLES).where(ROLE.contact_id.in_(contact_ids))
    for row in connection.execute(chosen.order_by(ROLE.valid_from, ROLE.role)).mappings():
        found[row["contact_id"]].append(RolePeriod.model_validate(dict(row)))
    return found


_CONTACT_NAMES = tuple(name for name in Contact.model_fields if name != "roles")
_PERSON_NAMES = tuple(name for name in ContactPerson.model_fields if name != "standing")
_ROLE_NAMES = tuple(RolePeriod.model_fields)
_COLUMNS = (
    *(CONTACT[name] for name in _CONTACT_NAMES),
    *(PERSON[name] for name in _PERSON_NAMES if name not in _CONTACT_NAMES),
    *(ROLE[name] for name in _ROLE_NAMES),
)
_NAMES = tuple(column.name for column in _COLUMNS)
# One row for each role, and not a statement for the contacts and one for the roles: those could see different contacts.
_WITH_ROLES = (
    sa.select(*_COLUMNS)
    .join_from(CONTACTS, CONTACT_PERSONS, PERSON.contact_id == CONTACT.contact_id)
    .outerjoin(CONTACT_ROLES, ROLE.contact_id == CONTACT.contact_id)
    .order_by(CONTACT.contact_id, ROLE.valid_from, ROLE.role)
)
