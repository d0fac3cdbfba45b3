"""The rows of the service's own database. It holds the line where a mistake in the code would cost money."""

from dataclasses import fields
from datetime import date
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.funding.domain import ProposedAward
from services.kernel.plumbing import service_metadata

METADATA = service_metadata()


class FundingTable(SQLModel, registry=registry(metadata=METADATA)):
    """A table in the database of the service of funding."""


class SchemeRow(FundingTable, table=True):
    """One row per grant scheme and budget year."""

    __tablename__ = "scheme"
    __table_args__ = (CheckConstraint("frame_ore > 0", name="frame_ore"),)

    scheme_id: UUID = Field(primary_key=True)
    name: dict[str, str | None] = Field(sa_type=JSON)
    theme: str
    year: int = Field(index=True)
    chapter: str
    item: str
    frame_ore: int = Field(sa_type=BigInteger)
    owner_id: UUID = Field(index=True)
    opened_on: date
    source: str | None = None


class FrameRow(FundingTable, table=True):
    """What a scheme has pledged of its frame. One row per scheme, locked by every award: awards come one at a time."""

    __tablename__ = "frame"
    __table_args__ = (
        CheckConstraint("pledged_ore >= 0", name="pledged_ore"),
        CheckConstraint("pledged_ore <= frame_ore", name="within_frame"),
    )

    scheme_id: UUID = Field(primary_key=True, foreign_key="scheme.scheme_id")
    frame_ore: int = Field(sa_type=BigInteger)
    pledged_ore: int = Field(sa_type=BigInteger)


class AwardProposalRow(FundingTable, table=True):
    """One row per proposed award; never changed. Case data: only the owner reads it."""

    __tablename__ = "award_proposal"
    __table_args__ = (CheckConstraint("amount_ore > 0", name="amount_ore"),)

    proposal_id: UUID = Field(primary_key=True)
    scheme_id: UUID = Field(foreign_key="scheme.scheme_id", index=True)
    year: int
    chapter: str
    item: str
    programme_id: UUID  # of the service of events: no foreign key across services
    unit_code: str  # of the registry, on proposed_on
    amount_ore: int = Field(sa_type=BigInteger)
    proposed_on: date
    source: str | None = None
    owner_id: UUID = Field(index=True)
    proposed_by: str
    digest: str

    @property
    def award(self) -> ProposedAward:
        """The facts that were proposed, as they are stored now."""
        return ProposedAward(**{fact.name: getattr(self, fact.name) for fact in fields(ProposedAward)})


class GrantRow(FundingTable, table=True):
    """One row per decision to pay: of one proposal, by two persons, each of whom declared to be impartial."""

    __tablename__ = "grant"
    __table_args__ = (
        UniqueConstraint("proposal_id"),
        CheckConstraint("amount_ore > 0", name="amount_ore"),
        CheckConstraint("proposed_by <> approved_by", name="two_persons"),
    )

    grant_id: UUID = Field(primary_key=True)
    proposal_id: UUID = Field(foreign_key="award_proposal.proposal_id")
    scheme_id: UUID = Field(foreign_key="scheme.scheme_id", index=True)
    programme_id: UUID = Field(index=True)
    unit_code: str = Field(index=True)  # of the registry, on awarded_on
    year: int
    chapter: str
    item: str
    amount_ore: int = Field(sa_type=BigInteger)
    awarded_on: date
    owner_id: UUID
    proposed_by: str
    approved_by: str
    source: str | None = None


class PostingRow(FundingTable, table=True):
    """One line of the ledger. Triggers refuse to change or delete it (see the migration).

    A group sums to zero because the database finds for every line another of the same group that is its opposite: the
    foreign key below. The lines of a group are therefore inserted in one statement.
    """

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("group_id", "amount_ore"),
        ForeignKeyConstraint(["group_id", "opposite_ore"], ["posting.group_id", "posting.amount_ore"]),
        CheckConstraint("opposite_ore = -amount_ore", name="opposite"),
        CheckConstraint("amount_ore <> 0", name="amount_ore"),
        CheckConstraint("account IN ('appropriation', 'frame', 'pledged')", name="account"),
    )

    posting_id: UUID = Field(primary_key=True)
    group_id: UUID
    scheme_id: UUID = Field(foreign_key="scheme.scheme_id", index=True)
    grant_id: UUID | None = Field(default=None, foreign_key="grant.grant_id", index=True)
    account: str
    amount_ore: int = Field(sa_type=BigInteger)
    opposite_ore: int = Field(sa_type=BigInteger)
    posted_on: date


class UnitCopy(FundingTable, table=True):
    """Copy of the registry's: a municipality or city district, and when its code is valid."""

    __tablename__ = "unit"

    code: str = Field(primary_key=True)
    valid_from: date
    valid_to: date | None = None


class ProgrammeCopy(FundingTable, table=True):
    """Copy of the service of events': a programme that an award can be tied to."""

    __tablename__ = "programme"

    programme_id: str = Field(primary_key=True)
    theme: str


SCHEMES = METADATA.tables["scheme"]
AWARD_PROPOSALS = METADATA.tables["award_proposal"]
GRANTS = METADATA.tables["grant"]
POSTINGS = METADATA.tables["posting"]
UNITS = METADATA.tables["unit"]
PROGRAMMES = METADATA.tables["programme"]
