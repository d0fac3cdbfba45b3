"""Changes to the country that somebody proposes and two others must approve, as the registry publishes them.

A message tells that a proposal stands where it stands. What it would change is read from the registry.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.contracts.message import CountyCode, Instant, LongText, Message, Public, Request, ShortText, UnitCode
from services.contracts.registry.places import (
    ChangeKind,
    County,
    GeographicChange,
    SamiCategory,
    SamiLanguage,
    Unit,
    WrittenForm,
)


class ProposalOrigin(StrEnum):
    """Where a proposal comes from."""

    by_hand = "by_hand"
    klass = "klass"
    """Statistics Norway's classifications 131, 104 and 103."""
    undo = "undo"


class ProposalStatus(StrEnum):
    """Where a proposal stands."""

    open = "open"
    applied = "applied"
    rejected = "rejected"


Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 of everything that a proposal would change: two who approve the same digest have seen the same."""


class GeographicProposal(Public):
    """A proposal: how much it would change, and how many have approved exactly that."""

    proposal_id: UUID
    origin: ProposalOrigin
    status: ProposalStatus
    digest: Digest
    units: int
    counties: int
    changes: int
    approvals: int = 0
    proposed_on: date
    closed_on: date | None = None


class GeographicProposalMessage(Message):
    """Any fact about a proposal."""

    aggregate = "geographic_proposal"
    proposal: GeographicProposal

    @property
    def aggregate_id(self) -> str:
        return str(self.proposal.proposal_id)


class GeographicProposalOpened(GeographicProposalMessage):
    """Somebody proposes to change the country."""

    type = "samla.registry.geographic_proposal.opened.v1"


class GeographicProposalApproved(GeographicProposalMessage):
    """One person has approved it; another one must too."""

    type = "samla.registry.geographic_proposal.approved.v1"


class GeographicProposalRenewed(GeographicProposalMessage):
    """What it would change is no longer what was approved, so nobody has approved it now."""

    type = "samla.registry.geographic_proposal.renewed.v1"


class GeographicProposalApplied(GeographicProposalMessage):
    """The second person has approved it, and the country is changed."""

    type = "samla.registry.geographic_proposal.applied.v1"


class GeographicProposalRejected(GeographicProposalMessage):
    """It will not be done."""

    type = "samla.registry.geographic_proposal.rejected.v1"


class ProposedName(Request):
    """What a place is to be called, from the day of the proposal."""

    name: ShortText
    official_name: ShortText | None = None
    north_sami: ShortText | None = None
    lule_sami: ShortText | None = None
    south_sami: ShortText | None = None
    kven: ShortText | None = None


class ProposedUnit(ProposedName):
    """A new unit, or a new name of one that exists."""

    code: UnitCode
    county_code: CountyCode | None = None
    parent_code: UnitCode | None = None


class ProposedCounty(ProposedName):
    """A new county, or a new name of one that exists."""

    code: CountyCode


class ProposedChange(Request):
    """What is to become of a code on the day of the proposal. The fields are those of ``GeographicChange``."""

    level: Literal["municipality", "county"] = "municipality"
    old_code: ShortText
    new_code: ShortText
    kind: ChangeKind
    weight: float | None = Field(default=None, ge=0, le=1)
    restores: ShortText | None = None
    note: LongText | None = None


class ProposedLanguage(Request):
    """In which languages a municipality is to be written to, from the day of the proposal."""

    unit_code: UnitCode
    form: WrittenForm | None = None
    sami_area: SamiLanguage | None = None
    sami_category: SamiCategory | None = None


class ProposeChanges(Request):
    """What is to happen to the country on a day, past or future."""

    effective_on: date
    units: tuple[ProposedUnit, ...] = Field(default=(), max_length=1000)
    counties: tuple[ProposedCounty, ...] = Field(default=(), max_length=100)
    changes: tuple[ProposedChange, ...] = Field(default=(), max_length=1500)
    languages: tuple[ProposedLanguage, ...] = Field(default=(), max_length=500)
    reason: LongText
    source: LongText


class ProposeUndo(Request):
    """These changes did not happen after all."""

    change_ids: tuple[UUID, ...] = Field(min_length=1, max_length=1500)
    reason: LongText


class ProposeFromKlass(Request):
    """Fetch what Statistics Norway says has changed after ``since``, until and with ``until``."""

    since: date
    until: date


class ApproveProposal(Request):
    """Approve exactly what the digest stands for."""

    digest: Digest


class RejectProposal(Request):
    """Why it will not be done."""

    reason: LongText


class Amendment(Public):
    """One thing that a proposal changes: as it is, and as it would be. New things have no ``before``."""

    what: Literal["unit", "county", "change"]
    before: Unit | County | GeographicChange | None = None
    after: Unit | County | GeographicChange


class LeftOut(Public):
    """A code of the source that stands for no place of ours, and why."""

    code: str
    reason: Literal["svalbard", "jan_mayen", "continental_shelf", "abroad", "unspecified", "unspecified_district"]


class BodyToReview(Public):
    """A body of a place whose code ends, or never was: somebody has to see to what it is from then on.

    Who acts for it keeps every right meanwhile, for rights are of the body and not of the code.
    """

    organisation_id: UUID
    reference: str
    name: str
    code: str
    instead: tuple[str, ...]
    """The codes that the place goes into, or that it was said to come from."""


class ProposalStep(Public):
    """One thing that was done with a proposal. ``person`` tells one from another within it, and nobody elsewhere."""

    fact: str
    """The type of the message, for example ``samla.registry.geographic_proposal.approved.v1``."""
    person: int
    """Whoever came first is 1. The same number is the same person, and two numbers are two."""
    recorded_by: UUID | None = None
    """The organisation that the person acted for; empty for none."""
    recorded_at: Instant


class ProposalDetail(Public):
    """A proposal with everything that it would change, sorted, and what of its source was left out."""

    proposal: GeographicProposal
    reason: str
    source: str
    amendments: tuple[Amendment, ...]
    left_out: tuple[LeftOut, ...] = ()
    bodies: tuple[BodyToReview, ...] = ()
    """In the order of their codes."""
    steps: tuple[ProposalStep, ...] = ()
    """Who proposed and approved it, the oldest first."""
    obstacle: str | None = None
    """Why an open one cannot be done any more: the slug of a problem."""
    rejection: str | None = None
    """Why it will not be done."""
