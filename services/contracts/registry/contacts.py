"""Contacts as the registry publishes them: a reference, where, in which roles and when. Nothing tells who it is.

Who it is stands in a row of the registry that can be deleted; ``contact_persons`` has what is shown of it, and to whom.
"""

from datetime import date
from enum import StrEnum
from uuid import UUID

from services.contracts.message import Message, Public, UnitCode


class ContactRole(StrEnum):
    """As what somebody is to be spoken to."""

    leader = "leader"
    public_health_coordinator = "public_health_coordinator"
    early_intervention_coordinator = "early_intervention_coordinator"
    """Of Tidlig inn in a municipality."""
    training_supervisor = "training_supervisor"
    """Who guides others in a training programme, for example Tidlig inn."""
    municipal_psychologist = "municipal_psychologist"
    substance_use_adviser = "substance_use_adviser"
    county_governor_adviser = "county_governor_adviser"
    mapping_coordinator = "mapping_coordinator"
    """Who sees to surveys such as Ungdata and BrukerPlan."""
    other = "other"


class RolePeriod(Public):
    """A role for a period; ``valid_to`` is exclusive."""

    role: ContactRole
    valid_from: date
    valid_to: date | None = None


class Contact(Public):
    """Somebody at one place: a unit or an organisation, never both. The unit's code is that of the day of registration.

    One who has ended holds no role from ``ended_on`` on. Of one who is erased this is all that is left.
    """

    contact_id: UUID
    unit_code: UnitCode | None = None
    organisation_id: UUID | None = None
    roles: tuple[RolePeriod, ...]
    """Sorted by day and role."""
    ended_on: date | None = None
    erased_on: date | None = None


class ContactMessage(Message):
    """Any fact about a contact."""

    aggregate = "contact"
    contact: Contact

    @property
    def aggregate_id(self) -> str:
        return str(self.contact.contact_id)


class ContactRegistered(ContactMessage):
    """Somebody is to be spoken to at a place."""

    type = "samla.registry.contact.registered.v1"


class ContactChanged(ContactMessage):
    """The contact has other roles."""

    type = "samla.registry.contact.changed.v1"


class ContactConfirmed(ContactMessage):
    """The contact, or who speaks for the place, has said that all of it is still right."""

    type = "samla.registry.contact.confirmed.v1"


class ContactEnded(ContactMessage):
    """The contact is none any more."""

    type = "samla.registry.contact.ended.v1"


class ContactErased(ContactMessage):
    """What told who it was is deleted. The roles stay, to be counted."""

    type = "samla.registry.contact.erased.v1"
