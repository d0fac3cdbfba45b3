"""Bodies of every kind, and those that a name, a county or a date finds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.contracts.names import fold
from services.contracts.registry import Organisation, OrganisationKind
from services.kernel.problems import NotFound
from services.registry.tables.organisations import ALIASES, ORGANISATIONS


@dataclass(frozen=True, slots=True)
class OrganisationFilter:
    """Which organisations; empty fields do not narrow.

    ``name`` is a whole name or alias, however it is spelt. ``county_code`` is one that the organisation covers, on the
    date ``on`` where it is given; ``on`` alone asks for those that exist on the date.
    """

    kind: OrganisationKind | None = None
    name: str | None = None
    county_code: str | None = None
    on: date | None = None

    def holds(self, organisation: Organisation) -> bool:
        """Whether the filter lets it through."""
        return (
            self.kind in (None, organisation.kind)
            and (self.name is None or fold(self.name) in map(fold, (organisation.name, *organisation.aliases)))
            and _is_valid(organisation.valid_from, organisation.valid_to, self.on)
            and (self.county_code is None or self._covers(organisation))
        )

    def _covers(self, organisation: Organisation) -> bool:
        return any(
            coverage.county_code == self.county_code and _is_valid(coverage.valid_from, coverage.valid_to, self.on)
            for coverage in organisation.coverage
        )


def _is_valid(since: date | None, until: date | None, on: date | None) -> bool:
    return on is None or ((since is None or since <= on) and (until is None or on < until))


def organisations(connection: sa.Connection, wanted: OrganisationFilter) -> Sequence[Organisation]:
    """The organisations in Norwegian order of their names. There are about a hundred, so all are read."""
    return [organisation for organisation in _organisations(connection) if wanted.holds(organisation)]


def organisation(connection: sa.Connection, organisation_id: UUID) -> Organisation:
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


def _organisations(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Organisation]:
    chosen = sa.select(ORGANISATIONS).where(*conditions).order_by(ORGANISATIONS.c.sort_key, ORGANISATIONS.c.reference)
    rows = connection.execute(chosen).mappings().all()
    aliases: dict[UUID, list[str]] = defaultdict(list)
    wanted = sa.select(ORGANISATIONS.c.organisation_id).where(*conditions)
    for row in connection.execute(sa.select(ALIASES).where(ALIASES.c.organisation_id.in_(wanted))):
        aliases[row.organisation_id].append(row.alias)
    return [Organisation.model_validate({**row, "aliases": sorted(aliases[row["organisation_id"]])}) for row in rows]
