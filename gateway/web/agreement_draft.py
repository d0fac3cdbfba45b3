"""What the form for a new agreement says, in the registry's words."""

from typing import Any
from uuid import UUID

from starlette.datastructures import FormData

from gateway.web.agreement_forms import party_in
from gateway.web.anchoring_form import anchoring
from gateway.web.fields import day_in, in_both, optional_day, written

PARTIES, UNITS, COMMITMENTS = range(3), range(3), range(4)
"""The rows of the form for other parties, municipalities and commitments."""
ITS_FIELDS = ("text_nb", "text_nn", "due_on", "evidence_kind", "responsible")


def draft(sent: FormData, centre_id: UUID) -> dict[str, Any]:
    """An agreement between the centre and others. Rows that are empty are left out."""
    own = {"kind": "organisation", "party_id": str(centre_id)}
    others = [party_in(sent, f"party_{row}") for row in rows_told(sent, "party")]
    return {
        "kind": written(sent, "kind"),
        "centre_id": str(centre_id),
        "parties": [own, *others],
        "title": in_both(sent, "title"),
        "scope": in_both(sent, "scope"),
        "unit_codes": [written(sent, f"unit_{row}") for row in rows_told(sent, "unit")],
        "anchoring": anchoring(sent),
        "document": _document(sent),
        "commitments": [_commitment(sent, f"commitment_{row}", own) for row in commitments_told(sent)],
        "revise_by": optional_day(sent, "revise_by"),
        "occurred_on": day_in(sent, "occurred_on"),
    }


def rows_told(sent: FormData, name: str) -> list[int]:
    """The rows for parties or municipalities in which one is chosen."""
    rows = PARTIES if name == "party" else UNITS
    return [row for row in rows if written(sent, f"{name}_{row}")]


def commitments_told(sent: FormData) -> list[int]:
    """The rows in which there is a commitment."""
    return [row for row in COMMITMENTS if any(written(sent, f"commitment_{row}_{name}") for name in ITS_FIELDS)]


def _document(sent: FormData) -> dict[str, str] | None:
    told = {"sha256": written(sent, "sha256").lower(), "archive_reference": written(sent, "archive_reference")}
    return {**told, "media_type": written(sent, "media_type")} if any(told.values()) else None


def _commitment(sent: FormData, row: str, own: dict[str, str]) -> dict[str, Any]:
    """What nobody has chosen is left out, and the registry points at it."""
    told: dict[str, Any] = {"text": in_both(sent, f"{row}_text"), "due_on": day_in(sent, f"{row}_due_on")}
    if kind := written(sent, f"{row}_evidence_kind"):
        told["evidence_kind"] = kind
    chosen = written(sent, f"{row}_responsible")
    if chosen == "centre":
        told["responsible"] = own
    elif written(sent, chosen):
        told["responsible"] = party_in(sent, chosen)
    return told
