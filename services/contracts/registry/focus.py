"""Focus municipalities: nominated, assessed by five criteria, and designated or refused, as the registry publishes."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from services.contracts.message import STRICT, CountyCode, Message, Public, Request, ShortText, Text, UnitCode
from services.contracts.registry.agreement_requests import NewAnchoring
from services.contracts.registry.agreements import Anchoring
from services.contracts.registry.sources import Source


class FocusStatus(StrEnum):
    """Where a nomination stands."""

    nominated = "nominated"
    assessed = "assessed"
    designated = "designated"
    refused = "refused"
    ended = "ended"


class Criterion(StrEnum):
    """The five criteria of the mandate, in its order (BR-18)."""

    anchoring = "anchoring"
    """A long-term view, anchored in administrative and in political leadership (BR-13)."""
    plans = "plans"
    """Anchored in municipal plans (BR-14)."""
    agreement = "agreement"
    """Committed by a written agreement that can be verified (BR-12)."""
    geographic_spread = "geographic_spread"
    """Reasonable geographic spread: told, and never a reason to refuse (BR-16)."""
    special_needs = "special_needs"
    """Special needs: who has some comes first (BR-15)."""


class SpecialNeeds(Public):
    """Why a unit comes first, and where that is known from."""

    reason: Text
    source: ShortText


class AssessedCriterion(Public):
    """Whether a criterion is fulfilled, and the references that show it."""

    criterion: Criterion
    is_fulfilled: bool
    evidence: tuple[ShortText, ...] = ()


class CountyShare(Public):
    """A county's part of the centre's municipalities, beside its part of the focus municipalities.

    A share is of all the centre's counties together, unrounded; none where there is nothing to share.
    """

    county_code: CountyCode
    municipalities: int
    share_of_municipalities: float | None = None
    focus_before: int
    share_before: float | None = None
    focus_after: int
    share_after: float | None = None


class Spread(Public):
    """The centre's focus municipalities by county, without the unit and with it (BR-16).

    ``is_skewed``: with it, the unit's county has more of them than its part of the municipalities, rounded up.
    """

    on: date
    counties: tuple[CountyShare, ...]
    is_skewed: bool


class Assessment(Public):
    """What was found by the five criteria, and what it rests on."""

    assessed_on: date
    criteria: tuple[AssessedCriterion, ...]
    anchoring: Anchoring
    agreement_id: UUID | None = None
    spread: Spread


class Designation(Public):
    """The decision that a unit is a focus municipality, the agreement that it rests on, and the spread as it became."""

    designated_on: date
    agreement_id: UUID
    spread: Spread


class Refusal(Public):
    """The decision that a unit does not become one: why, and the criteria that it did not fulfil."""

    refused_on: date
    reasons: Text
    criteria: tuple[Criterion, ...] = ()


class FocusNomination(Public):
    """A unit that a centre considers as focus municipality, and what came of it. The code is of ``nominated_on``."""

    nomination_id: UUID
    unit_code: UnitCode
    centre_id: UUID
    status: FocusStatus
    nominated_on: date
    special_needs: SpecialNeeds | None = None
    assessment: Assessment | None = None
    designation: Designation | None = None
    refusal: Refusal | None = None
    ended_on: date | None = None
    """It was a focus municipality until this day, exclusive, or the nomination was given up on it."""
    end_reason: Text | None = None
    source: str | None = None


class FocusCandidate(Public):
    """A nomination that is not decided, with its place among the centre's others (BR-15)."""

    rank: int
    nomination: FocusNomination


class FocusMessage(Message):
    """Any fact about a nomination."""

    aggregate = "focus_nomination"
    nomination: FocusNomination

    @property
    def aggregate_id(self) -> str:
        return str(self.nomination.nomination_id)


class FocusNominated(FocusMessage):
    """A centre considers a unit as focus municipality."""

    type = "samla.registry.focus_nomination.nominated.v1"


class FocusAssessed(FocusMessage):
    """The unit has been assessed by the five criteria."""

    type = "samla.registry.focus_nomination.assessed.v1"


class FocusDesignated(FocusMessage):
    """The unit is a focus municipality."""

    type = "samla.registry.focus_nomination.designated.v1"


class FocusRefused(FocusMessage):
    """The unit does not become one, for reasons that are given."""

    type = "samla.registry.focus_nomination.refused.v1"


class FocusEnded(FocusMessage):
    """The unit is no focus municipality any more, or the nomination was given up."""

    type = "samla.registry.focus_nomination.ended.v1"


class NewSpecialNeeds(SpecialNeeds):
    """As special needs; what it does not know is refused."""

    model_config = STRICT


class NominateFocus(Request):
    """Consider a unit as focus municipality."""

    unit_code: UnitCode
    centre_id: UUID
    special_needs: NewSpecialNeeds | None = None
    occurred_on: date
    source: Source = None


class AssessFocus(Request):
    """Assess a unit by the five criteria, from what anchors it and the agreement with it.

    Special needs that are left out are those of the nomination.
    """

    anchoring: NewAnchoring
    agreement_id: UUID | None = None
    special_needs: NewSpecialNeeds | None = None
    occurred_on: date


class DesignateFocus(Request):
    """Decide that the unit is a focus municipality."""

    occurred_on: date


class RefuseFocus(Request):
    """Decide that the unit does not become one, and why."""

    reasons: Text
    occurred_on: date


class EndFocus(Request):
    """Say that the unit is no focus municipality any more, or give a nomination up, and why."""

    reason: Text
    occurred_on: date
