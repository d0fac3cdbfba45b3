"""What everybody may know of agreements and focus municipalities: that much is kept here, and nothing else.

What an agreement says beyond its title, what has been shown for it, and how a municipality was assessed is between the
parties and those who read the whole register. They ask the registry.
"""

from datetime import date
from uuid import UUID

from gateway.resources import Named
from services.contracts.message import Public, Text, UnitCode
from services.contracts.registry.agreements import Agreement, AgreementKind, AgreementStatus, Party
from services.contracts.registry.focus import FocusNomination


class SignedAgreement(Public):
    """An agreement that all have signed. ``ended_on``: it ended then, or another came in its place."""

    agreement_id: UUID
    kind: AgreementKind
    status: AgreementStatus
    centre_id: UUID
    title: Text
    parties: tuple[Party, ...]
    unit_codes: tuple[UnitCode, ...] = ()
    in_force_since: date
    revise_by: date | None = None
    ended_on: date | None = None


class NamedParty(Party):
    """A party with its name; its id stands in until its own message has come."""

    name: str


class SignedAgreementNamed(SignedAgreement):
    """The same, with the names of those who have signed it."""

    parties: tuple[NamedParty, ...]


class FocusMunicipality(Public):
    """A unit that a centre has designated; ``ended_on`` is exclusive. The code is of when it was nominated."""

    nomination_id: UUID
    unit_code: UnitCode
    centre_id: UUID
    agreement_id: UUID
    designated_on: date
    ended_on: date | None = None


class FocusMunicipalityOn(FocusMunicipality):
    """The same with the codes of a date that have its area, their counties, and the centre's name."""

    on: date
    codes: tuple[str, ...]
    county_codes: tuple[str, ...]
    centre: Named


def signed_agreement(agreement: Agreement) -> SignedAgreement | None:
    """The part of an agreement that is everybody's; nothing before all have signed it."""
    edition = agreement.signed
    if edition is None or agreement.in_force_since is None:
        return None
    told = edition.model_dump(include={"title", "unit_codes", "revise_by"})
    kept = agreement.model_dump(include=set(SignedAgreement.model_fields) - set(told))
    return SignedAgreement.model_validate(told | kept)


def focus_municipality(nomination: FocusNomination) -> FocusMunicipality | None:
    """The part of a nomination that is everybody's; nothing before it has led to a designation."""
    designation = nomination.designation
    if designation is None:
        return None
    told = designation.model_dump(include={"agreement_id", "designated_on"})
    kept = nomination.model_dump(include={"nomination_id", "unit_code", "centre_id", "ended_on"})
    return FocusMunicipality.model_validate(told | kept)
