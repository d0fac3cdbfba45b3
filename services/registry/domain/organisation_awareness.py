"""Which organisations a centre is to tell of its offer, and which it has not told."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from services.contracts.geography import Geography
from services.contracts.registry import Organisation, OrganisationKind
from services.contracts.registry.organisation_awareness import UninformedOrganisation, UninformedOrganisations
from services.registry.domain.coverage import units_covered
from services.registry.domain.periods import is_valid


def uninformed_of(
    centre: Organisation,
    kind: OrganisationKind,
    organisations: Iterable[Organisation],
    told: Collection[UUID],
    country: Geography,
    *,
    year: int,
    today: date,
) -> UninformedOrganisations:
    """Who is not among those told, of the organisations of the kind that cover something which the centre covers.

    A centre that covers no place works for the whole country, and is to tell all of them. ``told`` are the records that
    stand: where one was given up for another, that other.

    Raises:
        BeforeTheTables: the list of places is not complete for so early a year, and the centre covers some.
    """
    as_of = min(date(year, 12, 31), today)
    region = units_covered(centre, country, as_of)
    to_tell = [
        each
        for each in organisations
        if each.kind is kind
        and each.merged_into is None
        and is_valid(each.valid_from, each.valid_to, as_of)
        and (not region or not region.isdisjoint(units_covered(each, country, as_of)))
    ]
    untold = [each for each in to_tell if each.organisation_id not in told]
    return UninformedOrganisations(
        centre_id=centre.organisation_id,
        kind=kind,
        year=year,
        as_of=as_of,
        organisations=len(to_tell),
        informed=len(to_tell) - len(untold),
        is_met=bool(to_tell) and not untold,
        items=tuple(
            UninformedOrganisation(organisation_id=each.organisation_id, reference=each.reference, name=each.name)
            for each in untold
        ),
    )
