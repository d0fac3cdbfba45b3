"""What a form says of how a municipality's leaders and plans stand behind it."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData

from gateway.web.fields import day_in, optional_day, written
from gateway.web.form_rows import rows_told
from services.contracts.registry.agreements import Anchoring

PLANS = 2
"""The rows for plans in a form, at least."""
DECISIONS = ("administrative", "political")


def anchoring(sent: FormData) -> dict[str, Any]:
    """The anchoring as the registry is told it. Rows that are empty are left out."""
    told: dict[str, Any] = {name: _decision(sent, name) for name in DECISIONS}
    plans = [_plan(sent, f"plan_{row}") for row in plans_told(sent)]
    return {**told, "is_long_term": bool(written(sent, "is_long_term")), "plans": plans}


def plans_told(sent: FormData) -> list[int]:
    """The rows in which there is a plan."""
    return rows_told(sent, "plan", "name", "from", "to")


def filled_from(told: Anchoring) -> Mapping[str, str]:
    """The fields that say the same as an anchoring does."""
    filled = {"is_long_term": "1" if told.is_long_term else ""}
    for name in DECISIONS:
        decision = getattr(told, name)
        if decision is not None:
            filled |= {f"{name}_reference": decision.reference, f"{name}_on": decision.decided_on.isoformat()}
    for row, plan in enumerate(told.plans):
        filled |= {
            f"plan_{row}_name": plan.name,
            f"plan_{row}_type": str(plan.plan_type),
            f"plan_{row}_from": plan.valid_from.isoformat(),
            f"plan_{row}_to": plan.valid_to.isoformat() if plan.valid_to is not None else "",
            f"plan_{row}_topic": "1" if plan.contains_topic else "",
        }
    return filled


def _decision(sent: FormData, name: str) -> dict[str, str] | None:
    told = {"reference": written(sent, f"{name}_reference"), "decided_on": day_in(sent, f"{name}_on")}
    return told if any(told.values()) else None


def _plan(sent: FormData, row: str) -> dict[str, Any]:
    return {
        "plan_type": written(sent, f"{row}_type"),
        "name": written(sent, f"{row}_name"),
        "valid_from": day_in(sent, f"{row}_from"),
        "valid_to": optional_day(sent, f"{row}_to"),
        "contains_topic": bool(written(sent, f"{row}_topic")),
    }
