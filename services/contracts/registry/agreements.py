"""Agreements, what the parties have committed themselves to, and where each stands, as the registry publishes them."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from services.contracts.message import Message, Public, ShortText, Text, UnitCode
from services.contracts.registry.plan_anchors import PlanType

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class AgreementKind(StrEnum):
    """What an agreement is for."""

    cooperation = "cooperation"
    focus = "focus"
    """With a focus municipality, or one that may become one."""


class AgreementStatus(StrEnum):
    """Where an agreement stands."""

    drafted = "drafted"
    """Not all have signed it yet."""
    in_force = "in_force"
    ended = "ended"
    replaced = "replaced"
    """Another agreement has come in its place."""


class PartyKind(StrEnum):
    """What a party is."""

    organisation = "organisation"
    group = "group"
    """Municipalities that work together. A group has no account, so it is signed for."""


class Party(Public):
    """One side of an agreement, by the id that it has among those of its kind."""

    kind: PartyKind
    party_id: UUID


class AnchoringDecision(Public):
    """A decision that anchors an agreement, by its reference in the archive of whoever made it."""

    reference: ShortText
    decided_on: date


class PlanReference(Public):
    """A municipal plan that an agreement refers to; ``valid_to`` is exclusive. ``contains_topic``: it speaks of it."""

    plan_type: PlanType
    name: ShortText
    valid_from: date
    valid_to: date | None = None
    contains_topic: bool


class Anchoring(Public):
    """How far the municipality's leaders stand behind it, and which of its plans do."""

    administrative: AnchoringDecision | None = None
    political: AnchoringDecision | None = None
    is_long_term: bool = False
    plans: tuple[PlanReference, ...] = ()


class AgreementDocument(Public):
    """The written agreement: the hash of exactly the bytes that are signed, and where they are archived."""

    sha256: Sha256
    media_type: str
    archive_reference: ShortText


class EvidenceKind(StrEnum):
    """What shows that a commitment is met."""

    decision = "decision"
    plan = "plan"
    report = "report"
    survey = "survey"
    minutes = "minutes"
    other = "other"


class Evidence(Public):
    """What shows it, by its reference. ``provided_for_by``: the drafting centre entered it for the party."""

    kind: EvidenceKind
    reference: ShortText
    provided_on: date
    provided_for_by: UUID | None = None


class Commitment(Public):
    """What one party has committed itself to, and what has come of it.

    ``overdue_on`` is the first day on which it was past its date without evidence; empty when evidence has come.
    ``verified_on`` is when another party, ``verified_by``, said that the evidence holds.
    """

    commitment_id: UUID
    text: Text
    due_on: date
    evidence_kind: EvidenceKind
    responsible: Party
    evidence: Evidence | None = None
    verified_on: date | None = None
    verified_by: UUID | None = None
    overdue_on: date | None = None


class Signature(Public):
    """A party's signature. ``signed_for_by``: the centre signed for it, by what ``document_reference`` shows."""

    party: Party
    signed_on: date
    signed_for_by: UUID | None = None
    document_reference: ShortText | None = None


class Edition(Public):
    """What the parties agree on, as it is or was put before them. ``in_force_on`` is the day of the last signature."""

    number: int
    title: Text
    scope: Text
    unit_codes: tuple[UnitCode, ...] = ()
    """The units that it is about, with the codes of ``drafted_on``."""
    anchoring: Anchoring
    document: AgreementDocument | None = None
    commitments: tuple[Commitment, ...] = ()
    revise_by: date | None = None
    drafted_on: date
    signatures: tuple[Signature, ...] = ()
    in_force_on: date | None = None


class Agreement(Public):
    """An agreement between parties that stay. What they agree on may change: then a new edition is signed by all.

    ``signed`` is the edition that binds, or bound; ``drafted`` one that not all have signed yet, which may be beside
    it. ``in_breach_since`` and ``revision_overdue_on`` are marks of the daily check (BR-19, BR-43).
    """

    agreement_id: UUID
    kind: AgreementKind
    centre_id: UUID
    """The centre that drafts it, itself a party."""
    parties: tuple[Party, ...]
    status: AgreementStatus
    signed: Edition | None = None
    drafted: Edition | None = None
    in_force_since: date | None = None
    """The day on which the first edition was signed by all."""
    in_breach_since: date | None = None
    revision_overdue_on: date | None = None
    replaces: UUID | None = None
    """The agreement in whose place it comes when all have signed."""
    replaced_by: UUID | None = None
    ended_on: date | None = None
    """The day on which it ended, or another came in its place."""
    end_reason: Text | None = None
    source: str | None = None


class AgreementCommitment(Public):
    """A commitment with the agreement that it stands in, for lists of what is due."""

    agreement_id: UUID
    centre_id: UUID
    title: Text
    commitment: Commitment


class AgreementMessage(Message):
    """Any fact about an agreement or one of its commitments."""

    aggregate = "agreement"
    agreement: Agreement

    @property
    def aggregate_id(self) -> str:
        return str(self.agreement.agreement_id)


class AgreementDrafted(AgreementMessage):
    """An agreement is put before its parties."""

    type = "samla.registry.agreement.drafted.v1"


class AgreementChanged(AgreementMessage):
    """What the parties are to sign is another; who had signed must sign again."""

    type = "samla.registry.agreement.changed.v1"


class AgreementPartySigned(AgreementMessage):
    """A party has signed; another one has not yet."""

    type = "samla.registry.agreement.party_signed.v1"


class AgreementSigned(AgreementMessage):
    """All have signed: the edition is in force."""

    type = "samla.registry.agreement.signed.v1"


class AgreementEnded(AgreementMessage):
    """The agreement binds nobody any more, or was given up before it did."""

    type = "samla.registry.agreement.ended.v1"


class AgreementReplaced(AgreementMessage):
    """Another agreement has come in its place."""

    type = "samla.registry.agreement.replaced.v1"


class AgreementRevisionDue(AgreementMessage):
    """The term for revising it has passed (BR-43)."""

    type = "samla.registry.agreement.revision_due.v1"


class CommitmentMessage(AgreementMessage):
    """A fact about one commitment of an agreement."""

    commitment_id: UUID


class EvidenceProvided(CommitmentMessage):
    """There is something to show for the commitment."""

    type = "samla.registry.agreement.evidence_provided.v1"


class CommitmentVerified(CommitmentMessage):
    """Another party has said that the evidence holds."""

    type = "samla.registry.agreement.commitment_verified.v1"


class CommitmentOverdue(CommitmentMessage):
    """The commitment is past its date without evidence: the agreement is in breach (BR-19)."""

    type = "samla.registry.agreement.commitment_overdue.v1"
