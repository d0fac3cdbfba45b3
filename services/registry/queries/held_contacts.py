"""The contacts at many places at once, with who they are, to see beside them what a table tells."""

from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.contracts.registry.contact_requests import PersonFacts
from services.contracts.registry.contacts import ContactRole
from services.registry.domain.held_contacts import HeldContact
from services.registry.tables.contacts import CONTACT_PERSONS, CONTACT_ROLES, CONTACTS

CONTACT, PERSON, ROLE = CONTACTS.c, CONTACT_PERSONS.c, CONTACT_ROLES.c


def held_contacts(
    connection: sa.Connection, places: Mapping[str, str], organisation_ids: Collection[UUID]
) -> Iterator[HeldContact]:
    """Those at the organisations, and at the units whose codes are in ``places``, each called what that code is there.

    One who is erased is nobody, and is not among them.
    """
    at = sa.or_(CONTACT.unit_code.in_(sorted(places)), CONTACT.organisation_id.in_(sorted(organisation_ids)))
    rows = connection.execute(_CHOSEN.where(at)).mappings()
    for _, same in groupby(rows, itemgetter("contact_id")):
        roles = list(same)
        first = roles[0]
        yield HeldContact(
            place=places[first["unit_code"]] if first["unit_code"] else str(first["organisation_id"]),
            facts={name: first[name] for name in PersonFacts.model_fields},
            roles=frozenset(_role(row) for row in roles if row["role"] is not None),
            registered_on=first["registered_on"],
            ended_on=first["ended_on"],
        )


def _role(row: Mapping[Any, Any]) -> tuple[ContactRole, Any, Any]:
    return ContactRole(row["role"]), row["valid_from"], row["valid_to"]


_CHOSEN = (
    sa.select(
        CONTACT.contact_id,
        CONTACT.unit_code,
        CONTACT.organisation_id,
        CONTACT.registered_on,
        CONTACT.ended_on,
        *(PERSON[name] for name in PersonFacts.model_fields),
        ROLE.role,
        ROLE.valid_from,
        ROLE.valid_to,
    )
    .join_from(CONTACTS, CONTACT_PERSONS, PERSON.contact_id == CONTACT.contact_id)
    .outerjoin(CONTACT_ROLES, ROLE.contact_id == CONTACT.contact_id)
    .order_by(CONTACT.contact_id)
)
