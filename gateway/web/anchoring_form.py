"""What a form says of how a municipality's leaders and plans stand behind it, and where in the form a fault belongs."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import FormData

from gateway.web.asking import Refused
from gateway.web.fields import day_in, optional_day, written
from services.contracts.registry.agreements import Anchoring

PLANS = range(2)
"""The rows for plans in a form."""
DECISIONS = ("administrative", "political")


def anchoring(sent: FormData) -> dict[str, Any]:
    """The anchoring as the registry is told it. Rows that are empty are left out."""
    told: dict[str, Any] = {name: _decision(sent, name) for name in DECISIONS}
    plans = [_plan(sent, f"plan_{row}") for row in plans_told(sent)]
    return {**told, "is_long_term": bool(written(sent, "is_long_term")), "plans": plans}


def plans_told(sent: FormData) -> list[int]:
    """The rows in which there is a plan."""
    return [row for row in PLANS if any(written(sent, f"plan_{row}_{name}") for name in ("name", "from", "to"))]


def at_rows(refused: Refused, beginning: str, rows: Sequence[int]) -> Refused:
    """The refusal with faults at the rows of the form: what was told has no empty rows, so its places are others."""
    moved = {f"{beginning}/{place}": f"{beginning}/row-{row}" for place, row in enumerate(rows)}

    def at(pointer: str) -> str:
        if not pointer.startswith(f"{beginning}/"):
            return pointer
        place, *rest = pointer.removeprefix(f"{beginning}/").split("/")
        return "/".join([moved.get(f"{beginning}/{place}", f"{beginning}/{place}"), *rest])

    wrong = {at(pointer): told for pointer, told in refused.wrong.items()}
    return Refused(refused.status, refused.title, refused.detail, wrong)


def filled_from(told: Anchoring) -> Mapping[str, str]:
    """The fields that say the same as an anchoring does, as far as there are rows."""
    filled = {"is_long_term": "1" if told.is_long_term else ""}
    for name in DECISIONS:
        decision = getattr(told, name)
        if decision is not None:
            filled |= {f"{name}_reference": decision.reference, f"{name}_on": decision.decided_on.isoformat()}
    for row, plan in zip(PLANS, told.plans, strict=False):
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
