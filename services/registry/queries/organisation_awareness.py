"""Organisations that were told of an offer, and those that were not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.geography import COMPLETE_FROM, BeforeTheTables
from services.contracts.registry import CENTRE_KINDS, Organisation, OrganisationKind
from services.contracts.registry.organisation_awareness import (
    OrganisationAwareness,
    OrganisationAwarenessMessage,
    UninformedOrganisations,
)
from services.kernel.problems import FieldError, NotFound
from services.registry.domain.organisation_awareness import uninformed_of
from services.registry.domain.refusals import DateBeforeTables
from services.registry.queries.organisations import every_organisation
from services.registry.queries.places import geography
from services.registry.queries.rows import Condition, only, page_of
from services.registry.queries.versions import newest_version
from services.registry.tables.organisation_awareness import ORGANISATION_AWARENESS

KEY = ORGANISATION_AWARENESS.c.organisation_awareness_id


@dataclass(frozen=True, slots=True)
class OrganisationAwarenessFilter:
    """Which records of who was told; empty fields do not narrow. ``year`` is that of the telling."""

    centre_id: UUID | None = None
    organisation_id: UUID | None = None
    year: int | None = None

    def conditions(self) -> Iterable[Condition]:
        """The filter as conditions on the rows."""
        if self.centre_id is not None:
            yield ORGANISATION_AWARENESS.c.centre_id == self.centre_id
        if self.organisation_id is not None:
            yield ORGANISATION_AWARENESS.c.organisation_id == self.organisation_id
        if self.year is not None:
            yield ORGANISATION_AWARENESS.c.informed_on.between(date(self.year, 1, 1), date(self.year, 12, 31))


def organisation_awareness(
    connection: sa.Connection, wanted: OrganisationAwarenessFilter, limit: int, after: UUID | None
) -> Sequence[OrganisationAwareness]:
    """At most ``limit`` records in the order they were entered, from behind ``after``."""
    rows = page_of(connection, ORGANISATION_AWARENESS, KEY, wanted.conditions(), limit, after)
    return [OrganisationAwareness.model_validate(row) for row in rows]


def organisation_awareness_record(connection: sa.Connection, record_id: UUID) -> tuple[OrganisationAwareness, int]:
    """One record and its newest version.

    Raises:
        NotFound: there is none.
    """
    is_this = ORGANISATION_AWARENESS.c.organisation_awareness_id == record_id
    row = only(page_of(connection, ORGANISATION_AWARENESS, KEY, [is_this], 1, None))
    version = newest_version(connection, OrganisationAwarenessMessage.aggregate, record_id)
    return OrganisationAwareness.model_validate(row), version


def uninformed_organisations(
    connection: sa.Connection, centre_id: UUID, kind: OrganisationKind, year: int, today: date
) -> UninformedOrganisations:
    """Which organisations of the kind the centre has not told of its offer in the year.

    Raises:
        NotFound: there is no such centre.
        DateBeforeTables: what the centre covered in so early a year is not known.
    """
    organisations = {each.organisation_id: each for each in every_organisation(connection)}
    centre = organisations.get(centre_id)
    if centre is None or centre.kind not in CENTRE_KINDS:
        raise NotFound()
    wanted = OrganisationAwarenessFilter(centre_id=centre_id, year=year)
    ids = sa.select(ORGANISATION_AWARENESS.c.organisation_id).where(*wanted.conditions()).distinct()
    told = {_kept(organisations, told_id) for told_id in connection.scalars(ids)}
    country = geography(connection)
    try:
        return uninformed_of(centre, kind, organisations.values(), told, country, year=year, today=today)
    except BeforeTheTables:
        error = FieldError(parameter="year", code="date-before-tables")
        raise DateBeforeTables(errors=[error], earliest=COMPLETE_FROM.isoformat()) from None


def _kept(organisations: dict[UUID, Organisation], organisation_id: UUID) -> UUID:
    """The record that stands, where this one was given up for another."""
    while (kept := organisations[organisation_id].merged_into) is not None:
        organisation_id = kept
    return organisation_id
