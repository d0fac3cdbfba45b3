"""Mandate, vote and legal profile of bodies, each with its own source."""

from collections.abc import Iterator

from deploy.reference_tables.tables import Row, Tables, words
from services.contracts.registry import (
    CoreArea,
    Law,
    LegalForm,
    Mandate,
    NewLegalProfile,
    NewPartSource,
    OrganisationKind,
    OrganisationPart,
    Region,
    RegisterOrganisation,
)

_FORM_OF_KIND = {
    OrganisationKind.county_authority: LegalForm.county_authority,
    OrganisationKind.county_governor: LegalForm.state_body,
    OrganisationKind.municipality: LegalForm.municipality,
}
"""What every body of a kind is in law."""


class Profiles:
    """What the tables know of bodies beside who they are and what they cover."""

    def __init__(self, tables: Tables) -> None:
        self._mandates = {row["reference"]: row for row in tables("mandates")}
        self._forms = {LegalForm(row["form"]): row for row in tables("legal_forms")}
        self._bodies = {row["reference"]: row for row in tables("legal_bodies")}

    def of(self, organisation: RegisterOrganisation) -> RegisterOrganisation:
        """The body with all of it."""
        mandate, form = self._mandates.get(organisation.reference, {}), self._form(organisation)
        known = {
            "mandates": tuple(map(Mandate, words(mandate.get("mandates", "")))),
            "core_areas": tuple(map(CoreArea, words(mandate.get("core_areas", "")))),
            "elects_in": tuple(map(Region, words(mandate.get("elects_in", "")))),
            "legal_profile": None if form is None else self._profile(form),
            "sources": (*_sources(mandate), *self._legal_sources(organisation.reference, form)),
        }
        return organisation.model_copy(update=known)

    def _form(self, organisation: RegisterOrganisation) -> LegalForm | None:
        told = self._bodies.get(organisation.reference)
        return _FORM_OF_KIND.get(organisation.kind) if told is None else LegalForm(told["form"])

    def _profile(self, form: LegalForm) -> NewLegalProfile:
        return NewLegalProfile(form=form, laws=tuple(map(Law, words(self._forms[form]["laws"]))))

    def _legal_sources(self, reference: str, form: LegalForm | None) -> Iterator[NewPartSource]:
        if form is not None:
            laws, body = self._forms[form], self._bodies.get(reference)
            source = (body["source"] if body else "by the kind of body", laws["source"])
            certainty = (f"form: {body['certainty'] if body else 'high'}", f"laws: {laws['certainty']}")
            yield NewPartSource(
                part=OrganisationPart.legal_profile,
                source="; ".join(filter(None, source)),
                certainty="; ".join(certainty),
            )


def _sources(mandate: Row) -> Iterator[NewPartSource]:
    for part in (OrganisationPart.mandate, OrganisationPart.elector):
        if mandate.get(f"{part}_source"):
            yield NewPartSource(part=part, source=mandate[f"{part}_source"], certainty=mandate[f"{part}_certainty"])
