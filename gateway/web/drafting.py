"""What a form for a new agreement offers: whom one can agree with, and for which municipalities."""

from dataclasses import dataclass
from datetime import date

from gateway.catalogue import Snapshot
from gateway.queries.coverage import codes_on
from gateway.queries.organisations import was_there
from gateway.web.focus import covered_units
from services.contracts.names import sort_key
from services.contracts.registry import Organisation, OrganisationKind

Choices = list[tuple[str, str]]
"""Values of fields, and what they are called."""

OTHERS = (OrganisationKind.county_authority, OrganisationKind.county_governor)
"""Whom centres also agree with."""


@dataclass(frozen=True, slots=True)
class Drafting:
    """The choices of the form."""

    parties: Choices
    units: Choices


def drafting(country: Snapshot, centre: Organisation, on: date) -> Drafting:
    """For a centre on a date: the bodies of the municipalities that it covers, county bodies, centres and groups."""
    units = covered_units(country, centre, on)
    covered = {code for code, _ in units}
    bodies = [
        (f"organisation/{each.organisation_id}", each.name)
        for each in country.organisations.values()
        if each.merged_into is None
        and was_there(each, on)
        and each.organisation_id != centre.organisation_id
        and _may_agree(country, each, covered, on)
    ]
    groups = [(f"group/{each.group_id}", each.name) for each in country.groups]
    return Drafting(sorted([*bodies, *groups], key=lambda each: (sort_key(each[1]), each[0])), units)


def _may_agree(country: Snapshot, organisation: Organisation, covered: set[str], on: date) -> bool:
    if organisation.kind is not OrganisationKind.municipality:
        return organisation.kind in OTHERS or bool(organisation.coverage)
    return not covered.isdisjoint(codes_on(country.geography, organisation.unit_code or "", on))
