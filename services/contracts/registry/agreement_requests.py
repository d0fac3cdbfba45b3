"""What may be asked of the registry about agreements and commitments."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.contracts.message import STRICT, Request, ShortText, Text, UnitCode
from services.contracts.registry.agreements import (
    AgreementDocument,
    AgreementKind,
    Anchoring,
    AnchoringDecision,
    EvidenceKind,
    Party,
    PlanReference,
    Sha256,
)
from services.contracts.registry.sources import Source

MediaType = Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z]+/[a-z0-9][a-z0-9.+-]*$")]

Term = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 12, 31))]
"""A day on which something falls due. Wider would be no promise, and overflow in the arithmetic of dates."""


class NewParty(Party):
    """As a party; what it does not know is refused."""

    model_config = STRICT


class NewAnchoringDecision(AnchoringDecision):
    """As a decision; what it does not know is refused."""

    model_config = STRICT


class NewPlanReference(PlanReference):
    """As a reference to a plan; what it does not know is refused."""

    model_config = STRICT


class NewAnchoring(Anchoring):
    """As an anchoring; what it does not know is refused."""

    model_config = STRICT

    administrative: NewAnchoringDecision | None = None
    political: NewAnchoringDecision | None = None
    plans: tuple[NewPlanReference, ...] = Field(default=(), max_length=20)


class NewAgreementDocument(AgreementDocument):
    """As a document; what it does not know is refused."""

    model_config = STRICT

    media_type: MediaType


class NewCommitment(Request):
    """What a party is to commit itself to. ``commitment_id`` is that of one which an earlier edition had already."""

    commitment_id: UUID | None = None
    text: Text
    due_on: Term
    evidence_kind: EvidenceKind
    responsible: NewParty


class AgreementTerms(Request):
    """What the parties are to agree on. The document may be left out until they are to sign."""

    title: Text
    scope: Text
    unit_codes: tuple[UnitCode, ...] = Field(default=(), max_length=400)
    anchoring: NewAnchoring = NewAnchoring()
    document: NewAgreementDocument | None = None
    commitments: tuple[NewCommitment, ...] = Field(default=(), max_length=50)
    revise_by: Term | None = None
    occurred_on: date


class DraftAgreement(AgreementTerms):
    """Put an agreement before its parties. The centre is one of them; ``replaces`` is an agreement of the centre's."""

    kind: AgreementKind
    centre_id: UUID
    parties: tuple[NewParty, ...] = Field(min_length=2, max_length=20)
    replaces: UUID | None = None
    source: Source = None


class ChangeAgreement(AgreementTerms):
    """What the parties are to agree on instead. Whatever somebody has signed becomes a new edition."""


class SignAgreement(Request):
    """Sign exactly the document with this hash.

    The drafting centre may sign for a party that has no account here: then ``document_reference`` says where the
    party's own signature is archived.
    """

    party: NewParty
    document_sha256: Sha256
    document_reference: ShortText | None = None
    occurred_on: date


class EndAgreement(Request):
    """Say that the agreement binds no more, and why."""

    reason: Text
    occurred_on: date


class ProvideEvidence(Request):
    """Show that a commitment is met, by evidence of the kind that was agreed."""

    kind: EvidenceKind
    reference: ShortText
    occurred_on: date


class VerifyCommitment(Request):
    """Another party than the responsible one says that the evidence holds."""

    occurred_on: date
