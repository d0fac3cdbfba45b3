"""What a row of a table tells of a contact, seen beside the country, the bodies and the calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.contracts.geography import Geography
from services.contracts.registry.contact_imports import ImportContact
from services.contracts.registry.contact_requests import NewRolePeriod, PersonFacts, RegisterContact
from services.kernel.problems import FieldError, Invalid
from services.registry.domain.contacts import Bodies, require_contact
from services.registry.domain.organisations import OrganisationIsMerged
from services.registry.domain.refusals import UnknownOrganisation

_A_ROLE = "/roles/0/"


@dataclass(frozen=True, slots=True)
class Known:
    """What rows are seen beside."""

    country: Geography
    references: Mapping[str, UUID]
    """The organisations by their short names."""
    bodies: Bodies
    today: date


def told_in(line: ImportContact, known: Known) -> RegisterContact:
    """What would be asked to make the row's contact known, with the one role that the row tells of.

    Raises:
        Invalid: as ``require_contact``, by the columns of the table.
    """
    if line.organisation is not None and line.organisation not in known.references:
        raise UnknownOrganisation("/organisation")
    # Each value is one already that a column has let through.
    told = RegisterContact.model_construct(
        **{name: getattr(line, name) for name in PersonFacts.model_fields},
        unit_code=line.unit_code,
        organisation_id=None if line.organisation is None else known.references[line.organisation],
        roles=(NewRolePeriod.model_construct(role=line.role, valid_from=line.valid_from, valid_to=line.valid_to),),
        occurred_on=line.occurred_on or known.today,
    )
    try:
        require_contact(told, known.bodies, known.country, known.today)
    except OrganisationIsMerged:
        raise Invalid(errors=[FieldError("/organisation", code=OrganisationIsMerged.code)]) from None
    except Invalid as refusal:
        raise Invalid(errors=[_as_written(error) for error in refusal.errors]) from None
    return told


def _as_written(error: FieldError) -> FieldError:
    """The same about the column that the field came from."""
    if error.pointer == "/organisation_id":
        return FieldError("/organisation", code=error.code)
    if error.pointer.startswith(_A_ROLE):
        return FieldError(f"/{error.pointer.removeprefix(_A_ROLE)}", code=error.code)
    return error
