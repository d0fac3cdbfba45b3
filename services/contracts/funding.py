"""What the service of funding publishes, and the requests and resources that its API shows. Amounts are whole øre."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.contracts.message import Message, Public, Request, ShortText, Text, UnitCode

Chapter = Annotated[str, Field(pattern=r"^[0-9]{3,4}$")]
Item = Annotated[str, Field(pattern=r"^[0-9]{2}$")]
AmountOre = Annotated[int, Field(gt=0, le=10**14)]
BudgetYear = Annotated[int, Field(ge=2000, le=2100)]


class Scheme(Public):
    """A grant scheme for one budget year: chapter and item of the budget, and the frame it may pledge."""

    scheme_id: UUID
    name: Text
    theme: str
    year: int
    chapter: Chapter
    item: Item
    frame_ore: int
    owner_id: UUID
    opened_on: date
    source: str | None = None


class SchemeMessage(Message):
    """Any fact about a scheme."""

    aggregate = "scheme"
    scheme: Scheme

    @property
    def aggregate_id(self) -> str:
        return str(self.scheme.scheme_id)


class SchemeOpened(SchemeMessage):
    """A scheme has a frame for a year."""

    type = "samla.funding.scheme.opened.v1"


class Grant(Public):
    """A decision to pay a municipality, tied to the programme it takes part in (BR-79)."""

    grant_id: UUID
    scheme_id: UUID
    programme_id: UUID
    unit_code: UnitCode
    year: int
    chapter: Chapter
    item: Item
    amount_ore: int
    awarded_on: date
    owner_id: UUID
    source: str | None = None


class GrantMessage(Message):
    """Any fact about a grant."""

    aggregate = "grant"
    grant: Grant

    @property
    def aggregate_id(self) -> str:
        return str(self.grant.grant_id)


class GrantAwarded(GrantMessage):
    """The decision to pay is final."""

    type = "samla.funding.grant.awarded.v1"


class OpenScheme(Request):
    """Open a scheme with a frame for a year."""

    name: Text
    theme: ShortText
    year: BudgetYear
    chapter: Chapter
    item: Item
    frame_ore: AmountOre
    owner_id: UUID
    occurred_on: date
    source: ShortText | None = None


class ProposeAward(Request):
    """Propose to pay a municipality. Another person must approve the same bytes before anything is pledged."""

    unit_code: UnitCode
    programme_id: UUID
    amount_ore: AmountOre
    impartial: Literal[True] = Field(description="The proposer declares to have no conflict of interest in the case.")
    occurred_on: date
    source: ShortText | None = None


class AwardProposal(Public):
    """An award that waits for a second person. Not published: case data."""

    proposal_id: UUID
    scheme_id: UUID
    year: int
    chapter: Chapter
    item: Item
    programme_id: UUID
    unit_code: UnitCode
    amount_ore: int
    proposed_on: date
    source: str | None = None
    digest: str
    """SHA-256 of the facts above; the second person approves exactly this."""
    grant_id: UUID | None = None


class ApproveAward(Request):
    """The second person's yes to exactly what was proposed."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    impartial: Literal[True] = Field(description="The approver declares to have no conflict of interest in the case.")
    occurred_on: date


class Posting(Public):
    """One line of the ledger. The lines of a group sum to zero."""

    posting_id: UUID
    group_id: UUID
    scheme_id: UUID
    grant_id: UUID | None
    account: Literal["appropriation", "frame", "pledged"]
    amount_ore: int
    posted_on: date
