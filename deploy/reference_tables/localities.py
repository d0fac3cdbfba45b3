"""Towns and districts that people know and that are no municipality."""

from collections.abc import Iterator
from datetime import date

from deploy.reference_tables.tables import Tables, words
from services.contracts.registry import Locality, LocalityKind


def localities(tables: Tables) -> Iterator[Locality]:
    """Each with the municipalities that it lies in, and how sure that is."""
    for row in tables("localities"):
        yield Locality(
            reference=row["reference"],
            kind=LocalityKind(row["kind"]),
            name=row["name"],
            aliases=words(row["aliases"]),
            unit_codes=words(row["unit_codes"]),
            units_on=date.fromisoformat(row["units_on"]),
            note=row["note"] or None,
            source=row["source"],
            certainty=row["certainty"],
        )
