"""A fact behind a figure as a row of its page: what and where, in words."""

from dataclasses import dataclass

from gateway.catalogue import Snapshot
from services.contracts.reporting import ProvenanceRow


@dataclass(frozen=True, slots=True)
class Row:
    """A fact, with the name that its place had on its day."""

    fact: ProvenanceRow
    place: str | None
    page: str | None
    """The address of the place's page, where it has one on the day."""

    @property
    def kind(self) -> str:
        """What the fact was told of: a grant, a mapping and the like, as the contracts call it."""
        return self.fact.aggregate.partition("/")[0]

    @property
    def survey(self) -> tuple[str, str]:
        """The tool and year of a mapping."""
        tool, _, year = self.fact.label.partition(" ")
        return tool, year


def row_of(fact: ProvenanceRow, country: Snapshot) -> Row:
    """The fact with the name of its place."""
    code = fact.unit_code or fact.county_code
    if code is None or not country.geography.valid(code, fact.occurred_on):
        return Row(fact, code, None)
    page = f"/kommuner/{code}" if fact.unit_code else f"/kart/{code}"
    return Row(fact, country.geography.name(code, fact.occurred_on), page)
