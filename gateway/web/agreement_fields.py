"""The fields of a form that say what an agreement says, to be changed, or to begin another one with."""

from collections.abc import Mapping
from datetime import date

from gateway.catalogue import Snapshot
from gateway.queries.coverage import codes_on
from gateway.web.agreements import newest_edition
from gateway.web.anchoring_form import PLANS, filled_from
from gateway.web.fields import empty
from gateway.web.form_rows import rows_shown
from services.contracts.message import Text
from services.contracts.registry.agreements import Agreement, Commitment, Party

Fields = dict[str, str]

PARTIES, UNITS, COMMITMENTS = 3, 3, 4
"""The rows of the form for other parties, municipalities and commitments, at least."""


def rows_of(filled: Mapping[str, str]) -> dict[str, range]:
    """The rows that the form shows, by what they are of."""
    least = {"party": PARTIES, "unit": UNITS, "plan": PLANS, "commitment": COMMITMENTS}
    return {name: rows_shown(filled, name, number) for name, number in least.items()}


def to_change(agreement: Agreement, country: Snapshot, today: date) -> Fields:
    """The newest edition, of today; with an empty row behind the municipalities, plans and commitments.

    A new edition is another document. What is still to be signed by everybody may be the same.
    """
    edition = newest_edition(agreement)
    filled = _terms(agreement, country, today)
    for row, each in enumerate(edition.commitments):
        filled |= _commitment(f"commitment_{row}", each, _value(each.responsible))
        filled[f"commitment_{row}_commitment_id"] = str(each.commitment_id)
    if edition.document is not None and not edition.signatures:
        filled |= edition.document.model_dump()
    return filled


def to_replace(agreement: Agreement, country: Snapshot, today: date) -> Fields:
    """The same as a new agreement between the same parties, that comes in its place."""
    others = [each for each in agreement.parties if each.party_id != agreement.centre_id]
    sides = {each: f"party_{row}" for row, each in enumerate(others)}
    filled = _terms(agreement, country, today) | {"replaces": str(agreement.agreement_id), "kind": agreement.kind}
    filled |= {side: _value(party) for party, side in sides.items()}
    for row, each in enumerate(newest_edition(agreement).commitments):
        filled |= _commitment(f"commitment_{row}", each, sides.get(each.responsible, "centre"))
    return filled


def _terms(agreement: Agreement, country: Snapshot, today: date) -> Fields:
    edition = newest_edition(agreement)
    units = [_today(country, code, today) for code in edition.unit_codes]
    filled = {**empty(today), **filled_from(edition.anchoring)}
    filled |= _both("title", edition.title) | _both("scope", edition.scope)
    filled |= {f"unit_{row}": code for row, code in enumerate([*units, ""])}
    filled |= {f"plan_{len(edition.anchoring.plans)}_name": "", f"commitment_{len(edition.commitments)}_text_nb": ""}
    return filled | {"revise_by": edition.revise_by.isoformat() if edition.revise_by is not None else ""}


def _today(country: Snapshot, code: str, today: date) -> str:
    """The code that the unit has today; its old one where it has become several, or is a part of another."""
    now = codes_on(country.geography, code, today)
    return next(iter(now)) if len(now) == 1 else code


def _commitment(row: str, each: Commitment, responsible: str) -> Fields:
    told = {"due_on": each.due_on.isoformat(), "evidence_kind": str(each.evidence_kind), "responsible": responsible}
    return _both(f"{row}_text", each.text) | {f"{row}_{name}": value for name, value in told.items()}


def _both(name: str, text: Text) -> Fields:
    return {f"{name}_nb": text.nb or "", f"{name}_nn": text.nn or ""}


def _value(party: Party) -> str:
    return f"{party.kind}/{party.party_id}"
