"""What a form for an agreement offers: whom one can agree with, and for which municipalities."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from gateway.catalogue import Snapshot
from gateway.queries.agreements import party_name
from gateway.queries.coverage import codes_on
from gateway.queries.organisations import was_there
from gateway.web.focus import covered_units, name_on
from services.contracts.names import sort_key
from services.contracts.registry import Organisation, OrganisationKind
from services.contracts.registry.agreements import Party

Choices = list[tuple[str, str]]
"""Values of fields, and what they are called."""

OTHERS = (OrganisationKind.county_authority, OrganisationKind.county_governor)
"""Whom centres also agree with."""


@dataclass(frozen=True, slots=True)
class Drafting:
    """The choices of the form."""

    parties: Choices
    units: Choices


def drafting(
    country: Snapshot, centre: Organisation, on: date, told: Mapping[str, str], between: Iterable[Party] = ()
) -> Drafting:
    """For a centre on a date: the bodies of the municipalities that it covers, county bodies, centres and groups.

    What a form has ``told`` already, or an agreement is ``between``, is offered too: nobody drops it by looking.
    """
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
    return Drafting(
        sorted(_with([*bodies, *groups], _named(country, between)), key=lambda each: (sort_key(each[1]), each[0])),
        _with(units, [(code, f"{name_on(country, code, on)} ({code})") for code in _units_in(country, told)]),
    )


def _with(choices: Choices, told: Choices) -> Choices:
    offered = {value for value, _ in choices}
    return [*choices, *(each for each in told if each[0] not in offered)]


def _named(country: Snapshot, parties: Iterable[Party]) -> Choices:
    return [(f"{each.kind}/{each.party_id}", party_name(country, each)) for each in parties]


def _units_in(country: Snapshot, told: Mapping[str, str]) -> list[str]:
    codes = {value for name, value in told.items() if name.startswith("unit_")}
    return sorted(codes & country.geography.units.keys())


def _may_agree(country: Snapshot, organisation: Organisation, covered: set[str], on: date) -> bool:
    if organisation.kind is not OrganisationKind.municipality:
        return organisation.kind in OTHERS or bool(organisation.coverage)
    return not covered.isdisjoint(codes_on(country.geography, organisation.unit_code or "", on))
