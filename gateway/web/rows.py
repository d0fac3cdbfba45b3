"""A fact behind a figure as a row of its page: what and where, in words."""

from dataclasses import dataclass

from gateway.catalogue import Snapshot
from gateway.web import words
from services.contracts.reporting import ProvenanceRow


@dataclass(frozen=True, slots=True)
class Row:
    """A fact, with the name that its place had on its day."""

    fact: ProvenanceRow
    place: str | None
    is_unit: bool

    @property
    def is_money(self) -> bool:
        """Its amount is øre."""
        return self.fact.aggregate.startswith("grant/")

    @property
    def survey(self) -> tuple[str, str] | None:
        """The tool and year, where the fact is a mapping."""
        tool, _, year = self.fact.label.partition(" ")
        return (tool, year) if self.fact.aggregate.startswith("mapping/") else None

    @property
    def milestone(self) -> str | None:
        """What was begun first, where the fact is a municipality with overdose problems."""
        return self.fact.label if self.fact.aggregate.startswith("overdose_unit/") else None

    @property
    def channel(self) -> str | None:
        """How a municipality was told, where the fact is that it was."""
        return self.fact.label if self.fact.label in words.CHANNELS else None


def row_of(fact: ProvenanceRow, country: Snapshot) -> Row:
    """The fact with the name of its place."""
    code = fact.unit_code or fact.county_code
    known = code is not None and country.geography.valid(code, fact.occurred_on)
    name = country.geography.name(code, fact.occurred_on) if code is not None and known else code
    return Row(fact, name, known and fact.unit_code is not None)
