"""What a row of a table tells of an agreement, seen beside the country, the parties and the calendar."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from services.contracts.geography import Geography
from services.contracts.problems import CODES
from services.contracts.registry.agreement_imports import ImportAgreement
from services.contracts.registry.agreement_requests import DraftAgreement
from services.contracts.registry.agreements import AgreementKind, Party, PartyKind
from services.kernel.problems import FieldError, Invalid
from services.registry.domain.agreement_terms import require_municipalities, require_parties, require_terms
from services.registry.domain.contacts import Bodies
from services.registry.domain.organisations import OrganisationIsMerged, require_kept

_PARTED_BY = re.compile(r"[;,]")
_BESIDE = (
    ("/anchoring/administrative/decided_on", "/administrative_on"),
    ("/anchoring/political/decided_on", "/political_on"),
)
_COMMITMENT = ("due_on", "evidence_kind", "responsible")


@dataclass(frozen=True, slots=True)
class Known:
    """What rows are seen beside."""

    country: Geography
    centre_id: UUID
    parties: Mapping[str, Party]
    """Organisations and groups by their short names."""
    bodies: Bodies
    municipalities: Callable[[Party, date], frozenset[str]]
    """The codes that a party has on a date."""
    today: date


def told_in(line: ImportAgreement, known: Known) -> DraftAgreement:
    """What would be asked to draft the row's agreement, with the one commitment that the row tells of, or none.

    Raises:
        Invalid: something is missing, too long or unknown, by the columns of the table.
    """
    missing = [name for name in _needed(line) if getattr(line, name) is None]
    if missing:
        raise Invalid(errors=[FieldError(f"/{name}", code="missing") for name in missing])
    parties = _parties(line, known)
    told = {
        **line.model_dump(include={"source", "kind", "revise_by", "occurred_on"}),
        "centre_id": known.centre_id,
        "parties": [party.model_dump() for party in parties],
        "title": _text(line.title_nb, line.title_nn),
        "scope": _text(line.scope_nb, line.scope_nn),
        "unit_codes": _names(line.unit_codes),
        "anchoring": {
            "administrative": _decision(line.administrative_reference, line.administrative_on),
            "political": _decision(line.political_reference, line.political_on),
            "is_long_term": line.is_long_term,
        },
        "commitments": _commitments(line, known),
    }
    try:
        return DraftAgreement.model_validate(told)
    except ValidationError as refusal:
        wrong = (("/".join(("", *map(str, error["loc"]))), error["type"]) for error in refusal.errors())
        raise _by_columns((pointer, CODES.get(kind, "invalid")) for pointer, kind in wrong) from None


def require_right(draft: DraftAgreement, known: Known) -> None:
    """What a row tells can be put before its parties today.

    Raises:
        Invalid: as drafting it alone would be refused, by the columns of the table.
    """
    try:
        _require_right(draft, known)
    except (Invalid, OrganisationIsMerged) as refusal:
        raise _by_columns((error.pointer, error.code) for error in refusal.errors) from None


def _require_right(draft: DraftAgreement, known: Known) -> None:
    require_parties(draft)
    for party in draft.parties:
        if party.kind is PartyKind.organisation:
            require_kept(known.bodies[party.party_id], "/parties")
    require_terms(draft, draft.parties, {}, today=known.today)
    for code in draft.unit_codes:
        if code not in known.country.units:
            raise Invalid(errors=[FieldError("/unit_codes", code="unknown-unit")])
        if not known.country.valid(code, draft.occurred_on):
            raise Invalid(errors=[FieldError("/unit_codes", code="unit-not-valid")])
    if draft.kind is AgreementKind.focus:
        own = (known.municipalities(party, draft.occurred_on) for party in draft.parties)
        require_municipalities(draft.unit_codes, frozenset[str]().union(*own))


def _needed(line: ImportAgreement) -> list[str]:
    """The columns that the row must have something in, beside those that every row has."""
    needed = []
    if line.title_nn is None:
        needed.append("title_nb")
    if line.scope_nn is None:
        needed.append("scope_nb")
    for name in ("administrative", "political"):
        pair = (f"{name}_reference", f"{name}_on")
        if any(getattr(line, each) is not None for each in pair):
            needed += pair
    if any(getattr(line, name) is not None for name in ("commitment_nb", "commitment_nn", *_COMMITMENT)):
        needed += _COMMITMENT if line.commitment_nn is not None else ("commitment_nb", *_COMMITMENT)
    return needed


def _parties(line: ImportAgreement, known: Known) -> list[Party]:
    """The parties that the row names, with the centre in front where it does not name itself."""
    names = _names(line.parties)
    if any(name not in known.parties for name in names):
        raise Invalid(errors=[FieldError("/parties", code="unknown-party")])
    parties = [known.parties[name] for name in names]
    centre = Party(kind=PartyKind.organisation, party_id=known.centre_id)
    return parties if centre in parties else [centre, *parties]


def _commitments(line: ImportAgreement, known: Known) -> list[dict[str, Any]]:
    if line.responsible is None:
        return []
    if line.responsible not in known.parties:
        raise Invalid(errors=[FieldError("/responsible", code="unknown-party")])
    responsible = known.parties[line.responsible].model_dump()
    told = {"text": _text(line.commitment_nb, line.commitment_nn), "responsible": responsible}
    return [told | line.model_dump(include={"due_on", "evidence_kind"})]


def _names(cell: str | None) -> list[str]:
    """What stands in a cell that may have several."""
    return [name for each in _PARTED_BY.split(cell or "") if (name := each.strip())]


def names_in(line: ImportAgreement) -> set[str]:
    """The short names of parties in a row."""
    return {*_names(line.parties), *_names(line.responsible)}


def _text(nb: str | None, nn: str | None) -> dict[str, str | None]:
    return {"nb": nb, "nn": nn}


def _decision(reference: str | None, on: date | None) -> dict[str, object] | None:
    return None if reference is None else {"reference": reference, "decided_on": on}


def _by_columns(wrong: Iterable[tuple[str, str]]) -> Invalid:
    """The same of the table's columns, each once."""
    columns = {_column(pointer): code for pointer, code in wrong}
    return Invalid(errors=[FieldError(pointer, code=code) for pointer, code in columns.items()])


def _column(pointer: str) -> str:
    """The column that the field came from."""
    for field, column in _BESIDE:
        if pointer == field:
            return column
    first, *rest = pointer.removeprefix("/").split("/")
    return f"/{rest[1]}" if first == "commitments" else f"/{first}"
