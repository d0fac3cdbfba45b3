"""In which languages municipalities are written to."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from deploy.reference_tables.tables import Tables, day
from services.contracts.registry import LanguageDecision, SamiLanguage, WrittenForm


def languages(tables: Tables) -> Mapping[str, tuple[LanguageDecision, ...]]:
    """What each municipality has decided, by its code, the earliest first."""
    decided: dict[str, tuple[LanguageDecision, ...]] = defaultdict(tuple)
    for row in sorted(tables("languages"), key=lambda row: row["valid_from"]):
        decided[row["code"]] += (
            LanguageDecision(
                form=WrittenForm(row["form"]) if row["form"] else None,
                sami_area=SamiLanguage(row["sami_area"]) if row["sami_area"] else None,
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=day(row["valid_to"]),
                source=row["source"],
            ),
        )
    return decided
