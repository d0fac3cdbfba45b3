"""What every figure of a story must stand on: facts that add up to it, each carried by a message that was published."""

from typing import Any

from tests.end_to_end.installation import Installation
from tests.end_to_end.users import User

PUBLISHERS = {
    "mapping": "registry",
    "awareness": "registry",
    "focus_nomination": "registry",
    "overdose_unit": "registry",
    "activity": "events",
    "offer": "events",
    "grant": "funding",
    "plan": "reporting",
    "planned_activity": "reporting",
}
"""Who publishes the aggregates that figures count."""


async def stands(here: Installation, reader: User, figure: dict[str, Any]) -> list[dict[str, Any]]:
    """The facts behind a figure, once it is sure that they add up to it and that their messages were published."""
    rows = await reader.behind(figure)
    counted = [row for row in rows if row["counted"]]
    assert sum(row["amount"] for row in counted) == figure["numerator"]
    assert all((row.get("why") is None) == row["counted"] for row in rows)
    outboxes = {name: await here.published(name) for name in {publisher(row) for row in rows}}
    for row in rows:
        assert outboxes[publisher(row)][row["message_id"]] == (row["aggregate"], row["version"])
    return rows


def publisher(row: dict[str, Any]) -> str:
    """Whose outbox the message behind a fact stands in."""
    return PUBLISHERS[row["aggregate"].partition("/")[0]]


def percent(figure: dict[str, Any]) -> float:
    """The share as a report shows it."""
    assert figure["value"] == figure["numerator"] / figure["denominator"], "unrounded"
    return round(100 * figure["value"], 1)
