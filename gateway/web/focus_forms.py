"""What the forms of focus municipalities say, in the registry's words."""

from typing import Any
from uuid import UUID

from starlette.datastructures import FormData

from gateway.web.anchoring_form import anchoring
from gateway.web.fields import day_in, in_both, written


def nomination(sent: FormData, centre_id: UUID, occurred_on: str) -> dict[str, Any]:
    """A centre considers a unit."""
    return {
        "unit_code": written(sent, "unit_code"),
        "centre_id": str(centre_id),
        "special_needs": _special_needs(sent),
        "occurred_on": occurred_on,
    }


def assessment(sent: FormData) -> dict[str, Any]:
    """What a unit is assessed by."""
    return {
        "anchoring": anchoring(sent),
        "agreement_id": written(sent, "agreement_id") or None,
        "special_needs": _special_needs(sent),
        "occurred_on": day_in(sent, "occurred_on"),
    }


def designation(sent: FormData) -> dict[str, Any]:
    """It becomes a focus municipality."""
    return {"occurred_on": day_in(sent, "occurred_on")}


def refusal(sent: FormData) -> dict[str, Any]:
    """It does not, and why."""
    return {"reasons": in_both(sent, "reasons"), "occurred_on": day_in(sent, "occurred_on")}


def ending(sent: FormData) -> dict[str, Any]:
    """It is one no more, or is given up, and why."""
    return {"reason": in_both(sent, "reason"), "occurred_on": day_in(sent, "occurred_on")}


def _special_needs(sent: FormData) -> dict[str, Any] | None:
    reason, source = in_both(sent, "needs_reason"), written(sent, "needs_source")
    return {"reason": reason, "source": source} if reason or source else None
