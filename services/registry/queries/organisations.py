"""Bodies of every kind, and those that a name, a place, a theme or a date finds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.geography import Geography, NotValidOn, UnknownCode
from services.contracts.names import fold
from services.contracts.registry import (
    CoreArea,
    Duplicate,
    Mandate,
    Organisation,
    OrganisationKind,
    OrganisationMessage,
)
from services.kernel.problems import FieldError, NotFound
from services.registry.domain.coverage import covers
from services.registry.domain.mergers import duplicates
from services.registry.domain.periods import is_valid
from services.registry.domain.refusals import UnitNotValid, UnknownUnit
from services.registry.queries.places import geography
from services.registry.queries.versions import newest_version
from services.registry.tables.organisations import ALIASES, ORGANISATIONS


@dataclass(frozen=True, slots=True)
class OrganisationFilter:
    """Which organisations; empty fields do not narrow. A record that was given up for another is never found.

    ``name`` is a whole name or alias, however it is spelt. ``unit_code``, ``county_code`` and ``theme`` are of what the
    organisation covers on the date ``on``, or today; ``on`` alone asks for those that exist on the date.
    """

    kind: OrganisationKind | None = None
    name: str | None = None
    county_code: str | None = None
    unit_code: str | None = None
    theme: str | None = None
    mandate: Mandate | None = None
    core_area: CoreArea | None = None
    on: date | None = None

    @property
    def asks_for_coverage(self) -> bool:
        """Whether the geography is needed to answer."""
        return any(each is not None for each in (self.county_code, self.unit_code, self.theme))

    def holds(self, organisation: Organisation) -> bool:
        """Whether the filter lets it through, whatever it covers."""
        return (
            organisation.merged_into is None
            and self.kind in (None, organisation.kind)
            and (self.name is None or fold(self.name) in map(fold, (organisation.name, *organisation.aliases)))
            and (self.mandate is None or self.mandate in organisation.mandates)
            and (self.core_area is None or self.core_area in organisation.core_areas)
            and (self.on is None or is_valid(organisation.valid_from, organisation.valid_to, self.on))
        )


def every_organisation(connection: sa.Connection) -> Sequence[Organisation]:
    """All of them in Norwegian order of their names, those that were given up for another too."""
    return _organisations(connection)


def organisations(connection: sa.Connection, wanted: OrganisationFilter, today: date) -> Sequence[Organisation]:
    """The organisations in Norwegian order of their names. There are about a hundred, so all are read.

    Raises:
        UnknownUnit, UnitNotValid: the county or unit was none on the date.
    """
    found = [organisation for organisation in _organisations(connection) if wanted.holds(organisation)]
    if not wanted.asks_for_coverage:
        return found
    country, on = geography(connection), wanted.on or today
    for parameter, code in (("county", wanted.county_code), ("unit", wanted.unit_code)):
        _require_place(country, parameter, code, on)
    asked = {"unit": wanted.unit_code, "county": wanted.county_code, "theme": wanted.theme}
    return [organisation for organisation in found if covers(organisation, country, on, **asked)]


def _require_place(country: Geography, parameter: str, code: str | None, on: date) -> None:
    try:
        if code is not None:
            country.require(code, on)
    except UnknownCode:
        raise UnknownUnit(FieldError(parameter=parameter, code="unknown-unit")) from None
    except NotValidOn as refusal:
        raise UnitNotValid(on, [refusal], FieldError(parameter=parameter, code="unit-not-valid")) from None


def organisation(connection: sa.Connection, organisation_id: UUID) -> tuple[Organisation, int]:
    """One organisation and its newest version. One that was given up says which is kept.

    Raises:
        NotFound: there is none.
    """
    found = organisation_row(connection, organisation_id)
    return found, newest_version(connection, OrganisationMessage.aggregate, organisation_id)


def organisation_row(connection: sa.Connection, organisation_id: UUID) -> Organisation:
    """One organisation.

    Raises:
        NotFound: there is none.
    """
    found = _organisations(connection, ORGANISATIONS.c.organisation_id == organisation_id)
    if not found:
        raise NotFound()
    return found[0]


def organisations_by_reference(connection: sa.Connection, references: Iterable[str]) -> dict[str, Organisation]:
    """The organisations that have these references."""
    found = _organisations(connection, ORGANISATIONS.c.reference.in_(list(references)))
    return {organisation.reference: organisation for organisation in found}


def organisation_references(connection: sa.Connection) -> dict[UUID, str]:
    """What each organisation is called in tables and addresses."""
    rows = connection.execute(sa.select(ORGANISATIONS.c.organisation_id, ORGANISATIONS.c.reference))
    return {row.organisation_id: row.reference for row in rows}


def possible_duplicates(connection: sa.Connection) -> Sequence[Duplicate]:
    """The pairs of records that may be the same body."""
    return duplicates(_organisations(connection))


def _organisations(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Organisation]:
    chosen = sa.select(ORGANISATIONS).where(*conditions).order_by(ORGANISATIONS.c.sort_key, ORGANISATIONS.c.reference)
    rows = connection.execute(chosen).mappings().all()
    aliases: dict[UUID, list[str]] = defaultdict(list)
    wanted = sa.select(ORGANISATIONS.c.organisation_id).where(*conditions)
    for row in connection.execute(sa.select(ALIASES).where(ALIASES.c.organisation_id.in_(wanted))):
        aliases[row.organisation_id].append(row.alias)
    return [Organisation.model_validate({**row, "aliases": sorted(aliases[row["organisation_id"]])}) for row in rows]
