"""Where a contact may be, which roles it may have, and what becomes of them when it ends."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from services.contracts.geography import Geography, NotValidOn
from services.contracts.registry.contact_requests import RegisterContact
from services.contracts.registry.contacts import Contact, RolePeriod
from services.kernel.problems import FieldError, Invalid
from services.registry.domain.contact_persons import require_person
from services.registry.domain.dates import require_occurred
from services.registry.domain.organisations import require_kept
from services.registry.domain.periods import Period, require_period
from services.registry.domain.refusals import StepOutOfOrder, UnitNotValid, UnknownOrganisation
from services.registry.domain.validity import overlap, require_code

Bodies = Mapping[UUID, UUID | None]
"""Organisations that are known, each with the one that it was given up for."""


def require_contact(command: RegisterContact, bodies: Bodies, country: Geography, today: date) -> None:
    """What is told of a new contact can be true.

    Raises:
        DateInFuture: it cannot have been told yet.
        Invalid, UnknownUnit, UnitNotValid, UnknownOrganisation, OrganisationIsMerged: its place is none.
        PeriodReversed, PeriodsOverlap: as ``require_roles``. And as ``require_person``.
    """
    require_occurred(command.occurred_on, today=today)
    require_place(command, bodies, country)
    require_roles(command.roles)
    require_person(command)


def require_place(command: RegisterContact, bodies: Bodies, country: Geography) -> None:
    """The contact is at one unit in use on the day, or at one organisation.

    Raises:
        Invalid: both are named, or none.
        UnknownUnit, UnitNotValid: there is no such unit, or not on the day.
        UnknownOrganisation, OrganisationIsMerged: there is no such organisation, or it was given up for another record.
    """
    if (command.unit_code is None) == (command.organisation_id is None):
        raise Invalid(errors=[FieldError("/unit_code", code="one-place-needed")])
    if command.organisation_id is not None:
        if command.organisation_id not in bodies:
            raise UnknownOrganisation("/organisation_id")
        require_kept(bodies[command.organisation_id], "/organisation_id")
    if command.unit_code is not None:
        require_code("/unit_code", command.unit_code, country)
        try:
            country.require(command.unit_code, command.occurred_on)
        except NotValidOn as refusal:
            error = FieldError("/unit_code", code="unit-not-valid")
            raise UnitNotValid(command.occurred_on, [refusal], error) from None


def require_roles(roles: Sequence[RolePeriod]) -> None:
    """Every role has a day, and none is told of twice for the same day.

    Raises:
        PeriodReversed, PeriodsOverlap: points at what is wrong.
    """
    for place, role in enumerate(roles):
        require_period(role.valid_from, role.valid_to, f"/roles/{place}")
    twice = [
        place
        for place, role in enumerate(roles)
        if any(earlier.role == role.role and Period.of(earlier).overlaps(Period.of(role)) for earlier in roles[:place])
    ]
    if twice:
        raise overlap(*twice, field="roles")


def told_of(command: RegisterContact, contact_id: UUID) -> Contact:
    """The contact that a command makes known."""
    return Contact(
        contact_id=contact_id,
        unit_code=command.unit_code,
        organisation_id=command.organisation_id,
        roles=sorted_roles(command.roles),
    )


def sorted_roles(roles: Sequence[RolePeriod]) -> tuple[RolePeriod, ...]:
    """The roles as messages tell them: by day, then by name."""
    plain = (RolePeriod(role=role.role, valid_from=role.valid_from, valid_to=role.valid_to) for role in roles)
    return tuple(sorted(plain, key=lambda role: (role.valid_from, role.role)))


def require_current(contact: Contact, step: str) -> None:
    """Refuse a step with one who is no contact any more.

    Raises:
        StepOutOfOrder: it has ended, or is erased.
    """
    if contact.ended_on is not None or contact.erased_on is not None:
        status = "ended" if contact.erased_on is None else "erased"
        raise StepOutOfOrder(step=step, current_status=status, allowed_from=["current"])


def ended(contact: Contact, on: date) -> Contact:
    """The contact without any role from the day on."""
    begun = (role for role in contact.roles if role.valid_from < on)
    roles = (role.model_copy(update={"valid_to": min(role.valid_to or on, on)}) for role in begun)
    return contact.model_copy(update={"roles": tuple(roles), "ended_on": on})


def erased(contact: Contact, on: date) -> Contact:
    """What stays when it is forgotten who the contact was. One that had not ended ends that day."""
    left = contact if contact.ended_on is not None else ended(contact, on)
    return left.model_copy(update={"erased_on": on})


def require_known(contact: Contact, step: str) -> None:
    """Refuse a step with one of whom it is forgotten who it was.

    Raises:
        StepOutOfOrder: it is erased.
    """
    if contact.erased_on is not None:
        raise StepOutOfOrder(step=step, current_status="erased", allowed_from=["current", "ended"])
