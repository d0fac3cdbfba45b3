"""Agreements as rows of a table that can be read in again."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from services.contracts.registry.agreement_imports import AGREEMENTS
from services.contracts.registry.agreements import Agreement, AnchoringDecision, Commitment, Edition
from services.registry.domain.held_agreements import known_by


def rows_of(agreement: Agreement, references: Mapping[UUID, str]) -> Iterator[list[object]]:
    """A row for each commitment of what binds, or else of what is drafted; one row where there is none.

    ``references`` are the short names of organisations and groups.
    """
    edition = agreement.signed or agreement.drafted
    if edition is None:
        return
    told = _told(agreement, edition, references)
    for commitment in edition.commitments or (None,):
        row = told | _commitment(commitment, references)
        yield [row[name] for name in AGREEMENTS.headings]


def _told(agreement: Agreement, edition: Edition, references: Mapping[UUID, str]) -> dict[str, object]:
    anchoring = edition.anchoring
    return {
        "source": known_by(agreement),
        "kind": agreement.kind,
        "title_nb": edition.title.nb,
        "title_nn": edition.title.nn,
        "scope_nb": edition.scope.nb,
        "scope_nn": edition.scope.nn,
        "parties": _listed(references[party.party_id] for party in agreement.parties),
        "unit_codes": _listed(edition.unit_codes),
        **_decision("administrative", anchoring.administrative),
        **_decision("political", anchoring.political),
        "is_long_term": str(anchoring.is_long_term).lower(),
        "revise_by": edition.revise_by,
        "occurred_on": edition.drafted_on,
    }


def _listed(names: Iterable[str]) -> str:
    return "; ".join(names)


def _decision(name: str, decision: AnchoringDecision | None) -> dict[str, object]:
    reference, on = (decision.reference, decision.decided_on) if decision is not None else (None, None)
    return {f"{name}_reference": reference, f"{name}_on": on}


def _commitment(commitment: Commitment | None, references: Mapping[UUID, str]) -> dict[str, object]:
    if commitment is None:
        return dict.fromkeys(("commitment_nb", "commitment_nn", "due_on", "evidence_kind", "responsible"))
    return {
        "commitment_nb": commitment.text.nb,
        "commitment_nn": commitment.text.nn,
        "due_on": commitment.due_on,
        "evidence_kind": commitment.evidence_kind,
        "responsible": references[commitment.responsible.party_id],
    }
