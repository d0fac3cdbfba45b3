"""What the forms in which an agreement is drafted or changed say, in the registry's words."""

from typing import Any
from uuid import UUID

from starlette.datastructures import FormData

from gateway.web.agreement_forms import party_in
from gateway.web.anchoring_form import anchoring, plans_told
from gateway.web.asking import Refused
from gateway.web.fields import day_in, in_both, optional_day, written
from gateway.web.form_rows import at_parties, at_rows, rows_told

ITS_FIELDS = ("text_nb", "text_nn", "due_on", "evidence_kind", "responsible")
"""What is told of a commitment."""
OWN_ROW = 999
"""A row that no form has: the first party is the centre itself."""


def draft(sent: FormData, centre_id: UUID) -> dict[str, Any]:
    """An agreement between the centre and others. Rows that are empty are left out."""
    own = {"kind": "organisation", "party_id": str(centre_id)}
    told = {
        "kind": written(sent, "kind"),
        "centre_id": str(centre_id),
        "parties": [own, *(party_in(sent, f"party_{row}") for row in rows_told(sent, "party"))],
    }
    replaced = written(sent, "replaces")
    return {**told, **change(sent, centre_id), **({"replaces": replaced} if replaced else {})}


def change(sent: FormData, centre_id: UUID) -> dict[str, Any]:
    """What the parties are to agree on, between those that they are."""
    own = {"kind": "organisation", "party_id": str(centre_id)}
    return {
        "title": in_both(sent, "title"),
        "scope": in_both(sent, "scope"),
        "unit_codes": [written(sent, f"unit_{row}") for row in rows_told(sent, "unit")],
        "anchoring": anchoring(sent),
        "document": _document(sent),
        "commitments": [_commitment(sent, f"commitment_{row}", own) for row in _commitments_told(sent)],
        "revise_by": optional_day(sent, "revise_by"),
        "occurred_on": day_in(sent, "occurred_on"),
    }


def at_fields(refused: Refused, sent: FormData) -> Refused:
    """The refusal with its faults at the rows of the form."""
    found = at_rows(refused, "/anchoring/plans", plans_told(sent))
    found = at_rows(found, "/unit_codes", rows_told(sent, "unit"))
    found = at_rows(found, "/commitments", _commitments_told(sent))
    return at_parties(at_rows(found, "/parties", [OWN_ROW, *rows_told(sent, "party")]))


def _commitments_told(sent: FormData) -> list[int]:
    return rows_told(sent, "commitment", *ITS_FIELDS)


def _document(sent: FormData) -> dict[str, str] | None:
    told = {"sha256": written(sent, "sha256").lower(), "archive_reference": written(sent, "archive_reference")}
    return {**told, "media_type": written(sent, "media_type")} if any(told.values()) else None


def _commitment(sent: FormData, row: str, own: dict[str, str]) -> dict[str, Any]:
    """What nobody has chosen is left out, and the registry points at it."""
    told: dict[str, Any] = {"text": in_both(sent, f"{row}_text"), "due_on": day_in(sent, f"{row}_due_on")}
    if known := written(sent, f"{row}_commitment_id"):
        told["commitment_id"] = known
    if kind := written(sent, f"{row}_evidence_kind"):
        told["evidence_kind"] = kind
    chosen = written(sent, f"{row}_responsible")
    if chosen == "centre":
        told["responsible"] = own
    elif "/" in chosen:
        told["responsible"] = party_in(sent, f"{row}_responsible")
    elif written(sent, chosen):
        told["responsible"] = party_in(sent, chosen)
    return told
